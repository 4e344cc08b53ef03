"""Whatever is posted to any address: an answer in plain words, never a 500, and nobody else's post."""

import datetime as dt
import re
import uuid
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.urls import reverse

from cms.models import Template
from events.models.audience import AudienceQuestion
from events.models.booking import Booking
from events.models.programme import Session
from events.models.vote import Vote, VoteQuestion
from events.pages.event import EventPage
from events.pages.scenario import ScenarioPage
from forum.actions import posting
from forum.models import Post
from horizon.models import BriefingPage, BriefingTask
from reference.models import Provision
from tests.architecture.addresses import addresses, ours
from tests.factories import ThreadFactory, events, events_live, events_scenarios, horizon
from tests.factories.knowledge import ProvisionFactory, TermFactory

pytestmark = pytest.mark.timeout(240)

FORM = "application/x-www-form-urlencoded"
ABSURD = str(10**30)
BAD = {
    "nothing": b"", "null": b"a\0b", "absurd": ABSURD.encode(), "negative": b"-1", "arabic": "١٢".encode(),
    "superscript": "²".encode(), "not utf-8": b"\xff\xfe\x00", "surrogate": b"\xed\xa0\x80", "a list": b"[1]",
    "turned": "\u202e@alice".encode(), "spaces": b" \t\r\n ", "long": b"x" * 100_000,
}  # fmt: skip
# What every database takes alike is sent to one of them only.
ALIKE = {"nothing", "a list", "turned", "spaces"}
# Of the many, what is put into one field while all others are right.
ONE_AT_A_TIME = ("null", "absurd", "arabic")


@pytest.fixture
def thread(alice, bob, space, settings):
    settings.RATE_LIMIT_FACTOR = 100_000
    thread = ThreadFactory(title="May we?", author=alice, space=space, topics=["fire"])
    posting.answer(by=bob, thread=thread, body="Yes.")
    ProvisionFactory(slug="fire")
    TermFactory(slug="fire")
    Template.objects.create(title="Fire", slug="fire", summary="Four pages.")
    change = horizon.DevelopmentFactory(title="Fire", topics=["fire"], steps=[("Begins", "2027-05")])
    horizon.briefing(development=change)
    _an_event(bob)
    return thread


def _an_event(bob) -> None:
    """An event that is on, with something at each of its addresses."""
    on = events.event("Fire", slug="fire-day", starts_in=-dt.timedelta(hours=1), online=5)
    session = events.session(
        on, "Fire", speakers=[events.speaker("Fire", member=bob)], takes_questions=True, capacity=9
    )
    events.booking(on, bob, sessions=[session])
    events_live.vote(on, session=session)
    events_live.question(session)
    events_scenarios.scenario()


@pytest.fixture
def fields(thread, space) -> dict[str, str]:
    """Every field of any form, right."""
    return {
        "title": "Who may?", "body": "All of us.", "space": str(space.pk), "kind": "question", "topics": "fire",
        "once_key": str(uuid.uuid4()), "seen_similar": "Who may?", "do": "", "draft_version": "0", "tab": "t",
        "step": "1", "thread": str(thread.pk), "next": "/forum/", "follow": "following", "us_too": "yes",
        "helpful": "yes", "why": "Because.", "scope": "all", "display_name": "Bob Barley", "handle": "bob",
        "job_title": "", "bio": "", "expertise": "fire", "known": "first", "organisation": "",
        "unlisted": "", "email": "bob@example.org", "q": "fire", "mail_off": "", "answer": "yes", "posts": "1",
        "provisions": "1", "who": "council", "whom": "fire", "purpose": "crime", "development": "fire", "on": "1",
        "where_seen": "A letter", "why_it_matters": "Alarms go silent.", "what": "", "where": "list", "act": "make",
        "back": "/horizon/", "duties": "dpo",
    }  # fmt: skip


def paths(thread) -> list[str]:
    """Every address of ours, with things that are there."""
    values = {
        "number": thread.pk, "post": 2, "slug": None, "act": "lock", "handle": "bob", "token": "x", "kind": "page",
        "pk": Provision.objects.get().pk, "name": "provision", "rest": "x", "section": "pages", "topic": "fire",
        "page": BriefingPage.objects.get().pk, "key": BriefingTask.objects.get().key, "paper": "pack",
        "event": EventPage.objects.get().pk, "session": Session.objects.get().pk, "code": Vote.objects.get().code,
    }  # fmt: skip
    slugs = {"space": thread.space.slug, "follow-space": thread.space.slug, "thread-detail": thread.slug,
             "organisation": "mardyke-food-bank"}  # fmt: skip
    found = []
    for address in ours():
        named = re.findall(r"<(?:\w+:)?(\w+)>", address.route)
        values["slug"] = slugs.get(address.name.split(":")[1], "fire")
        values |= _of_an_event(address) if address.name.startswith("events:") else {}
        found.append(reverse(address.name, kwargs={name: values[name] for name in named}))
    return found


