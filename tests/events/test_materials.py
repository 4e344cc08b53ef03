"""Files of talks: who may get them, how pages show them, and that nobody else does by any way."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from core import private
from core.caching import touch
from events import guests
from events.actions import materials as acts
from events.models.booking import Booking
from events.models.material import Material
from events.permissions import can_get_material
from events.querysets import material_rows, told_talks
from events.querysets import materials as reads
from events.querysets.events import visible_to as events_visible_to
from tests.factories import events
from tests.factories import events_materials as files

pytestmark = pytest.mark.django_db
BROWSER = {"User-Agent": "Mozilla/5.0"}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def guest(event, client_of):
    """The client of a guest with a place, who opened the link to their ticket."""
    booking = events.booking(event)
    client = client_of()
    client.get(guests.ticket_link(booking).removeprefix("http://testserver"))
    return client


def get(client, path, method="get", **headers):
    return getattr(client, method)(path, headers=BROWSER | headers)


# --- Who may get it -----------------------------------------------------------------------------------------


def test_what_lists_pages_and_addresses_say_is_the_same(cast, dora, sam, talk, event, cora, client_of):
    """8 people × 19 files: 3 audiences × 3 times, of an event for all and of one for members; and one taken back."""
    closed = events.event("For members only")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    inner = events.session(closed, "Inside", speakers=[events.speaker("Sam Sedge", member=sam)])
    made = [
        files.material(one.event, cora, one, audience=audience, release=release, at=timezone.now() + HOUR)
        for one in (talk, inner)
        for audience in ("public", "members", "delegates")
        for release in ("now", "at", "held")
    ]
    gone = files.material(event, cora, None)
    acts.take_back(material=gone, by=cora)
    made = list(Material.objects.select_related("event", "session", "newest"))
    now = timezone.now()
    people = cast | {"dora": dora, "sam": sam}
    may: dict[str, int] = {}
    for name, person in people.items():
        listed = set(Material.objects.visible_to(person, now=now).values_list("pk", flat=True))
        asked = {one.pk for one in made if can_get_material(person, one, now=now)}
        client = client_of(person)
        fetched = {one.pk for one in made if get(client, one.get_absolute_url()).status_code == 200}
        shown = {
            row.pk
            for page in (event, closed)
            if events_visible_to(person).filter(pk=page.pk).exists()
            for rows in material_rows.shown_by_session(page, person, now=now).values()
            for row in rows
            if row.state == "open"
        }
        assert listed == asked == fetched == shown, name
        may[name] = len(listed)
    assert (len(made), len(people)) == (19, 8)
    assert may == {"anyone": 1, "charlie": 1, "alice": 4, "bob": 4, "morag": 4, "dora": 5, "cora": 18, "sam": 18}


def test_a_guest_with_a_place_gets_what_is_for_delegates(event, talk, cora, guest, client_of):
    one = files.material(event, cora, talk, audience="delegates")
    members = files.material(event, cora, talk, audience="members", kind="handout")
    assert get(guest, one.get_absolute_url()).status_code == 200
    assert get(guest, members.get_absolute_url()).status_code == 404
    booking = Booking.objects.get(member=None)
    guests.renew(booking)  # the link got about
    assert get(guest, one.get_absolute_url()).status_code == 404


def test_a_guest_who_waits_or_gave_up_gets_nothing(event, talk, cora, guest):
    one = files.material(event, cora, talk, audience="delegates")
    for state in (Booking.State.WAITING, Booking.State.WITHDRAWN):
        Booking.objects.filter(member=None).update(state=state)
        assert get(guest, one.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("audience", ["members", "delegates"])
@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "patch", "delete"])
def test_strangers_learn_nothing_by_any_method(event, talk, cora, client_of, audience, method):
    one = files.material(event, cora, talk, audience=audience, copy=files.file("words.docx"))
    etag = f'"{one.newest.pk}-{one.newest.number}"'
    expected = 404 if method in {"get", "head"} else 405
    for path in (one.get_absolute_url(), one.get_copy_url(), one.get_absolute_url().replace("write", "wrong")):
        for headers in (
            {},
            {"Range": "bytes=0-4"},
            {"If-None-Match": etag},
            {"If-None-Match": "*"},
            {"Range": "bytes=0-", "If-Range": etag},
            {"Range": "bytes=99999999-"},
        ):
            answer = get(client_of(), path, method, **headers)
            assert answer.status_code == expected, (path, headers)
            assert "ETag" not in answer
            assert b"slides slides" not in answer.content


def test_what_members_fetch_is_kept_by_nobody(event, talk, cora, alice, client_of):
    one = files.material(event, cora, talk, audience="members")
    first = get(client_of(alice), one.get_absolute_url())
    assert first["Cache-Control"] == "private, no-store"
    assert b"".join(first) == files.PDF
    assert get(client_of(), one.get_absolute_url()).status_code == 404
    # told apart from a browser that has it, and from one that may no more
    has = get(client_of(alice), one.get_absolute_url(), **{"If-None-Match": first["ETag"]})
    assert (has.status_code, has["Cache-Control"]) == (304, "private, no-store")


def test_nothing_can_be_fetched_below_the_media_address(event, talk, cora, client_of):
    one = files.material(event, cora, talk)
    for folder in ("media", "private", "static"):
        assert client_of().get(f"/{folder}/{one.newest.file.name}").status_code == 404


def test_a_public_file_of_an_event_for_members_is_not_for_all(event, talk, cora, alice, client_of):
    one = files.material(event, cora, talk)
    assert get(client_of(), one.get_absolute_url())["Cache-Control"] == "public, no-cache"
    PageViewRestriction.objects.create(page=event, restriction_type="login")
    touch("pages")
    assert get(client_of(), one.get_absolute_url()).status_code == 404
    assert get(client_of(alice), one.get_absolute_url())["Cache-Control"] == "private, no-store"


def test_headers_seal_a_file(event, talk, cora, client_of):
    pdf = files.material(event, cora, talk, title="Say “no” well")
    deck = files.material(event, cora, talk, kind="handout", file=files.file("a.pptx"), copy=files.file("b.txt"))
    first, second = (get(client_of(), one.get_absolute_url()) for one in (pdf, deck))
    third = get(client_of(), deck.get_copy_url())
    for answer in (first, second, third):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Accept-Ranges"] == "bytes"
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == "inline; filename=\"say-no-well.pdf\"; filename*=UTF-8''say-no-well.pdf"
    assert second["Content-Disposition"].startswith('attachment; filename="write-it-down.pptx"')
    assert third["Content-Disposition"].startswith('attachment; filename="write-it-down-accessible.txt"')
    assert third["Content-Type"] == "text/plain; charset=utf-8"


def test_the_address_stays_when_title_and_file_change(event, talk, cora, client_of):
    one = files.material(event, cora, talk)
    address = one.get_absolute_url()
    assert address == f"/events/materials/{one.pk}/write-it-down"
    before = get(client_of(), address)["ETag"]
    acts.replace(material=one, title="Another name", file=files.file("x.odp"), by=cora)
    one.refresh_from_db()
    assert one.get_absolute_url() == address
    after = get(client_of(), address)
    assert (after.status_code, after["ETag"] != before) == (200, True)
    assert after["Content-Disposition"].startswith('attachment; filename="another-name.odp"')
    wrong = get(client_of(), f"/events/materials/{one.pk}/something-else")
    assert (wrong.status_code, wrong["Location"]) == (302, address)


def test_a_part_of_an_older_file_is_not_given(event, talk, cora, client_of):
    one = files.material(event, cora, talk)
    etag = get(client_of(), one.get_absolute_url())["ETag"]
    part = get(client_of(), one.get_absolute_url(), Range="bytes=0-4", **{"If-Range": etag})
    assert (part.status_code, b"".join(part)) == (206, b"%PDF-")
    acts.replace(material=one, file=files.file("x.pdf", b"%PDF-2.0 anew"), by=cora)
    whole = get(client_of(), one.get_absolute_url(), Range="bytes=0-4", **{"If-Range": etag})
    assert (whole.status_code, b"".join(whole)) == (200, b"%PDF-2.0 anew")


def test_a_number_nobody_has_and_a_file_that_is_lost_are_404(event, talk, cora, client_of):
    assert get(client_of(), f"/events/materials/{10**30}/x").status_code == 404
    one = files.material(event, cora, talk)
    private.forget(one.newest.file.name)
    assert get(client_of(), one.get_absolute_url()).status_code == 404
    assert get(client_of(), one.get_copy_url()).status_code == 404


# --- Counting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "headers", "counted"),
    [
        ("get", {}, 1),
        ("get", {"Range": "bytes=0-"}, 1),
        ("get", {"Range": "bytes=0-1"}, 0),  # only looks whether parts can be had
        ("get", {"Range": "bytes=500-"}, 0),
        ("get", {"Range": "bytes=999999-"}, 0),
        ("get", {"User-Agent": "Googlebot/2.1"}, 0),
        ("head", {}, 0),
    ],
)
def test_downloads_are_counted_once(event, talk, cora, client_of, method, headers, counted):
    one = files.material(event, cora, talk)
    get(client_of(), one.get_absolute_url(), method, **headers)
    one.refresh_from_db()
    assert one.downloads == counted


def test_who_has_it_already_is_not_counted(event, talk, cora, client_of):
    one = files.material(event, cora, talk)
    etag = get(client_of(), one.get_absolute_url())["ETag"]
    get(client_of(), one.get_absolute_url(), **{"If-None-Match": etag})
    assert Material.objects.get().downloads == 1
    assert reads.downloads_of(event) == 1


# --- Pages --------------------------------------------------------------------------------------------------


def test_rows_say_kind_type_and_size(event, talk, cora, anyone):
    files.material(event, cora, talk, file=files.file("x.pdf", b"%PDF-" + b"x" * 1_400_000))
    files.material(event, cora, talk, audience="delegates", kind="handout")
    rows = material_rows.shown_by_session(event, anyone)[talk.pk]
    assert [(row.state, row.words, row.facts) for row in rows] == [
        ("open", "Slides", "PDF 1.4 MB"),
        ("sign_in", "Handout", " "),
    ]
    assert (rows[1].title, rows[1].url, rows[1].pk) == ("", "", 0)  # nothing of it is named


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 kB"), (84_000, "84 kB"), (900_000, "0.9 MB"), (50_000_000, "50.0 MB")]
)
def test_sizes_in_words(size, words):
    assert material_rows.size_words(size) == words


def test_slides_to_follow_is_said_once_the_talk_is_over(db, cora, anyone, forget):
    event = events.event(starts_in=-3 * HOUR)
    edith = events.speaker(email="edith@hollowdale.example.org")
    over = events.session(event, "Over", speakers=[edith])
    later = events.session(event, "Later", starts_after=5 * HOUR, speakers=[edith])
    for one in (over, later):
        files.ask(one, edith, cora)
    shown = material_rows.shown_by_session(event, anyone)
    assert {pk: [row.state for row in rows] for pk, rows in shown.items()} == {over.pk: ["to_follow"]}
    files.material(event, cora, over)
    forget()  # as the commit does
    assert [row.state for row in material_rows.shown_by_session(event, anyone)[over.pk]] == ["open"]


def test_the_page_of_all_slides(event, talk, cora, client_of, dora):
    other = events.session(event, "Spell it out", room="Studio", starts_after=HOUR, speakers=[events.speaker()])
    files.material(event, cora, talk, copy=files.file("words.docx"))
    files.material(event, cora, other, audience="delegates")
    files.material(event, cora, None, title="The whole programme", kind="handout")
    path = f"/events/{event.pk}/slides/"
    text = client_of().get(path).content.decode()
    for words in ("Write it down", "Spell it out", "Accessible copy", "The whole programme", "Open Government Licence",
                  "Slides for people with a place", "All 2 as one ZIP", "Sign in to get them"):  # fmt: skip
        assert words in text
    assert "All 3 as one ZIP" in client_of(dora).get(path).content.decode()
    narrowed = client_of().get(f"{path}?room=Studio").content.decode()
    assert ("Spell it out" in narrowed, "Write it down" in narrowed) == (True, False)
    assert client_of().get(f"{path}?room=Nowhere").status_code == 200


def test_the_events_page_counts_the_files_of_its_talks(event, talk, cora, client_of, forget):
    def read() -> str:
        return client_of().get(event.url).content.decode()

    assert "Slides and handouts" not in read()
    files.material(event, cora, talk)
    files.material(event, cora, talk, kind="handout")
    forget()  # as the commit does
    assert "2 files from 1 talk. You find each beside its talk in the programme too." in read()
    files.material(event, cora, None, title="The whole programme", kind="handout")
    forget()
    html = read()
    assert ("The whole programme" in html, "And 2 files from 1 talk." in html) == (True, True)


def test_slides_to_follow_are_no_files_yet(cora, client_of):
    event = events.event(starts_in=-3 * HOUR)
    edith = events.speaker(email="edith@hollowdale.example.org")
    files.ask(events.session(event, "Over", speakers=[edith]), edith, cora)
    html = client_of().get(event.url).content.decode()
    assert ("Slides to follow" in html, "Slides and handouts" in html) == (True, False)


def test_the_page_without_slides_and_of_no_event(event, client_of):
    assert "Nothing here yet" in client_of().get(f"/events/{event.pk}/slides/").content.decode()
    assert client_of().get("/events/999999/slides/").status_code == 404
    draft = events.event("Hidden", publish=False)
    assert client_of().get(f"/events/{draft.pk}/slides/").status_code == 404


def test_queries_of_the_page_do_not_grow(event, talk, cora, dora, alice, sam, cold_and_warm):
    counts = []
    for number in (1, 3):
        while event.materials.count() < 2 * number:
            one = events.session(event, f"Talk {event.materials.count()}", starts_after=HOUR * event.materials.count())
            files.material(event, cora, one, copy=files.file("words.txt"))
            files.material(event, cora, one, audience="delegates", kind="handout")
        counts.append([cold_and_warm(f"/events/{event.pk}/slides/", who) for who in (None, alice, dora, sam)])
    assert counts[0] == counts[1]
    assert max(warm for _cold, warm in counts[1]) <= 8


def test_queries_of_fetching_one(event, talk, cora, dora, client_of):
    one = files.material(event, cora, talk, audience="delegates")
    client = client_of(dora)
    get(client, one.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        b"".join(get(client, one.get_absolute_url()))
    asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= 7


def test_a_speakers_files_are_those_one_may_get(event, talk, cora, anyone, dora):
    files.material(event, cora, talk)
    files.material(event, cora, talk, audience="delegates", kind="handout")
    speaker = talk.speakers.get()
    assert [row.title for row in material_rows.of_speaker(speaker, anyone)] == ["Write it down"]
    assert [row.words for row in material_rows.of_speaker(speaker, dora)] == ["Slides", "Handout"]


def test_search_finds_a_file_by_title_talk_and_speaker(event, talk, cora):
    one = files.material(event, cora, talk, title="A four-page protocol")
    for words in ("protocol", "write", "Sedge"):
        assert list(get_search_backend().search(words, Material)) == [one]


def test_a_story_shows_the_talk_and_its_slides(event, talk, cora, rf, forget):
    from django.template import Context, Template

    from tests.factories import knowledge

    files.material(event, cora, talk)
    story = knowledge.make_site()
    request = rf.get("/stories/x/")
    request.user = AnonymousUser()
    said = Template("{% load events_materials %}{% slides_of page %}")
    assert said.render(Context({"page": story, "request": request})).strip() == ""
    acts.tell_story(session=talk, page=story, by=cora)
    forget()  # as the commit does
    shown = said.render(Context({"page": story, "request": request}))
    assert ("The talk and its slides" in shown, "Slides, PDF 1 kB" in shown) == (True, True)
    assert [one.pk for one in told_talks.stories_of(talk.pk, AnonymousUser())] == [story.pk]
    acts.tell_story(session=talk, page=story, by=cora, told=False)
    forget()
    assert said.render(Context({"page": story, "request": request})).strip() == ""
