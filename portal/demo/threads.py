"""Spaces and threads with their answers, written straight into the tables with the counters the acts would keep."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils import timezone
from django.utils.text import slugify

from core import markdown
from forum.actions.writing import FACES
from forum.models import Helpful, Mention, Post, Reading, Space, SpaceMembership, Thread, ThreadTopic, UsToo
from forum.models.thread import ACTS
from members.models import Member
from portal.demo import files
from portal.demo.members import topics_named


@dataclass
class Planned:
    """A post to be written: its row, what it comments on, and what the file says of it."""

    post: Post
    row: dict
    parent: "Planned | None" = None
    comments: list["Planned"] = field(default_factory=list)


def load() -> int:
    """Add the spaces and threads that are not there yet; how many threads."""
    people = {person.handle: person for person in Member.objects.with_organisation()}
    spaces = _spaces(people)
    there = set(Thread.objects.values_list("title", flat=True))
    rows = [row for row in files.threads() if row["title"] not in there]
    topics = topics_named({name for row in rows for name in row["tags"]})
    now = timezone.now()
    threads = Thread.objects.bulk_create(_thread(row, spaces, people, now) for row in rows)
    for thread, row in zip(threads, rows, strict=True):
        _fill(thread, row, people, now)
        ThreadTopic.objects.bulk_create(
            ThreadTopic(content_object=thread, tag=topics[name])
            for name in dict.fromkeys(" ".join(tag.lower().split()) for tag in row["tags"])
        )
    return len(threads)


def write(row: dict, **fields) -> Thread:
    """Add one thread with its posts, as the files have them; `fields` of the thread besides: what it is about."""
    people = {person.handle: person for person in Member.objects.with_organisation()}
    now = timezone.now()
    thread = _thread(row, {space.slug: space for space in Space.objects.all()}, people, now)
    for name, value in fields.items():
        setattr(thread, name, value)
    thread.save()
    _fill(thread, row, people, now)
    for topic in topics_named(set(row["tags"])).values():
        ThreadTopic.objects.create(content_object=thread, tag=topic)
    return thread


def _spaces(people: dict[str, Member]) -> dict[str, Space]:
    found = {space.slug: space for space in Space.objects.all()}
    names = ("name", "purpose", "visibility", "target_hours", "mail_policy", "order")
    for row in files.toml("spaces.toml")["space"]:
        if row["slug"] not in found:
            space = Space.objects.create(
                slug=row["slug"], for_pages=row.get("for_pages", False), **{name: row[name] for name in names}
            )
            found[space.slug] = space
            SpaceMembership.objects.bulk_create(
                SpaceMembership(space=space, member=people[handle]) for handle in row.get("people", [])
            )
    return found


def slug_of(title: str) -> str:
    """As `Thread.save` makes it: rows written in bulk skip that."""
    slug = slugify(title)[:80].strip("-") or "thread"
    return f"{slug}-thread" if slug in ACTS else slug


def _thread(row: dict, spaces: dict[str, Space], people: dict[str, Member], now: dt.datetime) -> Thread:
    asker = people[row["asker"]]
    return Thread(
        kind=row["kind"], title=row["title"], slug=slug_of(row["title"]), space=spaces[row["space"]],
        author=asker, organisation_then_id=asker.organisation_id, pinned=row.get("pinned", False),
        created_at=at_work(now - dt.timedelta(days=row["days_ago"]), now=now),
    )  # fmt: skip


def at_work(moment: dt.datetime, *, now: dt.datetime) -> dt.datetime:
    """The moment itself in office hours, else shortly after the next morning's eight o'clock, if that has been."""
    local = timezone.localtime(moment)
    day = local if local.hour < 18 else local + dt.timedelta(days=1)
    day += dt.timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
    if day == local and local.hour >= 8:
        return moment
    morning = day.replace(hour=8, minute=5 + local.minute // 2, second=local.second)
    return morning if morning < now else moment


def _fill(thread: Thread, row: dict, people: dict[str, Member], now: dt.datetime) -> None:
    """Write the posts of a thread and all that hangs on them, and set its counters."""
    planned = _planned(thread, row, people, now)
    Post.objects.bulk_create(plan.post for plan in planned if plan.parent is None)
    for plan in planned:
        if plan.parent is not None:
            plan.post.parent = plan.parent.post
    Post.objects.bulk_create(plan.post for plan in planned if plan.parent is not None)
    _reactions(thread, row, planned, people)
    _marks(thread, [plan.post for plan in planned])
    accepted = next((plan for plan in planned if plan.row.get("accepted")), None)
    _count(thread, [plan.post for plan in planned], accepted, now)


def _planned(thread: Thread, row: dict, people: dict[str, Member], now: dt.datetime) -> list[Planned]:
    """The posts in the order they were written, numbered from 1."""

    def plan(entry: dict, kind: str, parent: Planned | None = None) -> Planned:
        author = people[entry["by"]]
        at = at_work(min(thread.created_at + dt.timedelta(hours=entry["hours_after"]), now), now=now)
        handles = markdown.mentioned_handles(entry["body"]) & set(people)
        html = markdown.render(entry["body"], link_handles=handles, person_url=lambda one: f"/people/{one}/")
        post = Post(
            thread=thread, kind=kind, author=author, organisation_then_id=author.organisation_id, body=entry["body"],
            html=html, renderer_version=markdown.RENDERER_VERSION, created_at=at,
            helpful_count=len(set(entry.get("helpful", [])) - {entry["by"]}),
        )  # fmt: skip
        return Planned(post, entry, parent)

    opening = plan({"by": row["asker"], "hours_after": 0, "body": row["body"]}, Post.Kind.OPENING)
    posts = [opening]
    posts += [plan(entry, Post.Kind.COMMENT, opening) for entry in row.get("comments", [])]
    for entry in row.get("answers", []):
        answer = plan(entry, Post.Kind.ANSWER)
        posts += [answer, *(plan(comment, Post.Kind.COMMENT, answer) for comment in entry.get("comments", []))]
    posts[1:] = sorted(posts[1:], key=lambda one: (one.row["hours_after"], one.parent is not None))
    for number, one in enumerate(posts, start=1):
        one.post.number = number
        if number > 1:  # several who come to work at eight write one after the other
            before = posts[number - 2].post.created_at
            one.post.created_at = min(max(one.post.created_at, before + dt.timedelta(minutes=4)), now)
    return posts


def _reactions(thread: Thread, row: dict, planned: list[Planned], people: dict[str, Member]) -> None:
    Helpful.objects.bulk_create(
        Helpful(post=plan.post, member=people[handle], created_at=plan.post.created_at)
        for plan in planned
        for handle in sorted(set(plan.row.get("helpful", [])) - {plan.row["by"]})
    )
    Mention.objects.bulk_create(
        Mention(post=plan.post, member=people[handle])
        for plan in planned
        for handle in sorted(markdown.mentioned_handles(plan.row["body"]) & set(people))
    )
    too = {people[handle].organisation_id: people[handle] for handle in reversed(row.get("us_too", []))}
    too.pop(thread.organisation_then_id, None)
    UsToo.objects.bulk_create(  # type: ignore[misc]
        UsToo(thread=thread, organisation_id=body, member=person, created_at=thread.created_at)
        for body, person in too.items()
    )
    thread.us_too_count = len(too)


def _marks(thread: Thread, posts: list[Post]) -> None:
    """Who wrote in a thread follows it, and has read it up to the end."""
    Reading.objects.bulk_create(  # type: ignore[misc]
        Reading(member_id=pk, thread=thread, last_read_number=len(posts), follow="following")
        for pk in dict.fromkeys(post.author_id for post in posts)
    )


def _count(thread: Thread, posts: list[Post], accepted: Planned | None, now: dt.datetime) -> None:
    """Set the counters to what `forum.actions` would have made of these posts."""
    last, answers = posts[-1], [post for post in posts if post.kind == Post.Kind.ANSWER]
    voices = list(dict.fromkeys(post.author_id for post in reversed(posts)))
    thread.highest_number = thread.highest_visible_number = len(posts)
    thread.answer_count = len(answers)
    thread.peer_answer_count = sum(post.author_id != thread.author_id for post in answers)
    thread.voices, thread.voice_count = voices[:FACES], len(voices)
    thread.last_activity_at, thread.last_author_id = last.created_at, last.author_id
    thread.change_no = len(posts) + thread.us_too_count + (accepted is not None)
    if accepted is not None:
        thread.accepted_answer = accepted.post
        hours = accepted.row.get("accepted_hours_after", accepted.row["hours_after"] + 2)
        at = at_work(thread.created_at + dt.timedelta(hours=hours), now=now)
        thread.accepted_at = min(max(at, accepted.post.created_at + dt.timedelta(minutes=9)), now)
    Thread.objects.bulk_update(
        [thread],
        ["highest_number", "highest_visible_number", "answer_count", "peer_answer_count", "voices", "voice_count",
         "last_activity_at", "last_author", "us_too_count", "change_no", "accepted_answer", "accepted_at"],
    )  # fmt: skip


def totals() -> dict[str, int]:
    """How many threads and posts there are, for the closing line."""
    return Thread.objects.aggregate(threads=Count("pk", distinct=True), posts=Count("posts"))
