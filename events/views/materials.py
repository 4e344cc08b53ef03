"""Slides and handouts: the files themselves, the page of all of an event, and all of them as one ZIP."""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from core import caching, private, ratelimits, streaming, zipping
from events import guests, showing, slidespack
from events.actions import materials as acts
from events.permissions import can_get_material
from events.querysets import material_rows
from events.querysets import materials as reads
from events.views.finding import event_or_404
from events.views.own import too_often
from members.access import public
from members.pages import ask_once

TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain; charset=utf-8",
}
# Machines that fetch everything they find are no downloads.
ROBOTS = re.compile(r"bot\b|crawl|spider|slurp|archiver|facebookexternalhit|preview|monitor|^$", re.IGNORECASE)
PROBE = 16  # bytes: so few are asked for by players and viewers that only look whether parts can be had
SEALED = "default-src 'none'; sandbox"


def tickets_of(request) -> list[int]:
    """The bookings whose tickets a guest opened in this session."""
    return reads.tickets_in(request.session.get(guests.MARK, {}))


@require_safe
@public
def material(request, pk: int, name: str):
    """The newest file, for who may get it; a wrong name leads to the right one."""
    return _fetch(request, pk, name)


@require_safe
@public
def material_copy(request, pk: int, name: str):
    """The accessible copy of a file, for who may get that."""
    return _fetch(request, pk, name, copy=True)


def _fetch(request, pk: int, name: str, *, copy: bool = False):
    found = reads.one_for(request.user, pk, now=timezone.now(), tickets=tickets_of(request))
    kept = found and (found.copy if copy else found.newest)
    if not kept or not kept.file:
        raise Http404
    if found.name != name:
        return _private(redirect(found.get_copy_url() if copy else found.get_absolute_url()))
    if said := too_often(request, "download"):
        return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
    try:
        file = kept.file.storage.open(kept.file.name)
    except FileNotFoundError:
        raise Http404 from None
    response = streaming.file_response(request, file, size=kept.size, etag=f"{kept.pk}-{kept.number}")
    if not copy and _is_download(request, response):
        acts.count_download(material=found)
    return _sealed(response, found, kept, copy=copy)


def _is_download(request, response) -> bool:
    """A whole file, or a part that begins one; not what only looks whether parts can be had."""
    if request.method != "GET" or ROBOTS.search(request.headers.get("User-Agent", "")):
        return False
    begins = response.headers.get("Content-Range", "").startswith("bytes 0-")
    part = response.status_code == 206 and begins and int(response.headers["Content-Length"]) > PROBE
    return response.status_code == 200 or part


def _sealed(response, found, kept, *, copy: bool):
    """Nothing in a file acts as a page of this site, and what is not for everybody is kept by nobody."""
    everybody = found.is_out(now=timezone.now()) and can_get_material(AnonymousUser(), found)
    ending = "-accessible" if copy else ""
    name = f"{slugify(found.title)[:80].strip('-') or found.kind}{ending}.{kept.extension}"
    if response.status_code in {200, 206}:
        response.headers["Content-Type"] = TYPES[kept.extension]
        inline = everybody and kept.extension == "pdf"
        response.headers["Content-Disposition"] = streaming.disposition(name, inline=inline)
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Content-Type-Options"] = "nosniff"
    if everybody:
        response.headers["Cache-Control"] = "public, no-cache"  # a newer file is at the same address
        return response
    return _private(response)


def _private(response):
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@public
def slides(request, event: int):
    """All slides and handouts of an event by talk; `?room=` only of one room."""
    caching.depends_on(request, *showing.names(event))
    ask_once(request.user)
    page = event_or_404(request.user, event)
    now, tickets = timezone.now(), tickets_of(request)
    shown = material_rows.shown_by_session(page, request.user, now=now, tickets=tickets)
    talks, rooms = material_rows.slides_of(page, shown, room=request.GET.get("room", "")[:60])
    files = [row for one in talks for row in one.rows if row.state == "open" and not row.until]
    context = {
        "event": page, "talks": talks, "rooms": rooms, "files": len(files), "crumbs": showing.crumbs(page, "Slides"),
        "shut": any(row.state == "sign_in" for one in talks for row in one.rows),
        "all_files": sum(row.state == "open" and not row.until for rows in shown.values() for row in rows),
    }  # fmt: skip
    return render(request, "events/slides.html", context)


@require_safe
@public
def slides_zip(request, event: int):
    """Everything of an event that the reader may get, as one ZIP made while it is sent."""
    page, now = event_or_404(request.user, event), timezone.now()
    found = reads.all_of(page, request.user, now=now, tickets=tickets_of(request))
    if not found:
        raise Http404
    try:
        ratelimits.check("slides_zip", request)
    except ratelimits.TooOften as often:
        return HttpResponse("Too many at once. Try again in a few minutes.", status=429, content_type="text/plain",
                            headers={"Retry-After": str(often.wait)})  # fmt: skip
    headers = {
        "Content-Disposition": streaming.disposition(f"{page.slug}-slides.zip"),
        "Content-Security-Policy": SEALED,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "X-Accel-Buffering": "no",
    }
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip", headers=headers)
    opener: Any = private.storage().open
    blocks = zipping.stream(slidespack.entries(page, found, open_file=opener, now=now))
    return streaming.BlockResponse(blocks, content_type="application/zip", headers=headers)
