"""What every act that writes a post shares: the row lock, the numbers, the mentions, the consequences."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from django.db.models import F

from core import caching, markdown
from forum import live
from forum.models import Mention, Post, Reading, Thread
from forum.models.thread import ShownAs
from members.models import Member
from members.models.member import Audience

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


def lock_thread(thread: Thread | int) -> Thread:
    """The thread with its row locked until the transaction ends: its numbers and counters are ours to raise."""
    pk = thread.pk if isinstance(thread, Thread) else thread
    return Thread.objects.select_for_update(of=("self",)).select_related("space").get(pk=pk)


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
    return list(found[:50])


def rendered(text: str, *, by: Member, space) -> tuple[str, list[Member]]:
    """The HTML of a text as it will stand in `space`, and whom it mentions. The preview calls this too."""
    people = mentionable(text, by=by, space=space) if space is not None else []
    # where anyone reads, a link must not confirm the name of who shows it to members only; they are told all the same
    linked = [one.handle for one in people if one.show_name == Audience.EVERYONE or not space.is_public()]
    html = markdown.render(text, link_handles=linked, person_url=lambda handle: f"/people/{handle}/")
    return html, [person for person in people if person.pk != by.pk]


def write_post(
    *, thread: Thread, by: Member, kind: str, body: str, now: dt.datetime, parent: Post | None = None,
    once_key: uuid.UUID | None = None,
) -> tuple[Post, list[Member]]:  # fmt: skip
    """Write the next post of a locked thread and raise its numbers; the post, and whom it mentions.

    Raises SentBefore when another request with the same `once_key` won the race.
    """
    html, people = rendered(body, by=by, space=thread.space)
    number = thread.highest_number + 1
    try:
        with transaction.atomic():
            post = Post.objects.create(
                thread=thread, number=number, kind=kind, parent=parent, author=by,
                organisation_then_id=by.organisation_id, shown_as=ShownAs.NAME, body=body, html=html,
                renderer_version=markdown.RENDERER_VERSION, created_at=now, once_key=once_key,
            )  # fmt: skip
    except IntegrityError:
        if earlier := sent_before(by=by, once_key=once_key):
            raise SentBefore(earlier) from None
        raise
    if people:
        Mention.objects.bulk_create([Mention(post=post, member=person) for person in people], ignore_conflicts=True)
    return post, people


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
    Thread.objects.filter(pk=thread.pk).update(
        highest_number=thread.highest_number, highest_visible_number=thread.highest_visible_number,
        last_activity_at=now, last_author=by, answer_count=thread.answer_count,
        peer_answer_count=thread.peer_answer_count, voices=thread.voices, voice_count=thread.voice_count,
        change_no=thread.change_no,
    )  # fmt: skip
    read_own_post(thread, post, by=by, before=before)


def _voices_count(thread: Thread) -> int:
    """How many people posted, counted: only when more than the faces kept can say."""
    return thread.posts.values("author_id").distinct().count()


def read_own_post(thread: Thread, post: Post, *, by: Member, before: int) -> None:
    """The writer has read what they wrote, unless something above it is still unread; and follows the thread.

    `before` is the highest visible number before the post.
    """
    mark, made = Reading.objects.get_or_create(
        member=by, thread=thread, defaults={"last_read_number": 0 if before else post.number, "follow": "following"}
    )
    if made:
        return
    if mark.last_read_number >= before:
        mark.last_read_number = post.number
    if mark.follow == "default":
        mark.follow = "following"
    mark.save(update_fields=["last_read_number", "follow"])


def bump(thread: Thread, **changes) -> None:
    """Save a change of state a reader could see, raise the thread's event number, tell open tabs."""
    Thread.objects.filter(pk=thread.pk).update(change_no=F("change_no") + 1, **changes)
    thread.change_no += 1
    changed(thread)


def changed(thread: Thread) -> None:
    """After a change of a thread: forget kept pages and tell open tabs, on commit."""
    caching.touch(f"thread:{thread.pk}", "forum")
    live.thread_changed(thread)
