"""The fixed cast on a running site: the same people as in `tests/conftest.py`, with sessions to sign in by."""

import datetime as dt
import json
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from cms.actions import drafting as made
from cms.models import ContactAgreement, Excerpt, HomePage, NewsPage, StartItem, StoryFigure
from core import outbox
from core.dates import PartialDate
from events import guests
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from forum import about
from forum.actions import accepting, asking, discussing, drafting, editing, moderating, posting
from forum.actions import citing as forum_citing
from forum.models import Space, Thread
from horizon.models import BriefingPage, Follow, Signal, StageChange, TaskDone
from members.models import CalendarKey, Member
from notifications import stopping
from notifications.models import Notice
from reference.actions.provisions import mark_changed
from reference.models import Citation, Provision
from tests.factories import (
    MemberFactory,
    OrganisationFactory,
    SectorFactory,
    SpaceFactory,
    events,
    events_scenarios,
    horizon,
    knowledge,
)
from tests.parts.after import after_places, make_after
from tests.parts.files import file_places, make_files
from tests.parts.live import live_places, make_live

ANSWERED = "May we tell the fire service who needs help to get out?"
WAITING = "How long do we keep the minutes?"
CONFERENCE = "the-courage-to-share"


def load() -> None:
    """Make people, rooms, threads and a home page; print sessions and places as JSON on the last line."""
    with transaction.atomic():
        people = make()
    outbox.drain()
    sessions = {handle: session_of(member) for handle, member in people.items()}
    print(json.dumps({"sessions": sessions, "places": places()}))


def make() -> dict[str, Member]:
    """All of it; the people by their handles."""
    people = make_people()
    make_forum(people)
    make_home()
    make_knowledge(people)
    make_horizon(people)
    make_events(people)
    make_deleted(people["alice"])
    return people


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
    """Rooms, an answered question with comments, an edit and a removed and a deleted answer, a waiting one,
    private ones, a draft."""
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
    waiting = asking.ask(
        by=bob, space=public, kind="question", title=WAITING, topics_named=["retention"],
        body="The meeting takes minutes with names in them. Who decides when they go?",
    )  # fmt: skip
    editing.delete(by=alice, post=posting.answer(by=alice, thread=waiting, body="Whoever took them."))
    asking.ask(by=bob, space=members, kind="concern", title="A worry about referrals", body="Few come back.")
    asking.ask(by=bob, space=group, kind="discussion", title="What the pilot found", body="Three things.")
    drafting.save_draft(by=alice, fields={"title": "Half a question", "body": "About"}, version=0)


def make_deleted(alice: Member) -> None:
    """A question that its asker deleted, last: tests know the numbers of the others."""
    space = Space.objects.get(name="Lawful sharing")
    twice = asking.ask(by=alice, space=space, kind="question", title="Asked twice", body="Is this the same?")
    editing.delete(by=alice, post=twice.posts.get())


def places() -> dict[str, str]:
    """What addresses of the cast's site are made of, such as {"number": "1", "answered": "1/may-we-tell"}."""
    answered, waiting = Thread.objects.get(title=ANSWERED), Thread.objects.get(title=WAITING)
    notice = Notice.objects.filter(recipient__handle="alice").first()
    return {
        "answered": f"{answered.pk}/{answered.slug}",
        "number": str(answered.pk),
        "waiting": f"{waiting.pk}/{waiting.slug}",
        "deleted": str(Thread.objects.get(title="Asked twice").pk),
        "stop": stopping.url_for(notice),
        "news": str(NewsPage.objects.get().pk),
        "excerpt": str(Excerpt.objects.get().pk),
        "agreement": str(ContactAgreement.objects.get().pk),
        "citation": str(Citation.objects.first().pk),
        "briefing": BriefingPage.objects.get().slug,
        "task": f"{BriefingPage.objects.get().pk}/{BriefingPage.objects.get().tasks.first().key}",
        "signal": str(Signal.objects.get().pk),
        "calendar": CalendarKey.objects.get().key,
        **event_places(),
        **after_places(),
        **file_places(),
    }


def event_places() -> dict[str, str]:
    """What addresses of events are made of."""
    event = EventPage.objects.get(slug=CONFERENCE)
    one = Session.objects.get(event=event, slug="small-charities-big-decisions")
    coming = EventPage.objects.get(slug="write-your-first-protocol")
    link = guests.book_link(coming, "gale@visitors.example.org")
    return live_places(event) | {
        "coming": str(coming.pk),
        "guest_token": link.rstrip("/").rpartition("/")[2],
        "ticket": str(event.bookings.get(member__handle="alice").key),
        "waiting_ticket": str(coming.bookings.get(member__handle="bob").key),
        "event": str(event.pk),
        "event_slug": event.slug,
        "session": f"{event.pk}/sessions/{one.pk}/{one.slug}",
        "speaker": Speaker.objects.order_by("pk")[0].slug,
    }


