"""Sending a signal: something a member saw coming."""

import uuid

from django.db import transaction
from wagtail.log_actions import log

from horizon import notices
from horizon.models import Signal
from members.actions.refusals import NotAllowed
from members.models import Member
from members.permissions import takes_part


@transaction.atomic
def send(
    *, by: Member, title: str, where_seen: str, why_it_matters: str, what: str = "", once_key: uuid.UUID
) -> Signal:
    """Tell the core team of something that is coming. The same form sent twice (`once_key`) makes one.

    Raises NotAllowed.
    """
    if not takes_part(by):
        raise NotAllowed("Only members can send a signal.")
    words = {"title": title, "where_seen": where_seen, "why_it_matters": why_it_matters, "what": what}
    signal, new = Signal.objects.get_or_create(by=by, once_key=once_key, defaults=words)
    if new:
        log(signal, "horizon.send_signal", user=by)
        notices.signal_sent(signal)
    return signal
