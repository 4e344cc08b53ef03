"""Who may do what with law and words: predicates, and the table at the bottom. Reading is for everyone."""

from members.permissions import enter, is_core_team, takes_part


def may_keep(member, _record=None) -> bool:
    """Edit, import, mark as changed: the core team."""
    return is_core_team(member)


def may_confirm(member, citation=None) -> bool:
    """Say that something still holds though the law it cites has changed: its owner, moderators and the core team."""
    if not takes_part(member):
        return False
    return member.is_moderator or (citation is not None and citation.owner_id == member.pk)


# The table. Ask with `member.has_perm("reference.confirm", citation)` or call the predicate.
TABLE = {
    "reference.keep": may_keep,
    "reference.confirm": may_confirm,
}

enter(TABLE)
