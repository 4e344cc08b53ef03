from django.core.exceptions import ValidationError
from django.db import models
from wagtail.models import Orderable

NO_LINK = "Give its address, or tick “only reported” if you have not seen it yourselves."


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
        if not self.url and not self.reported:
            raise ValidationError({"url": NO_LINK})
