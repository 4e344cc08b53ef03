"""Who may do what with members and organisations: predicates, and the table at the bottom."""

import inspect
from collections.abc import Callable

import rules

Table = dict[str, Callable[..., bool]]  # what may be done → whether a member may do it, to a record


def enter(table: Table) -> None:
    """Let `has_perm` know an app's table.

    Wagtail's admin asks of no record at all, in its log and its menus. Tests that say what then holds
    (by a default for the record) are asked; all others answer no.
    """
    for name, test in table.items():
        if not rules.perm_exists(name):
            rules.add_perm(name, rules.predicate(_answering(test), name=name))


def _answering(test: Callable[..., bool]) -> Callable[..., bool]:
    needed = [one for one in inspect.signature(test).parameters.values() if one.default is one.empty]
    if len(needed) == 1:
        return test

    def of_a_record(member, record=None) -> bool:
        return record is not None and test(member, record)

    return of_a_record


def is_core_team(member) -> bool:
    """The core team, while they take part."""
    return member.is_authenticated and member.is_taking_part() and member.is_core_team


def may_decide_on(member, other=None) -> bool:
    """Vouch for, decline or ban another member: the core team, but nobody decides on themselves."""
    return is_core_team(member) and (other is None or other.pk != member.pk)


def may_shut_out(member, other=None) -> bool:
    """Ban: as above, and the core team and superusers only once their role is taken away."""
    return may_decide_on(member, other) and (other is None or not (other.is_core_team or other.is_superuser))


def may_change_role(member, other=None) -> bool:
    """Give or take a role: the core team, not their own (so that one is always left), nor a superuser's."""
    return may_decide_on(member, other) and (other is None or not other.is_superuser or member.is_superuser)


def takes_part(member, _other=None) -> bool:
    """Vouched for and not shut out."""
    return member.is_authenticated and member.is_taking_part()


def may_edit(member, other=None) -> bool:
    """Edit a member's details: they themselves, and the core team (but a superuser's only a superuser)."""
    if other is None or not member.is_authenticated:
        return is_core_team(member)
    return other.pk == member.pk or (is_core_team(member) and (not other.is_superuser or member.is_superuser))


# The table. Ask with `member.has_perm("members.vouch", other)` or call the predicate.
TABLE = {
    "members.see_members": takes_part,
    "members.edit": may_edit,
    "members.vouch": may_decide_on,
    "members.decline": may_decide_on,
    "members.ban": may_shut_out,
    "members.give_role": may_change_role,
    "members.keep_directory": is_core_team,
}

enter(TABLE)
