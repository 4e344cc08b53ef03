"""After an event: what people made of it, whether they used it, what is done because of it."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from events import guests
from events.actions import feedback as acts
from events.actions import following_up
from events.forms.door import ActionForm
from events.forms.feedback import FeedbackForm, FollowUpForm
from events.models.after import Asked
from events.permissions import can_organise
from events.querysets import feedback as reads
from events.querysets.events import address_of, by_pk
from events.showing import crumbs
from events.views.finding import event_or_404
from events.views.own import is_for, too_often
from members.access import public, signed_in
from notifications import inbox

What = Asked.What
REFUSED = (acts.NotYet, acts.TooLong, acts.NotThere, acts.AlreadyAnswered)


@public
def feedback(request, event: int):
    """What somebody who came made of it."""
    return _ask(request, event, What.FEEDBACK)


@public
def follow_up(request, event: int):
    """Whether somebody used it, three months on."""
    return _ask(request, event, What.FOLLOW_UP)


ASKS: dict[str, tuple] = {
    What.FEEDBACK: (FeedbackForm, acts.give, "events/feedback.html"),
    What.FOLLOW_UP: (FollowUpForm, acts.follow_up, "events/follow_up.html"),
}


def _ask(request, number: int, what: str):
    """One form for who came; where there is none, why not."""
    page = by_pk(number)
    booking = _own(request, page) if page else None
    if booking is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())  # whether there is such an event or not
    if booking is None:
        raise Http404
    form_class, act, template = ASKS[what]
    form = form_class(request.POST if request.method == "POST" else None)
    context = {"event": page, "booking": booking, "form": form, "address": address_of(page)}
    try:
        acts.refuse(booking, what, now=timezone.now())
        if form.is_valid() and not _too_often(request, form):
            act(booking=booking, **form.cleaned_data)
            return _thank(request, booking, what)
    except REFUSED as refused:
        context |= {"said": str(refused), "answered": isinstance(refused, acts.AlreadyAnswered)}
    return render(request, template, context)


def _own(request, page):
    """The booking by which somebody came: a member's own, or that of a guest who opened the link to their ticket."""
    if request.user.is_authenticated and (found := reads.own_booking(page, request.user)):
        return found
    opened = reads.bookings_with(page, request.session.get(guests.MARK, {}))
    return next((one for one in opened if is_for(request, one)), None)


def _too_often(request, form) -> bool:
    said = too_often(request, "feedback")
    if said:
        form.add_error(None, said)
    return bool(said)


def _thank(request, booking, what: str):
    if request.user.is_authenticated:
        page = "feedback" if what == What.FEEDBACK else "follow-up"
        inbox.read(request.user, f"event-{page}:{booking.event_id}")
    if what == What.FEEDBACK:
        messages.success(request, "Thank you. Your answers are kept without your name.")
        return redirect("events:certificate", booking.key)
    messages.success(request, "Thank you for telling us.")
    return redirect("events:ticket", booking.key)


@signed_in
def report_actions(request, event: int):
    """The core team adds what is done because of an event, ticks it off, or takes it away."""
    page = event_or_404(request.user, event)
    if not can_organise(request.user):
        raise PermissionDenied
    form = ActionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        following_up.promise(event=page, by=request.user, **form.cleaned_data)
        messages.success(request, "Added to the report.")
        return redirect("events:report-actions", page.pk)
    context = {"event": page, "form": form, "actions": reads.actions_of(page), "crumbs": crumbs(page, "What is done")}
    return render(request, "events/report_actions.html", context | {"today": timezone.localdate()})


VERBS = {"done": following_up.done, "not_done": following_up.not_done, "drop": following_up.drop}


@require_POST
@signed_in
def report_action(request, event: int, pk: int):
    """Tick one off, take that back, or take it off the report."""
    page = event_or_404(request.user, event)
    action = reads.action_of(page, pk)
    act = VERBS.get(request.POST.get("verb", ""))
    if action is None or act is None:
        raise Http404
    act(action=action, by=request.user)
    if request.POST.get("back") == "event":
        return redirect(f"{address_of(page)}#action-{pk}")
    return redirect("events:report-actions", page.pk)
