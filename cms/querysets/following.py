"""Reads of who follows which templates."""

from django.db.models import Exists, OuterRef


def follows_of(member):
    """The follows of a member, of templates they may still see, by title."""
    from cms.models import Template, TemplateFollow

    seen = Template.objects.visible_to(member).filter(pk=OuterRef("template"))
    return TemplateFollow.objects.filter(Exists(seen), member=member).select_related("template").order_by(
        "template__title"
    )  # fmt: skip


def follows(member, template) -> bool:
    """Whether a signed-in member is told of new versions of a template."""
    return member.is_authenticated and template.follows.filter(member=member).exists()
