"""Ask members whether readers of a success story may talk to them; their yes and no."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from cms.models import ContactAgreement, StoryPage
from cms.notices import contacts as notices
from core import caching
from members.models import Member
from notifications import inbox


class NotYours(Exception):
    """Somebody else was asked."""


@transaction.atomic
def ask_contacts(*, story: StoryPage, by: Member | None = None, now: dt.datetime | None = None) -> list:
    """Ask those contacts of a published story who were not asked yet; forget who was taken off it. Safe to repeat.

    Gives the new agreements.
    """
    wanted = set(story.contacts.values_list("member_id", flat=True))
    agreements = list(story.agreements.all())
    fresh = wanted - {one.member_id for one in agreements}
    gone = [one for one in agreements if one.member_id not in wanted]
    inbox.hold_inboxes(Member.objects.filter(pk__in=fresh | {one.member_id for one in gone}))
    for one in gone:
        notices.contact_withdrawn(one)
        one.delete()
    made = []
    for pk in sorted(fresh):
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
