"""The demo's mail: written to files in `var/outbox/`, one per message, and shown on a page."""

import contextlib
import datetime as dt
import email
import ipaddress
import itertools
import os
import time
from dataclasses import dataclass
from email import policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

MOST_SHOWN = 50
MOST_KEPT = 2000
_count = itertools.count()


def is_open_to(request) -> bool:
    """Whether the page of the outbox is there for a reader: in a demo, for someone at this very machine."""
    # a proxy on this machine would make every stranger look local
    if not settings.DEMO or request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def takes_all_mail() -> bool:
    """Whether mail lands here and goes nowhere else."""
    return f"{__name__}.EmailBackend" == settings.EMAIL_BACKEND


class EmailBackend(BaseEmailBackend):
    """Each message becomes a file that is there whole or not at all."""

    def send_messages(self, email_messages):
        folder = Path(settings.MAIL_OUTBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            # time first, so that names sort as the mails went; process and count, so that no two are the same
            name = f"{time.time_ns()}-{os.getpid()}-{next(_count)}"
            making = folder / f".{name}.part"
            making.write_bytes(message.message().as_bytes())
            making.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """A mail in the demo's outbox."""

    subject: str
    to: str
    sender: str
    at: dt.datetime | None
    text: str
    html: str
    headers: list[tuple[str, str]]


def newest(*, to: str = "", most: int = MOST_SHOWN) -> list[Mail]:
    """The newest mails, newest first; `to`: only those whose address holds this."""
    folder = Path(settings.MAIL_OUTBOX_DIR)
    names = sorted((path.name for path in folder.glob("*.eml")), reverse=True) if folder.is_dir() else []
    found: list[Mail] = []
    for name in names[: max(MOST_SHOWN * 20, most)]:
        with contextlib.suppress(OSError, ValueError, LookupError):
            mail = _read(folder / name)
            if to.lower() in mail.to.lower():
                found.append(mail)
        if len(found) == most:
            break
    return found


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    try:
        at = parsedate_to_datetime(str(message["Date"]))
        at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)  # "-0000", as Django writes it
    except ValueError:
        at = None
    return Mail(
        subject=str(message["Subject"] or ""), to=str(message["To"] or ""), sender=str(message["From"] or ""), at=at,
        text=plain.get_content() if plain else "", html=html.get_content() if html else "",
        headers=[(name, str(value)) for name, value in message.items()],
    )  # fmt: skip


def forget_old() -> int:
    """Keep the newest 2,000 mails; how many were deleted."""
    folder = Path(settings.MAIL_OUTBOX_DIR)
    names = sorted((path.name for path in folder.glob("*.eml")), reverse=True)[MOST_KEPT:]
    for name in names:
        (folder / name).unlink(missing_ok=True)
    return len(names)
