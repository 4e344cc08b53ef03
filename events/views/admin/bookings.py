"""Who booked: the list with its filters and files, one booking with its history, and what the team does to it."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone

from events import exports, tables
from events.actions import booking as acts
from events.actions import certificates, erasing, places, refusals
from events.forms.admin_bookings import ChooseForm, MoveForm, OnBehalfForm, ReasonForm, SureForm
from events.guests import Guest
from events.models.booking import Booking
from events.models.places import Mode
from events.pages.event import EventPage
from events.querysets import certificates as certificate_reads
from events.querysets import desk
from events.querysets.people import organisation_named
from events.views.admin.desk import ORGANISE, event_or_404, room
from members.access import requires
from members.actions import WhyMissing

PER_PAGE = 50
REFUSED = (
    refusals.NotOpen, refusals.AlreadyBooked, refusals.NoPlacesHere, refusals.TooLate, refusals.NotYours,
    refusals.Overfull, erasing.StillBooked, WhyMissing,
)  # fmt: skip


@requires(ORGANISE)
def bookings(request, event: int):
    """The bookings chosen by what stands in the address; the same as a file with ?export=csv or xlsx."""
    found = event_or_404(event)
    form = ChooseForm(request.GET, event=found)
    chosen = form.chosen()
    rows = desk.for_table(desk.bookings(found, **chosen) if chosen is not None else Booking.objects.none())
    positions = desk.positions(found)
    if (kind := request.GET.get("export")) in exports.KINDS:
        sheet = tables.of_bookings(rows, positions=positions, questions=list(desk.questions(found)))
        return exports.as_file(kind, f"bookings {found.slug} {timezone.localdate()}", sheet)
    pages = Paginator(rows, PER_PAGE)
    shown = pages.get_page(request.GET.get("p"))
    for one in shown:
        one.position = positions.get(one.pk)
    asked = request.GET.copy()
    for name in ("p", "export"):
        asked.pop(name, None)
    context = {"form": form, "page": shown, "count": pages.count, "asked": asked.urlencode(), "words": form.in_words()}
    context["erased"] = desk.names_erased(found)
    return room(request, "bookings", found, "bookings", **context)


@requires(ORGANISE)
def booking(request, event: int, pk: int):
    """One booking: what is known, its history, and what the team can do; each verb is posted by name."""
    found = event_or_404(event)
    one = desk.booking_of(found, pk)
    if one is None:
        raise Http404
    typed = {name: kind(prefix=name) for name, (kind, _act, _said) in VERBS.items()}
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb in typed:
        form = typed[verb] = VERBS[verb][0](request.POST, prefix=verb)
        if form.is_valid() and _done(request, one, verb, form):
            return redirect("event_desk:booking", found.pk, one.pk)
    other = desk.places_of(found).exclude(mode=one.mode).first()
    certificate = certificate_reads.of_booking(one)
    context = {
        "booking": one, "forms": typed, "position": desk.positions(found).get(one.pk), "other": other,
        "certificate": certificate, "erasable": _erasable(one, certificate),
    }  # fmt: skip
    return room(request, "booking", found, "bookings", **context)


def _erasable(one: Booking, certificate) -> bool:
    """Whether a name is kept here: a guest's, or that on a certificate."""
    guest = one.member_id is None and one.erased_at is None
    return guest or bool(certificate and not certificate.is_erased())


def _move(one: Booking, by, **said):
    places.move_in_line(booking=one, by=by, **said)


def _give_up(one: Booking, by, **said):
    acts.give_up(booking=one, by=by, **said)


def _switch(one: Booking, by, **said):
    acts.switch(booking=one, by=by, mode=Mode.IN_PERSON if one.mode == Mode.ONLINE else Mode.ONLINE, **said)


def _revoke(one: Booking, by, *, reason: str):
    certificates.revoke(certificate=_certificate_or_404(one), by=by, why=reason)


def _restore(one: Booking, by):
    certificates.restore(certificate=_certificate_or_404(one), by=by)


def _erase(one: Booking, by):
    erasing.erase_on_request(booking=one, by=by)


TOLD = "Done. {name} is told, and reads your reason."
# What is done by the name of a button: the form it takes, the act, and what is said then.
VERBS: dict[str, tuple[type[forms.Form], Callable, str]] = {
    "move": (MoveForm, _move, TOLD),
    "give_up": (ReasonForm, _give_up, TOLD),
    "switch": (ReasonForm, _switch, TOLD),
    "revoke": (ReasonForm, _revoke, "The certificate of {name} holds no longer. They read your reason on its page."),
    "restore": (SureForm, _restore, "The certificate of {name} holds again."),
    "erase": (SureForm, _erase, "The name is erased. Counts and figures stay as they were."),
}


def _certificate_or_404(one: Booking):
    found = certificate_reads.of_booking(one)
    if found is None:
        raise Http404
    return found


def _done(request, one: Booking, verb: str, form) -> bool:
    _form, act, said = VERBS[verb]
    try:
        act(one, request.user, **form.cleaned_data)
    except REFUSED as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, said.format(name=one.name))
    return True


@requires(ORGANISE)
def book_on_behalf(request, event: int):
    """Book for a member or a guest, as the team."""
    found = event_or_404(event)
    form = OnBehalfForm(request.POST or None, event=found)
    if form.is_valid():
        there = desk.active_booking(found, member=form.cleaned_data["member"], email=form.cleaned_data["email"])
        if there is not None:
            messages.warning(request, _there_already(there, form.cleaned_data["mode"]))
            return redirect("event_desk:booking", found.pk, there.pk)
        try:
            made = acts.book(event=found, by=request.user, **_for_whom(form.cleaned_data))
            words = "has a place" if made.state == Booking.State.CONFIRMED else "stands in the line"
            messages.success(request, f"{made.name} {words}, and is told.")
            return redirect("event_desk:booking", found.pk, made.pk)
        except REFUSED as refused:
            form.add_error(None, str(refused))
        except EventPage.DoesNotExist:
            form.add_error(None, "Publish the page first, and look who may see it: they can’t see this event yet.")
    return room(request, "book_on_behalf", found, "bookings", form=form)


HAS_ALREADY = {
    Booking.State.CONFIRMED: "already has a place",
    Booking.State.OFFERED: "is already offered a place",
    Booking.State.WAITING: "already stands in the line",
}


def _there_already(there: Booking, mode: str) -> str:
    """That nothing was done, and how they can come the way that was chosen."""
    has = f"{there.name} {HAS_ALREADY[Booking.State(there.state)]} {there.get_mode_display().lower()}. Nothing changed."
    if there.mode == mode:
        return has
    return f"{has} If they are to come another way, choose “Switch to {Mode(mode).label.lower()}” below."


def _for_whom(said: dict) -> dict:
    """What `book` takes: the member, or a guest as the form has them."""
    member = said["member"]
    if member:
        return {"member": member, "mode": said["mode"], "organisation": member.organisation}
    guest = Guest(email=said["email"].lower(), name=" ".join(said["name"].split()))
    body = said["organisation_name"].strip()
    return {
        "guest": guest, "mode": said["mode"], "organisation": organisation_named(body), "organisation_name": body,
    }  # fmt: skip
