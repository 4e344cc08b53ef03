"""The kind of notice `reference` sends: its words, its reason, its mail."""

from collections import defaultdict

from django.utils.html import format_html, format_html_join

from notifications.hanging import hung
from notifications.kinds import Group, Kind, MailContent, MailItem, register
from reference.citing import still_standing
from reference.models import Citation, Provision
from reference.notices import LAW_CHANGED, numbers_of


def prefetch(notices: list) -> None:
    """Hang on each notice its provisions (`laws`) and how many things its reader has to check (`to_check`).

    Two queries for all, and one for each kind of thing that cites.
    """
    numbers = {notice.pk: numbers_of(notice.group_key) for notice in notices}
    provisions = Provision.objects.in_bulk({pk for pks in numbers.values() for pk in pks})
    waiting = Citation.objects.waiting_for([notice.recipient_id for notice in notices], list(provisions))
    found: dict[tuple[int | None, int], set] = defaultdict(set)
    for one in still_standing(waiting):
        found[one.owner_id, one.provision_id].add((one.target_type_id, one.target_id))
    for notice in notices:
        notice.laws = [provisions[pk] for pk in numbers[notice.pk] if pk in provisions]
        notice.to_check = len(set().union(*(found[notice.recipient_id, law.pk] for law in notice.laws)))


def _laws(notice) -> list[Provision]:
    return hung(notice, "laws", prefetch)


def things(count: int) -> str:
    return "1 thing you own cites it" if count == 1 else f"{count} things you own cite it"


def sentence(notice) -> str:
    law = format_html("<strong>{}</strong>", notice.subject)
    if not _laws(notice) or not notice.to_check:
        return format_html("The law changed: {}", law)
    return format_html("The law changed: {}. {}: please check", law, things(notice.to_check))


def mail(notice) -> MailContent | None:
    """What changed, and how much of yours cites it. None when all of it was looked at meanwhile."""
    laws = _laws(notice)
    if not laws or not notice.to_check:
        return None
    ask = f"{things(notice.to_check)}. Have a look, and say whether it is still right."
    return MailContent(
        subject=f"The law changed: {notice.subject}",
        items=tuple(_item(law, ask if law is laws[-1] else "") for law in laws),
        thread_key=notice.group_key.replace("provisions:", "provision-").replace(":", "-").replace(",", "-"),
        link_words="See what to check",
    )


def _item(law: Provision, ask: str) -> MailItem:
    """What changed in one provision; the last one says what to do."""
    on = f"changed on {law.changed_on.day} {law.changed_on:%B %Y}" if law.changed_on else ""
    said = [words for words in (law.changed_what, ask) if words]
    html = format_html_join("", "<p>{}</p>", ((words,) for words in said))
    return MailItem(law.title, on, text="\n\n".join(said), html=html)


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
        group=Group.KNOWLEDGE,
        hint="One notice for each change, however much of yours cites it.",
    )
)
