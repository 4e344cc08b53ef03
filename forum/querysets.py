"""Every reusable read of the forum. Whatever may be private starts at `visible_to`."""

from django.db import models
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from core.prepared import Prepared

MOST_COUNTED = 100  # counts stop here and read "99+": never a count over a whole space


class UpTo(Subquery):
    """How many rows a query gives, as a value of another: `UpTo(threads.values("pk")[:MOST_COUNTED])`."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


def readable_by(member, *, space: str = "") -> Q:
    """What a member (or an anonymous user) may read, as a condition on spaces, or on rows that lead to one by `space`.

    The one place that says so in SQL; `permissions.can_view_space` says it of one space.
    """
    if not member.is_authenticated or not member.is_taking_part():
        return Q(**{f"{space}visibility": "public"})
    from forum.models import SpaceMembership

    mine = SpaceMembership.objects.filter(member=member).values("space")
    return Q(**{f"{space}visibility__in": ["public", "members"]}) | Q(**{f"{space}pk__in": mine})


class SpaceQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Spaces `member` (or an anonymous user) may read. Twin of `permissions.can_view_space`."""
        return self.filter(readable_by(member))

    def with_unread_for(self, member):
        """With `unread`: threads with something new for `member`, counted up to MOST_COUNTED."""
        from forum.models import Thread

        threads = Thread.objects.filter(space=OuterRef("pk"), removed_at=None).unread_by(member)
        return self.annotate(unread=UpTo(threads.values("pk")[:MOST_COUNTED]))

    def with_newest_number(self):
        """With `newest`: the number of the newest thread, None in an empty space."""
        from forum.models import Thread

        newest = Thread.objects.filter(space=OuterRef("pk")).order_by("-pk").values("pk")
        return self.annotate(newest=Subquery(newest[:1]))

    def for_reader(self, member):
        """Spaces a reader may see; for somebody signed in with `my_follow`: "following", "muted" or None."""
        spaces = self.visible_to(member)
        if not member.is_authenticated:
            return spaces
        return spaces.annotate(
            mine=FilteredRelation("follows", condition=Q(follows__member=member)), my_follow=F("mine__follow")
        )

    def startable_by(self, member):
        """Spaces `member` may start a thread in. Twin of `permissions.can_start`."""
        if not member.is_authenticated or not member.is_taking_part():
            return self.none()
        spaces = self.visible_to(member)
        return spaces if member.is_moderator else spaces.filter(may_start="readers")


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, member):
        """Threads `member` (or an anonymous user) may read. Twin of `permissions.can_view_thread`."""
        threads = self.filter(readable_by(member, space="space__"))
        moderates = member.is_authenticated and member.is_moderator and member.is_taking_part()
        return threads if moderates else threads.filter(removed_at=None)

    def listed(self):
        """Not removed: moderators reach removed threads by their address and their log, not by the lists."""
        return self.filter(removed_at=None)

    def newest_number_in(self, space_id: int) -> int:
        """The number of the newest thread of a space, 0 when it has none."""
        return self.filter(space=space_id).aggregate(newest=models.Max("pk"))["newest"] or 0

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
        """Questions with no visible answer by someone else. Twin of `is_unanswered()`."""
        return self.filter(kind="question", peer_answer_count=0, accepted_answer=None)

    def by(self, member):
        return self.filter(author=member)

    def about(self, topic):
        return self.filter(topic_links__tag=topic)

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
        from forum.models import UsToo

        if not member.is_authenticated:
            return self.select_related("space")
        organisation = member.organisation_id or 0
        said = UsToo.objects.filter(thread=OuterRef("pk"), organisation=organisation)
        return self.select_related("space").with_marks_of(member).annotate(my_us_too=Exists(said))

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
            "kind", "change_no", "created_at", "last_activity_at", "highest_visible_number", "answer_count",
            "peer_answer_count", "accepted_answer", "author", "space__target_hours",
        )  # fmt: skip


