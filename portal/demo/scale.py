"""The large data set: made-up members and threads on top of the demo, for load runs."""

import datetime as dt
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from core import bulkload, markdown
from core.models import Topic
from forum.actions.writing import FACES
from forum.models import Helpful, Post, Reading, Space, Thread, ThreadTopic
from members.models import Member, Organisation
from portal.demo.members import PASSWORD
from portal.demo.paragraphs import paragraphs, titles
from portal.demo.threads import slug_of

DISTINCT = 2400  # paragraphs
YEARS = 3
FIRST = [
    "Ada",
    "Ben",
    "Carys",
    "Dev",
    "Ellie",
    "Finn",
    "Gita",
    "Hugh",
    "Ines",
    "Jude",
    "Kemi",
    "Luca",
    "Mina",
    "Noel",
    "Orla",
    "Pavel",
    "Queenie",
    "Rhys",
    "Sana",
    "Theo",
]
LAST = [
    "Ashby",
    "Birch",
    "Cole",
    "Dunmow",
    "Easton",
    "Fenn",
    "Gosling",
    "Hythe",
    "Ingle",
    "Jarvis",
    "Keeble",
    "Layer",
    "Marsh",
    "Nott",
    "Osier",
    "Pleshey",
    "Quay",
    "Rowe",
]
POST = [
    "id",
    "thread_id",
    "number",
    "kind",
    "parent_id",
    "author_id",
    "organisation_then_id",
    "shown_as",
    "body",
    "html",
    "renderer_version",
    "created_at",
    "helpful_count",
    "removed_by",
    "removed_why",
]
THREAD = [
    "id",
    "kind",
    "title",
    "slug",
    "space_id",
    "author_id",
    "organisation_then_id",
    "shown_as",
    "created_at",
    "last_activity_at",
    "last_author_id",
    "highest_number",
    "highest_visible_number",
    "answer_count",
    "peer_answer_count",
    "us_too_count",
    "change_no",
    "voices",
    "voice_count",
    "accepted_answer_id",
    "accepted_at",
    "pinned",
    "locked",
]


@dataclass
class Crowd:
    """What the rows are made of, and the side tables they fill as they are made."""

    dice: random.Random
    people: list[tuple[int, int]]  # (member, organisation)
    spaces: list[int]
    texts: list[tuple[str, str]]  # (Markdown, HTML)
    now: dt.datetime
    thread_rows: list[tuple] = field(default_factory=list)
    marks: list[tuple] = field(default_factory=list)
    helpful: list[tuple] = field(default_factory=list)
    words: list[tuple[int, str, str, str]] = field(default_factory=list)


def load(*, threads: int, posts: int, members: int, long: int, watchers: int = 0, progress: Callable = print) -> dict:
    """Bring the site up to `threads` threads of `posts` posts each, `members` members, and one of `long` posts.

    Every 20th thread is a question that still waits; the one after it has the posts it lacks. `watchers`
    members follow the long thread; members are added when there are too few. Nothing happens when the
    threads are there already. Returns how many threads and posts there are.
    """
    if Thread.objects.count() < threads:
        with transaction.atomic():
            _members(max(members, watchers), progress)
            _threads(threads - Thread.objects.count(), posts, long, progress)
        bulkload.analyse()
    if watchers:
        _watch(watchers)
    return {"threads": Thread.objects.count(), "posts": Post.objects.count()}


