"""Ask members whether readers of a success story may talk to them; their yes and no."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cms.models import ContactAgreement, StoryPage
from cms.notices import contacts as notices
from core import caching
from members.models import Member


class NotYours(Exception):
    """Somebody else was asked."""


@transaction.atomic
def ask_contacts(*, story: StoryPage, by: Member | None = None, now: dt.datetime | None = None) -> list:
    """Ask those contacts of a published story who were not asked yet; forget who was taken off it. Safe to repeat.

    Gives the new agreements.
    """
    wanted = set(story.contacts.values_list("member_id", flat=True))
    for gone in story.agreements.exclude(member__in=wanted):
        notices.contact_withdrawn(gone)
        gone.delete()
    asked = set(story.agreements.values_list("member_id", flat=True))
    made = []
    for pk in sorted(wanted - asked):
        agreement, new = ContactAgreement.objects.get_or_create(
            story=story, member_id=pk, defaults={"asked_at": now or timezone.now()}
        )
        if new:
            notices.contact_asked(agreement, by=by)
            made.append(agreement)
    return made


@transaction.atomic
def agree(*, by: Member, agreement: ContactAgreement, now: dt.datetime | None = None) -> None:
    """Readers may talk to `by` about the story. Raises NotYours."""
    _answer(by, agreement, agreed_at=now or timezone.now(), declined_at=None)


@transaction.atomic
def decline(*, by: Member, agreement: ContactAgreement, now: dt.datetime | None = None) -> None:
    """Readers may not, or no longer. Raises NotYours."""
    _answer(by, agreement, agreed_at=None, declined_at=now or timezone.now())


def _answer(by: Member, agreement: ContactAgreement, **answer: dt.datetime | None) -> None:
    if agreement.member_id != by.pk:
        raise NotYours("Only the member who was asked can answer this.")
    for name, value in answer.items():
        setattr(agreement, name, value)
    agreement.save(update_fields=list(answer))
    notices.contact_answered(agreement)
    caching.touch(f"page:{agreement.story_id}")
