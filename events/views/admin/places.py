"""How many places there are, for whom some are kept, and calling an event off."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from events.actions import calling_off, calling_on, refusals
from events.actions import places as acts
from events.forms.admin_places import AllocationForm, CapacityForm, WhyForm
from events.models.places import Allocation, Mode
from events.querysets import desk
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires
from members.actions import WhyMissing


@requires(ORGANISE)
def places(request, event: int):
    """Places in each way of coming, with a form for each; and what is kept for organisations."""
    found = event_or_404(event)
    forms = {"capacity": None, "allocate": None}
    if request.method == "POST" and (done := _posted(request, found, forms)):
        return done
    return room(request, "places", found, "places", **_shown(found, forms))


def _posted(request, event, forms: dict):
    """Set a capacity or an allocation; the redirect when it was done."""
    if "organisation" in request.POST:
        kept = forms["allocate"] = AllocationForm(request.POST, event=event)
        return _allocate(request, event, kept) if kept.is_valid() else None
    form = forms["capacity"] = CapacityForm(request.POST, event=event)
    return _set_capacity(request, event, form) if form.is_valid() else None


def _set_capacity(request, event, form: CapacityForm):
    mode, capacity = form.cleaned_data["mode"], form.cleaned_data["capacity"]
    waited = _waiting(event, mode)
    try:
        acts.set_places(
            event=event, mode=mode, capacity=capacity, by=request.user, moving=list(form.cleaned_data["moving"])
        )
    except refusals.Overfull as refused:
        form.add_error("moving" if desk.with_a_place(event, mode).exists() else "capacity", str(refused))
        return None
    messages.success(request, _places_now(mode, capacity, served=waited - _waiting(event, mode)))
    return redirect("event_desk:places", event.pk)


def _waiting(event, mode: str) -> int:
    return desk.counts_by_state(event).get((mode, "waiting"), 0)


def _places_now(mode: str, capacity: int, *, served: int) -> str:
    """“There are 2 places in person now. 1 person from the line is offered a place, and told.”

    `served`: by how many the line is shorter.
    """
    there = "There is 1 place" if capacity == 1 else f"There are {capacity} places"
    who = "1 person from the line is" if served == 1 else f"{served} people from the line are"
    line = f" {who} offered a place, and told."
    return f"{there} {Mode(mode).label.lower()} now.{line if served > 0 else ''}"


def _allocate(request, event, form: AllocationForm):
    try:
        acts.allocate(event=event, by=request.user, **form.cleaned_data)
    except (refusals.Overfull, refusals.NoPlacesHere) as refused:
        form.add_error("places", str(refused))
        return None
    except refusals.TooLate as refused:
        form.add_error("release_on", str(refused))
        return None
    messages.success(request, f"{form.cleaned_data['places']} places are kept for {form.cleaned_data['organisation']}.")
    return redirect("event_desk:places", event.pk)


def _shown(event, forms: dict) -> dict:
    counts = desk.counts_by_state(event)
    wrong = forms["capacity"]
    rows = []
    for one in desk.places_of(event):
        # what is held is offered to somebody, or kept for an organisation
        one.offered = counts.get((one.mode, "offered"), 0)
        one.kept = max(one.held - one.offered, 0)
        form = _typed(wrong, one.mode) or CapacityForm(
            event=event, initial={"mode": one.mode, "capacity": one.capacity}
        )
        rows.append((one, form, counts.get((one.mode, "waiting"), 0)))
    there = {one.mode for one, _form, _waiting in rows}
    new = [(mode, words, _typed(wrong, mode) or CapacityForm(event=event)) for mode, words in Mode.choices]
    return {
        "missing": [one for one in new if one[0] not in there], "rows": rows, "allocations": desk.allocations_of(event),
        "allocate": forms["allocate"] or AllocationForm(event=event),
    }  # fmt: skip


def _typed(form: CapacityForm | None, mode: str) -> CapacityForm | None:
    """What was typed for this way of coming and has an error; None for nothing."""
    return form if form is not None and form.data.get("mode") == mode else None


@requires(ORGANISE)
def release(request, event: int, pk: int):
    """Let what an organisation does not use go to others now (POST)."""
    found = event_or_404(event)
    allocation = Allocation.objects.filter(event=found, pk=pk).select_related("organisation").first()
    if allocation is None:
        raise Http404
    if request.method == "POST":
        acts.release(allocation=allocation, by=request.user, now=timezone.now())
        messages.success(request, f"What {allocation.organisation} did not use goes to others now.")
    return redirect("event_desk:places", found.pk)


CALLED_OFF = "It is called off. Everybody who booked is told."
CALLED_ON = "It takes place after all. Everybody who had booked is told, with the way to book again."


@requires(ORGANISE)
def call_off(request, event: int):
    """Say that it does not take place, and why; or that it does after all."""
    found = event_or_404(event)
    off = getattr(found, "called_off", None)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        act, said = (calling_on.call_on, CALLED_ON) if off else (calling_off.call_off, CALLED_OFF)
        try:
            act(event=found, why=form.cleaned_data["why"], by=request.user)
            messages.success(request, said)
            return redirect("event_desk:desk", found.pk)
        except (refusals.TooLate, WhyMissing) as refused:
            form.add_error("why", str(refused))
    had_booked = desk.people_in(desk.bookings(found, state="called_off" if off else "active"))
    return room(request, "call_off", found, "desk", form=form, off=off, had_booked=had_booked)