def _of_an_event(address) -> dict:
    """What the same names mean at an address of an event."""
    number = ScenarioPage.objects.get().pk if "scenarios" in address.route else Session.objects.get().pk
    asked = "questions/" in address.route
    key = VoteQuestion.objects.first().key if "votes/<slug" in address.route else Booking.objects.get().key
    return {"key": key, "pk": AudienceQuestion.objects.get().pk if asked else number, "number": 1, "name": "fire"}


def sent(client, path: str, body: bytes, content_type: str = FORM) -> int:
    """The status of a POST whose consequences are undone: the next one finds everything as it was."""
    client.raise_request_exception = False
    with transaction.atomic():
        response = client.generic("POST", path, body, content_type=content_type)
        if not response.streaming:
            assert b"Traceback" not in response.content
        transaction.set_rollback(True)
    return response.status_code


_reads: dict[tuple[bool, str], bool] = {}


def taking_posts(client, thread) -> list[str]:
    """Those of our addresses that read what is posted: others refuse it whatever it says. Asked once."""
    signed_in, found = "sessionid" in client.cookies, []
    for address, path in zip(ours(), paths(thread), strict=True):
        key = (signed_in, address.route)
        if key not in _reads:
            _reads[key] = sent(client, path, b"") != 405
        if _reads[key]:
            found.append(path)
    assert len(found) > 100
    return found


def form(fields: dict[str, str | bytes]) -> bytes:
    pairs = ((name, value if isinstance(value, bytes) else value.encode()) for name, value in fields.items())
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()


def broken(statuses: dict) -> dict:
    """Those answered with 500 or worse; /healthz may say 503, as no worker runs here."""
    return {key: status for key, status in statuses.items() if status >= 500 and "/healthz" not in key}


@pytest.mark.engines
@pytest.mark.parametrize("who", ["bob", "anyone"])
def test_every_field_bad_at_once_breaks_no_address(cast, client_of, thread, fields, who):
    """About 130 addresses × 12 kinds of bad value."""
    client = client_of(cast[who])
    bodies = {
        name: form(dict.fromkeys(fields, bad))
        for name, bad in BAD.items()
        if (name not in ALIKE or connection.vendor == "sqlite") and (who == "bob" or name in ONE_AT_A_TIME)
    }
    statuses = {
        (path, name): sent(client, path, body) for path in taking_posts(client, thread) for name, body in bodies.items()
    }
    assert broken(statuses) == {}


@pytest.mark.engines
@pytest.mark.parametrize("who", ["alice", "morag"])
def test_one_bad_field_among_right_ones_breaks_no_address(cast, client_of, thread, fields, who):
    """The addresses that read the field × 3 kinds of bad value: what the other fields let through."""
    client = client_of(cast[who])
    begun = ("/forum/", "/notifications/", "/account/", "/horizon/")
    reading = [path for path in paths(thread) if path.startswith(begun)]
    names = [name for name in fields if name not in {"seen_similar", "tab", "unlisted", "email", "q", "mail_off"}]
    statuses = {
        (path, name, bad): sent(client, path, form(fields | {name: BAD[bad]}))
        for path in reading for name in names for bad in ONE_AT_A_TIME
        if _takes(path, name)
    }  # fmt: skip
    assert broken(statuses) == {}


# Part of an address → the fields a form posted there has.
TAKES = {
    "/ask/": {"title", "body", "space", "kind", "topics", "once_key", "do"},
    "/drafts/": {"title", "space", "draft_version", "step", "thread", "next", "once_key"},
    "/preview/": {"body", "space", "thread"}, "/edit/": {"title", "body", "topics", "do", "known"},
    "/answer/": {"body", "once_key", "do"}, "/comment/": {"body", "once_key"}, "follow/": {"follow"},
    "/us-too/": {"us_too"}, "/helpful/": {"helpful"}, "/moderate/": {"why"}, "/remove/": {"why"},
    "/notifications/": {"kind", "next"}, "/account/": {"display_name", "handle", "job_title", "bio", "expertise",
                                                      "organisation", "duties"},
    "/calendar/": {"act"}, "/horizon/follow/": {"development", "on", "back"},
    "/signals/": {"title", "where_seen", "why_it_matters", "what", "once_key"}, "done/": {"where", "back"},
}  # fmt: skip


