"""Certificates: the holder's own page and file, and the page on which anybody checks one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.actions import certificates as acts
from events.actions import checkin
from events.forms.feedback import CertificateCodeForm
from events.pdfs.certificate import certificate_file
from events.querysets import certificates as reads
from events.querysets.events import by_pk, event_for
from events.views.own import own, refused, too_often
from members.access import public

REFUSED = (acts.NotThere, acts.NotYet)
WITHDRAWN = "This certificate was withdrawn, so there is no file of it."
NAMELESS = "The name on this certificate was erased, so there is no file of it any more."


@public
def certificate(request, key):
    """The holder's page: what is still to be done for it, its file, and what others see who check it."""
    booking = own(request, key)
    context = {"booking": booking, "event": booking.event, "certificate": reads.of_booking(booking)}
    if request.method == "POST":
        return _keep(request, booking, context["certificate"])
    if context["certificate"] is None:
        try:
            acts.refuse(booking)
        except REFUSED as why:
            context |= {"said": str(why), "feedback": isinstance(why, acts.NotYet)}
            context["over"] = booking.event.is_over(now=timezone.now())
    return render(request, "events/certificate.html", context)


def _keep(request, booking, known):
    """Make it, choose who sees the name, or have it erased."""
    if known is None:
        try:
            acts.issue(booking=booking)
        except REFUSED as why:
            messages.error(request, str(why))
    elif request.POST.get("forget") == "name":
        acts.forget_name(certificate=known)
        messages.success(request, "Your name is erased from it.")
    else:
        acts.show_name(certificate=known, shown=request.POST.get("show_name") == "on")
        messages.success(request, "Kept.")
    return redirect("events:certificate", booking.key)


@public
@require_safe
def certificate_pdf(request, key):
    """The file, for its holder alone."""
    booking = own(request, key)
    found = reads.of_booking(booking)
    if found is None:
        raise Http404
    if found.is_revoked() or found.is_erased():
        said = WITHDRAWN if found.is_revoked() else NAMELESS
        return refused(request, said, back=reverse("events:certificate", args=[booking.key]), status=410)
    if said := too_often(request, "file"):
        return HttpResponse(said, status=429, content_type="text/plain")
    headers = {
        "Content-Disposition": f'attachment; filename="certificate-{found.written}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(certificate_file(found), content_type="application/pdf", headers=headers)


@public
@require_safe
def certificate_find(request):
    """Where whoever was shown a certificate types its code."""
    form = CertificateCodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("events:certificate-check", _as_address(form.cleaned_data["code"]))
    return render(request, "events/certificate_find.html", {"form": form})


@public
@require_safe
def certificate_check(request, code: str):
    """Whether a certificate is true: for anybody, so it says no more of a person than they allow."""
    if said := too_often(request, "certificate"):
        return refused(request, said, back="/events/certificates/", status=429)
    found = reads.by_code(code)
    if found is not None and found.written != code:
        return redirect("events:certificate-check", found.written)
    event = found and event_for(request.user, found.booking.event_id)
    context = {"certificate": found, "code": code[:60], "event": event}
    response = render(request, "events/certificate_check.html", context, status=200 if found else 404)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cache-Control"] = "private, no-store"  # what is taken back is so at once
    return response


def _as_address(code: str) -> str:
    kept = reads.plain(code)
    return "-".join(kept[start : start + 4] for start in range(0, len(kept), 4)) or "-"


@public
@require_safe
def join_online(request, key):
    """The way in to an event online, from the ticket; where the event says so, taking it is coming.

    A link, though it may write: browsers don't let a form lead to another site (`form-action`). Taken twice it is once.
    """
    booking = own(request, key)
    event = by_pk(booking.event_id)
    if booking.state != booking.State.CONFIRMED or booking.mode != "online" or not event.online_url:
        raise Http404
    checkin.join_online(booking=booking)
    return redirect(event.online_url)
