"""Booking without an account: an address, a link sent there, the form."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.shortcuts import redirect, render
from django.utils import timezone

from events import guestmail, guests
from events.actions import booking as acts
from events.forms.booking import GuestBookingForm, GuestStartForm
from events.querysets import mine
from events.showing import crumbs
from events.standing import marks_for
from events.views.finding import event_or_404
from events.views.own import REFUSED, private, too_often
from members.access import public
from members.permissions import takes_part

NOBODY = AnonymousUser()  # a guest sees what everybody sees


@public
@private
def guest_start(request, event: int):
    """Ask for an address and send a link there. What is answered never tells whether we know the address."""
    page = event_or_404(NOBODY, event)
    if takes_part(request.user):
        return redirect("events:book", event)
    marks = marks_for(page, NOBODY, now=timezone.now())
    context = {"event": page, "marks": marks, "crumbs": crumbs(page, "Book as a guest")}
    if marks.status != "stranger":
        return render(request, "events/book_not_now.html", context, status=403)
    form = GuestStartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = too_often(request, "guest")
        if not said:
            _send(request, page, form.cleaned_data["email"])
            return redirect("events:guest-sent", event)
        form.add_error(None, said)
    return render(
        request, "events/guest_start.html", context | {"form": form}, status=429 if form.non_field_errors() else 200
    )


def _send(request, page, email: str) -> None:
    """The link; for who has booked with this address, their ticket. Too many to one address are left out silently."""
    if too_often(request, "guest_mail", about=email):
        return
    found = mine.last_of_guest(page, email)
    if found is None:
        guestmail.send_link(page, email)
    else:
        guestmail.send_ticket_again(found)


@public
@private
def guest_sent(request, event: int):
    """What to do next: look into the mail."""
    page = event_or_404(NOBODY, event)
    return render(request, "events/guest_sent.html", {"event": page, "crumbs": crumbs(page, "Book as a guest")})


@public
@private
def guest_book(request, event: int, token: str):
    """The form a link from a mail leads to."""
    page = event_or_404(NOBODY, event)
    email = guests.email_of(event, token)
    context = {"event": page, "email": email, "crumbs": crumbs(page, "Book as a guest")}
    if email is None:
        return render(request, "events/guest_link_old.html", context, status=404)
    if (found := mine.last_of_guest(page, email)) is not None:
        if guests.number_of(found):  # they asked for a new link since: older mails open nothing
            return render(request, "events/guest_link_old.html", context, status=404)
        guests.mark(request.session, found)
        return redirect("events:ticket", found.key)
    marks = marks_for(page, NOBODY, now=timezone.now())
    context["marks"] = marks
    if (request.method != "POST" and marks.status != "stranger") or not marks.places:
        return render(request, "events/book_not_now.html", context, status=403)
    sent = request.POST if request.method == "POST" else None
    form = GuestBookingForm(sent, places=marks.places, questions=mine.questions_of(page))
    if form.is_valid() and (made := _book(request, page, email, form)) is not None:
        return redirect("events:ticket", made.key)
    return render(request, "events/guest_book.html", context | {"form": form})


def _book(request, page, email: str, form):
    """The booking, or None when it is refused: the form says why."""
    guest = guests.Guest(email=email, name=form.cleaned_data["name"])
    said = too_often(request, "book")
    if not said:
        try:
            made = acts.book(
                event=page, by=None, guest=guest, organisation_name=form.cleaned_data["organisation"], **form.booking()
            )
        except REFUSED as refused:
            said = str(refused)
    if said:
        form.add_error(None, said)
        return None
    if made.member_id:
        messages.success(request, "Booked. This address has an account here: sign in to see your ticket.")
    else:
        guests.mark(request.session, made)
        messages.success(request, "We sent you a mail with the link to this ticket. Keep it.")
    return made
