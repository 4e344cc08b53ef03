"""Who hears of what happened on the Horizon. It has happened; here is told of it.

Followers get their notices from the worker, in a fixed number of statements; the core team (of a signal) and its
sender (of what became of it) in the act's own transaction.
"""

from django.urls import reverse

from core import outbox
from core.models import OutboxItem
from horizon.models import BriefingPage, Development, Milestone, MilestoneMove, Signal, StageChange, TaskDone
from horizon.querysets import follows, tasks
from members.models import Member
from notifications import inbox

BRIEFING, MOVED, STAGE = "horizon.briefing_published", "horizon.date_moved", "horizon.stage_changed"
TASK_DUE, SENT, DECIDED = "horizon.task_due", "horizon.signal_sent", "horizon.signal_decided"


def key_of(kind: str, pk: int) -> str:
    """One unread notice per member and kind of news about one thing: "moved:7" for the dates of development 7."""
    return f"{PREFIXES[kind]}:{pk}"


PREFIXES = {
    BRIEFING: "briefing",
    MOVED: "moved",
    STAGE: "stage",
    TASK_DUE: "tasks",
    SENT: "signal",
    DECIDED: "signal-decided",
}


# --- For who follows: left to the worker --------------------------------------------------------------


def briefing_published(page: BriefingPage, by: Member | None = None) -> None:
    """A briefing is out for the first time: who follows its development, category or topics hears of it."""
    outbox.put("horizon.tell_of_briefing", page=page.pk, by=by.pk if by else 0)


def take_back_news(page: BriefingPage) -> bool:
    """A briefing was taken down before its followers were told: nobody is. Whether it was in time."""
    waiting = OutboxItem.objects.filter(kind="horizon.tell_of_briefing", payload__page=page.pk, done_at=None)
    return bool(waiting.delete()[0])


def date_moved(milestone: Milestone, *, was, became, by: Member | None = None) -> None:
    """A step has another date, or is called off. Call it once its MilestoneMove is written; `was` and `became` are
    the move's own, and tell which it was."""
    moves = milestone.moves.order_by("-pk")
    move = moves.filter(was=was, became=became).first() or moves.first()
    outbox.put("horizon.tell_of_move", milestone=milestone.pk, move=move.pk if move else 0, by=by.pk if by else 0)


def stage_changed(development: Development, stage: str, by: Member | None = None) -> None:
    """A development came to a stage. Call it once its StageChange is written."""
    change = development.stage_changes.filter(stage=stage).order_by("-pk").first()
    outbox.put("horizon.tell_of_stage", change=change.pk if change else 0, by=by.pk if by else 0)


def tell_of_briefing(page: BriefingPage, *, by: int) -> int:
    """Tell the followers, but not who published it; how many."""
    return inbox.notify(
        BRIEFING, recipients=follows.followers_of_briefing(page).exclude(pk=by), group_key=key_of(BRIEFING, page.pk),
        subject=page.title, url=page.get_url() or "/", item_id=page.pk, why=follows.why_they_hear(page.development),
    )  # fmt: skip


def tell_of_move(move: MilestoneMove, *, by: int) -> int:
    """Tell the followers that a date is another one; how many."""
    return _tell_of_development(MOVED, move.milestone.development, move.pk, by)


def tell_of_stage(change: StageChange, *, by: int) -> int:
    """Tell the followers how far it has come; how many."""
    return _tell_of_development(STAGE, change.development, change.pk, by)


def _tell_of_development(kind: str, development: Development, item: int, by: int) -> int:
    return inbox.notify(
        kind, recipients=follows.followers_of(development).exclude(pk=by), group_key=key_of(kind, development.pk),
        subject=development.title, url=development.get_absolute_url(), item_id=item,
        why=follows.why_they_hear(development),
    )  # fmt: skip


# --- Tasks --------------------------------------------------------------------------------------------


def tasks_fell_due(page: BriefingPage, keys: list, *, item: int) -> int:
    """Remind the members of organisations concerned that have not done one of these tasks; how many.

    `item` is the number of the last reminder of the ledger, which tells one round from the next.
    """
    return inbox.notify(
        TASK_DUE, recipients=tasks.members_with_undone(page, keys), group_key=key_of(TASK_DUE, page.pk),
        subject=page.title, url=f"{page.get_url() or '/'}#tasks", item_id=item, why="organisation",
    )  # fmt: skip


def task_done(page: BriefingPage, done: TaskDone) -> None:
    """An organisation has done a task: once nothing it was reminded of is left, its people need not read of it."""
    if not tasks.still_reminded_of(page, done.organisation_id):
        inbox.withdraw(key_of(TASK_DUE, page.pk), members=Member.objects.filter(organisation=done.organisation_id))


# --- Signals ------------------------------------------------------------------------------------------


def signal_sent(signal: Signal) -> None:
    """Tell the core team that somebody saw something coming."""
    inbox.notify(
        SENT, recipients=Member.objects.taking_part().core_team().exclude(pk=signal.by_id or 0),
        group_key=key_of(SENT, signal.pk), subject=signal.title, url=signal_url(signal), actor=signal.by,
        item_id=signal.pk, why="core_team",
    )  # fmt: skip


def signal_decided(signal: Signal, by: Member | None = None) -> None:
    """Tell the sender what became of it. The core team need not read of it any more."""
    sender = Member.objects.taking_part().filter(pk=signal.by_id or 0)
    told = sender.exclude(pk=by.pk) if by else sender
    waiting = Member.objects.filter(notices__group_key=key_of(SENT, signal.pk), notices__read_at=None)
    inbox.hold_inboxes(told, waiting)
    inbox.withdraw(key_of(SENT, signal.pk))
    _tell_the_sender(signal, told, by)


def signals_shown(signals: list[Signal], by: Member) -> None:
    """Tell the senders that readers see now what these became; in place of unread words that we are writing it up."""
    senders = Member.objects.taking_part().exclude(pk=by.pk)
    inbox.hold_inboxes(senders.filter(pk__in=[signal.by_id for signal in signals if signal.by_id]))
    for signal in signals:
        inbox.withdraw(key_of(DECIDED, signal.pk))
        _tell_the_sender(signal, senders.filter(pk=signal.by_id or 0), by)


def _tell_the_sender(signal: Signal, told, by: Member | None) -> None:
    inbox.notify(
        DECIDED, recipients=told, group_key=key_of(DECIDED, signal.pk), subject=signal.title,
        url=f"{reverse('horizon:signals')}#signal-{signal.pk}", actor=by, item_id=signal.pk, why="sender",
    )  # fmt: skip


def signal_url(signal: Signal) -> str:
    """Where the core team decides on it."""
    from wagtail.admin.admin_url_finder import AdminURLFinder

    return AdminURLFinder().get_edit_url(signal) or "/admin/"
