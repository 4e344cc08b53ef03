"""How an author is shown: the one function that makes every byline."""

from dataclasses import dataclass

from forum.models import Post, Thread
from forum.models.thread import ShownAs
from members.permissions import takes_part

PUBLIC, MEMBERS = "public", "members"


@dataclass(frozen=True, slots=True)
class Byline:
    """What may be shown of an author. `hidden` means a dashed ring with "?", no link."""

    name: str
    detail: str
    url: str | None
    initials: str
    colour: str
    hidden: bool
    core_team: bool
    sector_name: str
    sector_colour: str

    def text(self) -> str:
        """One line: “Tom Ashdown, Blackwater District Council”."""
        return f"{self.name}, {self.detail}" if self.detail else self.name


SOMEONE = Byline("A member", "", None, "?", "core", True, False, "", "")
FORMER = Byline("A former member", "", None, "?", "core", True, False, "", "")


def audience_of(viewer) -> str:
    """Which of the two shared faces of a page a reader gets: "public", or "members" when they take part."""
    return MEMBERS if takes_part(viewer) else PUBLIC


def byline(record: Thread | Post, audience: str) -> Byline:
    """The byline of a thread or post for an audience ("public" or "members").

    Needs `author__organisation__sector` and `organisation_then__sector` selected. The organisation is
    the one at the time of writing; what the author hides stays hidden.
    """
    sector = record.organisation_then.sector if record.organisation_then else None
    if record.shown_as == ShownAs.MEMBER or (record.shown_as == ShownAs.SECTOR and sector is None):
        return SOMEONE
    if record.shown_as == ShownAs.SECTOR:
        return Byline(
            f"A member from {sector.in_words}", "", None, "?", sector.colour, True, False,
            sector.short_name, sector.colour,
        )  # fmt: skip
    author = record.author
    if author is None:
        return FORMER

    def shown(field: str) -> bool:
        who = getattr(author, f"show_{field}")
        return who == "everyone" or (who == "members" and audience == MEMBERS)

    if not shown("name"):
        return SOMEONE
    where = record.organisation_then if shown("organisation") else None
    job = author.job_title if shown("job_title") else ""
    detail = ", ".join(part for part in (job, where.name if where else "") if part)
    return Byline(
        author.display_name,
        detail,
        f"/people/{author.handle}/" if author.is_active else None,
        author.initials,
        sector.colour if sector and where else "core",
        False,
        author.is_core_team,
        sector.short_name if sector and where else "",
        sector.colour if sector and where else "",
    )
