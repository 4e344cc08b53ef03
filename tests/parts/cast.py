"""The fixed cast on a running site: the same people as in `tests/conftest.py`, with sessions to sign in by."""

import json
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from cms.pages.home import HomePage
from members.models import Member
from tests.factories import MemberFactory, OrganisationFactory, PostFactory, SectorFactory, SpaceFactory, ThreadFactory


def load() -> None:
    """Make people, rooms, threads and a home page; print the people's session keys as JSON on the last line."""
    with transaction.atomic():
        people = make_people()
        make_forum(people)
        make_home()
    print(json.dumps({handle: session_of(member) for handle, member in people.items()}))


def make_people() -> dict[str, Member]:
    """Alice, bob, charlie, morag and cora, each at their organisation."""
    councils = SectorFactory(name="Local government", colour="councils", in_words="a council")
    voluntary = SectorFactory(name="Voluntary and community", colour="voluntary", in_words="a voluntary group")
    core = SectorFactory(name="Core team", colour="core", in_words="the core team")
    council = OrganisationFactory(name="Thornmere District Council", sector=councils)
    charity = OrganisationFactory(name="Mardyke Food Bank", sector=voluntary)
    office = OrganisationFactory(name="Framework Office", sector=core)
    role, standing = Member.Role, Member.Standing
    rows = [
        ("Alice Amory", council, role.MEMBER, standing.VOUCHED),
        ("Bob Barley", charity, role.MEMBER, standing.VOUCHED),
        ("Charlie Crane", charity, role.MEMBER, standing.WAITING),
        ("Morag Mead", council, role.MODERATOR, standing.VOUCHED),
        ("Cora Coates", office, role.CORE_TEAM, standing.VOUCHED),
    ]
    return {
        name.split()[0].lower(): MemberFactory(
            display_name=name, handle=name.split()[0].lower(), organisation=body, role=role_, standing=standing_,
            knows=["housing", "safeguarding"],
        )
        for name, body, role_, standing_ in rows
    }  # fmt: skip


def make_forum(people: dict[str, Member]) -> None:
    """Three rooms, an answered question with comments, a waiting question, a members' one and a group's one."""
    alice, bob = people["alice"], people["bob"]
    public = SpaceFactory(name="Lawful sharing")
    members = SpaceFactory(name="Safeguarding", visibility="members")
    group = SpaceFactory(name="Pilot group", visibility="group", people=[alice, bob])
    answered = ThreadFactory(
        title="May we tell the fire service who needs help to get out?", author=alice, space=public,
        topics=["fire", "vulnerability"],
    )  # fmt: skip
    answer = PostFactory(thread=answered, author=bob, body="Yes.\n\n- Write down **why**.\n- Share no more than that.")
    PostFactory(thread=answered, author=alice, parent=answer, body="Thank you, that is clear.")
    PostFactory(thread=answered, author=people["morag"], body="We did the same last year, with a one-page note.")
    answered.accepted_answer, answered.accepted_at = answer, answer.created_at
    answered.save()
    ThreadFactory(
        title="How long do we keep the minutes?", author=bob, space=public, topics=["retention"],
        body="The meeting takes minutes with names in them. Who decides when they go?",
    )  # fmt: skip
    ThreadFactory(title="A worry about referrals", author=bob, space=members, kind="concern")
    ThreadFactory(title="What the pilot found", author=bob, space=group, kind="discussion")


def make_home() -> None:
    """The newcomer's page at `/`."""
    from wagtail.models import Page, Site

    site = Site.objects.get(is_default_site=True)
    if HomePage.objects.exists():
        return
    old = site.root_page
    root = Page.get_first_root_node()
    home = root.add_child(
        instance=HomePage(
            title="Folkmoot", slug="folkmoot-home", headline="Can we share this?", intro="Ask people who have done it.",
            often_looked_for="fire, retention", joining_title="How to join",
            joining_steps="<ol><li>Choose your organisation.</li></ol>",
        )
    )  # fmt: skip
    site.root_page = home
    site.save()
    Page.objects.get(pk=old.pk).delete()


def session_of(member: Member) -> str:
    """The key of a new signed-in session."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = "members.backends.MemberBackend"
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return session.session_key
