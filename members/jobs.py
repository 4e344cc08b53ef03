"""What the worker does for members. Each handler runs in the transaction that marks its row done."""

import datetime as dt
from collections.abc import Sequence
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from core import outbox, worker
from members import actions, seen
from members.letters import html_of
from members.models import Member


@outbox.handler("members.mail", lane="mail", outside=True)
def mail(*, key: str, to: str, subject: str, text: str, good_until: str, files: Sequence[Sequence[str]] = ()) -> None:
    """Send one mail; the outbox forgets its words then, as they may hold a code.

    A crash between sending and marking it done sends it once more under the same Message-ID, which
    mail programs take for one.
    """
    if dt.datetime.fromisoformat(good_until) > timezone.now():
        host = settings.SITE_URL.split("//", 1)[-1].split(":")[0].split("/")[0]
        headers = {"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated"}
        message = EmailMultiAlternatives(subject, text, to=[to], headers=headers)
        message.attach_alternative(html_of(subject, text), "text/html")
        for name, content, kind in files:
            message.attach(name, content, kind)
        message.send()


@outbox.handler("members.end_sessions")
def end_sessions(*, member: int) -> None:
    """Delete the sessions of someone shut out. They are of no use already: the backend refuses them."""
    if not Member.objects.filter(pk=member, is_active=False).exists():
        return
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(member):
            store(session.session_key).delete()


@outbox.handler("members.seen_otherwise")
def seen_otherwise(*, member: int) -> None:
    """Have the apps above follow that others than before see this member's name."""
    seen.tell(member)


@worker.chore("forget accounts never confirmed", every=dt.timedelta(hours=24))
def forget_never_confirmed() -> int:
    return actions.forget_never_confirmed()
