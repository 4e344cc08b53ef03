"""All events, and the desk of one: what lacks, and the way to everything else."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from events import times
from events.models.places import Mode
from events.pages.event import EventPage
from events.pages.index import EventsIndexPage
from events.querysets import desk
from events.querysets.events import by_pk
from events.querysets.steps import Step, next_steps
from members.access import requires

ORGANISE = "events.organise"
PER_PAGE = 30

# The rooms of a desk: name of the address, words.
ROOMS = (
    ("desk", "Desk"),
    ("programme", "Programme"),
    ("places", "Places"),
    ("questions", "Questions"),
    ("bookings", "Bookings"),
    ("mails", "Mails"),
    ("slides", "Slides"),
    ("changes", "Changes"),
    ("figures", "Figures"),
)

# Screens on the site itself, for the day and after it.
AT_THE_DOOR = (
    ("At the door", "events:door"),
    ("Helpers at the door", "events:door-helpers"),
    ("Badges as PDF", "events:badges"),
    ("List for the door as PDF", "events:door-list"),
)
ON_THE_SITE = (
    ("Votes", "events:vote-desk"),
    *AT_THE_DOOR,
    ("Actions of the report", "events:report-actions"),
)


def event_or_404(pk: int) -> EventPage:
    """The event with this number, drafts too. To be called behind `requires` only."""
    event = by_pk(pk)
    if event is None:
        raise Http404
    return event


def room(request, template: str, event: EventPage, here: str, **context):
    """A page of an event's desk; `here` is the name of its room."""
    rooms = [(words, reverse(f"event_desk:{name}", args=[event.pk]), name == here) for name, words in ROOMS]
    if request.user.has_perm("events.read_needs"):
        rooms.append(("Needs", reverse("event_desk:needs", args=[event.pk]), here == "needs"))
    return render(request, f"events/admin/{template}.html", {"event": event, "rooms": rooms, **context})


@requires(ORGANISE)
def event_list(request):
    """Every event, drafts too: those to come, or those that were with ?past=1."""
    past = request.GET.get("past") == "1"
    pages = Paginator(desk.events(past=past, now=timezone.now()), PER_PAGE)
    shown = pages.get_page(request.GET.get("p"))
    for one in shown:
        one.when = times.span(one.starts_at, one.ends_at)
    context = {"events": shown, "past": past, "add_url": _add_url(request.user)}
    return render(request, "events/admin/event_list.html", context)


def _add_url(member) -> str:
    """Where a new event is written, below the page “Events”; "" without that page, or for who may not add to it."""
    index = EventsIndexPage.objects.first()
    may = index is not None and index.permissions_for_user(member).can_add_subpage()
    return reverse("wagtailadmin_pages:add", args=["events", "eventpage", index.pk]) if may else ""


@requires(ORGANISE)
def event_desk(request, event: int):
    """What lacks, how full it is, and the way to everything else."""
    found = event_or_404(event)
    now = timezone.now()
    counts = desk.counts_by_state(found)
    context = {
        "places": [(one, counts.get((one.mode, "waiting"), 0)) for one in desk.places_of(found)],
        "steps": [(step, _url_of(step, found)) for step in next_steps(found, now=now)], "ways": _ways(found),
        "over": found.is_over(now=now), "off": getattr(found, "called_off", None), "mails": desk.mails(found)[:3],
    }  # fmt: skip
    return room(request, "event_desk", found, "desk", **context)


def _url_of(step: Step, event: EventPage) -> str:
    if step.room == "page":
        return reverse("wagtailadmin_pages:edit", args=[event.pk])
    return reverse(f"event_desk:{step.room}", args=[] if step.room == "leads" else [event.pk])


def _ways(event: EventPage) -> list[tuple[str, str]]:
    """Screens of the site where the team works on the day and after it. A draft has none."""
    there = [one for one in ON_THE_SITE if one not in AT_THE_DOOR or _has_a_door(event)] if event.live else []
    return [(words, reverse(name, args=[event.pk])) for words, name in there]


def _has_a_door(event: EventPage) -> bool:
    """Whether anybody comes to it in person. Where no places are counted people may just come."""
    if getattr(event, "called_off", None):
        return False
    modes = [one.mode for one in event.places.all()]
    return Mode.IN_PERSON in modes or bool(event.venue and not modes)
