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

    def newest_number_in(self, space_id: int) -> int:
        """The number of the newest thread of a space, 0 when it has none."""
        return self.filter(space=space_id).aggregate(newest=models.Max("pk"))["newest"] or 0

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

    def with_opening(self):
        """With `opening_html` (None when it was removed), the accepted answer and the topics, for excerpts."""
        from forum.models import Post

        opening = Post.objects.visible().filter(thread=OuterRef("pk"), number=1).values("html")
        threads = self.annotate(opening_html=models.Subquery(opening[:1]))
        return threads.select_related("accepted_answer").prefetch_related("topics")

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


def people_named_like(text, *, member, space):
    """Members whose name or handle has a word that starts with `text`, for a mention in `space`.

    Only those `member` may see and who may read the space (None: any space). By name.
    """
    from members.models import Member

    starts = Q(display_name__istartswith=text) | Q(display_name__icontains=f" {text}")
    starts |= Q(handle__istartswith=text) | Q(handle__icontains=f"-{text}")
    people = Member.objects.visible_to(member).taking_part().filter(starts).with_organisation()
    if space is not None and space.visibility == "group":
        people = people.filter(space_memberships__space=space)
    return people.order_by("display_name", "pk")


def topics_like(text, *, member):
    """Topics with a word that starts with `text`, of threads `member` may read: others name private things."""
    from core.models import Topic
    from forum.models import Thread, ThreadTopic

    threads = Thread.objects.visible_to(member).values("pk")
    used = ThreadTopic.objects.filter(tag=OuterRef("pk"), content_object__in=threads)
    starts = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    return Topic.objects.filter(starts, Exists(used)).order_by("name")
