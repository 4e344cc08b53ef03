"""The invented members, all with one password; their addresses are confirmed."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from core.models import Topic
from members import roles
from members.models import Expertise, Member, Organisation
from portal.demo import files

PASSWORD = "folkmoot demo pass"  # noqa: S105  (no secret: it is printed, and only a demo has it)
# Who to sign in as: what the reader will see, and the handle.
FOUR = [
    ("a newcomer, waiting to be vouched for", "barnaby-coker"),
    ("a member", "priya-nair"),
    ("a moderator", "nadia-rahman"),
    ("the core team", "joanna-tye"),
]


def load() -> int:
    """Add the members that are not there yet; how many."""
    there = set(Member.objects.values_list("handle", flat=True))
    rows = [row for row in files.toml("members.toml")["member"] if row["handle"] not in there]
    bodies = {body.slug: body for body in Organisation.objects.filter(slug__in={row["organisation"] for row in rows})}
    password, now = make_password(PASSWORD) if rows else "", timezone.now()
    people = Member.objects.bulk_create(_person(row, bodies, password, now) for row in rows)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people
    )
    topics = topics_named({name for row in rows for name in row.get("expertise", [])})
    Expertise.objects.bulk_create(
        Expertise(content_object=person, tag=topics[name.lower()])
        for person, row in zip(people, rows, strict=True)
        for name in dict.fromkeys(row.get("expertise", []))
    )
    if people:
        roles.set_up_groups()
    return len(people)


def topics_named(names: set[str]) -> dict[str, Topic]:
    """The topics of these names, made where they are new, by name in small letters."""
    wanted = {" ".join(name.lower().split()) for name in names}
    found = {topic.name: topic for topic in Topic.objects.filter(name__in=wanted)}
    for name in sorted(wanted - set(found)):
        found[name] = Topic.objects.create(name=name)
    return found


def _person(row: dict, bodies: dict[str, Organisation], password: str, now: dt.datetime) -> Member:
    return Member(
        email=row["email"].lower(), display_name=row["name"], handle=row["handle"], job_title=row["job_title"],
        organisation=bodies[row["organisation"]], bio=row.get("bio", "")[:600], role=row.get("role", "member"),
        standing=row.get("standing", Member.Standing.VOUCHED), password=password, duties=row.get("duties", []),
        date_joined=now - dt.timedelta(days=row["joined_days_ago"]), caught_up_at=now - dt.timedelta(days=6),
    )  # fmt: skip


def four() -> list[tuple[str, str, str]]:
    """Who to sign in as: what they are, their name, their address."""
    people = {person.handle: person for person in Member.objects.filter(handle__in=[handle for _, handle in FOUR])}
    return [(who, people[handle].display_name, people[handle].email) for who, handle in FOUR if handle in people]
