"""How a member who looks after a page, approved it or wrote it is shown: as far as they show themselves."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from forum.bylines import FORMER, SOMEONE, Byline
from forum.pages.shared import MEMBERS, stand_in
from members.models import Member
from members.permissions import takes_part


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


@dataclass(frozen=True)
class Faces:
    """How one member is shown to everybody: plain, so that it can be kept; until "members" is touched.

    `whole` is for the core team and for the member, who see what is hidden from others.
    """

    pk: int
    to_anyone: Byline
    to_members: Byline
    whole: Byline

    def seen_by(self, viewer) -> Byline:
        """As `member_byline`."""
        if viewer.is_authenticated and (viewer.pk == self.pk or viewer.is_core_team):
            return self.whole
        return self.to_members if takes_part(viewer) else self.to_anyone


def faces_of(member: Member) -> Faces:
    """Needs `organisation__sector` selected."""
    shown = [member_byline(member, viewer) for viewer in (AnonymousUser(), stand_in(MEMBERS), member)]
    return Faces(member.pk, *(byline for byline in shown if byline is not None))
