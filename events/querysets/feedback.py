"""What people made of an event, counted. Nothing is told of fewer than five answers: they would say whose they are."""

import random
from collections import Counter
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from core import caching
from events.models.after import Answered, Asked, Feedback, FollowUp, ReportAction
from events.models.booking import Booking
from events.querysets import attendance
from events.querysets.figures import Figure, Row
from events.querysets.told import guests_in
from members.models import Member

VERSION = 1  # raise it when the shape of what is kept changes
FEWEST = 5
USEFUL = {5: "Very useful", 4: "Useful", 3: "Partly useful", 2: "A little useful", 1: "Not useful"}


def may_answer(booking: Booking) -> bool:
    """Whether somebody is asked about the event at all. Twin of `attendance.may_have_come`."""
    return attendance.may_have_come(booking.event).filter(pk=booking.pk).exists()


def has_answered(booking: Booking, what: str) -> bool:
    return Answered.objects.filter(booking=booking, what=what).exists()


def answered_by_many(bookings: list[Booking]) -> dict[int, set[str]]:
    """What each has answered, by the number of the booking: names of the questions. One query."""
    found: dict[int, set[str]] = {}
    for booking, what in Answered.objects.filter(booking__in=bookings).values_list("booking", "what"):
        found.setdefault(booking, set()).add(what)
    return found


def own_booking(event, member) -> Booking | None:
    """The booking by which a member came to an event, or else the last they made."""
    own = Booking.objects.filter(event=event).for_member(member).select_related("event", "member").order_by("-pk")
    return own.filter(pk__in=attendance.came(event).values("pk")).first() or own.first()


def bookings_with(event, keys) -> list[Booking]:
    """The bookings of an event that have one of these keys: those a guest opened the tickets of."""
    return list(Booking.objects.filter(event=event, key__in=keys).select_related("event", "member"))


# --- Who is asked -------------------------------------------------------------------------------------


def not_yet_asked(what: str, *, after, until) -> QuerySet:
    """Live events that took place and ended between two moments, of which this was not asked. One query."""
    from events.pages.event import EventPage

    ended = EventPage.objects.filter(live=True, ends_at__gt=after, ends_at__lte=until, called_off=None)
    return ended.exclude(pk__in=Asked.objects.filter(what=what).values("event")).order_by("ends_at", "pk")


def to_ask(event, what: str) -> QuerySet[Booking]:
    """The bookings of who is asked, and has not answered before being asked."""
    return attendance.may_have_come(event).exclude(answered__what=what)


def members_to_ask(event, what: str) -> QuerySet[Member]:
    """Those of them who are members, for `notify`."""
    return Member.objects.taking_part().filter(pk__in=to_ask(event, what).exclude(member=None).values("member"))


def guests_to_ask(event, what: str) -> list[Booking]:
    """Those of them who are guests, to be written to."""
    return guests_in(to_ask(event, what), event)


def unanswered_of(member_pks, event_pks, what: str) -> set[tuple[int, int]]:
    """Of these members and events, (member, event) of who came and has not answered. One query for each event."""
    from events.pages.event import EventPage

    found: set[tuple[int, int]] = set()
    for event in EventPage.objects.filter(pk__in=set(event_pks)):
        left = to_ask(event, what).filter(member__in=set(member_pks)).values_list("member", flat=True)
        found |= {(member, event.pk) for member in left}
    return found


def events_by_pk(numbers) -> dict:
    """Events by number. One query."""
    from events.pages.event import EventPage

    return EventPage.objects.in_bulk(set(numbers))


# --- What they said -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A row of a picture that is a table: `share` in per cent of all answers."""

    label: str
    count: int
    share: int


@dataclass(frozen=True)
class Results:
    """What came of the form: only made of five answers or more."""

    answered: int
    asked: int
    mean: float
    useful: list[Bar]
    recommend: list[Bar]
    learned: list[str]
    will_do: list[str]
    better: list[str]
    quotes: list[str]

    @property
    def useful_share(self) -> int:
        """Per cent who found it useful or very useful."""
        return round(100 * sum(bar.count for bar in self.useful[:2]) / self.answered)


