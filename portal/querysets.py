"""Reads of pages made of several apps; each starts at the apps' own `visible_to`."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Max, OuterRef, QuerySet
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from cms.models import TemplateVersion
from core.caching import made_once
from core.models import Topic
from core.prepared import Values
from forum.bylines import MEMBERS, audience_of, byline
from forum.models import Post, Thread, ThreadTopic
from forum.models.thread import SEARCHED
from forum.querysets import ThreadQuerySet
from members.models import Member, Organisation, OtherName, RetiredHandle
from reference.models import Term

RECENT = 8  # threads or answers on an organisation's or a person's page
PEOPLE_SHOWN = 60  # members of one organisation
POSTS_READ = SEARCHED  # posts of a thread that search looks through for an excerpt
TITLES = 2000  # whose words a misspelled one may have meant


def in_order(rows: QuerySet, pks: list[int]) -> list:
    """The rows of these primary keys, in their order."""
    found = rows.in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def standing_threads(viewer) -> ThreadQuerySet:
    """Threads `viewer` may read and nobody removed: moderators do not search what is gone either."""
    return Thread.objects.visible_to(viewer).filter(removed_at=None)


_opening_posts = Values(
    lambda *threads: (
        Post.objects.visible()
        .filter(thread__in=threads, number__lte=POSTS_READ * 2)
        .order_by("thread", "number")
        .values_list("thread", "html")
    )
)


def opening_posts(thread_pks: Sequence[int], *, most: int) -> dict[int, list[str]]:
    """The HTML of the first visible posts of each thread, `most` threads at most, in order."""
    posts: dict[int, list[str]] = {}
    for thread, html in _opening_posts(*thread_pks, *[0] * (most - len(thread_pks))):
        posts.setdefault(thread, []).append(html)
    return {pk: htmls[:POSTS_READ] for pk, htmls in posts.items()}


def topics_known_to(viewer) -> QuerySet:
    """Topics of threads `viewer` may read: others could name private things."""
    used = ThreadTopic.objects.filter(tag=OuterRef("pk"), content_object__in=standing_threads(viewer).values("pk"))
    return Topic.objects.filter(Exists(used)).order_by("name")


def words_written() -> list[str]:
    """The titles of what anyone may read, newest first, and the terms of the glossary; kept for some minutes.

    TITLES of each at most. One that is no longer public only stands for words that are not found any more.
    """

    def read() -> list[str]:
        pages = Page.objects.live().public().order_by("-pk").values_list("title", flat=True)[:TITLES]
        threads = standing_threads(AnonymousUser()).order_by("-pk").values_list("title", flat=True)[:TITLES]
        return [*pages, *threads, *Term.objects.values_list("term", flat=True)]

    return made_once("site", "words-written", read)


def names_known_to(viewer) -> list[str]:
    """Topics, and organisations' present, short and former names: what a misspelled word may have meant."""
    bodies = Organisation.objects.visible_to(viewer)
    names = [name for row in bodies.values_list("name", "short_name", "area") for name in row if name]
    names += OtherName.objects.filter(organisation__in=bodies.values("pk")).values_list("name", flat=True)
    return [*names, *topics_known_to(viewer).values_list("name", flat=True)]


def top_questions(viewer, count: int = 5) -> list[Thread]:
    """Answered questions that many organisations share."""
    threads = standing_threads(viewer).questions().answered()
    return list(threads.order_by("-us_too_count", "-last_activity_at", "-pk")[:count])


# --- Organisations -----------------------------------------------------------------------------------


def organisation_for(viewer, slug: str) -> Organisation | None:
    """The organisation with everything its page says of it, or None when `viewer` may not see it."""
    bodies = Organisation.objects.visible_to(viewer).select_related("sector", "parent")
    return bodies.prefetch_related("other_names", "successors", "predecessors", "parts").filter(slug=slug).first()


def people_at(body: Organisation, viewer) -> list[Member]:
    """Members who work there and show it to `viewer`, by name, each with a line of `detail`; at most PEOPLE_SHOWN.

    Two queries.
    """
    people = Member.objects.visible_to(viewer).taking_part().filter(organisation=body)
    if not viewer.is_core_team:
        people = people.exclude(show_organisation="nobody")
    people = people.with_organisation().prefetch_related("expertise").order_by("display_name", "pk")[:PEOPLE_SHOWN]
    shown = [person for person in people if person.shows("organisation", to=viewer)]
    for person in shown:
        person.detail = described(person, viewer, where=False)
    return shown


