import datetime as dt

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from members.models import Member
from reference.models.provision import Provision
from reference.querysets import CitationQuerySet


def today() -> dt.date:
    return timezone.localdate()


class Citation(models.Model):
    """Something (a post, a page, a template) stands on a provision of law, and its owner last looked on `checked_on`.

    Written by whoever cites; who may see the citing thing is asked of its kind (`reference.citing`).
    """

    provision = models.ForeignKey(Provision, on_delete=models.PROTECT, related_name="citations")
    target_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    target_id = models.PositiveBigIntegerField()
    target = GenericForeignKey("target_type", "target_id")
    owner = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="citations",
        help_text="Who is told when the law changes.",
    )  # fmt: skip
    checked_on = models.DateField(default=today, help_text="When somebody last said that it still holds.")
    checked_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # The provision's `change_no` then: tells a look before from a look after a marking of the same day.
    checked_no = models.PositiveIntegerField(default=0)

    objects = CitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provision", "target_type", "target_id"], name="cited_once_by_each")
        ]
        indexes = [models.Index(fields=["target_type", "target_id"], name="citation_target")]

    def needs_check(self) -> bool:
        """Whether the law changed since its owner last looked. Twin of `needing_check()`."""
        law = self.provision
        if law.changed_on is None:
            return False
        return self.checked_on < law.changed_on or (
            self.checked_on == law.changed_on and self.checked_no < law.change_no
        )
