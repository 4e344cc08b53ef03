"""What members have typed and not posted."""

from django.db import models
from django.db.models import Q


class DraftQuerySet(models.QuerySet):
    def at(self, place):
        """Drafts of what would go there (`forum.models.Place`)."""
        return self.filter(thread=place.thread, on=place.on, edits=place.edits)

    def visible_to(self, member):
        """A member's own, but for threads that were closed to them since. Newest first."""
        from forum.models import Thread

        threads = Thread.objects.visible_to(member).values("pk")
        mine = self.filter(Q(thread=None) | Q(thread__in=threads), member=member)
        return mine.select_related("thread", "on__thread", "edits__thread").order_by("-saved_at", "-pk")
