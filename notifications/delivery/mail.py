"""Mail about notices: sent when it is due, unless it was read meanwhile; each once.

A notice is leased, handed to the mail server, then recorded. A crash between handing over and recording
sends that one mail again, with the very same Message-ID and items, so that mail programs show it once.
"""

import contextlib
import datetime as dt
import html
import logging
import re
import smtplib
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import strip_tags

from core import rows
from notifications import choices, kinds, stopping
from notifications.models import Notice

log = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=120)
BATCH = 20
BUDGET = 5.0  # seconds one look may take, so that the heartbeat goes on
MOST_ATTEMPTS = 10  # nine hours, for what a server will never take
PATIENCE = dt.timedelta(days=3)  # for what it may take later
HOLD = 60.0  # seconds of a lease used for a batch: what is left after that is given back
_OF_OURS = re.compile(r'(\shref=")/(?!/)')  # a mail has no site that its links could start from
# What a server says about one mail; anything else from the socket means that the server is away.
REFUSED = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class _Pause:
    """How long to leave a mail server alone that did not answer: 2, 4, 8 … at most 300 seconds."""

    def __init__(self):
        self.failures, self.until = 0, 0.0

    def failed(self):
        self.failures += 1
        self.until = time.monotonic() + min(2**self.failures, 300)

    def worked(self):
        self.failures, self.until = 0, 0.0

    def is_on(self) -> bool:
        return time.monotonic() < self.until


pause = _Pause()


def send_due(*, now: dt.datetime | None = None) -> int:
    """Send the mail that is due; how many mails went. Stops after a few seconds: the next look goes on."""
    if pause.is_on():
        return 0
    end, sent = time.monotonic() + BUDGET, 0
    while time.monotonic() < end:
        notices = lease(now=now or timezone.now())
        if not notices:
            break
        went, away = _send_batch(notices)
        sent += went
        if away:
            break
    return sent


def lease(*, now: dt.datetime) -> list[Notice]:
    """Take the next notices whose mail is due, for this worker alone; [] when there are none."""
    free = Q(mail_leased_until=None) | Q(mail_leased_until__lte=now)
    due = Notice.objects.filter(free, mail_due_at__lte=now).order_by("mail_due_at", "pk")
    if not due.exists():
        return []
    with transaction.atomic():
        taken = dict(rows.free(due).values_list("pk", "mailing_item_id")[:BATCH])
        Notice.objects.filter(pk__in=taken).update(
            mail_leased_until=now + LEASE,
            # set already: a worker was killed while it sent this one, so the same one goes again
            mailing_item_id=Coalesce("mailing_item_id", NullIf("told_number", Value(0)), "last_item_id", "count"),
        )
    notices = Notice.objects.filter(pk__in=taken).select_related("recipient__organisation__sector", "actor")
    known = _known(notices.order_by("mail_due_at", "pk"))
    for notice in known:
        notice.taken_at = now
        notice.goes_again = taken[notice.pk] is not None
    return kinds.prefetch(known)


def _known(notices) -> list[Notice]:
    known, strange = [], []
    names = {kind.name for kind in kinds.all_kinds()}
    for notice in notices:
        (known if notice.kind in names else strange).append(notice)
    if strange:
        log.warning("no mail for notices of unknown kinds: %s", sorted({notice.kind for notice in strange}))
        Notice.objects.filter(pk__in=[notice.pk for notice in strange]).update(**DROPPED)
    return known


UNTOUCHED = {"mail_leased_until": None, "mailing_item_id": None}
DROPPED = {"mail_due_at": None, "mail_attempts": 0} | UNTOUCHED


def _send_batch(notices: list[Notice]) -> tuple[int, bool]:
    """(mails sent, whether the server went away). One that fails stops no other."""
    sent, end = 0, time.monotonic() + HOLD
    server = get_connection()
    try:
        server.open()
        for place, notice in enumerate(notices):
            if time.monotonic() > end:
                _release(notices[place:])
                break
            sent += _send_one(notice, server)
    except OSError as error:
        pause.failed()
        log.warning("mail is not sent for now: %r", error)
        _release(notices)
        return sent, True
    finally:
        with contextlib.suppress(OSError):
            server.close()
    return sent, False


def _send_one(notice: Notice, server) -> bool:
    """Whether it went. Raises OSError when the server is away."""
    try:
        message = message_for(notice)
        if message is None:
            _drop(notice)
            return False
        message.connection = server
        message.send()
    except REFUSED as error:
        _put_off(notice, error)
        return False
    except OSError:
        # it may have been handed over: the same one goes again, after the others
        later = notice.taken_at + dt.timedelta(seconds=60)
        Notice.objects.filter(pk=notice.pk).update(mail_leased_until=None, mail_due_at=later)
        raise
    except Exception as error:  # the delivery edge: one bad mail must not stop the others
        log.exception("the mail of notice %s failed", notice.pk)
        _put_off(notice, error)
        return False
    record(notice)
    pause.worked()
    return True