def _members(count: int, progress: Callable) -> None:
    missing = count - Member.objects.count()
    if missing <= 0:
        return
    progress(f"{missing:,} members")
    dice, start = random.Random(7), Member.objects.count()
    bodies = list(Organisation.objects.joinable().filter(invented=True).order_by("pk"))
    password, now = make_password(PASSWORD), timezone.now()
    people = []
    for number in range(start, start + missing):
        name, body = f"{dice.choice(FIRST)} {dice.choice(LAST)}", dice.choice(bodies)
        handle = f"{slug_of(name)}-{number}"
        people.append(
            Member(
                email=f"{handle}@{body.slug}.example.org", display_name=name, handle=handle, job_title="Officer",
                organisation=body, standing=Member.Standing.VOUCHED, password=password,
                date_joined=now - dt.timedelta(days=dice.randrange(30, 900)), caught_up_at=now - dt.timedelta(days=6),
            )
        )  # fmt: skip
    people = Member.objects.bulk_create(people, batch_size=1000)
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people], batch_size=1000
    )
    bulkload.index_texts(
        Member, ((one.pk, "", "", f"{one.display_name} Officer {one.organisation.name}") for one in people)
    )


def _threads(count: int, posts: int, long: int, progress: Callable) -> None:
    crowd = _crowd()
    first_thread, first_post = bulkload.next_pk(Thread), bulkload.next_pk(Post)
    total = count * posts + (long - posts)
    rows = _posts(crowd, first_thread, first_post, _sizes(count, posts, long))
    wrote = bulkload.copy_rows(Post, POST, rows, wrote=lambda done: progress(_bar("posts", done, total)))
    progress(_bar("posts", wrote, wrote))
    bulkload.copy_rows(Thread, THREAD, crowd.thread_rows)
    progress(f"{len(crowd.marks):,} read marks")
    bulkload.copy_rows(Reading, ["member_id", "thread_id", "last_read_number", "follow"], crowd.marks)
    bulkload.copy_rows(Helpful, ["post_id", "member_id", "created_at"], crowd.helpful)
    progress("topics")
    named = _topics(crowd)
    progress("search index")
    bulkload.index_texts(Thread, ((pk, title, named[pk], body) for pk, title, _, body in crowd.words))
    bulkload.mend_sequences(Thread, Post, Reading, Helpful, ThreadTopic)


def _bar(what: str, done: int, total: int) -> str:
    full = round(30 * done / max(total, 1))
    return f"[{'#' * full}{'.' * (30 - full)}] {done:,} of {total:,} {what}"


def _crowd() -> Crowd:
    people = Member.objects.taking_part().filter(organisation__invented=True).order_by("pk")
    spaces = dict(Space.objects.exclude(visibility="group").values_list("pk", "visibility"))
    rooms = [pk for pk, visibility in spaces.items() for _ in range(1 if visibility == "members" else 3)]
    texts = [(text, markdown.render(text)) for text in paragraphs(DISTINCT)]
    return Crowd(random.Random(11), list(people.values_list("pk", "organisation_id")), rooms, texts, timezone.now())


def _sizes(count: int, posts: int, long: int) -> Iterator[int]:
    """How many posts each thread has: one waits alone in 20, the next has what it lacks; the long one is in the middle."""
    for number in range(count):
        if number == count // 2:
            yield long
        elif number % 20 == 18 and number + 1 != count // 2:
            yield 1
        elif number % 20 == 19 and number - 1 != count // 2:
            yield 2 * posts - 1
        else:
            yield posts


def _posts(crowd: Crowd, thread: int, post: int, sizes: Iterator[int]) -> Iterator[tuple]:
    """The rows of all posts; what belongs to their threads is put down in `crowd` on the way."""
    sizes, names = list(sizes), titles()
    step = dt.timedelta(days=365 * YEARS) / (len(sizes) + 1)
    for number, size in enumerate(sizes):
        created = crowd.now - dt.timedelta(days=365 * YEARS) + step * number
        rows = _one_thread(crowd, thread + number, post, size, created, next(names))
        post += size
        yield from rows


