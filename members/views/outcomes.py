"""What the admin says after an act on many rows: who it was done to, and of each other why not."""

from collections.abc import Callable, Iterable

from django.contrib import messages

from core.templatetags.core_tags import plural
from members.actions.outcomes import Outcome
from members.models import Member


def tell(request, outcomes: Iterable[Outcome], *, done: Callable[[list], str]) -> None:
    """One line for all it was done to, in the words of `done(rows)`, and one for each it was refused to."""
    outcomes = list(outcomes)
    if rows := [one.row for one in outcomes if not one.refusal]:
        messages.success(request, done(rows))
    for one in outcomes:
        if one.refusal:
            messages.error(request, f"Not done: {one.refusal}")


def vouched_for(members: list[Member]) -> str:
    """“2 people can take part now, and are told by mail: Dana Dow (Thornmere), Erin Egan (Mardyke).”"""
    are = "is" if len(members) == 1 else "are"
    names = ", ".join(f"{member} ({member.organisation})" for member in members)
    return f"{plural(len(members), 'person,people')} can take part now, and {are} told by mail: {names}."
