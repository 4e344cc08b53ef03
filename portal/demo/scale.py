"""The large data set: made-up members and threads on top of the demo, for load runs."""

import datetime as dt
import json
import random
from collections import namedtuple
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
from portal.demo.paragraphs import paragraphs, phrases, titles
from portal.demo.threads import slug_of

DISTINCT = 2400  # paragraphs
YEARS = 3
INDEXED = 12  # posts of a thread that the search index holds, as in Thread.posts_text
PostRow = namedtuple(
    "PostRow",
    "id thread_id number kind parent_id author_id organisation_then_id shown_as body html renderer_version created_at "
    "helpful_count removed_by removed_why",
)
ThreadRow = namedtuple(
    "ThreadRow",
    "id kind title slug space_id author_id organisation_then_id shown_as created_at last_activity_at last_author_id "
    "highest_number highest_visible_number answer_count peer_answer_count us_too_count change_no voices voice_count "
    "accepted_answer_id accepted_at pinned locked",
)


@dataclass
class Crowd:
    """What the rows are made of, and the side tables they fill as they are made."""

    dice: random.Random
    people: list[tuple[int, int]]  # (member, organisation)
    spaces: list[int]
    texts: list[tuple[str, str]]  # (Markdown, HTML)
    now: dt.datetime
    thread_rows: list[ThreadRow] = field(default_factory=list)
    marks: list[tuple] = field(default_factory=list)
    helpful: list[tuple] = field(default_factory=list)
    words: list[tuple[int, str, str]] = field(default_factory=list)


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
        name, body = (
            f"{dice.choice(phrases()['first_names'])} {dice.choice(phrases()['last_names'])}",
            dice.choice(bodies),
        )
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
    rows = _posts(crowd, first_thread, first_post, list(_sizes(count, posts, long)))
    wrote = bulkload.copy_rows(Post, PostRow._fields, rows, wrote=lambda done: progress(_bar("posts", done, total)))
    progress(_bar("posts", wrote, wrote))
    bulkload.copy_rows(Thread, ThreadRow._fields, crowd.thread_rows)
    progress(f"{len(crowd.marks):,} read marks")
    bulkload.copy_rows(Reading, ["member_id", "thread_id", "last_read_number", "follow"], crowd.marks)
    bulkload.copy_rows(Helpful, ["post_id", "member_id", "created_at"], crowd.helpful)
    progress("topics")
    named = _topics(crowd)
    progress("search index")
    bulkload.index_texts(Thread, ((pk, title, named[pk], body) for pk, title, body in crowd.words))
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
    """How many posts each thread has: one in 20 waits alone, the next has what it lacks; one in the middle is long."""
    for number in range(count):
        if number == count // 2:
            yield long
        elif number % 20 == 18 and number + 1 != count // 2:
            yield 1
        elif number % 20 == 19 and number - 1 != count // 2:
            yield 2 * posts - 1
        else:
            yield posts


def _posts(crowd: Crowd, thread: int, post: int, sizes: list[int]) -> Iterator[tuple]:
    """The rows of all posts; what belongs to their threads is put down in `crowd` on the way."""
    names = titles()
    step = dt.timedelta(days=365 * YEARS) / (len(sizes) + 1)
    for number, size in enumerate(sizes):
        created = crowd.now - dt.timedelta(days=365 * YEARS) + step * number
        rows = _one_thread(crowd, thread + number, first=post, size=size, created=created, title=next(names))
        post += size
        yield from rows


def _one_thread(crowd: Crowd, pk: int, *, first: int, size: int, created: dt.datetime, title: str) -> list[PostRow]:
    """The posts of one thread; its own row and what hangs on it are put down in `crowd`."""
    # A few dozen voices even in a long thread: a real one has regulars.
    voices = crowd.dice.sample(crowd.people, min(max(3, min(size, 40)), len(crowd.people)))
    step = min(dt.timedelta(days=20), crowd.now - created) / (size + 1)
    rows: list[PostRow] = []
    for number in range(1, size + 1):
        author = voices[0] if number == 1 else crowd.dice.choice(voices)
        post = _post(crowd, author, rows)
        rows.append(post._replace(id=first + number - 1, thread_id=pk, created_at=created + step * (number - 1)))
    answers = [row for row in rows if row.kind == "answer" and row.author_id != rows[0].author_id]
    accepted = answers[0] if answers and crowd.dice.random() < 0.6 else None
    if accepted:
        fans = [person for person, _ in voices if person != accepted.author_id][:2]
        crowd.helpful += [(accepted.id, person, accepted.created_at) for person in fans]
        rows[accepted.number - 1] = accepted._replace(helpful_count=len(fans))
    _put_down(crowd, rows, title, accepted)
    return rows


def _post(crowd: Crowd, author: tuple[int, int], before: list[PostRow]) -> PostRow:
    """The next post: the opening, an answer, or a comment on one of the last answers. Its id and time are to come."""
    dice = crowd.dice
    answers = [row.id for row in before[-20:] if row.kind == "answer"]
    comment = bool(answers) and dice.random() < 0.35
    kind = "comment" if comment else "answer" if before else "opening"
    chosen = [dice.choice(crowd.texts) for _ in range(1 if comment else dice.choice((1, 2, 2)))]
    return PostRow(
        id=None, thread_id=None, number=len(before) + 1, kind=kind,
        parent_id=dice.choice(answers) if comment else None, author_id=author[0], organisation_then_id=author[1],
        shown_as="name", body="\n\n".join(body for body, _ in chosen), html="".join(html for _, html in chosen),
        renderer_version=markdown.RENDERER_VERSION, created_at=None, helpful_count=0, removed_by="", removed_why="",
    )  # fmt: skip


def _put_down(crowd: Crowd, rows: list[PostRow], title: str, accepted: PostRow | None) -> None:
    """The thread's own row, the read marks of those who wrote in it, and its words for the search."""
    opening, last = rows[0], rows[-1]
    voices = list(dict.fromkeys(row.author_id for row in reversed(rows)))
    answers = [row.author_id for row in rows if row.kind == "answer"]
    question = accepted or len(rows) == 1 or crowd.dice.random() < 0.7
    crowd.thread_rows.append(
        ThreadRow(
            id=opening.thread_id, kind="question" if question else "discussion", title=title, slug=slug_of(title),
            space_id=crowd.dice.choice(crowd.spaces), author_id=opening.author_id,
            organisation_then_id=opening.organisation_then_id, shown_as="name", created_at=opening.created_at,
            last_activity_at=last.created_at, last_author_id=last.author_id, highest_number=len(rows),
            highest_visible_number=len(rows), answer_count=len(answers),
            peer_answer_count=sum(author != opening.author_id for author in answers), us_too_count=0,
            change_no=len(rows), voices=json.dumps(voices[:FACES]), voice_count=len(voices),
            accepted_answer_id=accepted.id if accepted else None, accepted_at=last.created_at if accepted else None,
            pinned=False, locked=False,
        )
    )  # fmt: skip
    crowd.marks += [(person, opening.thread_id, len(rows), "following") for person in voices]
    words = " ".join(row.body for row in rows[:INDEXED]).replace("\n", " ")
    crowd.words.append((opening.thread_id, title, words[:20_000]))


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
