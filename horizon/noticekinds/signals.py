"""Signals: the core team hears that one came, its sender what became of it."""

from django.utils.html import format_html, linebreaks

from horizon.models import Signal
from horizon.noticekinds.following import number_of
from horizon.notices import DECIDED, SENT
from notifications.kinds import Group, Kind, MailContent, MailItem, register


def prefetch(notices: list) -> None:
    """Hang on each notice its signal (`signal`): one query for all."""
    found = Signal.objects.select_related("development").in_bulk({number_of(notice) for notice in notices})
    for notice in notices:
        notice.signal = found.get(number_of(notice))


def _signal_of(notice) -> Signal | None:
    if not hasattr(notice, "signal"):
        prefetch([notice])
    return notice.signal


def may_triage(member, notice) -> bool:
    """Only for the core team, while nobody has decided on it."""
    signal = _signal_of(notice)
    return signal is not None and signal.is_open() and member.is_core_team and signal.is_visible_to(member)


def may_hear(member, notice) -> bool:
    """Only for who sent it, once it is decided on."""
    signal = _signal_of(notice)
    return signal is not None and not signal.is_open() and signal.by_id == member.pk and signal.is_visible_to(member)


def sent_sentence(notice) -> str:
    who = notice.actor.display_name if notice.actor else "Somebody"
    return format_html("<strong>{}</strong> sent a signal: “<strong>{}</strong>”", who, notice.subject)


def sent_mail(notice) -> MailContent | None:
    signal = _signal_of(notice)
    if signal is None:
        return None
    parts = [signal.what, f"Seen: {signal.where_seen}", f"Why it matters: {signal.why_it_matters}"]
    text = "\n\n".join(part for part in parts if part)
    item = MailItem(signal.title, text=text, html=linebreaks(text, autoescape=True))
    return MailContent(
        subject=f"A signal: {signal.title}", items=(item,), thread_key=f"signal-{signal.pk}",
        link_words="Decide what becomes of it",
    )  # fmt: skip


def decided_sentence(notice) -> str:
    signal = _signal_of(notice)
    title = format_html("“<strong>{}</strong>”", notice.subject)
    if signal is None or signal.state == Signal.State.DECLINED:
        return format_html("Your signal {} is not taken further. See why", title)
    if not signal.is_on_the_horizon():
        return format_html("Your signal {} is taken up: we are writing it up", title)
    return format_html("Your signal {} is on the Horizon now", title)


def decided_mail(notice) -> MailContent | None:
    """What became of it, in the core team's words. The development is named, and led to, once readers see it."""
    signal = _signal_of(notice)
    if signal is None or signal.is_open():
        return None
    shown = signal.development if signal.is_on_the_horizon() else None
    text = "\n\n".join(part for part in (_became(signal), signal.outcome) if part)
    item = MailItem(signal.title, "your signal", text=text, html=linebreaks(text, autoescape=True))
    return MailContent(
        subject=f"What became of your signal: {signal.title}", items=(item,), thread_key=f"signal-{signal.pk}",
        link=shown.get_absolute_url() if shown else "", link_words="See it" if shown else "See your signals",
        note="Thank you for telling us.",
    )  # fmt: skip


def _became(signal: Signal) -> str:
    """What the sender may know of it now."""
    if signal.state == Signal.State.DECLINED:
        return "It is not taken further."
    if not signal.is_on_the_horizon():
        return "We are writing it up, and tell you when it is on the Horizon."
    return f"It is on the Horizon now: {signal.development}."


def _core_team(member) -> bool:
    return member.is_core_team


register(
    Kind(
        name=SENT, title="A member sends a signal", priority=45, sentence=sent_sentence,
        whys={"core_team": "You are in the core team."}, can_still_see=may_triage, mail=sent_mail, prefetch=prefetch,
        icon="signal", group=Group.HORIZON, reaches=_core_team, common=True, mail_at_once=False,
    )
)  # fmt: skip
register(
    Kind(
        name=DECIDED, title="Your signal is decided on", priority=50, sentence=decided_sentence,
        whys={"sender": "You sent it."}, can_still_see=may_hear, mail=decided_mail, prefetch=prefetch, icon="signal",
        group=Group.HORIZON, hint="What became of something you told the core team of.",
    )
)  # fmt: skip
