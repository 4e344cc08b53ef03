"""Notices as the bell and the inbox show them."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from core.clock import when
from notifications import kinds
from notifications.kinds import Kind, Switch
from notifications.models import Notice


@dataclass(frozen=True)
class Row:
    """One notice for `_notice.html` and the component notice_item."""

    url: str
    html: str  # words; safe HTML where the kind made it so
    when_text: str
    when_iso: str
    unread: bool
    why_text: str
    face: dict | None
    icon: str
    switch: Switch


def rows_of(member, notices: list[Notice]) -> list[Row]:
    """Rows of those notices `member` may still see: a constant number of queries."""
    now = timezone.now()
    found = []
    for notice in kinds.prefetch(notices):
        kind = kinds.get(notice.kind)
        if kind.can_still_see(member, notice):
            found.append(_row(kind, notice, now))
    return found


def _row(kind: Kind, notice: Notice, now) -> Row:
    return Row(
        url=reverse("notifications:open", args=[notice.pk]),
        html=kind.sentence(notice),
        when_text=when(notice.updated_at, now=now),
        when_iso=notice.updated_at.isoformat(),
        unread=notice.is_unread(),
        why_text=kind.whys.get(notice.why, ""),
        face=kind.face(notice),
        icon=kind.icon,
        switch=kind.stop(notice) if kind.stop else kind_switch(kind),
    )


def kind_switch(kind: Kind) -> Switch:
    """The switch of last resort: no more of this kind, by bell or mail."""
    return Switch("Stop telling me about these", reverse("notifications:stop-kind"), {"kind": kind.name})


def dates_of(notices: list[Notice]) -> str:
    """The dates a page of notices spans, such as "16 to 18 November"; "" for none."""
    if not notices:
        return ""
    last, first = (timezone.localdate(notice.updated_at) for notice in (notices[0], notices[-1]))
    end = f"{last.day} {last:%B}" if last.year == timezone.localdate().year else f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end}"
    return f"{first.day} {first:%B}{'' if first.year == last.year else f' {first.year}'} to {end}"


def in_words(unread: int) -> str:
    """A bounded count as the bell shows it: "99+" for more than 99."""
    return "99+" if unread > 99 else str(unread)
