"""The post of a test: what waits is carried out, and the mails that went are handed over."""

from django.core import mail as mailbox

from core import outbox
from notifications.delivery import mail


def deliver() -> list:
    """Carry out everything due; the mails that went since it was last asked."""
    outbox.drain()
    outbox.drain(lane="mail")
    mail.pause.worked()
    mail.send_due()
    sent, mailbox.outbox[:] = list(mailbox.outbox), []
    return sent
