"""The door on the day: who has a place, who is here. Works on a phone, without JavaScript, and without the network."""

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core import ratelimits
from core.middleware import PERMISSIONS_POLICY
from events.actions import checkin as acts
from events.actions.refusals import Overfull
from events.actions.walking_in import let_in
from events.forms.door import AddForm, BadTaps, HelperForm, key_or_new, taps_in
from events.models.checkin import DoorAct
from events.pdfs.badges import badges as badges_file
from events.pdfs.door_list import door_list as door_list_file
from events.permissions import can_organise, can_run_door
from events.querysets import attendance as reads
from events.querysets.events import event_for
from events.querysets.people import names_of_organisations
from events.showing import crumbs
from events.views.finding import event_or_404
from events.views.own import REFUSED, is_for, too_often
from members.access import public, signed_in

# The door reads square codes with the phone's camera; no other page may ask for it.
CAMERA = PERMISSIONS_POLICY.replace("camera=()", "camera=(self)")
LONG = 25  # rows: a longer list has letters to jump to
SAID = {
    DoorAct.Outcome.NOTHING: "It was so already.",
    DoorAct.Outcome.TOO_LATE: "Somebody said otherwise meanwhile, so nothing changed.",
    DoorAct.Outcome.NO_PLACE: "They have no place.",
}


@signed_in
def door(request, event: int):
    """Everybody who has a place, by surname; narrowed by what is typed."""
    page = _door_of(request, event)
    rows = reads.door_rows(page)
    asked = request.GET.get("q", "").strip()[:200]
    shown = reads.narrowed(rows, asked)
    groups = reads.by_letter(shown) if len(shown) > LONG else [("", shown)]
    context = {
        "event": page, "rows": shown, "groups": groups, "asked": asked, "once_key": uuid.uuid4,
        "here": sum(row.is_here for row in rows), "of": len(rows), "organises": can_organise(request.user),
        "crumbs": crumbs(page, "The door"), "now": int(timezone.now().timestamp() * 1000),
        "soon": acts.is_another_day(page, now=timezone.now()),
    }  # fmt: skip
    response = render(request, "events/door.html", context)
    response.headers["Permissions-Policy"] = CAMERA
    return response


@require_POST
@signed_in
def door_tap(request, event: int, key):
    """One tap without JavaScript: somebody came, or did not after all; then back to their row."""
    page = _door_of(request, event)
    booking = reads.booking_at(page, key)
    what = request.POST.get("what", "")
    if booking is None or what not in DoorAct.What:
        raise Http404
    once_key = key_or_new(request.POST.get("once_key", ""))
    act = acts.tap(booking=booking, what=what, by=request.user, once_key=once_key, way=_way(request))
    words = SAID.get(act.outcome)
    if words:
        messages.warning(request, f"{booking.name}: {words}")
    else:
        messages.success(request, f"{booking.name} {'is here' if what == 'in' else 'is not here after all'}.")
    if request.POST.get("back") == "person":
        return redirect("events:door-person", key)
    return redirect(f"{reverse('events:door', args=[page.pk])}#b-{key}")


def _way(request) -> str:
    return acts.Way.CODE if request.POST.get("way") == acts.Way.CODE else acts.Way.NAME


@signed_in
def door_acts(request, event: int):
    """What a phone kept while it had no network (POST), and how things stand (GET too): as JSON."""
    page = _door_of(request, event)
    try:
        ratelimits.check("door", request)
        taps = taps_in(request.body) if request.method == "POST" else []
    except ratelimits.TooOften as often:
        return JsonResponse({"wait": often.wait}, status=429)
    except BadTaps:
        raise BadRequest("That is no list of taps.") from None
    done = {str(tap.once_key): _carry_out(page, tap, request.user) for tap in taps}
    here = reads.here_keys(page)
    now = int(timezone.now().timestamp() * 1000)
    return JsonResponse({"done": done, "here": here, "of": reads.counts(page)["of"], "now": now})


def _carry_out(page, tap, member) -> str:
    """What came of one tap: an outcome, or "unknown" for a booking that is not of this event."""
    booking = reads.booking_at(page, tap.booking)
    if booking is None:
        return "unknown"
    act = acts.tap(booking=booking, what=tap.what, by=member, once_key=tap.once_key, at=tap.at, way=tap.way)
    return act.outcome


