"""Threads: who may read them, what is unread or followed, what lists and pages show of them."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from forum.querysets.counting import UpTo
from forum.querysets.spaces import readable_by


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Threads `member` (or an anonymous user) may read. Twin of `permissions.can_view_thread`."""
        threads = self.filter(readable_by(member, space="space__"))
        moderates = member.is_authenticated and member.is_moderator and member.is_taking_part()
        return threads if moderates else threads.filter(removed_at=None)

    def talking_about(self, about):
        """The thread about a thing (a `forum.about.About`), or None: there is one at most that is not removed."""
        from forum.about import content_type

        threads = self.listed().filter(about_type=content_type(about.name), about_id=about.pk)
        return threads.select_related("space").first()

    def about_any(self, things: Mapping[int, Iterable[int]]):
        """Threads about any of some things: their ids by the id of their content type."""
        return self.filter(reduce(or_, (Q(about_type=kind, about_id__in=pks) for kind, pks in things.items()), Q()))

    def listed(self):
        """Not removed: moderators reach removed threads by their address and their log, not by the lists."""
        return self.filter(removed_at=None)

    def newest_number_in(self, space_id: int) -> int:
        """The number of the newest thread that a space lists, 0 when it has none."""
        return self.listed().filter(space=space_id).aggregate(newest=models.Max("pk"))["newest"] or 0

    def newest_number(self) -> int:
        """The number of the newest of these threads, 0 when there are none."""
        return self.order_by().aggregate(newest=models.Max("pk"))["newest"] or 0

    def newer_than(self, number: int):
        return self.filter(pk__gt=number)

    def not_by(self, member):
        return self.exclude(author=member)

    def kinds(self, *, most: int) -> list[str]:
        """The kind of each thread, of `most` at most."""
        return list(self.order_by().values_list("kind", flat=True)[:most])

    def questions(self):
        return self.filter(kind="question")

    def answered(self):
        """An answer is accepted. Twin of `is_answered()`."""
        return self.filter(accepted_answer__isnull=False)

    def unanswered(self):
        """Questions with no visible answer by someone else, that take one. Twin of `is_unanswered()`."""
        return self.filter(kind="question", peer_answer_count=0, accepted_answer=None, locked=False)

    def naming(self, member: int):
        """With a post that mentions a member (an id), also if they wrote it themself, whom no notice tells."""
        from forum.models import Mention, Post

        by_others = Mention.objects.filter(member=member).values("post__thread")
        own = Post.objects.filter(author=member).with_mentions().values("thread")
        return self.filter(Q(pk__in=by_others) | Q(pk__in=own))

    def naming_anyone(self):
        """With a post that mentions somebody. It reads the text of all their posts."""
        from forum.models import Post

        return self.filter(pk__in=Post.objects.with_mentions().values("thread"))

    def by(self, member):
        return self.filter(author=member)

    def about(self, topic):
        return self.filter(topic_links__tag=topic)

    def about_slug(self, slug: str):
        """About the topic with this slug; none when there is no such topic."""
        return self.filter(topic_links__tag__slug=slug)

    def in_space(self, space):
        return self.filter(space=space)

    def of_kind(self, kind: str):
        return self.filter(kind=kind)

    def not_pinned(self):
        return self.filter(pinned=False)

    def for_list(self):
        """With everything a row shows that hangs on the thread itself."""
        return self.select_related("space", "author__organisation__sector", "organisation_then__sector", "last_author")

    def with_opening(self):
        """With `opening_html` (None when it was removed), the accepted answer and the topics, for excerpts."""
        from forum.models import Post

        opening = Post.objects.visible().filter(thread=OuterRef("pk"), number=1).values("html")
        threads = self.annotate(opening_html=models.Subquery(opening[:1]))
        return threads.select_related("accepted_answer").prefetch_related("topics")

    def with_marks_of(self, member):
        """With `my_number` (read up to; None: never opened) and `my_follow` of a member."""
        return self.annotate(
            mark=FilteredRelation("readings", condition=Q(readings__member=member)),
            my_number=F("mark__last_read_number"),
            my_follow=F("mark__follow"),
        )

    def for_thread_page(self, member):
        """With the member's marks, and what else of theirs the page of one thread shows."""
        from forum.models import Draft, UsToo

        if not member.is_authenticated:
            return self.select_related("space")
        organisation = member.organisation_id or 0
        said = UsToo.objects.filter(thread=OuterRef("pk"), organisation=organisation)
        typed = Draft.objects.filter(thread=OuterRef("pk"), member=member, on=None, edits=None)
        threads = self.select_related("space").with_marks_of(member)
        return threads.annotate(my_us_too=Exists(said), has_draft=Exists(typed))

    def for_body(self):
        """With everything the posts of a thread need to know of it."""
        people = ("author__organisation__sector", "organisation_then__sector")
        return self.select_related("space", *people).with_totals()

    def with_totals(self):
        """With `answer_total` (tombstones too) and `us_too_sectors` (different sectors that said "us too")."""
        from forum.models import Post, UsToo

        answers = Post.objects.filter(thread=OuterRef("pk")).answers().values("pk").order_by()
        sectors = UsToo.objects.filter(thread=OuterRef("pk")).values("organisation__sector").distinct()
        return self.annotate(answer_total=UpTo(answers), us_too_sectors=UpTo(sectors))

    def unread_by(self, member):
        """Threads with posts above the member's mark, active since the member's floor. Twin of `is_unread()`."""
        from forum.models import Reading

        read = Reading.objects.filter(
            thread=OuterRef("pk"), member=member, last_read_number__gte=OuterRef("highest_visible_number")
        )
        return self.filter(~Exists(read), last_activity_at__gt=member.caught_up_at)

    def followed_by(self, member):
        """Threads the member follows, by themselves, by their space or by a topic, and has not muted."""
        from forum.models import ThreadTopic

        def chosen(follows, follow):
            return follows.filter(follow=follow)

        def about(follow):
            topics = chosen(member.topic_follows, follow).values("topic")
            return ThreadTopic.objects.filter(tag__in=topics).values("content_object")

        def spaces(follow):
            return chosen(member.space_follows, follow).values("space")

        by_space = Q(space__in=spaces("following")) & ~Q(pk__in=about("muted"))
        by_topic = Q(pk__in=about("following")) & ~Q(space__in=spaces("muted"))
        itself = Q(pk__in=chosen(member.readings, "following").values("thread"))
        muted = chosen(member.readings, "muted").values("thread")
        return self.filter(itself | ((by_space | by_topic) & ~Q(pk__in=muted)))

    def pinned_first(self):
        """The notices on top of a list, newest first, at most five."""
        return self.filter(pinned=True).order_by("-last_activity_at", "-pk")[:5]

    def slim(self):
        """With only what a reader's own marks on a row need; the row itself is shared."""
        return self.select_related("space").only(
            "kind", "locked", "change_no", "created_at", "last_activity_at", "highest_visible_number", "answer_count",
            "peer_answer_count", "accepted_answer", "author", "space__target_hours",
        )  # fmt: skip


def topics_on(threads) -> dict[int, list]:
    """The topics of each of `threads` (ids), by name, in one query."""
    from forum.models import ThreadTopic

    topics: dict[int, list] = {pk: [] for pk in threads}
    links = ThreadTopic.objects.filter(content_object__in=threads).select_related("tag").order_by("tag__name")
    for link in links:
        topics[link.content_object_id].append(link.tag)
    return topics


def events_for(member, numbers: set[int]) -> dict[int, int]:
    """The event number of each of some threads that a member may read."""
    from forum.models import Thread

    return dict(Thread.objects.visible_to(member).filter(pk__in=numbers).values_list("pk", "change_no"))
