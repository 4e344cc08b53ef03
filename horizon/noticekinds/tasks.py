"""“A task of your organisation falls due”: what the bell, the inbox and the mail say of it."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from core.dates import words_of
from horizon.noticekinds.following import may_read, prefetch_pages
from horizon.notices import TASK_DUE
from horizon.querysets import tasks
from members.models import Member
from notifications.kinds import Group, Kind, MailContent, MailItem, Switch, register

MOST_IN_MAIL = 8


def prefetch(notices: list) -> None:
    """Hang on each notice its briefing and what its reader's organisation has still to do (`left`).

    A constant number of queries for all.
    """
    prefetch_pages(notices)
    members = Member.objects.filter(pk__in={notice.recipient_id for notice in notices})
    works_at = dict(members.values_list("pk", "organisation"))
    pages = {notice.page.pk for notice in notices if notice.page}
    left = tasks.undone_and_reminded(pages, {pk for pk in works_at.values() if pk})
    for notice in notices:
        key = (notice.page.pk if notice.page else 0, works_at.get(notice.recipient_id) or 0)
        notice.left = left.get(key, [])


def can_still_see(member, notice) -> bool:
    """While the member may read the briefing, and their organisation has not done all they were reminded of."""
    if not hasattr(notice, "left"):
        prefetch([notice])
    return bool(notice.left) and may_read(member, notice)


def due(day: dt.date, today: dt.date) -> str:
    """“is due today”, “is due on 1 December 2026”, “was due on 1 November 2026”."""
    if day == today:
        return "is due today"
    return f"{'was' if day < today else 'is'} due on {words_of(day)}"


def sentence(notice) -> str:
    left = getattr(notice, "left", [])
    title = format_html("“<strong>{}</strong>”", notice.subject)
    if not left:
        return format_html("A task of {} falls due", title)
    first = left[0]
    words = due(first.due_on, timezone.localdate())
    if len(left) == 1:
        return format_html("Your organisation’s task “{}” {}: {}", first.title, words, title)
    return format_html("{} tasks of {}: the first, “{}”, {}", len(left), title, first.title, words)


def mail(notice) -> MailContent | None:
    """What is left to do, each with its date. None once all of it is done."""
    if not hasattr(notice, "left"):
        prefetch([notice])
    left = notice.left
    if not left or notice.page is None:
        return None
    today = timezone.localdate()
    items = tuple(_item(task, today) for task in left[:MOST_IN_MAIL])
    count = "a task falls" if len(left) == 1 else f"{len(left)} tasks fall"
    return MailContent(
        subject=f"For your organisation, {count} due: {notice.page.title}", items=items,
        more=max(len(left) - MOST_IN_MAIL, 0), thread_key=f"tasks-{notice.page.pk}",
        link_words="See what to do, and tick it off", note="One tick counts for everybody who works there.",
    )  # fmt: skip


def _item(task, today: dt.date) -> MailItem:
    return MailItem(task.title, due(task.due_on, today), text=task.how, html=format_html("<p>{}</p>", task.how))


def stop(notice) -> Switch:
    return Switch("Stop reminding me of tasks", reverse("notifications:stop-kind"), {"kind": TASK_DUE})


register(
    Kind(
        name=TASK_DUE, title="A task of your organisation falls due", priority=40, sentence=sentence,
        whys={"organisation": "You work there, and it is not ticked off yet."}, stop=stop, can_still_see=can_still_see,
        mail=mail, prefetch=prefetch, icon="clock", group=Group.HORIZON, mail_at_once=False,
        common=True, hint="Two weeks before, on the day and two weeks after, unless a colleague ticked it off.",
    )
)  # fmt: skip
