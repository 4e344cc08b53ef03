"""Who hears of a page that is made from a thread."""

from django.db.models import Q
from wagtail.models import Page

from cms.models import Excerpt
from forum.models import Thread
from forum.notices import readers
from members.models import Member
from members.pages import members_who_see
from notifications import inbox

ASKED, ANSWERED, BECAME = "cms.consent_asked", "cms.consent_answered", "cms.made_from_thread"


def consent_asked(page: Page, excerpts: list[Excerpt], *, by: Member) -> None:
    """Ask each author whether their words may be quoted: one notice for each excerpt."""
    inbox.hold_inboxes(Member.objects.filter(pk__in=[excerpt.post.author_id or 0 for excerpt in excerpts]))
    for excerpt in excerpts:
        inbox.notify(
            ASKED, recipients=Member.objects.taking_part().filter(pk=excerpt.post.author_id or 0),
            group_key=f"consent:{excerpt.pk}", subject=page.title, url=excerpt.get_absolute_url(), actor=by,
            item_id=excerpt.pk, why="author",
        )  # fmt: skip


def consent_answered(excerpt: Excerpt, *, by: Member) -> None:
    """Tell who made the draft."""
    maker = excerpt.page.owner_id
    if maker is None or maker == by.pk:
        return
    inbox.notify(
        ANSWERED, recipients=Member.objects.taking_part().filter(pk=maker),
        group_key=f"consent-answer:{excerpt.page_id}",
        subject=excerpt.page.title, url=f"/admin/pages/{excerpt.page_id}/edit/", actor=by, item_id=excerpt.pk,
        why="maker",
    )  # fmt: skip


def thread_became(page: Page, thread: Thread) -> None:
    """Tell the asker and everyone who pressed “us too”, as far as they may see thread and page."""
    touched = Q(pk__in=thread.us_too.values("member")) | Q(pk=thread.author_id or 0)
    people = members_who_see(page, readers(thread).filter(touched).exclude(pk=page.owner_id or 0))
    inbox.notify(
        BECAME, recipients=people, group_key=f"became:{page.pk}", subject=page.title, url=page.url or "/",
        item_id=page.pk, why="us_too",
    )  # fmt: skip