def results_of(event) -> Results | None:
    """What people made of it; None while fewer than five have answered. Words in no order. Five queries."""
    said = list(Feedback.objects.filter(event=event))
    if len(said) < FEWEST:
        return None
    order = random.Random(event.pk)  # by lot, and the same each time
    order.shuffle(said)
    scores = Counter(one.useful for one in said)
    wishes = Counter(one.recommend for one in said if one.recommend)
    quotable = [one for one in said if one.may_quote]
    return Results(
        answered=len(said),
        asked=max(attendance.may_have_come(event).count(), len(said)),
        mean=round(sum(one.useful for one in said) / len(said), 1),
        useful=_bars([(label, scores[score]) for score, label in USEFUL.items()]),
        recommend=_bars([(label, wishes[value]) for value, label in Feedback.Recommend.choices]),
        learned=[one.learned for one in said if one.learned],
        will_do=[one.will_do for one in said if one.will_do],
        better=[one.better for one in said if one.better],
        quotes=[words for one in quotable for words in (one.learned, one.will_do) if words],
    )


@dataclass(frozen=True)
class Used:
    """Whether people used it, three months on: only made of five answers or more. `told`: what others may read."""

    answered: int
    used: list[Bar]
    told: list[str]

    @property
    def used_count(self) -> int:
        """How many used it, at least partly."""
        return self.used[0].count + self.used[1].count


def used_of(event) -> Used | None:
    """Whether people used it; None while fewer than five have said. One query."""
    said = list(FollowUp.objects.filter(event=event))
    if len(said) < FEWEST:
        return None
    counted = Counter(one.used for one in said)
    return Used(
        answered=len(said),
        used=_bars([(label, counted[value]) for value, label in FollowUp.Used.choices]),
        told=[one.words for one in said if one.may_tell and one.words],
    )


def may_be_asked(event) -> list[Booking]:
    """The bookings of who lets us ask them more, and can be reached: by name, and without what they said. One query.

    For the core team alone.
    """
    agreed = FollowUp.objects.filter(event=event, may_tell=True, booking__isnull=False)
    reached = Q(member__in=Member.objects.taking_part()) | Q(member=None) & ~Q(guest_email="")
    found = Booking.objects.filter(reached, pk__in=agreed.values("booking"))
    return sorted(found.select_related("member", "organisation"), key=lambda one: (one.name.casefold(), one.pk))


def _bars(rows: list[tuple[str, int]]) -> list[Bar]:
    total = sum(count for _label, count in rows)
    return [Bar(label, count, round(100 * count / total) if total else 0) for label, count in rows]


def figures(event) -> list[Figure]:
    """The same for the desk of the core team, as its other figures are. None of fewer than five answers."""
    found = []
    if said := results_of(event):
        useful = [Row(bar.label, bar.count) for bar in said.useful]
        note = f"{said.answered} of {said.asked} asked have answered. On average {said.mean:g} of 5."
        found.append(Figure("useful", "How useful it was", "They said", useful, note))
        if any(bar.count for bar in said.recommend):
            wishes = [Row(bar.label, bar.count) for bar in said.recommend]
            found.append(
                Figure("recommend", "Would tell a colleague to come", "They said", wishes, "Of those who said.")
            )
    if used := used_of(event):
        rows = [Row(bar.label, bar.count) for bar in used.used]
        found.append(Figure("used", "Used it, three months on", "They said", rows, f"{used.answered} have answered."))
    return found


# --- The report ---------------------------------------------------------------------------------------


def actions_of(event) -> list[ReportAction]:
    """What is done because of the event, in the order of the report: rows that don't hold on to its page."""
    return list(ReportAction.objects.filter(event=event.pk))


def action_of(event, pk: int) -> ReportAction | None:
    """One of them."""
    return ReportAction.objects.filter(event=event, pk=pk).select_related("event").first()


def report_for(event) -> dict:
    """What the report of an event that is over shows of all this: `came`, `feedback`, `follow_up`, `actions`.

    No query when kept, else seven. Nobody may change it.
    """
    key = f"event-report:{VERSION}:{event.pk}:{event.ends_at.timestamp()}"
    return caching.made_once(("events", f"event:{event.pk}"), key, lambda: _report_for(event))


def _report_for(event) -> dict:
    said = results_of(event)
    return {
        "came": attendance.came(event).count(),
        "feedback": said and replace(said, learned=[], will_do=[], better=[]),  # nobody reads those there
        "follow_up": used_of(event),
        "actions": actions_of(event),
    }