def make_home() -> None:
    """The newcomer's page at `/`, in the place of Wagtail's welcome, and the indexes below it."""
    from wagtail.models import Site

    old = Site.objects.get(is_default_site=True).root_page
    if HomePage.objects.exists():
        return
    knowledge.make_site()
    type(old).objects.get(pk=old.pk).delete()


def make_knowledge(people: dict[str, Member]) -> None:
    """A page of each kind with a block of each, law that is cited and changed, terms, a template in two versions."""
    alice, bob, morag, cora = (people[name] for name in ("alice", "bob", "morag", "cora"))
    law = knowledge.ProvisionFactory(
        law="Crime and Disorder Act 1998", provision="s.115", topics=["fire"], who=["council"], whom=["fire"],
        purposes=["crime"],
    )  # fmt: skip
    knowledge.ProvisionFactory(law="Data Protection Act 2018", provision="Sch.2", kind="exemption", topics=["fire"])
    term = knowledge.TermFactory(term="Retention", definition="How long something is kept.")
    knowledge.TermFactory(term="Information Sharing Protocol", short_form="ISP")
    template = knowledge.template("Sharing protocol", versions=2, keeper=cora)
    template.topics.add("fire")
    answered = Thread.objects.get(title=ANSWERED)
    blocks = all_blocks(term=term, thread=answered, document=template.versions.first().document)
    national = knowledge.guidance("Sharing to keep people safe", topics=["fire"], keeper=cora, body=blocks)
    knowledge.guidance(
        "How we do it here", level="local", national_parent=national, approver=cora, keeper=cora, topics=["fire"],
        approved_at=timezone.now(), review_on=timezone.localdate() - dt.timedelta(days=3), supersedes=national,
    )  # fmt: skip
    story = knowledge.story(
        "The list that saved time", topics=["fire"], sector=alice.organisation.sector, keeper=cora, problem=blocks,
        organisations=[alice.organisation], started="2014",
    )  # fmt: skip
    story.figures.add(StoryFigure(number="18 months", label="age of the records", source="The service's own count"))
    story.save()
    start = knowledge.start("New here", topics=["fire"], next_title="Ask", next_text="Ask it.", next_url="/forum/ask/")
    start.items.add(StartItem(linked_page=story, why="See how others did it.", minutes=4))
    start.save()
    news = knowledge.news("The forum is open", author=cora, topics=["fire"], body=blocks)
    discussing.say(by=bob, about=about.look_up("page", news.pk, bob), body="Good to be here. What about retention?")
    answer = answered.posts.get(number=2)
    forum_citing.cite(by=bob, post=answer, provisions=[law])
    mark_changed(by=cora, provision=law, what="It names schools now.")
    made.draft_from_thread(by=morag, thread=answered, kind="story", posts=[answer])
    ContactAgreement.objects.create(story=story, member=bob)


def make_horizon(people: dict[str, Member]) -> None:
    """A development with all kinds of steps, a briefing with all its parts, a tick, follows, a signal, a calendar."""
    alice, bob, cora = people["alice"], people["bob"], people["cora"]
    today = timezone.localdate()
    law = Provision.objects.get(provision="s.115")
    coming = horizon.DevelopmentFactory(
        title="A duty to share", topics=["fire"], sectors=[alice.organisation.sector], provisions=[law], keeper=cora,
        steps=[("Passed", "2025-06-19"), ("Begins", str(today.year + 1)), ("Looked at again", "")],
    )  # fmt: skip
    StageChange.objects.create(development=coming, stage="made", on=PartialDate(2025, 6), by=cora)
    page = horizon.briefing(
        "What the duty asks of you", development=coming, topics=["fire"], keeper=cora,
        tasks=[("Name one person", today + dt.timedelta(days=20)), ("Read it", None)],
        answers=[(alice.organisation.sector, "yes", "You hold the lists."), (None, "not_yet", "It has not begun.")],
        meanings=[(alice.organisation.sector, "", "Send what you hold."), (None, "dpo", "Write it down.")],
        chance="Fewer forms.", threat="Too much is sent.", confidence_why="We read it.",
    )  # fmt: skip
    task = page.tasks.first()
    TaskDone.objects.create(briefing=page, key=task.key, organisation=bob.organisation, by=bob)
    Follow.objects.create(member=alice, development=coming)
    Follow.objects.create(member=alice, category="law")
    Signal.objects.create(
        title="Phone lines close", where_seen="A letter", why_it_matters="Alarms go silent.", by=alice
    )
    CalendarKey.objects.create(member=alice)


