"""The kind of notice `reference` sends: its words, its reason, its mail."""

from collections import Counter

from django.utils.html import format_html

from notifications.kinds import Kind, MailContent, MailItem, register
from reference.citing import still_standing
from reference.models import Citation, Provision
from reference.notices import LAW_CHANGED


def prefetch(notices: list) -> None:
    """Hang on each notice its provision (`about`) and how many things its reader has to check.

    Two queries for all, and one for each kind of thing that cites.
    """
    numbers = {notice.pk: _number(notice) for notice in notices}
    provisions = Provision.objects.in_bulk([pk for pk in numbers.values() if pk])
    waiting = Citation.objects.waiting_for([notice.recipient_id for notice in notices], list(provisions))
    counts = Counter((one.owner_id, one.provision_id) for one in still_standing(waiting))
    for notice in notices:
        notice.about = provisions.get(numbers[notice.pk])
        notice.to_check = counts[notice.recipient_id, numbers[notice.pk] or 0]


def _number(notice) -> int | None:
    prefix, _, number = notice.group_key.partition(":")
    return int(number) if prefix == "provision" and number.isdigit() else None


def _with_provision(notice):
    if not hasattr(notice, "about"):
        prefetch([notice])
    return notice.about


def things(count: int) -> str:
    return "1 thing you own cites it" if count == 1 else f"{count} things you own cite it"


def sentence(notice) -> str:
    law = format_html("<strong>{}</strong>", notice.subject)
    if _with_provision(notice) is None or not notice.to_check:
        return format_html("The law changed: {}", law)
    return format_html("The law changed: {}. {}: please check", law, things(notice.to_check))


def mail(notice) -> MailContent | None:
    """What changed, and how much of yours cites it. None when all of it was looked at meanwhile."""
    provision = _with_provision(notice)
    if provision is None or not notice.to_check:
        return None
    on = f"{provision.changed_on.day} {provision.changed_on:%B %Y}" if provision.changed_on else ""
    text = f"{provision.changed_what}\n\n{things(notice.to_check)}. Have a look, and say whether it is still right."
    html = format_html("<p>{}</p><p>{}. Have a look, and say whether it is still right.</p>",
                       provision.changed_what, things(notice.to_check))  # fmt: skip
    return MailContent(
        subject=f"The law changed: {provision.title}",
        items=(MailItem(provision.title, f"changed on {on}" if on else "", text=text, html=html),),
        thread_key=f"provision-{provision.pk}",
        link_words="See what to check",
    )


register(
    Kind(
        name=LAW_CHANGED,
        title="A law changes that something of yours relies on",
        priority=65,
        sentence=sentence,
        whys={"owner": "You own something that cites this law."},
        prefetch=prefetch,
        mail=mail,
        icon="triangle",
        hint="One notice for each change, however much of yours cites it.",
    )
)