@public
@require_safe
def door_person(request, key):
    """What the square code of a ticket holds: for the door a person's row, for its holder the ticket; else nothing."""
    if not request.user.is_authenticated and not request.session.get("events_tickets"):
        return redirect_to_login(request.get_full_path())  # whether there is such a code or not
    booking = reads.booking_by_key(key)
    if booking is None:
        raise Http404
    if not can_run_door(request.user, booking.event) or event_for(request.user, booking.event_id) is None:
        if is_for(request, booking):
            return redirect("events:ticket", key)
        raise Http404
    context = {
        "event": booking.event, "row": reads.DoorRow.of(booking), "history": reads.history(booking),
        "once_key": uuid.uuid4(), "waits": booking.is_active(), "organises": can_organise(request.user),
    }  # fmt: skip
    return render(request, "events/door_person.html", context)


@signed_in
def door_add(request, event: int):
    """Somebody came without a place."""
    page = _organised(request, event)
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            booking = let_in(event=page, by=request.user, **form.about())
        except Overfull as full:
            form.add_error("reason", str(full))
        except REFUSED as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{booking.name} has a place and is here.")
            return redirect(f"{reverse('events:door', args=[page.pk])}#b-{booking.key}")
    context = {"event": page, "form": form, "organisations": names_of_organisations()}
    return render(request, "events/door_add.html", context | {"crumbs": crumbs(page, "Add somebody")})


@signed_in
def door_helpers(request, event: int):
    """Who helps at the door; whether joining online is coming."""
    page = _organised(request, event)
    verb = request.POST.get("verb", "")
    form = HelperForm(request.POST if verb == "name" else None)
    if request.method == "POST" and _keep_helpers(request, page, verb, form):
        return redirect("events:door-helpers", page.pk)
    context = {
        "event": page, "form": form, "helpers": reads.helpers_of(page), "joining_counts": reads.joining_counts(page),
        "crumbs": crumbs(page, "Who helps at the door"),
    }  # fmt: skip
    return render(request, "events/door_helpers.html", context)


def _keep_helpers(request, page, verb: str, form: HelperForm) -> bool:
    """Carry out what was posted. Whether it was something."""
    if verb == "name" and form.is_valid():
        acts.name_helper(event=page, member=form.cleaned_data["who"], by=request.user)
        messages.success(request, f"{form.cleaned_data['who'].display_name} helps at the door now.")
        return True
    if verb == "joining":
        acts.let_joining_count(event=page, counts=request.POST.get("counts") == "yes", by=request.user)
        messages.success(request, "Kept.")
        return True
    gone = [one for one in reads.helpers_of(page) if verb == "end" and str(one.pk) == request.POST.get("helper")]
    for helper in gone:
        acts.let_helper_go(event=page, member=helper.member, by=request.user)
        messages.success(request, f"{helper.member.display_name} no longer helps at the door.")
    return bool(gone)


@signed_in
@require_safe
def badges(request, event: int):
    """Badges to print, in the order of the list; `?codes=no` without the square codes, `?q=` of some only."""
    page = _door_of(request, event)
    if said := too_often(request, "file"):
        return HttpResponse(said, status=429, content_type="text/plain")
    rows = reads.narrowed([row for row in reads.door_rows(page) if not row.online], request.GET.get("q", "")[:200])
    return _pdf(badges_file(page, rows, codes=request.GET.get("codes") != "no"), f"badges-{page.slug}")


@signed_in
@require_safe
def door_list(request, event: int):
    """The list on paper."""
    page = _door_of(request, event)
    if said := too_often(request, "file"):
        return HttpResponse(said, status=429, content_type="text/plain")
    return _pdf(door_list_file(page, reads.door_rows(page), now=timezone.now()), f"door-{page.slug}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _door_of(request, event: int):
    """The event whose door it is: 404 where they may not see it, 403 where the door is not theirs."""
    page = event_or_404(request.user, event)
    if not can_run_door(request.user, page):
        raise PermissionDenied
    return page


def _organised(request, event: int):
    page = _door_of(request, event)
    if not can_organise(request.user):
        raise PermissionDenied
    return page
