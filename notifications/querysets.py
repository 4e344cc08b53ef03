from django.db import models


class NoticeQuerySet(models.QuerySet):
    def for_inbox(self, member):
        """What the bell and the inbox of `member` show, newest first, with who did it."""
        notices = self.filter(recipient=member, in_bell=True).select_related("actor__organisation__sector")
        return notices.order_by("-updated_at", "-pk")

    def unread(self):
        """Twin of `is_unread()`."""
        return self.filter(read_at=None)
