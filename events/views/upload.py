"""Sending slides: by a speaker’s signed link without an account, or signed in."""

from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from core import caching
from events import times
from events.actions import chasing
from events.actions import materials as acts
from events.forms.materials import UploadForm
from events.permissions import can_send_material
from events.querysets import material_rows
from events.querysets import materials as reads
from events.querysets.events import address_of
from events.views.finding import event_or_404
from events.views.own import too_often
from members.access import public, signed_in

COPY_WRONG = "Your file has arrived. Its accessible copy has not: see below."


def unseen(view):
    """The link is a key: nobody keeps the page, and no search engine lists it."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


@public
@unseen
def upload(request, token: str):
    """What a speaker was asked for: send it, replace it, take it back. The link says who they are."""
    ask = chasing.ask_of(token)
    if ask is None:
        return render(request, "events/upload_old.html", status=404)
    who = {"speaker": ask.speaker, "by": None}
    return _room(request, ask.session, who, ask=ask, address=reverse("events:upload", args=[token]))


@signed_in
@unseen
def talk_files(request, event: int, pk: int):
    """The same for a speaker with an account, and for the core team."""
    session = reads.session_at(event_or_404(request.user, event), pk)
    if session is None:
        raise Http404
    if not can_send_material(request.user, session):
        raise PermissionDenied
    who = {"speaker": None, "by": request.user}
    return _room(request, session, who, ask=None, address=reverse("events:talk-files", args=[event, pk]))


def _room(request, session, who: dict, *, ask, address: str):
    """The page of a talk’s files, and what is done on it."""
    number = (request.POST if request.method == "POST" else request.GET).get("file_of", "")
    material = (
        reads.in_session(session, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    )
    if number and material is None:
        raise Http404
    if request.method == "POST" and request.POST.get("verb") == "take_back":
        return _take_back(request, material, who, address)
    over = session.ends_at <= timezone.now()
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*data, material=material, over=over)
    if request.method == "POST" and (sent := _send(request, form, session, material, who)):
        if form.is_valid():
            return redirect(f"{address}#sent")
        form = UploadForm(material=sent, over=over)
    return _page(request, form, session, who, ask=ask, address=address)


def _send(request, form: UploadForm, session, material, who: dict):
    """What was sent, or None when nothing of it could be kept; the form then says why."""
    if not (form.is_valid() or form.only_copy_is_wrong()):
        return None
    if said := too_often(request, "upload"):
        form.add_error(None, f"{said} Your choices are kept; choose the file again then.")
        return None
    given, terms = form.cleaned_data, form.terms()
    files: dict[str, Any] = {"file": given.get("file"), "copy": given.get("copy")}
    try:
        if material is None:
            kind = given["kind"]
            found = acts.send(event=session.event, session=session, kind=kind, terms=terms, **files, **who)
        else:
            found = acts.replace(material=material, terms=terms, **files, **who)
    except acts.NotTaken as wrong:
        form.add_error("file", str(wrong))
        return None
    if form.is_valid():
        messages.success(request, "Thank you. It is kept as you see below.")
    else:
        messages.warning(request, f"{COPY_WRONG} {' '.join(str(one) for one in form.errors['copy'])}")
    return found


def _take_back(request, material, who: dict, address: str):
    if material is None:
        raise Http404
    acts.take_back(material=material, **who)
    messages.success(request, "Taken back: nobody gets it any more, and its files are deleted.")
    return redirect(address)


def _page(request, form, session, who: dict, *, ask, address: str):
    now = timezone.now()
    context = {
        "form": form, "session": session, "event": session.event, "ask": ask, "address": address,
        "sent": [_told(one, now=now) for one in reads.of_session(session)],
        "replaces": form.material, "event_url": address_of(session.event),
        "when": times.span(session.starts_at, session.ends_at, now=now),
    }  # fmt: skip
    caching.depends_on(request)
    template = "events/upload.html" if ask else "events/talk_files.html"
    return render(request, template, context, status=400 if form.errors else 200)


def _told(material, *, now) -> dict:
    """A file that was sent, as its sender reads of it."""
    if material.is_out(now=now):
        state = "It is out."
    elif material.released_at:
        state = f"It comes out at {times.at(material.released_at, now=now)}."
    else:
        state = "The core team holds it for now."
    return {
        "material": material,
        "row": material_rows.row_of(material),
        "state": state,
        "number": material.newest.number,
    }
