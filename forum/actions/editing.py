import datetime as dt

from django.db import transaction
from django.utils import timezone

from core import markdown
from forum import notices
from forum.actions import topics as topic_acts
from forum.actions.refusals import AlreadyGone, NotAllowed
from forum.actions.tombstones import bury
from forum.actions.writing import bump, cite_law, lock_thread, rendered
from forum.models import Mention, Post, PostEdit
from forum.permissions import can_delete, can_edit
from members.models import Member


def edit(
    *, by: Member, post: Post, body: str, title: str | None = None, topics: list[str] | None = None,
    now: dt.datetime | None = None,
) -> Post:  # fmt: skip
    """Change what one's own post says; what it said before stays visible in its history.

    `title` and `topics` change the thread's, for its opening. People newly mentioned are told. A change
    that changes nothing leaves no trace. Raises NotAllowed, AlreadyGone.
    """
    now = now or timezone.now()
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
        post.thread = thread
        if not post.is_visible():
            raise AlreadyGone("This post was deleted meanwhile.")
        if not can_edit(by, post):
            raise NotAllowed("Only its author can change a post.")
        opening = post.kind == Post.Kind.OPENING
        new_title = " ".join(title.split()) if opening and title else thread.title
        if opening and topics is not None:
            topic_acts.set_topics(thread, topics)
        if body != post.body or new_title != thread.title:
            kept_title = thread.title if new_title != thread.title else ""
            PostEdit.objects.create(post=post, title=kept_title, body=post.body, html=post.html, by=by, at=now)
            before = post.body
            post.html, people = rendered(body, by=by, space=thread.space)
            post.body, post.edited_at = body, now
            post.renderer_version = markdown.RENDERER_VERSION
            post.save(update_fields=["body", "html", "edited_at", "renderer_version"])
            cite_law(post, before=before)
            _mention_anew(post, people, thread)
        if new_title != thread.title:
            thread.title = new_title
            thread.save(update_fields=["title", "slug"])
        bump(thread)
        notices.reindex(thread)
    return post


def _mention_anew(post: Post, people: list[Member], thread) -> None:
    known = set(post.mentions.values_list("member_id", flat=True))
    fresh = [person for person in people if person.pk not in known]
    Mention.objects.bulk_create([Mention(post=post, member=person) for person in fresh], ignore_conflicts=True)
    notices.mentioned_later(thread, post, people=fresh)


def delete(*, by: Member, post: Post, now: dt.datetime | None = None) -> Post:
    """Delete one's own post: a tombstone stays in its place.

    An opening that nobody else replied to takes its thread with it. Raises NotAllowed, AlreadyGone.
    """
    now = now or timezone.now()
    with transaction.atomic():
        thread = lock_thread(post.thread_id)
        post = Post.objects.get(pk=post.pk)
        post.thread = thread
        if not post.is_visible():
            raise AlreadyGone("This post was deleted already.")
        if not can_delete(by, post):
            raise NotAllowed("Only its author can delete a post.")
        bury(thread, post, removed_by=Post.RemovedBy.AUTHOR, why="", now=now)
    return post
