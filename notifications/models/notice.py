import datetime as dt

from django.db import models
from django.utils import timezone

from members.models import Member
from notifications import told
from notifications.querysets import NoticeQuerySet
from notifications.told import Event


class Notice(models.Model):
    """Something a member is told: one unread row per member and group key, whatever the number of events."""

    recipient = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40, help_text="A registered Kind; of several events the one that matters most.")
    priority = models.PositiveSmallIntegerField(default=0)
    group_key = models.CharField(max_length=80, help_text="What it is about, such as “thread:12”.")
    count = models.PositiveIntegerField(default=1, help_text="Events since it was last read.")
    subject = models.CharField(max_length=200, help_text="The title of what it is about, at the time.")
    url = models.CharField(max_length=300, help_text="Where it leads: the first item not seen.")
    actor = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=40, help_text="Why this member hears of it, as the Kind words it.")
    item_id = models.BigIntegerField(null=True, blank=True, help_text="The first item (a post), for the mail.")
    last_item_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    in_bell = models.BooleanField(default=True)
    # When a mail about it is to go, unless it is read before; None: no mail is due.
    mail_due_at = models.DateTimeField(null=True, blank=True)
    mail_leased_until = models.DateTimeField(null=True, blank=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)
    mailing_item_id = models.BigIntegerField(
        null=True, blank=True, help_text="The last item of the mail being sent: after a crash that one goes again."
    )
    mailed_at = models.DateTimeField(null=True, blank=True)
    mailed_item_id = models.BigIntegerField(
        null=True, blank=True, help_text="Up to where mails told: the last item or, with a list, its number there."
    )
    told = models.TextField(
        blank=True, default="", db_default="", help_text="What it told of, where one of it may be taken back."
    )
    told_number = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The number of the last event in that list; never falls."
    )

    objects = NoticeQuerySet.as_manager()

    # while its mail is being sent: when that was taken up, and whether it went before a crash
    taken_at: dt.datetime
    goes_again: bool

    class Meta:
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "group_key"],
                condition=models.Q(read_at=None),
                name="one_unread_notice_each",
                violation_error_message="There is an unread notice of this already.",
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-updated_at"], name="notice_inbox"),
            models.Index(fields=["recipient"], name="notice_unread", condition=models.Q(read_at=None, in_bell=True)),
            models.Index(fields=["mail_due_at"], name="notice_mail_due", condition=models.Q(mail_due_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.kind} for {self.recipient_id}: {self.subject}"

    def is_unread(self) -> bool:
        """Twin of `unread()`."""
        return self.read_at is None

    def mail_mark(self) -> int:
        """Up to where the mail being sent goes: the number in its list, its last item, or the count."""
        return self.mailing_item_id or self.told_number or self.last_item_id or self.count

    def events(self) -> list[Event]:
        """What it tells of, where it keeps a list."""
        return told.events(self.told)

    def tells_of_several(self) -> bool:
        """Whether it lists more than one thing it told of."""
        return len(told.items(self.events())) > 1

    def events_to_mail(self) -> list[Event]:
        """Those of them that the mail being sent tells."""
        return [one for one in self.events() if (self.mailed_item_id or 0) < one.number <= self.mail_mark()]

    def has_mailed(self, kind: str, item: int) -> bool:
        """Whether a mail told of the item as this kind, or is telling now."""
        telling = self.mailing_item_id if self.mail_leased_until else 0  # one that was put off has told nobody
        mark = max(self.mailed_item_id or 0, telling or 0)
        return any((one.kind, one.item) == (kind, item) and one.number <= mark for one in self.events())
