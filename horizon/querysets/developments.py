"""Reads of developments and their dates."""

from django.db import models


class DevelopmentQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Those shown to readers; the core team sees all. Twin of `Development.is_visible_to`."""
        if member.is_authenticated and member.is_core_team and member.is_taking_part():
            return self
        return self.filter(shown=True)

    def with_dates(self):
        """With their milestones: two queries for a whole list."""
        return self.prefetch_related("milestones")

    def for_list(self):
        """With what a row shows: milestones, sectors, topics."""
        return self.prefetch_related("milestones", "sectors", "topics")

    def for_page(self):
        """With everything its own page shows: milestones and how they moved, sources, stages."""
        return self.for_list().prefetch_related("milestones__moves", "sources", "stage_changes")

    def to_check_again(self, today):
        """Those whose facts somebody promised to look at again by a day that is today or past; the longest first."""
        return self.filter(recheck_on__lte=today).order_by("recheck_on", "title")

    def passed_unconfirmed(self, today):
        """Those with a date that has passed while nobody has confirmed it: did it happen? Not those that are done."""
        from horizon.querysets.dates import passed_unconfirmed

        return self.filter(pk__in=passed_unconfirmed(today).values("development")).order_by("title")

    def for_feed(self):
        """The latest added or changed first."""
        return self.order_by("-edited_at", "-pk")
