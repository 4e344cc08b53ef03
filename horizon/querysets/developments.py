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

    def for_feed(self):
        """The latest added or changed first."""
        return self.order_by("-edited_at", "-pk")
