"""Nothing of an event that not everyone may see is anywhere, nor what an open event keeps to those it is for.

Who looks: nobody signed in; charlie, who waits to be vouched for; dan, a member without a place. Three events are
hidden (for members, for a group, a draft) and one is open. Each of their parts has a canary: words, programme,
speakers, files, votes, questions, people booked. Whoever may see a thing does find it, and looks first, so that
what they warm is nobody else's.
"""

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from core import outbox
from events.models.audience import AudienceQuestion
from events.models.booking import BookingAnswer, BookingQuestion, Needs
from events.models.material import Material
from events.models.vote import Vote, VoteOption, VoteQuestion, VoteSet, VoteTally
from members import roles
from tests.architecture.addresses import ours
from tests.factories import MemberFactory, events
from tests.factories import events_materials as files
from tests.portal.test_leaks import crawl

pytestmark = pytest.mark.timeout(240)

# A vote's code is its key: whoever is in the room has it, account or not. So no code is tried that was not given.
PARTS = ("title", "venue", "session", "speaker", "partner", "file", "vote", "asked")
OPEN_KEEPS = {"kvxqjoin", "kvxqnote", "kvxqheld", "kvxqdraftvote", "kvxqguest", "kvxqmail", "kvxqdiet", "kvxqaccess",
              "kvxqanswer", "kvxqunlisted", "kvxqmembersfile"}  # fmt: skip
BY_EVENT = {kind: {f"kvxq{kind}{part}" for part in PARTS} for kind in "mgd"}
EVERYTHING = OPEN_KEEPS | BY_EVENT["m"] | BY_EVENT["g"] | BY_EVENT["d"]
# dan is a member: what is for members is for him too. The name of a file is not its words.
FORBIDDEN = {
    "anyone": EVERYTHING,
    "charlie": EVERYTHING,
    "dan": EVERYTHING - BY_EVENT["m"] - {"kvxqmembersfile"},
}


@pytest.fixture
def people(cast, charity, council):
    cast["dan"] = MemberFactory(display_name="Dan Dale", handle="dan", organisation=council)
    cast["iris"] = MemberFactory(display_name="Iris Inge", handle="iris", organisation=charity)
    cast["una"] = MemberFactory(display_name="Una Kvxqunlisted", handle="una", organisation=charity)
    return cast


@pytest.fixture
def world(people, settings):
    """{"m", "g", "d" and "o": event}, with all that belongs to each."""
    settings.RATE_LIMIT_FACTOR = 1000
    roles.set_up_groups()
    group = Group.objects.create(name="Pilots")
    group.user_set.add(people["iris"], people["charlie"])
    made = {kind: _hidden(kind, people["cora"], publish=kind != "d") for kind in "mgd"}
    PageViewRestriction.objects.create(page=made["m"], restriction_type=PageViewRestriction.LOGIN)
    kept = PageViewRestriction.objects.create(page=made["g"], restriction_type=PageViewRestriction.GROUPS)
    kept.groups.add(group)
    made["o"] = _open(people)
    outbox.drain()
    _index()
    return made


def _hidden(kind: str, cora, *, publish: bool):
    event = events.event(
        f"Heron kvxq{kind}title", venue=f"Heron kvxq{kind}venue Hall", online=10, publish=publish,
        partners=[(f"Heron kvxq{kind}partner", "A stall")], slug=f"heron-{kind}",
    )  # fmt: skip
    speaker = events.speaker(f"Heron Kvxq{kind}speaker")
    session = events.session(event, f"Heron kvxq{kind}session", speakers=[speaker], takes_questions=True)
    files.material(event, cora, session, title=f"Heron kvxq{kind}file")
    _vote(event, f"Heron kvxq{kind}vote?", state=Vote.State.OPEN)
    AudienceQuestion.objects.create(session=session, words=f"Heron kvxq{kind}asked?", mark="x", state="queued")
    return event


def _vote(event, words: str, *, state: str) -> Vote:
    asked = VoteSet.objects.create(name=words)
    question = VoteQuestion.objects.create(vote_set=asked, key=f"q{asked.pk}", words=words)
    vote = Vote.objects.create(event=event, vote_set=asked, current=question, state=state, shows="at_once")
    for number, option in enumerate(("Yes", "No")):
        made = VoteOption.objects.create(question=question, key=option.lower(), words=option, order=number)
        VoteTally.objects.create(vote=vote, option=made, count=7, takes=state == Vote.State.OPEN)
    return vote


