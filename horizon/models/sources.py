from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from wagtail.models import Orderable

NO_LINK = "Give its address, or tick “only reported” if you have not seen it yourselves."
TO_COME = "This day is still to come. Choose today or an earlier one."


class AbstractSource(Orderable):
    """Where something is known from: with its address, or marked as only reported until it is found."""

    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=400, blank=True)
    official = models.BooleanField(default=False, help_text="Published by whoever makes the law, rule or decision.")
    reported = models.BooleanField(
        "only reported", default=False, help_text="Others say so; we have not found where it was first published."
    )
    checked_on = models.DateField("last checked", null=True, blank=True)

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self):
        return self.title

    def clean(self):
        super().clean()
        wrong = {} if self.url or self.reported else {"url": NO_LINK}
        if self.checked_on and self.checked_on > timezone.localdate():
            wrong["checked_on"] = TO_COME
        if wrong:
            raise ValidationError(wrong)
