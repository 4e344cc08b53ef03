"""“A template you follow has a new version”: what the bell, the inbox and the mail say of it."""

from django.urls import reverse
from django.utils.html import format_html, linebreaks

from cms.actions.templates import stop_following
from cms.models import Template, TemplateVersion
from cms.notices.templates import KIND
from cms.querysets.following import follows_of
from members.models import Member
from notifications.hanging import hang, hung
from notifications.kinds import (
    Follow,
    FollowList,
    Group,
    Kind,
    MailContent,
    MailItem,
    Switch,
    register,
    register_follow_list,
    register_mute,
)

MOST_IN_MAIL = 5
MOST_LISTED = 50


def prefetch(notices: list) -> None:
    """Hang on each notice the newest version it tells of (`version`), with its template: one query for all."""
    hang(notices, "version", TemplateVersion.objects.select_related("template"))


def _version(notice) -> TemplateVersion | None:
    return hung(notice, "version", prefetch)


def can_still_see(member, notice) -> bool:
    """Whether the member may still fetch the version."""
    version = _version(notice)
    return version is not None and TemplateVersion.objects.visible_to(member).filter(pk=version.pk).exists()


def sentence(notice) -> str:
    version = getattr(notice, "version", None)
    words = f"version {version.number}" if version is not None else "a new version"
    more = f", and {notice.count - 1} before it" if notice.count > 1 else ""
    return format_html("<strong>{}</strong> has {}{}", notice.subject, words, more)


def mail(notice) -> MailContent | None:
    """What changed in each version since the last mail."""
    version = _version(notice)
    if version is None:
        return None
    template = version.template
    versions = list(_versions_to_mail(notice, template))
    if not versions:
        return None
    newest = versions[-1]
    return MailContent(
        subject=f"{template.title}: version {newest.number}",
        items=tuple(_item(version) for version in versions[-MOST_IN_MAIL:]),
        more=max(len(versions) - MOST_IN_MAIL, 0),
        thread_key=f"template-{template.pk}",
        link_words="See what changed and download it",
    )


def _versions_to_mail(notice, template: Template):
    member = Member.objects.get(pk=notice.recipient_id)
    versions = template.versions.visible_to(member).filter(pk__lte=notice.mail_mark() or notice.last_item_id or 0)
    if notice.mailed_item_id:
        versions = versions.filter(pk__gt=notice.mailed_item_id)
    else:
        versions = versions.filter(pk__gte=notice.item_id or 0)
    return versions.order_by("number")


def _item(version: TemplateVersion) -> MailItem:
    note = version.change_note
    return MailItem(f"Version {version.number}", "what changed", text=note, html=linebreaks(note, autoescape=True))


def stop(notice) -> Switch:
    version = _version(notice)
    if version is None:
        return Switch("Stop telling me about these", reverse("notifications:stop-kind"), {"kind": KIND})
    return _switch(version.template)


def _switch(template: Template) -> Switch:
    url = reverse("cms:template-follow", args=[template.slug])
    return Switch("Stop telling me about this template", url, {"follow": "default"})


register(
    Kind(
        name=KIND,
        title="A template you follow has a new version",
        priority=25,
        sentence=sentence,
        whys={"following": "You asked to be told about new versions."},
        stop=stop,
        can_still_see=can_still_see,
        mail=mail,
        prefetch=prefetch,
        icon="document",
        group=Group.FOLLOWED,
    )
)


def _mute(member, number: int) -> None:
    # no standing is asked: whoever got a mail may stop it
    stop_following(by=member, template_id=number)


def _title(_member, number: int, viewer) -> str:
    template = Template.objects.visible_to(viewer).filter(pk=number).first()
    return f"new versions of “{template.title}”" if template is not None else "this template"


register_mute("template", act=_mute, title=_title)


@register_follow_list
def follow_lists(member) -> list[FollowList]:
    """The templates a member is told of, each with the switch that ends it."""
    follows = []
    for one in follows_of(member)[: MOST_LISTED + 1]:
        _label, url, fields = _switch(one.template)
        switch = Switch("Stop telling me", url, fields | {"back": reverse("notifications:preferences")})
        follows.append(Follow(one.template.title, one.template.get_absolute_url(), "Following", switch))
    if not follows:
        return []
    more = max(len(follows) - MOST_LISTED, 0)
    return [FollowList("Templates you follow", follows[:MOST_LISTED], more=more)]