def _release(notices: list[Notice]) -> None:
    """Give back leases on what was not handed over: it goes, with all that came since, when its turn comes.

    What was perhaps handed over before a crash goes as it was.
    """
    leased = Notice.objects.filter(mail_leased_until__isnull=False)
    again = [notice.pk for notice in notices if notice.goes_again]
    leased.filter(pk__in=[notice.pk for notice in notices]).exclude(pk__in=again).update(**UNTOUCHED)
    leased.filter(pk__in=again).update(mail_leased_until=None)


def _put_off(notice: Notice, error: Exception) -> None:
    """Try this one again later, each time after a longer while; give it up after ten times, and the days it may take.

    Those begin with what was told last: what came meanwhile goes with it, or after it.
    """
    attempts = notice.mail_attempts + 1
    waited = notice.taken_at - notice.updated_at
    if attempts >= MOST_ATTEMPTS and (_is_final(error) or waited > PATIENCE):
        log.error("the mail of notice %s is given up after %s attempts: %s", notice.pk, attempts, type(error).__name__)
        _drop(notice)
        return
    due = notice.taken_at + dt.timedelta(seconds=min(30 * 2**attempts, 6 * 3600))
    Notice.objects.filter(pk=notice.pk).update(mail_due_at=due, mail_leased_until=None, mail_attempts=attempts)


def _is_final(error: Exception) -> bool:
    """Whether the server will never take this mail (5xx, RFC 5321), whatever else it may be told later."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return getattr(error, "smtp_code", 0) >= 500


def _drop(notice: Notice) -> None:
    """Nothing of what was taken goes. If more came meanwhile, that stays due."""
    due = Case(When(mail_due_at=notice.mail_due_at, then=Value(None)), default=F("mail_due_at"))
    Notice.objects.filter(pk=notice.pk).update(**DROPPED | {"mail_due_at": due})


def record(notice: Notice) -> None:
    """The mail server has it. If more came meanwhile, that stays due."""
    nothing_new = Q(mail_due_at=notice.mail_due_at)
    if notice.goes_again:
        # more may have come before this second try, when the mail was due already
        mark = notice.mailing_item_id
        without = Q(last_item_id=None, count__lte=mark) | Q(last_item_id__lte=mark)
        nothing_new &= Q(told_number__gt=0, told_number__lte=mark) | Q(told_number=0) & without
    Notice.objects.filter(pk=notice.pk).update(
        mailed_at=timezone.now(), mailed_item_id=notice.mailing_item_id, mailing_item_id=None,
        mail_leased_until=None, mail_attempts=0,
        mail_due_at=Case(When(nothing_new, then=Value(None)), default=F("mail_due_at")),
    )  # fmt: skip


def may_go(notice: Notice) -> bool:
    """Still unread, and the recipient still takes part and may see it."""
    member = notice.recipient
    if not member.is_taking_part() or not kinds.get(notice.kind).can_still_see(member, notice):
        return False
    return Notice.objects.unread().filter(pk=notice.pk).exists()


def message_for(notice: Notice) -> EmailMultiAlternatives | None:
    """The mail of a leased notice, or None when it is no longer to go."""
    kind = kinds.get(notice.kind)
    if kind.mail is None or not may_go(notice) or (content := kind.mail(notice)) is None:
        return None
    stop_url = settings.SITE_URL + stopping.url_for(notice)
    context = {
        "notice": notice, "content": content, "subject": content.subject, "member": notice.recipient,
        "sentence": _plain(content.sentence or kind.sentence(notice)), "why": kind.whys.get(notice.why, ""),
        "link": settings.SITE_URL + (content.link or notice.url),
        "stop_url": stop_url, "site_url": settings.SITE_URL, "site_name": settings.SITE_NAME,
        "partnership": settings.PARTNERSHIP_NAME,
        "preferences_url": settings.SITE_URL + choices.address_of(notice.kind),
    }  # fmt: skip
    message = EmailMultiAlternatives(
        # one line: a title may hold anything
        subject=" ".join(content.subject.split())[:200],
        body=render_to_string("notifications/email/notice.txt", context),
        to=[notice.recipient.email],
        headers=headers_for(notice, content.thread_key, stop_url),
    )
    page = render_to_string("notifications/email/notice.html", context)
    message.attach_alternative(_OF_OURS.sub(rf"\g<1>{settings.SITE_URL}/", page), "text/html")
    for file in content.files:
        message.attach(file.name, file.text, file.type)
    return message


def _plain(words: str) -> str:
    """A sentence as plain words, whether it came as HTML or not."""
    return html.unescape(strip_tags(words)) if hasattr(words, "__html__") else words


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def message_id(notice: Notice, mark: int) -> str:
    """The Message-ID of the mail about a notice up to its item `mark`: the same however often it is made."""
    return f"<notice-{notice.pk}.{mark}@{_host()}>"


def headers_for(notice: Notice, thread_key: str, stop_url: str) -> dict[str, str]:
    """The headers that make mails of one thread hang together, and let a mail program stop them (RFC 8058)."""
    host = _host()
    headers = {
        "Message-ID": message_id(notice, notice.mail_mark()),
        "List-Id": f"<notices.{host}>",
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if thread_key:
        root = f"<{thread_key}@{host}>"
        before = f" {message_id(notice, notice.mailed_item_id)}" if notice.mailed_item_id else ""
        headers |= {"In-Reply-To": root, "References": root + before}
    return headers
