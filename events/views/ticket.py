"""A ticket: where one stands, and everything one can do about it."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.calendars import calendar_file, response
from events import guestmail, guests
from events.actions import booking as acts
from events.actions import needs as needs_acts
from events.actions import tickets
from events.calendars import booking_entry, session_entries
from events.forms.booking import TicketForm
from events.querysets import mine
from events.tickets import around, code_of, ticket_of
from events.times import at
from events.views.own import actor, carry_out, is_for, own, own_or_made, private, refused, too_often
from members.access import public
from members.pages import ask_once
from notifications import inbox

ERASED = "Erased at {at}: what you wrote that you need to eat and to take part. Nobody can read it any more."


@public
@private
def ticket(request, key):
    """Where one stands: a place, a position in the line, an offer to answer; what to do about it."""
    booking = mine.ticket(key)
    if booking is None or not is_for(request, booking):
        return _shut(request, booking)
    if booking.member_id and request.user.is_authenticated:
        inbox.read(request.user, f"booking:{booking.pk}", f"event-asked:{booking.pk}")
    ask_once(request.user)
    shown = ticket_of(booking, now=timezone.now())
    context = {
        "ticket": shown,
        "code": code_of(booking) if shown.has_place and not shown.is_online else "",
        **around(shown, request.user),
    }
    return render(request, "events/ticket.html", context)


def _shut(request, booking):
    """Not theirs, as far as we can tell: sign in, open the link from the mail, or nothing is here."""
    if booking is None or request.user.is_authenticated:
        raise Http404
    if booking.member_id:
        return redirect_to_login(request.get_full_path())
    return render(request, "events/ticket_shut.html", {"key": booking.key}, status=403)


@public
@private
@require_safe
def ticket_open(request, key, token: str):
    """The link of a guest's mail: it opens their ticket in this browser."""
    booking = mine.ticket(key)
    if booking is None or not guests.opens(booking, token):
        return render(request, "events/guest_link_old.html", {"booking": booking}, status=404)
    guests.mark(request.session, booking)
    return redirect("events:ticket", key)


@public
@require_POST
def ticket_link(request, key):
    """Send a guest the link to their ticket again. Whoever holds the ticket gets a new one, and the old ones end."""
    booking = mine.ticket(key)
    if booking is None or booking.member_id or not booking.guest_email:
        raise Http404
    said = too_often(request, "guest") or too_often(request, "guest_mail", about=booking.guest_email)
    if said:
        return refused(request, said, back=f"/events/bookings/{key}/", status=429)
    if is_for(request, booking):
        guests.renew(booking)
        guests.mark(request.session, booking)
    guestmail.send_ticket_again(booking)
    messages.success(request, "We sent the link to the address the place was booked with.")
    return redirect("events:ticket", key)


@public
@private
@require_safe
def ticket_calendar(request, key):
    """The entry for one's calendar: opened again it moves there, or goes."""
    booking = own(request, key)
    entries = [booking_entry(booking), *session_entries(booking)]
    content = calendar_file(booking.event.title, entries)
    return response(
        request, content, file_name=booking.event.slug, last_modified=entries[0].last_modified, private=True
    )  # fmt: skip


@public
@require_POST
def answer_offer(request, key):
    """Yes or no to a place that is kept for them."""
    booking = own(request, key)
    act = acts.accept if request.POST.get("answer") == "yes" else acts.decline
    if carry_out(request, act, booking=booking, by=actor(request, booking)) and act is acts.decline:
        messages.success(request, "Thank you for telling us. The place goes to the next in line.")
    return redirect("events:ticket", key)


@public
@require_POST
def switch(request, key):
    """Come another way."""
    booking = own(request, key)
    mode = request.POST.get("mode", "")
    if mode not in mine.places_at(booking.event):
        raise Http404
    at_once = request.POST.get("or_wait") != "1"
    by = actor(request, booking)
    if carry_out(request, acts.switch, booking=booking, mode=mode, by=by, or_wait=not at_once):
        messages.success(request, "Changed. The way you come now stands on your ticket.")
    return redirect("events:ticket", key)


@public
@private
def give_up(request, key):
    """Ask once, saying what follows; then give the place up."""
    booking = own_or_made(request, key)
    for_me = is_for(request, booking)
    back = redirect("events:ticket", key) if for_me else redirect("events:book-colleagues", booking.event_id)
    if request.method == "POST":
        if carry_out(request, acts.give_up, booking=booking, by=actor(request, booking)):
            messages.success(request, "The place is given up. Thank you for telling us.")
        return back
    if not booking.is_active():
        return back
    context = {"booking": booking, "for_me": for_me, "ticket": ticket_of(booking, now=timezone.now())}
    return render(request, "events/give_up.html", context)


@public
@private
def ticket_details(request, key):
    """Change what we know of them: what they need, and whether they stand on the list of delegates."""
    booking = own(request, key)
    form = TicketForm.of(booking, request.POST if request.method == "POST" else None)
    if form.is_valid():
        by = actor(request, booking)
        said = form.cleaned_data
        if carry_out(request, needs_acts.write_needs, booking=booking, by=by, **form.needs()):
            tickets.stand_on_list(booking=booking, by=by, on=said["list_me"])
            messages.success(request, "Kept.")
        return redirect("events:ticket", key)
    return render(request, "events/ticket_details.html", {"booking": booking, "form": form})


@public
@require_POST
def needs_erase(request, key):
    """Erase what they need, at once and at any time."""
    booking = own(request, key)
    if carry_out(request, needs_acts.erase_own, booking=booking, by=actor(request, booking)):
        messages.success(request, ERASED.format(at=at(timezone.now())))
    return redirect("events:ticket", key)
