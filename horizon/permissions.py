"""Who may do what on the Horizon: predicates, and the table at the bottom.

Lists start at `visible_to`; what is asked of one object is its twin, held equal by a parity test.
"""

from horizon.models import BriefingPage, Development, Signal
from members.pages import page_visible_to
from members.permissions import enter, takes_part


def can_see_development(member, development: Development) -> bool:
    return development.is_visible_to(member)


def can_see_signal(member, signal: Signal) -> bool:
    return signal.is_visible_to(member)


def can_tick(member, page: BriefingPage) -> bool:
    """Say that one's organisation has done a task of a briefing: anybody who works there and may read it."""
    return takes_part(member) and member.organisation_id is not None and page_visible_to(page, member)


def can_follow(member, development: Development | None = None) -> bool:
    """Follow a development one may see; without one, a topic or a category."""
    return takes_part(member) and (development is None or development.is_visible_to(member))


def can_keep(member, _record=None) -> bool:
    """Draw up developments, and decide on signals: the core team."""
    return takes_part(member) and member.is_core_team


# The table. Ask with `member.has_perm("horizon.tick", page)` or call the predicate.
TABLE = {
    "horizon.see_development": can_see_development,
    "horizon.see_signal": can_see_signal,
    "horizon.tick": can_tick,
    "horizon.follow": can_follow,
    "horizon.send_signal": takes_part,
    "horizon.keep": can_keep,
}

enter(TABLE)
