"""What every act that writes a post shares: the row lock, the numbers, the mentions, the consequences."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from core import caching, markdown, rows
from core.bulk import Conflict
from core.live import readers_changed
from core.prepared import Prepared
from forum import about, live
from forum.models import Mention, Post, Reading, Space, Thread
from forum.models.thread import ShownAs
from forum.pages import mentions
from members.models import Member
from reference import recognising
from reference.actions import citing
from reference.models import Citation

MOST_TOLD = 50  # people that one post tells that it mentions them
FACES = 4  # voices kept on a thread: what a row of the list shows, and one to tell there are more


class SentBefore(Exception):
    """The same form was sent twice; `post` is what the first one made."""

    def __init__(self, post: Post):
        super().__init__("This was posted already.")
        self.post = post


def sent_before(*, by: Member, once_key: uuid.UUID | None) -> Post | None:
    """What this form already made, if it was sent before."""
    if once_key is None:
        return None
    return Post.objects.select_related("thread").filter(author=by, once_key=once_key).first()


@contextmanager
def once(*, by: Member, once_key: uuid.UUID | None) -> Iterator[None]:
    """A transaction that writes a post. Raises SentBefore when another request with this `once_key` won the race."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        if earlier := sent_before(by=by, once_key=once_key):
            raise SentBefore(earlier) from None
        raise


def lock_thread(thread: Thread | int) -> Thread:
    """The thread with its row locked until the transaction ends: its numbers and counters are ours to raise.

    Raises Thread.DoesNotExist.
    """
    locked = _locked.first(thread.pk if isinstance(thread, Thread) else thread)
    if locked is None:
        raise Thread.DoesNotExist
    return locked


