from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core import ratelimits
from horizon.actions import tasks as acts
from horizon.querysets import tasks as reads
from horizon.views.returning import back_of, too_often
from members.access import signed_in
from members.pages import ask_once
from members.permissions import takes_part


@signed_in
def tasks(request):
    """What the briefings ask of one's organisation: overdue, soon, later, without a date, done."""
    ask_once(request.user)
    organisation = request.user.organisation
    context = {
        "groups": reads.for_organisation(request.user),
        "organisation": organisation,
        "may_tick": takes_part(request.user),
        "nothing": f"Nothing is waiting for {organisation}",
    }
    return render(request, "horizon/tasks.html", context)


@require_POST
@signed_in
def done(request, page: int, key):
    """One's organisation has done it."""
    return _tick(request, page, key, acts.done)


@require_POST
@signed_in
def not_done(request, page: int, key):
    """It has not, after all."""
    return _tick(request, page, key, acts.not_done)


def _tick(request, number: int, key, act):
    """Tick or untick: then the row anew for htmx, else back to where the button was."""
    page = reads.briefing_by_id(number, request.user)
    row = reads.row_for(page, key, request.user) if page else None
    if row is None:
        raise Http404
    in_list = request.POST.get("where") == "list"
    back = f"/horizon/tasks/#task-{key}" if in_list else row.address
    try:
        ratelimits.check("react", request)
    except ratelimits.TooOften as often:
        return too_often(request, often, back)
    act(by=request.user, task=row.task, page=page)
    if not request.htmx:
        return redirect(back_of(request, back))
    rows = reads.rows_for(page, request.user)
    context = {"row": reads.one_of(rows, key), "progress": reads.progress(rows, request.user)}
    return render(request, "horizon/_task_row.html" if in_list else "horizon/_task_ticked.html", context)
