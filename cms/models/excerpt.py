from django.db import models
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.querysets.excerpts import ExcerptQuerySet
from forum.models import Post


class Excerpt(models.Model):
    """Words of a post that a page wants to quote. They are shown, with their author, only with the author's consent.

    Without it the page has what the editor wrote instead: an unattributed summary.
    """

    class Consent(models.TextChoices):
        ASKED = "asked", "Asked"
        GIVEN = "given", "Given"
        REFUSED = "refused", "Refused"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="excerpts")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="excerpts")
    words = models.TextField(max_length=2000, help_text="Exactly what the author is asked about.")
    consent = models.CharField(max_length=7, choices=Consent, default=Consent.ASKED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ExcerptQuerySet.as_manager()

    class Meta:
        ordering = ["post_id"]
        constraints = [models.UniqueConstraint(fields=["page", "post"], name="one_excerpt_per_post_and_page")]

    def __str__(self):
        begin = " ".join(self.words.split())[:60]
        return f"“{begin}…” ({self.get_consent_display().lower()})"

    def get_absolute_url(self):
        """Where its author says yes or no."""
        return reverse("cms:consent", args=[self.pk])

    def may_be_shown(self) -> bool:
        """The author agreed, and what they wrote still stands. Twin of `agreed()`."""
        return self.consent == self.Consent.GIVEN and self.post.is_visible() and not self.post.thread.is_removed()