def hold_spaces() -> None:
    """Until the transaction ends no space is for others, no thread about a thing starts, and none follows its thing.

    Whoever does one of these comes here first, before any thread is locked: else two at once miss each other.
    """
    list(Space.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_threads(threads: QuerySet) -> list[Thread]:
    """The same of many, in the order of their numbers: whoever locks more than one does it so, and before any inbox."""
    return list(threads.select_for_update(of=("self",)).select_related("space").order_by("pk"))


_locked = Prepared(
    lambda number: Thread.objects.select_for_update(of=("self",)).select_related("space").filter(pk=number)
)


def mentionable(text: str, *, by: Member, space) -> list[Member]:
    """The members that `@handle`s of a text name: only those the writer may see and who may read the space.

    No query when nothing is mentioned; the writer is never among them.
    """
    handles = markdown.mentioned_handles(text)
    if not handles:
        return []
    found = Member.objects.visible_to(by).taking_part().filter(handle__in=handles)
    if space.visibility == space.Visibility.GROUP:
        found = found.filter(space_memberships__space=space)
    return list(found)


def rendered(text: str, *, by: Member, space) -> tuple[str, list[Member]]:
    """The HTML of a text as it will stand in `space`, and whom it mentions. The preview calls this too.

    It links everyone it mentions, also who hides their name from some who read there: whatever shows a post to
    somebody asks `forum.pages.mentions` first, which leaves “@a member” of whom they may not see.
    """
    people = mentionable(text, by=by, space=space) if space is not None else []
    html = mentions.linked(text, [one.handle for one in people])
    return html, [person for person in people if person.pk != by.pk][:MOST_TOLD]


def write_post(
    *, thread: Thread, by: Member, kind: str, body: str, now: dt.datetime, parent: Post | None = None,
    once_key: uuid.UUID | None = None,
) -> tuple[Post, list[Member]]:  # fmt: skip
    """Write the next post of a locked thread; the post, and whom it mentions. In a transaction of `once`."""
    html, people = rendered(body, by=by, space=thread.space)
    post = Post(
        thread=thread, number=thread.highest_number + 1, kind=kind, parent=parent, author=by,
        organisation_then_id=by.organisation_id, shown_as=ShownAs.NAME, body=body, html=html,
        renderer_version=markdown.RENDERER_VERSION, created_at=now, once_key=once_key,
    )  # fmt: skip
    rows.insert(post)
    if people:
        Mention.objects.bulk_create([Mention(post=post, member=person) for person in people], ignore_conflicts=True)
    cite_law(post)
    return post, people


def cite_law(post: Post, *, before: str = "") -> None:
    """Note which provisions of law an answer names: their pages list it, and its author hears when the law changes.

    `before` is what it said until now: what was named only there is cited no longer; what was added by hand stays.
    """
    if post.kind != Post.Kind.ANSWER or post.author is None:
        return
    named = recognising.provisions_in(post.body)
    dropped = {one.pk for one in recognising.provisions_in(before)} - {one.pk for one in named} if before else set()
    if not (named or dropped):
        return
    kept = [one.provision for one in Citation.objects.of(post) if one.provision_id not in dropped] if before else []
    citing.cite(target=post, provisions=list({one.pk: one for one in [*kept, *named]}.values()), owner=post.author)


def raise_counters(thread: Thread, post: Post, *, by: Member, now: dt.datetime) -> None:
    """Count a new post in its locked thread, in one statement."""
    answer = post.kind == Post.Kind.ANSWER
    before = thread.highest_visible_number
    thread.highest_number = thread.highest_visible_number = post.number
    thread.last_activity_at = now
    thread.last_author_id = by.pk
    thread.answer_count += answer
    thread.peer_answer_count += answer and by.pk != thread.author_id
    if by.pk not in thread.voices:
        thread.voice_count = _voices_count(thread) if thread.voice_count > FACES else thread.voice_count + 1
    thread.voices = [by.pk, *(pk for pk in thread.voices if pk != by.pk)][:FACES]
    thread.change_no += 1
    rows.change(
        Thread, thread.pk, highest_number=thread.highest_number,
        highest_visible_number=thread.highest_visible_number, last_activity_at=now, last_author=by.pk,
        answer_count=thread.answer_count, peer_answer_count=thread.peer_answer_count, voices=thread.voices,
        voice_count=thread.voice_count, change_no=thread.change_no,
    )  # fmt: skip
    read_own_post(thread, post, by=by, before=before)


def _voices_count(thread: Thread) -> int:
    """How many people have a post that stands, counted: only when more than the faces kept can say."""
    return thread.posts.visible().values("author_id").distinct().count()


# A mark that stands: who had read everything has read their own post too, and now follows.
READ_ON = Conflict(
    columns=("member_id", "thread_id"),
    update={
        "last_read_number": "CASE WHEN old.last_read_number >= %s THEN %s ELSE old.last_read_number END",
        "follow": "CASE WHEN old.follow = 'default' THEN 'following' ELSE old.follow END",
    },
)


def read_own_post(thread: Thread, post: Post, *, by: Member, before: int) -> None:
    """The writer has read what they wrote, unless something above it is still unread; and follows the thread.

    `before` is the highest visible number before the post.
    """
    rows.upsert(
        Reading, READ_ON, before, post.number,
        member=by.pk, thread=thread.pk, last_read_number=0 if before else post.number, follow="following",
    )  # fmt: skip


def bump(thread: Thread, **changes) -> None:
    """Save a change of state a reader could see, raise the thread's event number, tell open tabs.

    When it goes elsewhere or is hidden, that is the last that tabs hear of it whose readers it is not for any more.
    """
    Thread.objects.filter(pk=thread.pk).update(change_no=F("change_no") + 1, **changes)
    thread.change_no += 1
    changed(thread)
    if "space" in changes or changes.get("removed_at"):
        readers_changed(f"thread.{thread.pk}")


def changed(thread: Thread) -> None:
    """After a change of a thread: forget kept pages and tell open tabs, on commit."""
    name = about.cache_name(thread)
    caching.touch(f"thread:{thread.pk}", "forum", *([name] if name else []))
    live.thread_changed(thread)
