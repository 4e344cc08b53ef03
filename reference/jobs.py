"""What the worker carries out for `reference`."""

from core import outbox
from reference import notices
from reference.models import Provision


@outbox.handler("reference.tell_owners")
def tell_owners(provision: int, marking: int, by: int) -> None:
    found = Provision.objects.filter(pk=provision).first()
    if found is not None:
        notices.tell_owners(found, marking=marking, by=by)
