"""How a member who looks after a page, approved it or wrote it is shown: as far as they show themselves."""

from forum.bylines import FORMER, SOMEONE, Byline
from members.models import Member


def member_byline(member: Member | None, viewer) -> Byline | None:
    """The byline of a member for `viewer`; None for nobody. Needs `organisation__sector` selected.

    Unlike the author of a post, they stand where they work today.
    """
    if member is None:
        return None
    if not member.is_active:
        return FORMER
    if not member.shows("name", to=viewer):
        return SOMEONE
    where = member.organisation if member.shows("organisation", to=viewer) else None
    job = member.job_title if member.shows("job_title", to=viewer) else ""
    sector = where.sector if where else None
    return Byline(
        name=member.display_name,
        detail=", ".join(part for part in (job, where.name if where else "") if part),
        url=f"/people/{member.handle}/",
        initials=member.initials,
        colour=sector.colour if sector else "core",
        hidden=False,
        core_team=member.is_core_team,
        sector_name=sector.short_name if sector else "",
        sector_colour=sector.colour if sector else "",
    )
