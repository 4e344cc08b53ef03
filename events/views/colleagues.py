"""Booking for colleagues: members one works with by name, others by e-mail."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from events.actions import booking as acts
from events.actions import booking_for as acts_for
from events.forms.booking import ColleagueForm
from events.guests import Guest
from events.querysets import mine
from events.showing import crumbs
from events.standing import event_status, kept_words, marks_for, rows_for_others, to_be_had
from events.views.finding import event_or_404
from events.views.own import REFUSED, carry_out, refused, too_often
from members.access import signed_in
from members.permissions import takes_part

ASKED = (
    "We write to {email}: if they are not booked yet, they get a place, or stand in line where all are taken. "
    "What becomes of it is theirs to tell you."
)
TAKEN_BACK = "Taken back. If {email} was booked because you asked, the place is free, and we write to them."


@signed_in
def book_colleagues(request, event: int):
    """One colleague at a time; above it those one has booked for, each of which one can give up."""
    page = event_or_404(request.user, event)
    places = mine.places_at(page)
    status = event_status(page, places, now=timezone.now())
    context = {"event": page, "crumbs": crumbs(page, "Book for colleagues"), "status": status}
    if not takes_part(request.user) or not places:
        marks = marks_for(page, request.user, now=timezone.now())
        return render(request, "events/book_not_now.html", context | {"marks": marks}, status=403)
    sent = request.POST if request.method == "POST" else None
    form = ColleagueForm(sent, colleagues=mine.colleagues_of(request.user), places=to_be_had(places))
    if form.is_valid() and _book(request, page, form):
        return redirect("events:book-colleagues", event)
    context |= {
        "form": form,
        # without how many are left: from that one could tell whether an address was booked already
        "kept_words": kept_words(mine.kept_for(page, request.user, used_up=True), counted=False),
        "asked": mine.asked_by(request.user, page),
        "others": rows_for_others(request.user, page, now=timezone.now()),
    }
    return render(request, "events/book_colleagues.html", context)


def _book(request, page, form) -> bool:
    """Whether it worked; else the form says why not."""
    if form.cleaned_data["member"] is None:
        return _book_for_address(request, page, form)
    said = too_often(request, "book")
    if not said:
        try:
            made = acts.book(event=page, by=request.user, member=form.cleaned_data["member"], mode=form.mode_chosen)
        except REFUSED as error:
            said = str(error)
    if said:
        form.add_error(None, said)
        return False
    has = "has a place" if made.state == made.State.CONFIRMED else "is in line"
    messages.success(request, f"{made.name} {has}. We wrote to them.")
    return True


def _book_for_address(request, page, form) -> bool:
    """The same by an address, of which nothing is told: not whether it was booked, nor whether it is now."""
    guest = Guest(email=form.cleaned_data["email"], name=form.cleaned_data["name"])
    said = too_often(request, "book") or too_often(request, "ask_for_address", about=guest.email)
    if not said:
        try:
            acts_for.book_for_address(event=page, by=request.user, guest=guest, mode=form.mode_chosen)
        except REFUSED as error:
            said = str(error)
    if said:
        form.add_error(None, said)
        return False
    messages.success(request, ASKED.format(email=guest.email))
    return True


@signed_in
@require_POST
def take_back(request, event: int, pk: int):
    """Take back that one asked to book for an address: what was booked of it is free."""
    page = event_or_404(request.user, event)
    asked = next((one for one in mine.asked_by(request.user, page) if one.pk == pk), None)
    if asked is None:
        raise Http404
    if said := too_often(request, "book"):
        return refused(request, said, back=f"/events/{event}/book/colleagues/", status=429)
    if carry_out(request, acts_for.take_back, asked=asked, by=request.user):
        messages.success(request, TAKEN_BACK.format(email=asked.email))
    return redirect("events:book-colleagues", event)
