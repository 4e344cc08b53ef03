"""What the worker carries out for `reference`."""

from core import outbox
from reference import notices
from reference.models import Provision


@outbox.handler("reference.tell_owners")
def tell_owners(provision: int, marking: int, by: int) -> None:
    found = Provision.objects.filter(pk=provision).first()
    if found is not None:
        notices.tell_owners(found, marking=marking, by=by)


@outbox.handler("reference.tell_owners_together")
def tell_owners_together(markings: list[list[int]], by: int | None, subject: str) -> None:
    """Those that were marked again meanwhile are told of by that marking."""
    numbers = {pk: number for pk, number in markings}  # noqa: C416  (JSON has no tuples)
    found = [one for one in Provision.objects.filter(pk__in=numbers) if one.change_no == numbers[one.pk]]
    if found:
        notices.tell_owners_together(found, by=by, subject=subject, item=sum(one.change_no for one in found))
