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

TOO_LONG = dt.timedelta(days=2)  # a question without an answer
Line = tuple[str, str, str]


def panel_for(member, *, now: dt.datetime | None = None) -> CarePanel:
    """“What needs you”; without lines when nothing does. Five queries, however much there is."""
    now = now or timezone.now()
    lines = [*_people(now), *_questions(member, now), *_events(now)]
    return CarePanel("needs-you", "What needs you", lines, "", 10, column="Why")


def _people(now: dt.datetime) -> list[Line]:
    waiting = list(Member.objects.longest_waiting())
    if not waiting:
        return []
    late = sum(one.is_kept_waiting(now=now) for one in waiting)
    detail = f"Since {words_of(timezone.localdate(waiting[0].waits_since))}"
    detail += f", {late} longer than the working day we promise" if late else ""
    many = "1 person waits" if len(waiting) == 1 else f"{len(waiting)} people wait"
    url = f"{reverse('wagtailusers_users:index')}?standing={Member.Standing.WAITING}"
    return [(f"{many} to be vouched for", url, detail)]


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
