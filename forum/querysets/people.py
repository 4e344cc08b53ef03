"""People as the forum shows them: to mention, as faces, with what they know about."""

from django.db.models import Q


def people_named_like(text, *, member, space):
    """Members whose name or handle has a word that starts with `text`, for a mention in `space`.

    Only those `member` may see and who may read the space (None: any space), and not `member`. By name.
    """
    from members.models import Member

    starts = Q(display_name__istartswith=text) | Q(display_name__icontains=f" {text}")
    starts |= Q(handle__istartswith=text) | Q(handle__icontains=f"-{text}")
    people = Member.objects.visible_to(member).taking_part().filter(starts).exclude(pk=member.pk).with_organisation()
    if space is not None and space.visibility == "group":
        people = people.filter(space_memberships__space=space)
    return people.order_by("display_name", "pk")


def faces(ids) -> dict[int, object]:
    """Members by id, with what their faces show, in one query; none for no ids."""
    from members.models import Member

    return Member.objects.with_organisation().in_bulk(set(ids)) if ids else {}


def expertise_of(ids) -> dict[int, list]:
    """What each of some members (ids) knows about, by name, in one query."""
    from members.models import Expertise

    known: dict[int, list] = {}
    for link in Expertise.objects.filter(content_object__in=set(ids)).select_related("tag").order_by("tag__name"):
        known.setdefault(link.content_object_id, []).append(link.tag)
    return known
