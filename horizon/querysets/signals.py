"""Reads of signals."""

from django.db import models


class SignalQuerySet(models.QuerySet):
    def visible_to(self, member):
        """What a member sent; the core team sees all. Twin of `Signal.is_visible_to`."""
        if not (member.is_authenticated and member.is_taking_part()):
            return self.none()
        return self if member.is_core_team else self.filter(by=member)

    def sent_by(self, member):
        """With what became of each: one query."""
        return self.filter(by=member).select_related("development", "taken_by")

    def open(self):
        """Those nobody has decided on yet. Twin of `Signal.is_open`."""
        return self.filter(state__in=self.model.OPEN)
