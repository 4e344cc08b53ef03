"""A member's own calendar: its secret address, and the file that calendars fetch from there."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core import ratelimits
from core.calendars import calendar_file, latest, personal_entries, response
from members import actions
from members.access import public, signed_in
from members.forms import CalendarAddressForm
from members.models import CalendarKey, Member

SAID = {
    "make": "Here is your address. Add it to your calendar.",
    "stop": "Your address has stopped. Calendars that use it get nothing more.",
}


@signed_in
def calendar_address(request):
    """Show the address of one's own calendar; make one, make another, or stop it."""
    form = CalendarAddressForm(request.POST or None)
    refusal, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            ratelimits.check("details", request)
            form.carry_out(by=request.user)
            messages.success(request, SAID[form.cleaned_data["act"]])
            return redirect("members:calendar-address")
        except ratelimits.TooOften:
            refusal, status = "That was a lot of changes at once. Wait a few minutes, then try again.", 429
        except actions.NotAllowed as refused:
            refusal, status = str(refused), 403
    held = getattr(request.user, "calendar_key", None)
    context = {"held": held, "refusal": refusal, **(_addresses(held) if held else {})}
    return render(request, "members/calendar_address.html", context, status=status)


def _addresses(held: CalendarKey) -> dict[str, str]:
    """The address to copy, and the one that opens a calendar program."""
    path = held.get_absolute_url()
    return {"address": settings.SITE_URL + path, "webcal": f"webcal://{urlsplit(settings.SITE_URL).netloc}{path}"}


@public
@require_safe
def calendar(request, key: str):
    """The calendar at a secret address: it alone says whose it is, and only for as long as they take part."""
    try:
        ratelimits.check("calendar", request)
    except ratelimits.TooOften as error:
        return HttpResponse("Asked too often.", status=429, headers={"Retry-After": str(error.wait)})
    member = Member.objects.at_calendar_address(key).select_related("organisation").first()
    if member is None:
        raise Http404
    entries = personal_entries(member)
    content = calendar_file(f"{settings.SITE_NAME}: my dates", entries)
    return response(request, content, file_name="my-dates", last_modified=latest(entries), private=True)
