"""A thread becomes the draft of a story or of guidance; the authors of what it quotes are asked first."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from wagtail.log_actions import log
from wagtail.models import Page

from cms.models import Excerpt, GuidanceIndexPage, GuidancePage, StoryIndexPage, StoryPage
from cms.notices import drafting as notices
from core import caching
from core.markdown import in_lines
from core.models import PageTopic
from forum.actions.writing import lock_thread
from forum.models import PageThread, Post, Space, Thread
from forum.pages import mentions
from forum.permissions import can_moderate
from members.models import Member

STORY, GUIDANCE = "story", "guidance"
LONGEST = 2000  # characters of a post that are asked about
TWICE = dt.timedelta(minutes=1)  # the same form within it is one sent twice


class CantDraft(Exception):
    """It can't be made into a page; the message says why."""


class NotYours(Exception):
    """Only the author of a post says whether it may be quoted."""


def draft_from_thread(*, by: Member, thread: Thread, kind: str, posts: Sequence[Post]) -> Page:
    """Make an unpublished story or guidance of a thread: the chosen posts come along as excerpts.

    Each author is asked by a notice; `by` needs no asking for their own words. Raises CantDraft: not a
    moderator, nothing chosen, posts of another thread, or no place for such pages yet.
    """
    if not can_moderate(by, thread):
        raise CantDraft("Moderators and the core team make stories and guidance of threads.")
    chosen = [post for post in posts if post.thread_id == thread.pk and post.is_visible()]
    if not chosen:
        raise CantDraft("Choose at least one post to begin with.")
    with transaction.atomic():
        lock_thread(thread)
        if (just_made := _just_made(by, thread, kind)) is not None:
            return just_made
        page = _add_page(by, thread, kind)
        page.thread_links.add(PageThread(thread=thread, made_from=True))
        for topic in thread.topics.all():
            page.topic_links.add(PageTopic(tag=topic))
        excerpts = [_ask_for(post, page, by=by) for post in chosen]
        _fill(page, thread, kind, list(zip(chosen, excerpts, strict=True)))
        page.save()
        page.save_revision(user=by, clean=False)
        notices.consent_asked(page, [one for one in excerpts if one.consent == Excerpt.Consent.ASKED], by=by)
        log(instance=page, action="cms.drafted_from_thread", user=by, data={"thread": thread.pk})
    return page


def _just_made(by: Member, thread: Thread, kind: str) -> Page | None:
    """The draft that the same form, sent a moment ago, made."""
    model = StoryPage if kind == STORY else GuidancePage
    moment = timezone.now() - TWICE
    made = model.objects.filter(owner=by, live=False, thread_links__thread=thread, thread_links__made_from=True)
    return made.filter(first_published_at=None, latest_revision_created_at__gt=moment).first()


def _add_page(by: Member, thread: Thread, kind: str) -> Page:
    index = StoryIndexPage if kind == STORY else GuidanceIndexPage
    parent = index.objects.first()
    if parent is None:
        raise CantDraft("There is no place for such pages yet. The core team sets it up in the admin.")
    page: Page
    if kind == STORY:
        sector = thread.organisation_then.sector if thread.organisation_then else None
        page = StoryPage(title=_title(thread), sector=sector, keeper=by, owner=by, live=False)
    else:
        page = GuidancePage(title=_title(thread), level=GuidancePage.Level.LOCAL, keeper=by, owner=by, live=False)
    parent.add_child(instance=page)
    return page


def _title(thread: Thread) -> str:
    """What the draft is called to begin with: editors who are not in a private group see it too."""
    if thread.space.visibility == Space.Visibility.GROUP:
        return f"Thread {thread.pk}, in a private group"
    return thread.title


def _ask_for(post: Post, page: Page, *, by: Member) -> Excerpt:
    """Ask the author for their words. Whom they mention did not agree to be named, and may hide their name one day."""
    own = post.author_id == by.pk
    return Excerpt.objects.create(
        page=page, post=post, words=in_lines(mentions.as_seen(post.html, set()), LONGEST - 1),
        consent=Excerpt.Consent.GIVEN if own else Excerpt.Consent.ASKED, answered_at=timezone.now() if own else None,
    )  # fmt: skip


def _fill(page, thread: Thread, kind: str, pairs: list[tuple[Post, Excerpt]]) -> None:
    """The excerpts where they belong: the question is the problem, what was answered is the approach."""
    blocks = {True: [], False: []}
    for post, excerpt in pairs:
        blocks[post.number == 1].append(("excerpt", {"excerpt": excerpt, "summary": ""}))
    if kind == STORY:
        page.problem, page.approach = blocks[True], blocks[False]
        return
    source = format_html("<p>From a thread of the forum: {}</p>", _title(thread))
    page.body = [("text", _rich(source)), *blocks[True], *blocks[False]]


def _rich(html):
    from wagtail.rich_text import RichText

    return RichText(html)


def answer(*, by: Member, excerpt: Excerpt, agree: bool, now: dt.datetime | None = None) -> None:
    """The author says yes or no to being quoted; they may change their mind at any time. Raises NotYours."""
    with transaction.atomic():
        excerpt = Excerpt.objects.select_for_update(of=("self",)).select_related("post", "page").get(pk=excerpt.pk)
        if excerpt.post.author_id is None or excerpt.post.author_id != by.pk:
            raise NotYours("Only the author of a post says whether it may be quoted.")
        excerpt.consent = Excerpt.Consent.GIVEN if agree else Excerpt.Consent.REFUSED
        excerpt.answered_at = now or timezone.now()
        excerpt.save(update_fields=["consent", "answered_at"])
        notices.consent_answered(excerpt, by=by)
        caching.touch(f"page:{excerpt.page_id}")
        log(instance=excerpt.page, action="cms.consent", user=by, data={"post": excerpt.post_id, "agree": agree})


def first_published(page: Page) -> None:
    """A page made from a thread is out: everyone who pressed “us too”, and who asked, is told; once."""
    threads = Thread.objects.filter(page_links__page=page, page_links__made_from=True).select_related("space")
    for thread in threads:
        notices.thread_became(page, thread)