def _one_thread(crowd: Crowd, pk: int, first: int, size: int, created: dt.datetime, title: str) -> list[tuple]:
    dice = crowd.dice
    # A few dozen voices even in a long thread: a real one has regulars.
    voices = dice.sample(crowd.people, min(max(3, min(size, 40)), len(crowd.people)))
    asker, reach = voices[0], min(dt.timedelta(days=20), crowd.now - created) / (size + 1)
    answers, rows, texts = [], [], []
    for number in range(1, size + 1):
        author = asker if number == 1 else dice.choice(voices)
        comment = number > 2 and answers and dice.random() < 0.35
        kind = "opening" if number == 1 else "comment" if comment else "answer"
        if kind == "answer":
            answers.append((first + number - 1, author[0]))
        parent = dice.choice(answers[-8:])[0] if comment else None
        body, html = _words(dice, crowd.texts, 1 if comment else dice.choice((1, 2, 2)))
        at = created + reach * (number - 1)
        rows.append(
            (first + number - 1, pk, number, kind, parent, author[0], author[1], "name", body, html,
             markdown.RENDERER_VERSION, at, 0, "", "")
        )  # fmt: skip
        texts.append(body)
    by_others = [answer for answer in answers if answer[1] != asker[0]]
    accepted = by_others[0][0] if by_others and dice.random() < 0.6 else None
    if accepted:
        rows[accepted - first] = _found_helpful(crowd, rows[accepted - first], voices)
    _put_down(crowd, rows, pk, title, answers, by_others, accepted)
    crowd.words.append((pk, title, "", " ".join(texts[:12])[:20_000].replace("\n", " ")))
    return rows


def _words(dice: random.Random, texts: list[tuple[str, str]], count: int) -> tuple[str, str]:
    chosen = [dice.choice(texts) for _ in range(count)]
    return "\n\n".join(body for body, _ in chosen), "".join(html for _, html in chosen)


def _found_helpful(crowd: Crowd, row: tuple, voices: list[tuple[int, int]]) -> tuple:
    """The accepted answer's row with two who found it helpful."""
    fans = [person for person, _ in voices if person != row[5]][:2]
    crowd.helpful += [(row[0], person, row[11]) for person in fans]
    return (*row[:12], len(fans), *row[13:])


def _put_down(crowd: Crowd, rows, pk: int, title: str, answers, by_others, accepted: int | None) -> None:
    """The thread's own row, and the read marks of those who wrote in it."""
    opening, last = rows[0], rows[-1]
    voices = list(dict.fromkeys(row[5] for row in reversed(rows)))
    kind = "question" if accepted or len(rows) == 1 or crowd.dice.random() < 0.7 else "discussion"
    crowd.thread_rows.append(
        (pk, kind, title, slug_of(title), crowd.dice.choice(crowd.spaces), opening[5], opening[6], "name", opening[11],
         last[11], last[5], len(rows), len(rows), len(answers), len(by_others), 0, len(rows), json.dumps(voices[:FACES]),
         len(voices), accepted, last[11] if accepted else None, False, False)
    )  # fmt: skip
    crowd.marks += [(person, pk, len(rows), "following") for person in voices]


def _topics(crowd: Crowd) -> dict[int, str]:
    """Two topics for each thread; their names by thread."""
    topics, links, named = list(Topic.objects.order_by("pk").values_list("pk", "name")), [], {}
    for pk, *_ in crowd.words:
        two = crowd.dice.sample(topics, 2)
        links += [(pk, topic) for topic, _ in two]
        named[pk] = " ".join(name for _, name in two)
    bulkload.copy_rows(ThreadTopic, ["content_object_id", "tag_id"], links)
    return named


def long_thread() -> Thread:
    """The thread with the most posts."""
    return Thread.objects.order_by("-highest_number", "pk")[:1].get()


def _watch(count: int) -> None:
    """Let `count` members follow the long thread, and nobody else."""
    thread = long_thread()
    people = list(Member.objects.taking_part().order_by("pk").values_list("pk", flat=True)[:count])
    Reading.objects.filter(thread=thread).update(follow="default")
    Reading.objects.bulk_create(
        [Reading(member_id=pk, thread=thread, last_read_number=0, follow="following") for pk in people],
        batch_size=1000, update_conflicts=True, unique_fields=["member", "thread"], update_fields=["follow"],
    )  # fmt: skip
