"""What people are told of slides: those with a place that they are out, speakers that they are asked for."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from core.quoting import quoted
from events import times
from events.letters import Letter
from events.querysets.material_asks import day_before
from events.uploadlinks import link_of
from events.words import dear
from members import letters as members_letters
from members.notices import put_mail

members_letters.LABELS |= {"events:upload": "Send your slides", "events:slides": "See all slides"}


def slides_out(event, count: int) -> Letter:
    """To a guest with a place. `count`: files that came out."""
    what = "A file" if count == 1 else f"{count} files"
    first = "Some may be for people with a place only: open your ticket first, so that we know it is you."
    address = f"{settings.SITE_URL}/events/{event.pk}/slides/"
    return Letter(
        f"Slides to read: {event.title}",
        (f"{what} of {quoted(event.title)} can be fetched now.", f"{first} Then you find all of them here:\n{address}"),
    )


def asked_words(ask, *, now=None) -> str:
    """“by Thursday 12 November”, “today”, “they were due on Thursday 12 November”: what is true when it is read."""
    today = timezone.localdate(now)
    was = day_before(ask)
    changed = f"The day has changed: it was {_day(was, today)}. " if was else ""
    day = _day(ask.due_on, today)
    if ask.due_on > today:
        return f"{changed}Please send them by {day}."
    if ask.due_on == today:
        return f"{changed}Please send them today."
    return f"We hoped to have them by {day}, and still want them."


def _day(day, today) -> str:
    """“Thursday 12 November”, with the year where it is another."""
    return f"{day:%A} {day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")


def mail_speaker(ask, stage: int) -> None:
    """Leave a speaker without an account the mail with their link. `stage`: below -50 the first letter."""
    first = stage < -50
    about = {
        "ask": ask, "dear": dear(ask.speaker.name), "first": first, "when": asked_words(ask), "link": link_of(ask),
        "talk": times.at(ask.session.starts_at), "site_name": settings.SITE_NAME,
        "partnership": settings.PARTNERSHIP_NAME, "core_team_email": settings.CORE_TEAM_EMAIL,
    }  # fmt: skip
    text = render_to_string("events/email/slides_asked.txt", about).strip() + "\n"
    start = "Your slides" if first else "Still to come: your slides"
    put_mail(to=ask.speaker.email, subject=f"{start} for {quoted(ask.session.title)}", text=text)
