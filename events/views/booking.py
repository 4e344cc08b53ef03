"""Booking for oneself: one click where nothing is asked, one form where something is."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from events.actions import booking as acts
from events.forms.booking import BookingForm
from events.querysets import mine
from events.showing import crumbs
from events.standing import marks_for
from events.views.finding import event_or_404
from events.views.own import REFUSED, too_often
from members.access import signed_in
from members.permissions import takes_part
from notifications import inbox

TOLD = "We sent you a mail with when and where."


@signed_in
def book(request, event: int):
    """Book a place. Pressed twice it is one booking, and both lead to the ticket."""
    page = event_or_404(request.user, event)
    inbox.read(request.user, f"event-off:{event}")  # that it is on again leads here
    marks = marks_for(page, request.user, now=timezone.now())
    if marks.booking is not None:
        return redirect("events:ticket", marks.booking.key)
    if not takes_part(request.user) or not marks.places or (request.method != "POST" and not marks.may_book):
        return render(request, "events/book_not_now.html", _context(page, marks), status=403)
    # one click on the event's page sends no field: a whole form where nothing must be asked
    sent = request.POST if request.method == "POST" else None
    form = BookingForm(sent, places=marks.places, questions=mine.questions_of(page))
    if form.is_valid():
        return _book(request, page, marks, form)
    return render(request, "events/book.html", _context(page, marks, form))


def _book(request, page, marks, form):
    said = too_often(request, "book")
    if not said:
        try:
            made = acts.book(event=page, by=request.user, **form.booking())
        except REFUSED as refused:
            said = str(refused)
        else:
            messages.success(request, TOLD if made.state == made.State.CONFIRMED else "You are in line. " + TOLD)
            return redirect("events:ticket", made.key)
    form.add_error(None, said)
    return render(request, "events/book.html", _context(page, marks, form), status=409)


def _context(page, marks, form=None) -> dict:
    return {"event": page, "marks": marks, "form": form, "crumbs": crumbs(page, "Book a place")}


@signed_in
def event_ticket(request, event: int):
    """Where notices of an event lead: to one's own ticket."""
    found = mine.last_by_pk(event, request.user)
    if found is None:
        raise Http404
    for kind in ("event-changed", "event-off", "event-soon", "event-sessions"):
        inbox.read(request.user, f"{kind}:{event}")
    return redirect("events:ticket", found.key)
