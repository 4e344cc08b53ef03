"""What runs without anybody asking: sending mail that is due, forgetting notices read long ago or seen no more."""

import datetime as dt

from django.utils import timezone

from core import worker
from members import seen
from members.models import Member
from notifications import inbox
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


@seen.when_otherwise
def take_back_unseen(member: int) -> None:
    """Who lost their standing is not told of what only members may see."""
    found = Member.objects.filter(pk=member).first()
    if found and not found.is_taking_part():
        inbox.withdraw_unseen(found)
