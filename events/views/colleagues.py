"""Booking for colleagues: members one works with by name, others by e-mail."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from events.actions import booking as acts
from events.forms.booking import ColleagueForm
from events.guests import Guest
from events.querysets import mine
from events.querysets.events import event_for
from events.showing import crumbs
from events.standing import event_status, kept_words, marks_for, rows_for_others
from events.views.own import REFUSED, too_often
from members.access import signed_in
from members.permissions import takes_part


@signed_in
def book_colleagues(request, event: int):
    """One colleague at a time; below it those one has booked for, each of which one can give up."""
    page = event_for(request.user, event)
    if page is None:
        raise Http404
    places = mine.places_at(page)
    status = event_status(page, places, now=timezone.now())
    context = {"event": page, "crumbs": crumbs(page, "Book for colleagues"), "status": status}
    if not takes_part(request.user) or not places:
        marks = marks_for(page, request.user, now=timezone.now())
        return render(request, "events/book_not_now.html", context | {"marks": marks}, status=403)
    sent = request.POST if request.method == "POST" else None
    form = ColleagueForm(sent, colleagues=mine.colleagues_of(request.user), places=places)
    if form.is_valid() and _book(request, page, form):
        return redirect("events:book-colleagues", event)
    context |= {
        "form": form,
        "kept_words": kept_words(mine.kept_for(page, request.user)),
        "others": rows_for_others(request.user, page, now=timezone.now()),
    }
    return render(request, "events/book_colleagues.html", context)


def _book(request, page, form) -> bool:
    """Whether it worked; else the form says why not."""
    said_form = form.cleaned_data
    member = said_form["member"]
    guest = None if member else Guest(email=said_form["email"], name=said_form["name"])
    said = too_often(request, "book")
    if not said:
        try:
            made = acts.book(
                event=page, by=request.user, member=member, guest=guest, mode=said_form.get("mode") or form.modes[0]
            )
        except REFUSED as refused:
            said = str(refused)
    if said:
        form.add_error(None, said)
        return False
    has = "has a place" if made.state == made.State.CONFIRMED else "is in line"
    messages.success(request, f"{made.name} {has}. We wrote to them.")
    return True
