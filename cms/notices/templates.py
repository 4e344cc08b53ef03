"""Who hears of a new version of a template. It is out; here is told of it."""

from cms.models import Template, TemplateVersion
from cms.querysets.templates import followers_who_may_fetch
from notifications import inbox

KIND = "cms.template_version"


def group_key(template: Template) -> str:
    """One unread notice per member and template."""
    return f"template:{template.pk}"


def version_published(version: TemplateVersion) -> int:
    """Everyone who ticked “tell me about new versions” and may fetch this one; how many."""
    template = version.template
    return inbox.notify(
        KIND, recipients=followers_who_may_fetch(version), group_key=group_key(template), subject=template.title,
        url=version.get_absolute_url(), why="following", item_id=version.pk,
    )  # fmt: skip
