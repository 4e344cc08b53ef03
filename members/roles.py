"""What each site role may do in Wagtail's admin. `Member.role` is the truth; groups follow from it."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.documents.models import Document
from wagtail.hooks import search_for_hooks
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.snippets.models import get_snippet_models

from core.models import Topic
from members.models import Member, Organisation, Sector

CORE_TEAM = "Core team"
AUTHORS = "Authors"
# The group of each role that gets into the admin. Moderators write drafts as authors do.
GROUP_OF = {Member.Role.CORE_TEAM: CORE_TEAM, Member.Role.AUTHOR: AUTHORS, Member.Role.MODERATOR: AUTHORS}
PAGE_PERMISSIONS = ("add", "change", "publish", "bulk_delete", "lock", "unlock")
COLLECTION_PERMISSIONS = ("add", "change", "delete", "choose")


@transaction.atomic
def set_up_groups() -> Group:
    """Make or mend the groups of the core team and of authors, with the right people in them. Safe to repeat.

    Gives the core team's. To be called after every migrate: apps that came since bring their own permissions. Members
    themselves are not in it: their viewset asks `members.permissions`, so that nobody but a superuser
    reaches Wagtail's own forms for passwords and superusers.
    """
    group, _made = Group.objects.get_or_create(name=CORE_TEAM)
    group.permissions.set(_admin_permissions())
    root = Page.objects.get(depth=1)
    GroupPagePermission.objects.bulk_create(
        [GroupPagePermission(group=group, page=root, permission=one) for one in permissions_of(Page, PAGE_PERMISSIONS)],
        ignore_conflicts=True,
    )
    files = Collection.objects.get(depth=1)
    held = GroupCollectionPermission.objects.filter(group=group, collection=files).values_list(
        "permission_id", flat=True
    )
    there = set(held)
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=group, collection=files, permission=one)
            for model in (Image, Document, Collection)  # Wagtail asks its own models' permissions, not ours'
            for one in permissions_of(model, COLLECTION_PERMISSIONS)
            if one.pk not in there
        ]
    )
    group.user_set.set(Member.objects.taking_part().filter(role=Member.Role.CORE_TEAM))
    _set_up_authors()
    return group


def _set_up_authors() -> None:
    """Authors get into the admin and no further: where they may write is for the pages to say (cms.actions)."""
    group, _made = Group.objects.get_or_create(name=AUTHORS)
    group.permissions.set(Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin"))
    writers = Member.objects.taking_part().filter(role__in=[Member.Role.AUTHOR, Member.Role.MODERATOR])
    group.user_set.set(writers)


def follow_role(member: Member) -> None:
    """Put a member into the group of their role, and out of those of other roles; groups that follow from no role stay.

    Who does not take part is in none at all.
    """
    if not member.is_taking_part():
        member.groups.clear()
        return
    name = GROUP_OF.get(Member.Role(member.role))
    if name is not None and not Group.objects.filter(name=name).exists():
        set_up_groups()
    member.groups.remove(*Group.objects.filter(name__in=set(GROUP_OF.values()) - {name}))
    if name is not None:
        member.groups.add(Group.objects.get(name=name))


def _admin_permissions():
    """Get into the admin; keep snippets, settings, redirects, and what the directory is made of."""
    search_for_hooks()  # snippets are registered there
    models = [*get_snippet_models(), *settings_registry, Organisation, Sector, Topic]
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
    # an organisation is replaced or closed, never deleted
    return Permission.objects.filter(
        Q(content_type__app_label="wagtailadmin", codename="access_admin")
        | Q(content_type__app_label="wagtailredirects")
        | Q(content_type__in=[one.pk for one in types])
    ).exclude(codename="delete_organisation")


def permissions_of(model, verbs):
    """The permissions of a model, by verb: ("add", "change") → add_page, change_page."""
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    names = [f"{verb}_{model._meta.model_name}" for verb in verbs]
    return Permission.objects.filter(content_type=kind, codename__in=names)
