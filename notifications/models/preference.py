from django.db import models

from members.models import Member


class Preference(models.Model):
    """A member's choice for one kind of notice; without a row the Kind's own default counts.

    The kind "*" with `mail` off stops every notice mail.
    """

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        NONE = "none", "No e-mail"

    EVERY = "*"

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=40)
    bell = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.AT_ONCE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind"], name="one_preference_per_kind")]