def make_events(people: dict[str, Member]) -> None:
    """A conference that is on now with all parts of its page, last year's with its report, one to come, one called off.

    Alice has a place at the conference and is booked into a session; bob waits for one at the workshop.
    """
    alice, bob, cora = people["alice"], people["bob"], people["cora"]
    hour, series = dt.timedelta(hours=1), "annual-conference"
    now = events.event(
        "The courage to share", slug=CONFERENCE, kind="conference", series=series, starts_in=-2 * hour, lasts=6 * hour,
        in_person=118, online=74, topics=["fire"], host=alice.organisation, keeper=cora,
        map_url="https://maps.example.org/thornmere", getting_here="Ten minutes’ walk from the station.",
        access_notes="Step-free, hearing loop in the Hall, captions online.", joining_note="Bring a draft.",
        about=[("text", "<p>A day for everybody who is asked to share.</p>")],
        partners=[("Mardyke Food Bank", "A stall at lunch")],
    )  # fmt: skip
    edith, ruth = events.speaker("Edith Marlow", member=bob, bio="Looks after records."), events.speaker("Ruth Ember")
    opening = events.session(now, "Welcome, and how we got here", kind="plenary", speakers=[edith], lasts=hour)
    small = events.session(
        now, "Small charities, big decisions", room="Studio", capacity=12, speakers=[edith, ruth],
        starts_after=1.5 * hour, lasts=hour, summary="What a small charity may say no to.", takes_questions=True,
        level="start_here",
    )  # fmt: skip
    events.session(now, "Cold homes", room="Hall", speakers=[ruth], starts_after=1.5 * hour, lasts=hour, streamed=True)
    events.session(now, "Lunch and stalls", kind="break", starts_after=2.5 * hour, lasts=hour)
    events.session(now, "Ask the regulator", kind="plenary", chair=ruth, starts_after=4 * hour, lasts=hour)
    events.booking(now, alice, sessions=[small, opening])
    events.event(
        "Say it plainly", kind="conference", series=series, starts_in=dt.timedelta(days=-360),
        report=[("text", "<p>It went well.</p>")], outcomes=[("14", "protocols rewritten")],
    )  # fmt: skip
    workshop = events.event("Write your first protocol", in_person=1, online=20, keeper=cora, topics=["fire"])
    events.booking(workshop, cora)
    events.booking(workshop, bob, state="waiting")
    events.event("A lunch on minutes", kind="learning_lunch", in_person=0, online=30, called_off="The speaker is ill.")
    make_live(people, now)
    make_files(cora, opening, ruth)
    make_after(people)
    events_scenarios.scenario()


def all_blocks(*, term, thread, document) -> list[tuple]:
    """A block of every kind that needs no picture."""
    table = {
        "columns": [{"type": "words", "heading": "Who"}, {"type": "number", "heading": "Days"}],
        "rows": [{"values": ["<p>Council</p>", "28"]}], "caption": "How long each takes",
    }  # fmt: skip
    bars = [{"label": "Before", "value": "18", "shown_as": "18+"}, {"label": "Now", "value": "1", "own": True}]
    words = {"unit": "Months old", "caption": "Fresh records stop wrong payments.", "source": "Our own count"}
    chart = {"bars": bars} | words
    raw = [
        ("text", "<p>Retention is how long we keep an ISP. <b>Ask first.</b></p><ul><li>One</li><li>Two</li></ul>"),
        ("heading", "What to do"),
        ("quote", {"text": "It told us what to ask.", "who": "Officer, a council"}),
        ("note", "<p>From the first year.</p>"),
        ("warning", "<p>Not for health records.</p>"),
        ("steps", {"title": "In order", "items": ["Ask.", "Write it down."]}),
        ("checklist", {"title": "Before you share", "items": ["Who?", "Why?"]}),
        ("dos", {"do": ["Ask early."], "dont": ["Send it all."]}),
        ("contact", "<p>Ask the core team.</p>"),
        ("table", table),
        ("chart", chart),
        ("definition", term.pk),
        ("thread", thread.pk),
        ("download", {"document": document.pk, "title": "The protocol", "note": "Four pages."}),
    ]
    return [{"type": kind, "value": value} for kind, value in raw]


def session_of(member: Member) -> str:
    """The key of a new signed-in session."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = "members.backends.MemberBackend"
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return session.session_key