def described(member: Member, viewer, *, where: bool = True) -> str:
    """One line on a member, as far as they show it: job title, organisation, what they know about."""
    parts = [member.job_title] if member.job_title and member.shows("job_title", to=viewer) else []
    if where and member.organisation and member.shows("organisation", to=viewer):
        parts.append(member.organisation.name)
    topics = [topic.name for topic in member.expertise.all()] if member.shows("expertise", to=viewer) else []
    knows = [f"Knows about {', '.join(topics)}"] if topics else []
    return ". ".join([*([", ".join(parts)] if parts else []), *knows])


def threads_from(body: Organisation, viewer) -> list[Thread]:
    """The latest threads from this organisation by members who show `viewer` their name and where they work.

    Each has its byline as `line`.
    """
    audience = audience_of(viewer)
    audiences = ["everyone", "members"] if audience == MEMBERS else ["everyone"]
    named = {"author__show_name__in": audiences, "author__show_organisation__in": audiences}
    threads = standing_threads(viewer).filter(organisation_then=body, shown_as="name", **named)
    found = list(threads.for_list().order_by("-last_activity_at", "-pk")[:RECENT])
    for thread in found:
        thread.line = byline(thread, audience)
    return found


# --- People ------------------------------------------------------------------------------------------


def person_for(viewer, handle: str) -> Member | None:
    """The member of this handle, or None when `viewer` may not see them."""
    people = Member.objects.visible_to(viewer).with_organisation()
    return people.filter(handle=handle).first()


def person_once_called(viewer, handle: str) -> Member | None:
    """The member who once had this handle, if `viewer` may see them."""
    now = RetiredHandle.objects.filter(handle=handle).values("member")
    return Member.objects.visible_to(viewer).filter(pk__in=now).first()


def answers_by(member: Member, viewer) -> QuerySet:
    """Answers of a member, under their name, that `viewer` may read."""
    posts = Post.objects.visible().answers().filter(author=member, shown_as="name")
    return posts.filter(thread__in=standing_threads(viewer).values("pk"))


def answers_counted(member: Member, viewer) -> dict[str, int]:
    """How many answers there are, and how many were accepted: {"answers": 3, "accepted": 1}."""
    answers = answers_by(member, viewer)
    return {"answers": answers.count(), "accepted": answers.filter(accepted_for__isnull=False).count()}


def latest_answers(member: Member, viewer) -> list[Post]:
    """The newest, with their threads and spaces, and whether they were accepted."""
    posts = answers_by(member, viewer).select_related("thread__space", "accepted_for")
    return list(posts.order_by("-created_at", "-pk")[:RECENT])


def shown_parts(member: Member, viewer) -> list[str]:
    """What a member shows to `viewer` in words: name, job title, organisation, topics they know about.

    Wants the organisation selected and the expertise prefetched.
    """
    parts = [member.display_name]
    if member.job_title and member.shows("job_title", to=viewer):
        parts.append(member.job_title)
    if member.organisation and member.shows("organisation", to=viewer):
        parts.append(member.organisation.name)
    if member.shows("expertise", to=viewer):
        parts += [topic.name for topic in member.expertise.all()]
    return parts


# --- Pages -------------------------------------------------------------------------------------------


def texts_of(page: Page) -> list[str]:
    """The words of a page's body or parts, block by block: what search quotes from."""
    texts: list[str] = []
    for field in page._meta.get_fields():
        if isinstance(field, RichTextField):
            texts.append(getattr(page, field.name))
        elif isinstance(field, StreamField):
            stream = getattr(page, field.name)
            texts += map(str, stream.stream_block.get_searchable_content(stream))
    return texts


def newest_versions(templates: Sequence[int], viewer) -> dict[int, int]:
    """The number of the newest version of each template that `viewer` may fetch."""
    versions = TemplateVersion.objects.visible_to(viewer).filter(template__in=templates)
    return dict(versions.values_list("template").annotate(newest=Max("number")).order_by())
