"""What people need to eat and to take part: for the access lead alone, and who that is."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from events import exports, tables
from events.actions import access_leads as acts
from events.forms.admin_bookings import LeadForm
from events.querysets import desk
from events.views.admin.desk import ORGANISE, event_or_404
from members.access import requires
from members.actions import NotAllowed

READ_NEEDS = "events.read_needs"


@requires(READ_NEEDS)
def needs_list(request):
    """The events for which somebody said what they need, or did until it was erased."""
    events = desk.events_with_needs(now=timezone.now())
    return render(request, "events/admin/needs_list.html", {"events": events})


@requires(READ_NEEDS)
def needs(request, event: int):
    """The list for kitchen and access: how many need what, and who. As a file with ?export=csv or xlsx."""
    found = event_or_404(event)
    rows = list(desk.needs(found, request.user))
    if (kind := request.GET.get("export")) in exports.KINDS:
        return exports.as_file(kind, f"needs {found.slug} {tables.today()}", tables.of_needs(rows))
    context = {
        "event": found, "rows": rows, "eats": desk.eats_of(rows),
        "access": [one for one in rows if one.access.strip()], "erased": found.needs_erased.order_by("-at").first(),
    }  # fmt: skip
    response = render(request, "events/admin/needs.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@requires(ORGANISE)
def leads(request):
    """Who reads needs at events; another one is named by e-mail address, one who is ended by number."""
    form = LeadForm(request.POST or None if "end" not in request.POST else None)
    if request.method == "POST":
        try:
            if "end" in request.POST:
                return _ended(request, request.POST["end"])
            if form.is_valid():
                acts.name_lead(member=form.member, by=request.user)
                messages.success(request, f"{form.member.display_name} reads what people need, from now on.")
                return redirect("event_desk:leads")
        except NotAllowed as refused:
            messages.error(request, str(refused))
    return render(request, "events/admin/leads.html", {"form": form, "leads": desk.access_leads()})


def _ended(request, pk: str):
    lead = next((one for one in desk.access_leads() if str(one.pk) == pk), None)
    if lead is None:
        raise Http404
    acts.end_lead(member=lead, by=request.user)
    messages.success(request, f"{lead.display_name} does not read what people need any more.")
    return redirect("event_desk:leads")
