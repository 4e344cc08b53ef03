"""Every reusable read of the forum. Whatever may be private starts at `visible_to`."""

from django.db import models
from django.db.models import Exists, OuterRef, Q


class SpaceQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Spaces `member` (or an anonymous user) may read. Twin of `permissions.can_view_space`."""
        if not member.is_authenticated or not member.is_taking_part():
            return self.filter(visibility="public")
        from forum.models import SpaceMembership

        mine = SpaceMembership.objects.filter(space=OuterRef("pk"), member=member)
        return self.filter(Q(visibility__in=["public", "members"]) | Q(Exists(mine)))


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Threads `member` (or an anonymous user) may read. Twin of `permissions.can_view_thread`."""
        from forum.models import Space

        spaces = Space.objects.visible_to(member).values("pk")
        threads = self.filter(space__in=spaces)
        return threads if member.is_authenticated and member.is_moderator else threads.filter(removed_at=None)

    def questions(self):
        return self.filter(kind="question")

    def answered(self):
        """An answer is accepted. Twin of `is_answered()`."""
        return self.filter(accepted_answer__isnull=False)

    def unanswered(self):
        """Questions with no visible answer by someone else. Twin of `is_unanswered()`."""
        return self.filter(kind="question", peer_answer_count=0, accepted_answer=None)

    def by(self, member):
        return self.filter(author=member)

    def about(self, topic):
        return self.filter(topic_links__tag=topic)

    def for_list(self):
        """With everything a row shows that hangs on the thread itself."""
        return self.select_related("space", "author__organisation__sector", "organisation_then__sector", "last_author")

    def unread_by(self, member):
        """Threads with posts above the member's mark, active since the member's floor."""
        from forum.models import Reading

        read = Reading.objects.filter(
            thread=OuterRef("pk"), member=member, last_read_number__gte=OuterRef("highest_visible_number")
        )
        return self.filter(~Exists(read), last_activity_at__gt=member.caught_up_at)

    def followed_by(self, member):
        """Threads the member follows, by themselves, by their space or by a topic, and has not muted."""
        return self.filter(
            pk__in=member.readings.filter(follow="following").values("thread")
        )


class PostQuerySet(models.QuerySet):
    def visible(self):
        """Not deleted or removed. Twin of `is_visible()`."""
        return self.filter(removed_at=None)

    def answers(self):
        return self.filter(kind="answer")

    def comments(self):
        return self.filter(kind="comment")

    def for_page(self):
        """With everything a post shows that hangs on the post itself."""
        return self.select_related("author__organisation__sector", "organisation_then__sector")

    def by_number(self):
        return self.order_by("number")

    def most_helpful(self):
        return self.order_by("-helpful_count", "number")
