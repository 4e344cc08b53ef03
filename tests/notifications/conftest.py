"""A kind of notice of the tests' own: about a thing with a number, such as "thing:7"."""

import pytest

from notifications import kinds
from notifications.kinds import Kind, MailContent, MailItem, Switch

HIDDEN: set[str] = set()  # group keys nobody may see any more
MUTED: list[tuple[int, int]] = []


def _mail(notice):
    first = (notice.mailed_item_id or 0) + 1
    items = list(range(max(first, notice.item_id or 1), notice.mail_mark() + 1))
    if notice.last_item_id and not items:
        return None
    return MailContent(
        subject=f"Re: {notice.subject}",
        items=tuple(
            MailItem(who="Bob Barley", text=f"Item {number}.", html=f"<p>Item {number}.</p>") for number in items
        ),
        thread_key=notice.group_key.replace(":", "-"),
    )


TOLD = Kind(
    name="test.told",
    title="Something is told",
    priority=10,
    sentence=lambda notice: f"{notice.count} told of {notice.subject}",
    whys={"asker": "You asked this.", "follower": "You follow this."},
    stop=lambda notice: Switch("Stop telling me of this", "/stop/", {"thing": notice.group_key}),
    can_still_see=lambda member, notice: notice.group_key not in HIDDEN,
    mail=_mail,
)
LOUD = Kind(
    name="test.loud", title="Something is loud", priority=20, sentence=lambda notice: f"Loud: {notice.subject}",
    whys={"named": "You are named."}, mail=_mail, urgent=True,
)  # fmt: skip
QUIET = Kind(
    name="test.quiet", title="Something is quiet", priority=5, sentence=lambda notice: notice.subject,
    whys={"follower": "You follow this."}, mail=_mail, bell=False, mail_at_once=False,
)  # fmt: skip


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """The tests' kinds, beside those the apps registered."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(kinds, "_mutes", dict(kinds._mutes))
    for kind in (TOLD, LOUD, QUIET):
        kinds.register(kind)
    kinds.register_mute(
        "thing",
        act=lambda member, pk: MUTED.append((member.pk, pk)),
        title=lambda member, pk, viewer: f"thing number {pk}",
    )
    HIDDEN.clear()
    MUTED.clear()
    return TOLD
