"""What runs without anybody asking: sending mail that is due, forgetting notices read long ago."""

import datetime as dt

from django.utils import timezone

from core import worker
from notifications.delivery import mail
from notifications.models import Notice

KEPT = dt.timedelta(days=90)


@worker.sweep("mail")
def send_due_mail() -> int:
    return mail.send_due()


@worker.chore("forget old notices", every=dt.timedelta(hours=12))
def forget_old() -> int:
    """Delete notices read more than 90 days ago; how many."""
    return Notice.objects.filter(read_at__lt=timezone.now() - KEPT).delete()[0]