class PostQuerySet(models.QuerySet):
    def visible(self):
        """Not deleted or removed. Twin of `is_visible()`."""
        return self.filter(removed_at=None)

    def answers(self):
        return self.filter(kind="answer")

    def comments(self):
        return self.filter(kind="comment")

    def for_page(self):
        """With everything a post shows that hangs on the post itself, but for its Markdown."""
        return self.select_related("author__organisation__sector", "organisation_then__sector").defer("body")

    def slice_of(self, thread, *, start: int, size: int):
        """The opening, the accepted answer, and `size` answers from the `start`-th on (from 0), by number.

        Deleted and removed ones too: their tombstones keep their places.
        """
        also = Q(number=1) | Q(pk=thread.accepted_answer_id or 0)
        if size:
            answers = self.filter(thread=thread).answers().by_number().values("pk")[start : start + size]
            also |= Q(pk__in=answers)
        return self.filter(also, thread=thread).for_page().by_number()

    def helpful_after(self, thread, *, after: tuple[int, int] | None, size: int):
        """`size` visible answers, most helpful first, from the place (helpful count, number) on."""
        answers = self.filter(thread=thread).answers().visible()
        if after:
            count, number = after
            answers = answers.filter(Q(helpful_count__lt=count) | Q(helpful_count=count, number__gt=number))
        return answers.for_page().most_helpful()[:size]

    def comments_on(self, parents, *, first: int, all_on: int | None = None):
        """The `first` few comments on each of `parents` (ids), all on `all_on`; with `of`, how many there are."""
        ranked = self.filter(parent__in=parents, kind="comment").annotate(
            place=Window(RowNumber(), partition_by="parent", order_by="number"),
            of=Window(Count("pk"), partition_by="parent"),
        )
        return ranked.filter(Q(place__lte=first) | Q(parent=all_on or 0)).for_page().by_number()

    def of_thread(self, thread):
        """The posts of a thread, with what their own pages show."""
        people = ("author__organisation__sector", "organisation_then__sector")
        return self.filter(thread=thread).select_related(*people)

    def with_answers_before(self):
        """With `answers_before`: how many answers stand before a post, or before what it is on; tombstones too."""
        place = Coalesce(OuterRef("parent__number"), OuterRef("number"))
        answers = self.model.objects.filter(thread=OuterRef("thread"), number__lt=place).answers()
        return self.select_related("parent").annotate(answers_before=UpTo(answers.values("pk").order_by()))

    def first_new_to(self, thread, member, *, above: int):
        """The first visible post by somebody else above a number, or None."""
        posts = self.new_in(thread, above=above).exclude(author=member)
        return posts.with_answers_before().by_number().first()

    def new_to(self, thread, member, *, above: int) -> list[int]:
        """The numbers of the visible posts by other people above a number; MOST_COUNTED at most."""
        posts = self.new_in(thread, above=above).by_number()
        if member.is_authenticated:
            posts = posts.exclude(author=member)
        return list(posts.values_list("number", flat=True)[:MOST_COUNTED])

    def new_in(self, thread, *, above: int):
        """Visible posts above a number."""
        return self.filter(thread=thread, number__gt=above).visible()

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

    Only those `member` may see and who may read the space (None: any space), and not `member`. By name.
    """
    from members.models import Member

    starts = Q(display_name__istartswith=text) | Q(display_name__icontains=f" {text}")
    starts |= Q(handle__istartswith=text) | Q(handle__icontains=f"-{text}")
    people = Member.objects.visible_to(member).taking_part().filter(starts).exclude(pk=member.pk).with_organisation()
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


def counts_for(member) -> dict[str, int]:
    """What the tabs count for a member, each up to MOST_COUNTED, in one query.

    `following`, `mine`: with something new; `unanswered`: questions waiting. And `newest`: the number of the
    newest thread, 0 when there is none.
    """
    from forum.models import Thread
    from members.models import Member

    visible = Thread.objects.visible_to(member).listed()
    counted = {
        "following": visible.followed_by(member).unread_by(member),
        "mine": visible.by(member).unread_by(member),
        "unanswered": visible.unanswered().filter(removed_at=None).order_by("-created_at"),
    }
    limited = {name: UpTo(threads.values("pk")[:MOST_COUNTED]) for name, threads in counted.items()}
    newest = Coalesce(Subquery(visible.order_by("-pk").values("pk")[:1]), 0)
    return Member.objects.filter(pk=member.pk).values(**limited, newest=newest).get()


def topics_of(member):
    """Topics a member follows (`followed`) or knows about, by name.

    With `total` visible threads, and `waiting`: visible unanswered questions of other people about it; both
    up to MOST_COUNTED.
    """
    from core.models import Topic
    from forum.models import Thread
    from members.models import Expertise

    about = Thread.objects.visible_to(member).filter(topic_links__tag=OuterRef("pk"), removed_at=None)
    waiting = about.unanswered().exclude(author=member).order_by("-created_at")
    followed = member.topic_follows.filter(follow="following", topic=OuterRef("pk"))
    known = Expertise.objects.filter(content_object=member, tag=OuterRef("pk"))
    return (
        Topic.objects.annotate(followed=Exists(followed), known=Exists(known))
        .filter(Q(followed=True) | Q(known=True))
        .annotate(total=UpTo(about.values("pk")[:MOST_COUNTED]), waiting=UpTo(waiting.values("pk")[:MOST_COUNTED]))
        .order_by("name")
    )


def topics_with_totals(member):
    """All topics of threads a reader may see, with `total`, counted up to MOST_COUNTED. By name."""
    from core.models import Topic
    from forum.models import Thread

    about = Thread.objects.visible_to(member).filter(topic_links__tag=OuterRef("pk"), removed_at=None)
    return Topic.objects.annotate(total=UpTo(about.values("pk")[:MOST_COUNTED])).filter(total__gt=0).order_by("name")


def topics_seen_by(member):
    """Topics of threads a reader may see: others name private things. Signed in, with `my_follow` as for spaces."""
    from core.models import Topic
    from forum.models import Thread, ThreadTopic

    threads = Thread.objects.visible_to(member).values("pk")
    topics = Topic.objects.filter(Exists(ThreadTopic.objects.filter(tag=OuterRef("pk"), content_object__in=threads)))
    if not member.is_authenticated:
        return topics
    return topics.annotate(
        mine=FilteredRelation("follows", condition=Q(follows__member=member)), my_follow=F("mine__follow")
    )


def topics_on(threads) -> dict[int, list]:
    """The topics of each of `threads` (ids), by name, in one query."""
    from forum.models import ThreadTopic

    topics: dict[int, list] = {pk: [] for pk in threads}
    links = ThreadTopic.objects.filter(content_object__in=threads).select_related("tag").order_by("tag__name")
    for link in links:
        topics[link.content_object_id].append(link.tag)
    return topics


def faces(ids) -> dict[int, object]:
    """Members by id, with what their faces show, in one query; none for no ids."""
    from members.models import Member

    return Member.objects.with_organisation().in_bulk(set(ids)) if ids else {}


def expertise_of(ids) -> dict[int, list]:
    """What each of some members (ids) knows about, by name, in one query."""
    from members.models import Expertise

    known: dict[int, list] = {}
    for link in Expertise.objects.filter(content_object__in=set(ids)).select_related("tag").order_by("tag__name"):
        known.setdefault(link.content_object_id, []).append(link.tag)
    return known


def topic_name(text: str, *, member) -> str:
    """The name of the topic an address means by its slug, where `member` may see it; else the text itself."""
    return topics_seen_by(member).filter(slug=text).values_list("name", flat=True).first() or text


def space_follows_of(member):
    """The spaces a member follows or mutes, of those they may read."""
    from forum.models import Space, SpaceFollow

    spaces = Space.objects.visible_to(member).values("pk")
    return SpaceFollow.objects.filter(member=member, space__in=spaces).select_related("space").order_by("space__name")


def thread_follows_of(member, *, most: int):
    """The marks of the threads a member follows or mutes, of those they may read; `most`, those of late first."""
    from forum.models import Reading, Thread

    threads = Thread.objects.visible_to(member).values("pk")
    marks = Reading.objects.filter(member=member, thread__in=threads).exclude(follow="default")
    return marks.select_related("thread").order_by("-thread__last_activity_at", "-pk")[:most]


def events_for(member, numbers: set[int]) -> dict[int, int]:
    """The event number of each of some threads that a member may read."""
    from forum.models import Thread

    return dict(Thread.objects.visible_to(member).filter(pk__in=numbers).values_list("pk", "change_no"))


# --- Reads of every page, compiled once ------------------------------------------------------------

_MOST_ROWS = 25  # a page of a list, and its notices
_MOST_POSTS = 24  # a page of a thread


def _marks(member, *threads):
    from forum.models import Reading

    return Reading.objects.filter(member=member, thread__in=threads)


def _groups(member):
    from forum.models import SpaceMembership

    return SpaceMembership.objects.filter(member=member).order_by("space_id")


def _helpful(member, *posts):
    from forum.models import Helpful

    return Helpful.objects.filter(member=member, post__in=posts)


def _draft(member, thread):
    from forum.models import Draft

    return Draft.objects.filter(member=member, thread=thread)


def _thread_for(role: str, standing: str):
    """The thread of a page as any reader of this role and standing gets it."""

    def make(number, member, organisation):
        from forum.models import Thread
        from members.models import Member

        reader = Member(pk=member, organisation_id=organisation, role=role, standing=standing)
        return Thread.objects.visible_to(reader).for_thread_page(reader).filter(pk=number)

    return make


def _numbered(thread, number):
    from forum.models import Post

    return Post.objects.filter(thread=thread, number=number).with_answers_before()


_numbered_in = Prepared(_numbered)
_marks_of = Prepared(_marks)
_groups_of = Prepared(_groups)
_helpful_of = Prepared(_helpful)
_draft_of = Prepared(_draft)
_threads_for: dict[tuple[str, str], Prepared] = {}


def numbers_read_by(member, threads: list[int]) -> dict[int, int]:
    """Up to which number a member has read each of some threads (ids, 25 at most); those never opened are left out."""
    padded = [*threads, *[0] * (_MOST_ROWS - len(threads))]
    return {mark.thread_id: mark.last_read_number for mark in _marks_of(member.pk, *padded)}


def groups_of(member) -> list[int]:
    """The private groups a member is in (space ids); [-1] for who does not take part: they read as the public does."""
    if not (member.is_authenticated and member.is_taking_part()):
        return [-1]
    return [one.space_id for one in _groups_of(member.pk)]


def found_helpful_by(member, among: list[int]) -> set[int]:
    """Which of some posts (ids) the member called helpful."""
    found: set[int] = set()
    for start in range(0, len(among), _MOST_POSTS):
        some = among[start : start + _MOST_POSTS]
        padded = [*some, *[0] * (_MOST_POSTS - len(some))]
        found.update(mark.post_id for mark in _helpful_of(member.pk, *padded))
    return found


def post_numbered(thread, number: int):
    """The post of a thread by its number, with what it is on and `answers_before`; None when there is none."""
    return _numbered_in.first(thread.pk, number)


def draft_of(member, thread):
    """What a member has typed as an answer to `thread`, or None."""
    return _draft_of.first(member.pk, thread.pk) if member.is_authenticated else None


def thread_for_page(member, number: int):
    """The thread `member` may see, with their marks (`for_thread_page`), or None."""
    from forum.models import Thread

    if number >= 2**63:
        return None
    if not member.is_authenticated:
        return Thread.objects.visible_to(member).for_thread_page(member).filter(pk=number).first()
    standing = member.standing if member.is_active else "banned"
    read = _threads_for.setdefault((member.role, standing), Prepared(_thread_for(member.role, standing)))
    return read.first(number, member.pk, member.organisation_id or 0)
