"""Who is told of what happened to a member, and in which words. All by mail, through the outbox."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from core import outbox
from members.models import Member

# A mail that could not be sent for so long is not sent any more.
GOOD_FOR = dt.timedelta(days=3)


def put_mail(
    *, to: str, subject: str, text: str, good_for: dt.timedelta = GOOD_FOR, files: Sequence[Sequence[str]] = ()
) -> None:
    """Leave one mail in the outbox, in the caller's transaction. `good_for`: after that it would be of no use.

    `files`: (name, text, type) of what goes with it, such as an entry for a calendar.
    """
    outbox.put("members.mail", **_mail(to=to, subject=subject, text=text, good_for=good_for, files=files))


def put_mails(mails: Iterable[dict[str, Any]]) -> None:
    """Leave many mails, each what `put_mail` takes, in a number of statements that does not grow with them."""
    outbox.put_all("members.mail", [_mail(**one) for one in mails])


def _mail(
    *, to: str, subject: str, text: str, good_for: dt.timedelta = GOOD_FOR, files: Sequence[Sequence[str]] = ()
) -> dict[str, Any]:
    about: dict[str, Any] = {"files": [list(one) for one in files]} if files else {}
    return about | {
        "key": str(uuid.uuid4()),
        "to": to,
        "subject": " ".join(subject.split())[:200],
        "text": text,
        "good_until": (timezone.now() + good_for).isoformat(),
    }


def _write(to: str, letter: str, subject: str, **context) -> None:
    context |= {
        "site_name": settings.SITE_NAME,
        "partnership": settings.PARTNERSHIP_NAME,
        "site_url": settings.SITE_URL,
        "core_team_email": settings.CORE_TEAM_EMAIL,
    }
    text = render_to_string(f"members/email/{letter}.txt", context).strip() + "\n"
    put_mail(to=to, subject=subject, text=text)


def member_welcomed(member: Member) -> None:
    """Their address vouched for them at once."""
    _write(member.email, "welcomed", f"Welcome to {settings.SITE_NAME}", member=member)


def member_waits(member: Member) -> None:
    """Tell them what happens next, and the core team that somebody waits."""
    _write(member.email, "waiting", "We are checking where you work", member=member)
    _write(
        settings.CORE_TEAM_EMAIL,
        "someone_waits",
        f"{member.display_name} is waiting for you to vouch for them",
        member=member,
    )


def member_vouched(member: Member) -> None:
    _write(member.email, "vouched", f"You can now take part in {settings.SITE_NAME}", member=member)


def member_declined(member: Member) -> None:
    _write(member.email, "declined", f"We could not vouch for you on {settings.SITE_NAME}", member=member)


def member_banned(member: Member) -> None:
    _write(member.email, "banned", f"Your {settings.SITE_NAME} account is closed", member=member)


def role_given(member: Member, *, was: str) -> None:
    _write(
        member.email,
        "role_given",
        f"Your role on {settings.SITE_NAME} has changed",
        member=member,
        was=Member.Role(was).label,
    )
