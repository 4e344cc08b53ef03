"""Reads of signals."""

from django.db import models

from members.permissions import takes_part


class SignalQuerySet(models.QuerySet):
    def visible_to(self, member):
        """What a member sent; the core team sees all. Twin of `Signal.is_visible_to`."""
        if not takes_part(member):
            return self.none()
        return self if member.is_core_team else self.filter(by=member)

    def sent_by(self, member):
        """The latest first, with what became of each: one query."""
        rows = self.filter(by=member).select_related("development", "taken_by", "decided_by__organisation__sector")
        return rows.order_by("-sent_at", "-pk")

    def for_triage(self):
        """Those to decide on first, the newest of them first; with whom and what they name."""
        rank = models.Case(
            models.When(state=self.model.State.NEW, then=0),
            models.When(state=self.model.State.LOOKING, then=1),
            default=2,
        )
        people = self.select_related("by__organisation", "taken_by", "decided_by", "development")
        return people.annotate(rank=rank).order_by("rank", "-sent_at", "-pk")

    def to_tell_of_showing(self, development):
        """What became `development`, where its sender was not told yet that readers see it."""
        return self.filter(development=development, state=self.model.State.TRIAGED, shown_told_at=None)

    def open(self):
        """Those nobody has decided on yet. Twin of `Signal.is_open`."""
        return self.filter(state__in=self.model.OPEN)
