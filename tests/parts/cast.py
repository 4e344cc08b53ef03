"""The fixed cast on a running site: the same people as in `tests/conftest.py`, with sessions to sign in by."""

import json
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from cms.pages.home import HomePage
from core import outbox
from forum.actions import accepting, asking, drafting, editing, moderating, posting
from forum.models import Thread
from members.models import Member
from notifications import stopping
from notifications.models import Notice
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory, SpaceFactory

ANSWERED = "May we tell the fire service who needs help to get out?"
WAITING = "How long do we keep the minutes?"


def load() -> None:
    """Make people, rooms, threads and a home page; print sessions and places as JSON on the last line."""
    with transaction.atomic():
        people = make_people()
        make_forum(people)
        make_home()
    outbox.drain()
    sessions = {handle: session_of(member) for handle, member in people.items()}
    print(json.dumps({"sessions": sessions, "places": places()}))


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
    """Rooms, an answered question with comments, an edit and a removed answer, a waiting one, private ones, a draft."""
    alice, bob, morag = people["alice"], people["bob"], people["morag"]
    public = SpaceFactory(name="Lawful sharing")
    members = SpaceFactory(name="Safeguarding", visibility="members")
    group = SpaceFactory(name="Pilot group", visibility="group", people=[alice, bob])
    answered = asking.ask(
        by=alice, space=public, kind="question", title=ANSWERED, topics_named=["fire", "vulnerability"],
        body="The service asked us for a list of who can't get out alone. Which law lets us give it?",
    )  # fmt: skip
    answer = posting.answer(by=bob, thread=answered, body="Yes.\n\n- Write down **why**.\n- Share no more.")
    posting.comment(by=alice, on=answer, body="Thank you, that is clear.")
    posting.answer(by=morag, thread=answered, body="We did the same last year, with a note of one page.")
    removed = posting.answer(by=bob, thread=answered, body="Here is what happened to a family we know.")
    editing.edit(by=bob, post=answer, body="Yes.\n\n- Write down **why**.\n- Share no more than that.")
    moderating.remove(by=morag, post=removed, why="It tells of a real case.")
    accepting.accept(by=alice, post=answer)
    asking.ask(
        by=bob, space=public, kind="question", title=WAITING, topics_named=["retention"],
        body="The meeting takes minutes with names in them. Who decides when they go?",
    )  # fmt: skip
    asking.ask(by=bob, space=members, kind="concern", title="A worry about referrals", body="Few come back.")
    asking.ask(by=bob, space=group, kind="discussion", title="What the pilot found", body="Three things.")
    drafting.save_draft(by=alice, fields={"title": "Half a question", "body": "About"}, version=0)


def places() -> dict[str, str]:
    """What addresses of the cast's site are made of, such as {"number": "1", "answered": "1/may-we-tell"}."""
    answered, waiting = Thread.objects.get(title=ANSWERED), Thread.objects.get(title=WAITING)
    notice = Notice.objects.filter(recipient__handle="alice").first()
    return {
        "answered": f"{answered.pk}/{answered.slug}",
        "number": str(answered.pk),
        "waiting": f"{waiting.pk}/{waiting.slug}",
        "stop": stopping.url_for(notice),
    }


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