def _open(people):
    event = events.event(
        "Marsh day", slug="marsh-day", online=10, online_url="https://meet.example.org/kvxqjoin",
        joining_note="Bring kvxqnote boots.",
    )  # fmt: skip
    session = events.session(event, "Marsh talk", takes_questions=True)
    files.material(event, people["cora"], session, title="Kvxqheld slides", release="held")
    files.material(event, people["cora"], session, title="Kvxqmembersfile", audience="members")
    _vote(event, "kvxqdraftvote?", state=Vote.State.DRAFT)
    guest = events.booking(event, guest_name="Kvxqguest Gale", guest_email="kvxqmail@visitors.example.org")
    Needs.objects.create(booking=guest, dietary="kvxqdiet", access="kvxqaccess")
    question = BookingQuestion.objects.create(event=event, words="What brings you?")
    BookingAnswer.objects.create(booking=guest, question=question, answer="kvxqanswer")
    events.booking(event, people["una"], list_me=False)
    events.booking(event, people["alice"], list_me=True)
    return event


def _index() -> None:
    backend = get_search_backend()
    for model in {type(one) for one in Material.objects.all()[:1]}:
        for one in model.objects.all():
            backend.add(one)


# --- The addresses ------------------------------------------------------------------------------------


def _sets(world: dict, route: str) -> list[dict]:
    """What to put into the parameters of one address of ours, for each event."""
    found = []
    for event in world.values():
        session = event.sessions.get()
        speaker = session.speakers.first()
        vote = event.votes.first()
        booking = event.bookings.filter(member__handle="alice").first()
        values = {
            "event": event.pk, "session": session.pk, "number": 1, "token": "not-ours", "paper": "pack", "day": 1,
            "code": vote.code if event.slug == "marsh-day" else "zzzzzz",
            "key": booking.key if booking else uuid.UUID(int=1),
        }  # fmt: skip
        if "votes/<slug:key>" in route:
            values["key"] = vote.current.key
        values["slug"] = speaker.slug if speaker and "speakers/" in route else session.slug
        values["pk"] = session.pk if "/sessions/" in route or "/places/" in route else 1
        if "materials/" in route:
            material = event.materials.first()
            values |= {"pk": material.pk, "name": material.name}
        elif "questions/" in route and "<int:pk>" in route:
            asked = session.audience_questions.first()
            values["pk"] = asked.pk if asked else 1
        found.append({name: values[name] for name in re.findall(r"<(?:\w+:)?(\w+)>", route)})
    return found


def addresses(world: dict) -> list[str]:
    found = []
    for address in ours():
        if not address.name.startswith("events:"):
            if "<" not in address.route and not address.route.startswith(("admin", "accounts")):
                found.append(f"/{address.route}")
            continue
        for one in _sets(world, address.route):
            try:
                found.append(reverse(address.name, kwargs=one))
            except NoReverseMatch:
                raise AssertionError(f"the hunt does not know how to reach {address.name}") from None
    for event in world.values():
        found += [f"/events/{event.slug}/", f"/events/{event.slug}/?mine=1", f"/admin/pages/{event.pk}/view_draft/"]
        found += [f"/api/v2/pages/{event.pk}/?fields=*", f"/api/v2/pages/find/?html_path=/events/{event.slug}/"]
        found += [f"/forum/ask/?about=page:{event.pk}", f"/forum/about/page/{event.pk}/"]
    queries = ("heron", "marsh", "kvxqm", "kvxqgsesion", "heron kvxqdspeakr", "kvxqmflie", "kvxqhelt")
    found += [f"/search/?{urlencode({'q': words})}" for words in queries]
    found += [f"/events/?{more}" for more in ("kind=workshop", "past=1", "q=heron", "year=2026")]
    found += [f"/api/v2/pages/?{more}" for more in ("fields=*", "search=heron", "type=events.EventPage&fields=*")]
    found += ["/", "/events/", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-events.xml", "/a-z/"]
    return sorted(set(found))


# --- The hunt -----------------------------------------------------------------------------------------


def test_no_outsider_finds_what_an_event_keeps_at_any_address(people, world, client_of):
    """3 people × 35 hidden things × over 250 addresses, after those who may see them looked."""
    paths = addresses(world)
    assert len(paths) > 250, len(paths)
    own = [path for path in paths if path.startswith(("/events/", "/search/"))]
    found = {
        "iris": set(crawl(client_of(people["iris"]), own, BY_EVENT["g"], until_all=True)[0]),
        "alice": set(crawl(client_of(people["alice"]), own, BY_EVENT["m"] | {"kvxqnote"}, until_all=True)[0]),
    }
    leaks, broken, answers = {}, {}, 0
    for name, canaries in FORBIDDEN.items():
        client = client_of(people.get(name))
        client.raise_request_exception = False
        leaks[name], broken[name], read = crawl(client, paths, canaries)
        answers += read
    assert leaks == {name: {} for name in FORBIDDEN}, f"{answers} answers to {len(FORBIDDEN)} people were read"
    assert broken == {name: [] for name in FORBIDDEN}
    assert found == {"iris": BY_EVENT["g"] - {"kvxqgvote"}, "alice": BY_EVENT["m"] - {"kvxqmvote"} | {"kvxqnote"}}
