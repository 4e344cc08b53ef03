"""Mail that must not be lost nor waited for, such as a sign-in code: through the outbox."""

from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from core import outbox

PARTS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")


def send_soon(message: EmailMultiAlternatives) -> None:
    """Send `message` from the worker, in a moment; again and again while the mail server is down.

    In the caller's transaction: nothing is sent for a rollback. Its Message-ID is fixed here, so a
    crash repeats at most that mail. Raises ValueError for attachments, which we never send.
    """
    if message.attachments:
        raise ValueError("send_soon carries no attachments")
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {"Message-ID": make_msgid(domain=host)} | message.extra_headers
    fields = {name: getattr(message, name) for name in PARTS}
    alternatives = [[part[0], part[1]] for part in getattr(message, "alternatives", ())]
    outbox.put("core.mail", **fields, headers=headers, alternatives=alternatives)


@outbox.handler("core.mail", lane="mail", outside=True)
def _send(*, alternatives, **fields):
    message = EmailMultiAlternatives(**fields)
    for content, kind in alternatives:
        message.attach_alternative(content, kind)
    message.send()