def _takes(path: str, name: str) -> bool:
    """Whether a form posted there has such a field, so that thousands of repeats are left out."""
    return any(part in path and name in names for part, names in TAKES.items())


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (f"{FORM}; charset=utf-16", b"\xff\xfeb\x00=\x00a\x00"), (f"{FORM}; charset=utf-7", b"body=+AGE-"),
        (f"{FORM}; charset=nonsense", b"body=a"), ("application/json", b'{"body": {"a": [1]}}'), ("", b"body=a"),
        ("multipart/form-data", b"no boundary"), ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x",
         b'--x\r\nContent-Disposition: form-data; name="body"; filename="a.txt"\r\n\r\nfile\r\n--x--\r\n'),
        (FORM, b"body=" + b"x" * 1_000_000), (FORM, b"body=" + b"x" * 3_000_000),
        (FORM, b"&".join([b"body=a"] * 12_000)),
        (FORM, b"body=a&body=b&space=1&space=2&thread=1&thread=x&once_key=1&once_key=2"),
    ],
    ids=["utf-16", "utf-7", "nonsense", "json", "no type", "no boundary", "broken parts", "a file", "1 MB", "3 MB",
         "12,000 fields", "each twice"],
)  # fmt: skip
def test_a_body_of_any_shape_breaks_no_address(cast, client_of, thread, content_type, body):
    """Read before any database is asked: what bad values do to one is tested above, on each."""
    client, stranger = client_of(cast["bob"]), client_of(None)
    everywhere = taking_posts(client, thread) + sorted(
        "/" + address.route
        for address in addresses()
        if address.route.startswith("accounts/") and "<" not in address.route
    )
    statuses = {(path,): sent(client, path, body, content_type) for path in everywhere}
    statuses |= {(path, "anyone"): sent(stranger, path, body, content_type) for path in everywhere}
    assert broken(statuses) == {}


@pytest.mark.engines
@pytest.mark.parametrize("who", ["bob", "anyone"])
def test_absurd_numbers_cursors_and_bytes_in_an_address_break_nothing(cast, client_of, thread, who):
    client = client_of(cast[who])
    client.raise_request_exception = False
    values = [ABSURD, "-1", "%00"]
    if who == "bob":
        values += ["%ed%a0%80", "9" * 9]
        if connection.vendor == "sqlite":
            values += ["%ff%fe", "x" * 5000, "%D9%A1%D9%A2"]
    names = ["page", "post", "comments", "after", "sort", "at", "space", "topic", "kind", "q", "title", "thread",
             "show", "sector", "type", "area", "to", "list", "of", "next", "v", "filter"]  # fmt: skip
    shown = [path for path in paths(thread) if path.count("/") < 5 and path != "/design/"]
    statuses = {}
    for value in values:
        queries = "&".join(f"{name}={value}" for name in names)
        for path in shown:
            statuses[path, value] = client.get(f"{path}?{queries}").status_code
        for path in ("/forum/{}/", "/forum/{}/x/", "/forum/1/posts/{}/history/", "/people/{}/", "/partners/{}/",
                     "/forum/spaces/{}/", "/forum/topics/{}/", "/notifications/{}/open/", "/notifications/stop/{}/",
                     "/documents/{}/x/"):  # fmt: skip
            statuses[path, value] = client.get(path.format(value)).status_code
    # one at a time where several would hide each other
    for path in ("/forum/", "/forum/unanswered/", f"/forum/{thread.pk}/{thread.slug}/", "/forum/ask/", "/search/",
                 f"/forum/{thread.pk}/new/", f"/forum/{thread.pk}/posts/", "/notifications/",
                 "/forum/news/"):  # fmt: skip
        for name in ("page", "post", "comments", "after", "space", "topic", "kind"):
            for value in (ABSURD, "%D9%A1"):
                statuses[path, name, value] = client.get(f"{path}?{name}={value}").status_code
    assert broken(statuses) == {}


@pytest.mark.engines
def test_a_form_key_of_another_member_gives_nobody_elses_post(cast, client_of, thread, bob):
    key = uuid.uuid4()
    theirs = posting.answer(by=bob, thread=thread, body="Bob's own words.", once_key=key)
    sent_too = client_of(cast["morag"]).post(
        f"/forum/{thread.pk}/answer/", {"body": "Morag's words.", "once_key": str(key)}
    )
    assert sent_too.status_code == 302
    mine = Post.objects.get(author=cast["morag"])
    assert (mine.body, mine.pk != theirs.pk) == ("Morag's words.", True)
    assert sent_too.headers["Location"] == mine.get_absolute_url()


def test_a_host_that_is_not_ours_is_refused(client_of, thread):
    client = client_of(None)
    client.raise_request_exception = False
    assert client.get("/forum/", headers={"Host": "evil.example"}).status_code == 400
    assert "testserver" in django_settings.ALLOWED_HOSTS
    assert client.post("/accounts/login/?" + urlencode({"next": "https://evil.example/"}), {}).status_code == 200
