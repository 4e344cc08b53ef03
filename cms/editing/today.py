"""What needs the core team now, on the admin's first page: one line for each, the most pressing first."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from cms.editing.dashboard import CarePanel
from core.dates import words_of
from events import times
from events.querysets import desk
from forum.models import Thread
from members.models import Member

NAMED = 5  # of those who wait
SHOWN = 15
TOO_LONG = dt.timedelta(days=2)  # a question without an answer
Line = tuple[str, str, str]


def panel_for(member, *, now: dt.datetime | None = None) -> CarePanel:
    """“What needs you”; without lines when nothing does. Five queries, however much there is."""
    now = now or timezone.now()
    waiting = list(Member.objects.longest_waiting())
    lines = [*_people(waiting, now), *_questions(member, now), *_events(now)]
    many = reverse("wagtailusers_users:vouch-for-many") if len(waiting) > 1 else ""
    return CarePanel(
        "needs-you", "What needs you", lines, many, 10, all_words="Vouch for several", column="Why", shown=SHOWN
    )


def _people(waiting: list[Member], now: dt.datetime) -> list[Line]:
    """How many wait, then each of those who wait longest, with the page to decide on them."""
    if not waiting:
        return []
    late = sum(one.is_kept_waiting(now=now) for one in waiting)
    many = "1 person waits" if len(waiting) == 1 else f"{len(waiting)} people wait"
    url = f"{reverse('wagtailusers_users:index')}?standing={Member.Standing.WAITING}"
    detail = f"{late} of them longer than we promise" if late and len(waiting) > 1 else ""
    return [(f"{many} to be vouched for", url, detail), *(_person(one, now) for one in waiting[:NAMED])]


def _person(member: Member, now: dt.datetime) -> Line:
    where = member.organisation or "Not in the directory"
    since = words_of(timezone.localdate(member.waits_since))  # type: ignore[attr-defined]
    late = ": longer than the working day we promise" if member.is_kept_waiting(now=now) else ""
    url = reverse("wagtailusers_users:decide", args=[member.pk, "vouch"])
    return f"Vouch for {member.display_name}", url, f"{where}, since {since}{late}"


def _questions(member, now: dt.datetime) -> list[Line]:
    open_ones = Thread.objects.visible_to(member).listed().unanswered().filter(created_at__lt=now - TOO_LONG)
    count = open_ones.count()
    if not count:
        return []
    oldest = open_ones.order_by("created_at", "pk").first()
    many = "1 question has" if count == 1 else f"{count} questions have"
    detail = f"The oldest, of {words_of(timezone.localdate(oldest.created_at))}: “{oldest.title}”"
    return [(f"{many} had no answer for over two days", reverse("forum:unanswered"), detail)]


def _events(now: dt.datetime) -> list[Line]:
    """Those that are on today, and those to come with people in the line."""
    lines = []
    for event in desk.events(past=False, now=now).filter(live=True, called_off=None).prefetch_related(None):
        said = []
        if timezone.localdate(event.starts_at) <= timezone.localdate(now):
            said.append(f"On today, {times.span(event.starts_at, event.ends_at, now=now)}")
        if event.waiting:
            said.append(f"{event.waiting} {'waits' if event.waiting == 1 else 'wait'} for a place")
        if said:
            lines.append((event.title, reverse("event_desk:desk", args=[event.pk]), ". ".join(said)))
    return lines
