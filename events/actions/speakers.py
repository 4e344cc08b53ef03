"""What follows when a speaker's page changes, and who is never deleted."""

from wagtail.search import index

from core import caching
from events.models.programme import Speaker
from events.pages.event import EventPage
from events.querysets.desk import events_of_speaker


class SpeaksSomewhere(Exception):
    """A speaker who is in a programme stays. `str()` names them."""


def saved(speaker: Speaker) -> None:
    """Their name stands on the pages of events and sessions, and both are found by it."""
    numbers = events_of_speaker(speaker)
    caching.touch("events", f"speaker:{speaker.pk}", *(f"event:{pk}" for pk in numbers))
    for session in speaker.sessions.all():
        index.insert_or_update_object(session)
    for event in EventPage.objects.in_bulk(numbers).values():
        index.insert_or_update_object(event)


def refuse_to_delete(*speakers: Speaker) -> None:
    """Raises SpeaksSomewhere for who is in a programme: past years are the record."""
    named = [one.name for one in speakers if one.sessions.exists()]
    if named:
        raise SpeaksSomewhere(
            f"{', '.join(named)} {'is' if len(named) == 1 else 'are'} in a programme. Take the name out there first."
        )


def deleted(*speakers: Speaker) -> None:
    if speakers:
        caching.touch("events", *(f"speaker:{one.pk}" for one in speakers))
