"""What members have typed and not posted."""

from django.db import models
from django.db.models import Q


class DraftQuerySet(models.QuerySet):
    def about(self, thread):
        """Drafts of an answer to `thread`; of a new question when it is None."""
        return self.filter(thread=thread)

    def visible_to(self, member):
        """A member's own, but for threads that were closed to them since. Newest first."""
        from forum.models import Thread

        threads = Thread.objects.visible_to(member).values("pk")
        mine = self.filter(Q(thread=None) | Q(thread__in=threads), member=member)
        return mine.select_related("thread").order_by("-saved_at", "-pk")
