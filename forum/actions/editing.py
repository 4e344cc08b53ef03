import datetime as dt

from django.db import transaction
from django.utils import timezone

from core import markdown
from forum import notices
from forum.actions import drafting
from forum.actions import topics as topic_acts
from forum.actions.discussing import for_whom_it_is_now
from forum.actions.refusals import AlreadyGone, ChangedMeanwhile, NotAllowed
from forum.actions.rendering import render_anew
from forum.actions.tombstones import bury, hold_posts, raise_again
from forum.actions.writing import bump, cite_law, hold_spaces, lock_thread, rendered
from forum.models import Mention, Place, Post, PostEdit, Thread
from forum.permissions import can_delete, can_edit, can_put_back
from members.models import Member


def edit(
    *, by: Member, post: Post, body: str, title: str | None = None, topics: list[str] | None = None,
    known: str = "", now: dt.datetime | None = None,
) -> Post:  # fmt: skip
    """Change what one's own post says; what it said before stays visible in its history.

    `title` and `topics` change the thread's, for its opening. People newly mentioned are told. A change
    that changes nothing leaves no trace. `known` is the version (`Post.version`) that the change was made to,
    "" for whichever there is. Raises NotAllowed, AlreadyGone, ChangedMeanwhile.
    """
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        post = _locked(post, thread, by=by)
        opening = post.kind == Post.Kind.OPENING
        title = " ".join(title.split()) if opening and title else thread.title
        topics = topics if opening and topics is not None and topic_acts.are_other(thread, topics) else None
        other_words = body != post.body or title != thread.title
        if known and (other_words or topics is not None):
            _must_be_known(post, known)
        if topics is not None:
            topic_acts.set_topics(thread, topics)
        if other_words:
            _write_anew(post, by=by, body=body, title=title, now=now or timezone.now())
        if other_words or topics is not None:
            bump(thread)
            notices.reindex(thread)
        drafting.discard_draft(by=by, place=Place.edit(post))
    return post


def _locked(post: Post, thread: Thread, *, by: Member) -> Post:
    """The post as it is now, held until the transaction ends. Raises NotAllowed, AlreadyGone."""
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    post.thread = thread
    if not post.is_visible():
        raise AlreadyGone("This post was deleted meanwhile.")
    if not can_edit(by, post):
        raise NotAllowed("Only its author can change a post.")
    return post


def _must_be_known(post: Post, known: str) -> None:
    """Raise ChangedMeanwhile unless `known` is what there is."""
    words, topics = post.changed_since(known)
    if words or topics:
        raise ChangedMeanwhile(post, topics_alone=not words)


def _write_anew(post: Post, *, by: Member, body: str, title: str, now: dt.datetime) -> None:
    """Other words, and for an opening perhaps another title; what they were before goes into the history."""
    thread, before = post.thread, post.body
    render_anew(post)
    kept_title = thread.title if title != thread.title else ""
    PostEdit.objects.create(post=post, title=kept_title, body=before, html=post.html, by=by, at=now)
    post.html, people = rendered(body, by=by, space=thread.space)
    post.body, post.edited_at = body, now
    post.renderer_version = markdown.RENDERER_VERSION
    post.save(update_fields=["body", "html", "edited_at", "renderer_version"])
    cite_law(post, before=before)
    _mention_anew(post, people, thread)
    if kept_title:
        thread.title = title
        thread.save(update_fields=["title", "slug"])


def _mention_anew(post: Post, people: list[Member], thread: Thread) -> None:
    known = set(post.mentions.values_list("member_id", flat=True))
    fresh = [person for person in people if person.pk not in known]
    Mention.objects.bulk_create([Mention(post=post, member=person) for person in fresh], ignore_conflicts=True)
    notices.mentioned_later(thread, post, people=fresh)


def delete(*, by: Member, post: Post, now: dt.datetime | None = None) -> Post:
    """Delete one's own post: a tombstone stays in its place, and for a while they can put it back.

    An opening that nobody else replied to takes its thread with it, and so does the last post that stood.
    Raises NotAllowed, AlreadyGone.
    """
    now = now or timezone.now()
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        hold_posts(thread, post)
        post = Post.objects.get(pk=post.pk)
        post.thread = thread
        if not post.is_visible():
            raise AlreadyGone("This post was deleted already.")
        if not can_delete(by, post):
            raise NotAllowed("Only its author can delete a post.")
        if thread.accepted_answer_id == post.pk:
            notices.hold(thread, thread.author_id)
        bury(thread, post, by=by, removed_by=Post.RemovedBy.AUTHOR, why="", now=now)
        drafting.discard_draft(by=by, place=Place.edit(post))
    return post


def put_back(*, by: Member, post: Post, now: dt.datetime | None = None) -> Post:
    """Put back a post of one's own that one deleted: it is as it was, and so is its thread if that went with it.

    Whom it is about and who follows hear of it, and of what else comes back with the thread, unless they have read it.
    Twice is once. Raises NotAllowed: too late, or a moderator removed it, or the thread, meanwhile.
    """
    with transaction.atomic():
        hold_spaces()
        thread = for_whom_it_is_now(lock_thread(post.thread_id))
        post = Post.objects.select_related("author", "parent").get(pk=post.pk)
        post.thread = thread
        if post.is_visible() and post.author_id == by.pk:
            return post
        if not can_put_back(by, post, now=now):
            raise NotAllowed("This can’t be put back any more.")
        whole = thread.is_removed()
        notices.hold_for_put_back(thread, post, whole=whole)
        raise_again(thread, post, by=by)
        notices.post_put_back(thread, post, whole=whole)
    return post
