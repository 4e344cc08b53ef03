"""The figures of an event as pictures with tables, and as files; and a copy of it for another year."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone

from events import exports, tables
from events.actions import cloning
from events.forms.admin_mail import CloneForm
from events.pictures.figures import draw
from events.querysets import feedback
from events.querysets import figures as counted
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires


@requires(ORGANISE)
def figures(request, event: int):
    """Every figure as a picture with its table; as a file with ?export=csv or xlsx."""
    found = event_or_404(event)
    all_of = counted.all_of(found, now=timezone.now())
    kind = request.GET.get("export")
    if all_of and kind in exports.KINDS:
        sheets = tables.of_figures(all_of) if kind == "xlsx" else [tables.one_table(all_of)]
        return exports.as_file(kind, f"figures {found.slug} {tables.today()}", *sheets)
    drawn = [(one, draw(one)) for one in all_of]
    asks = feedback.may_be_asked(found)
    return room(request, "figures", found, "figures", drawn=drawn, few=counted.FEW, may_ask=asks)


@requires(ORGANISE)
def clone(request, event: int):
    """A draft of the same event on another day."""
    found = event_or_404(event)
    form = CloneForm(request.POST or None, event=found)
    if form.is_valid():
        try:
            made = cloning.clone(event=found, by=request.user, **form.cleaned_data)
            messages.success(request, f"“{made.title}” is there as a draft. Look through it before you publish it.")
            return redirect("event_desk:desk", made.pk)
        except cloning.SameDay as refused:
            form.add_error("starts_on", str(refused))
    return room(request, "clone", found, "desk", form=form)
