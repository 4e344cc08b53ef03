from django.db import models
from django.urls import reverse
from django.utils import timezone

from cms.pages.story import StoryPage
from members.models import Member


class ContactAgreement(models.Model):
    """A member was asked whether readers of a story may talk to them. Shown while `agreed_at` is set."""

    story = models.ForeignKey(StoryPage, on_delete=models.CASCADE, related_name="agreements")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="contact_agreements")
    asked_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["story", "member"], name="one_agreement_per_story_and_member"),
            models.CheckConstraint(
                condition=models.Q(agreed_at=None) | models.Q(declined_at=None),
                name="agreed_or_declined",
                violation_error_message="It is either agreed to or declined, not both.",
            ),
        ]

    def __str__(self):
        return f"{self.member}: {self.story}"

    def get_absolute_url(self):
        return reverse("cms:story-contact", args=[self.pk])

    def is_agreed(self) -> bool:
        return self.agreed_at is not None
