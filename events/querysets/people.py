"""Members and organisations as they are named at the door."""

from django.db.models import Q

from members.models import Member, Organisation


def member_named(words: str) -> Member | None:
    """The member who takes part with this e-mail address, or this handle (with or without @)."""
    words = words.strip().removeprefix("@")
    return Member.objects.taking_part().filter(Q(email__iexact=words) | Q(handle=words.lower())).first()


def organisation_named(words: str) -> Organisation | None:
    """The organisation with this name, or short name."""
    named = Q(name__iexact=words) | (Q(short_name__iexact=words) & ~Q(short_name=""))
    return Organisation.objects.filter(named).exclude(status=Organisation.Status.APPLIED).first() if words else None


def names_of_organisations() -> list[str]:
    """Those people may come from, for a list to choose from."""
    return list(Organisation.objects.filter(status__in=Organisation.JOINABLE).values_list("name", flat=True))
