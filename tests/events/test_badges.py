"""What is printed for the day: badges and the list for the door, read back from the files."""

import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from pypdf import PdfReader

from events.actions import checkin
from events.pdfs import paper
from events.pdfs.badges import badges
from events.pdfs.door_list import door_list
from events.querysets.attendance import door_rows
from tests.factories import events
from tests.factories.events_after import came


@pytest.fixture
def event(db):
    return events.event("Open day", online=5)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def many(event, count):
    for number in range(count):
        events.booking(event, guest_name=f"Gale Guest{number:02}", organisation_name="Hollowdale Council")


def test_ten_badges_stand_on_a_page_in_the_order_of_the_door(event):
    many(event, 12)
    made = pages(badges(event, door_rows(event)))
    assert [len(re.findall("Gale", page)) for page in made] == [10, 2]
    assert re.findall(r"Guest(\d\d)", made[0]) == [f"{number:02}" for number in range(10)]


def test_a_badge_says_name_organisation_and_sector_in_words(event, alice):
    events.booking(event, alice)
    (page,) = pages(badges(event, door_rows(event)))
    for words in ("Alice Amory", "Thornmere District Council", alice.organisation.sector.short_name, "Open day"):
        assert words in page


@pytest.mark.parametrize(
    "name",
    ["Zoë Ångström", "Łukasz Żółć", "Nguyễn Thị Hồng", "Αθηνά Ελευθερίου", "Ольга Иванова", "שרה לוי", "Çağrı Öz"],
)
def test_names_keep_their_letters(event, name):
    events.booking(event, guest_name=name)
    (page,) = pages(badges(event, door_rows(event)))
    assert sorted(name.split()) == sorted(word for word in page.split() if word in name.split())
    assert paper.can_write(name)


def test_a_name_in_letters_we_cannot_print_leaves_a_line_for_a_hand(event):
    events.booking(event, guest_name="王小明", organisation_name="Hollowdale Council")
    (page,) = pages(badges(event, door_rows(event)))
    assert ("王" in page, "Hollowdale Council" in page) == (False, True)
    (listed,) = pages(door_list(event, door_rows(event), now=timezone.now()))
    assert "1 name has letters that can’t be printed here" in listed


@pytest.mark.parametrize("name", ["Bo", "W" * 60, "Maximiliana Bartholomew-Featherstonehaugh " * 2, "x" * 120])
def test_a_long_name_is_smaller_never_cut_off(event, name):
    events.booking(event, guest_name=name.strip()[:120], organisation_name="The body of all bodies " * 6)
    (page,) = pages(badges(event, door_rows(event)))
    assert "".join(name.split())[:120].replace("-", "") in "".join(page.split()).replace("-", "")


def test_the_square_codes_may_be_left_out(event, alice):
    events.booking(event, alice)
    made = [badges(event, door_rows(event), codes=codes) for codes in (True, False)]
    assert [len(PdfReader(io.BytesIO(content)).pages[0].images) for content in made] == [1, 0]


def test_who_comes_online_gets_no_badge_and_stands_on_the_list(client_of, event, alice, cora):
    events.booking(event, alice, mode="online")
    made = client_of(cora).get(f"/events/{event.pk}/door/badges.pdf")
    assert (made.headers["Content-Type"], pages(made.content)) == ("application/pdf", ["Nobody has a place yet."])
    (listed,) = pages(client_of(cora).get(f"/events/{event.pk}/door/list.pdf").content)
    assert ("Alice Amory" in listed, "Online" in listed) == (True, True)


def test_one_badge_can_be_printed_alone(client_of, event, alice, bob, cora):
    events.booking(event, alice)
    booking = events.booking(event, bob)
    (page,) = pages(client_of(cora).get(f"/events/{event.pk}/door/badges.pdf", {"q": str(booking.key)}).content)
    assert ("Bob Barley" in page, "Alice" in page) == (True, False)


def test_the_files_say_what_they_are_and_in_which_language(event):
    for content, title in (
        (badges(event, []), "Badges: Open day"),
        (door_list(event, [], now=timezone.now()), "Who has a place: Open day"),
    ):
        read = PdfReader(io.BytesIO(content))
        assert (read.metadata.title, read.trailer["/Root"]["/Lang"]) == (title, "en-GB")
        assert read.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_list_is_by_surname_and_counts_who_was_here(event, alice, bob, cora):
    events.booking(event, bob)
    came(event, alice, by=cora)
    (page,) = pages(door_list(event, door_rows(event), now=timezone.now()))
    assert page.index("Alice Amory") < page.index("Bob Barley")
    assert "2 have a place, 1 were here" in page


def test_a_long_list_numbers_its_pages(event):
    event.places.update(capacity=100)
    many(event, 70)
    made = pages(door_list(event, door_rows(event), now=timezone.now()))
    assert [re.search(r"Page \d of \d", page)[0] for page in made] == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]


def test_the_colours_of_badges_are_those_of_the_site(settings):
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text().split("@media")[0]
    said = dict(re.findall(r"--(\w+)-fill: (#[0-9a-f]{6});", css))
    assert {name: fill for name, fill in paper.SECTORS.items() if name != "core"} == said


def test_an_evening_of_badges_is_made_while_one_waits(event):
    event.places.update(capacity=500)
    many(event, 120)
    start = timezone.now()
    assert len(PdfReader(io.BytesIO(badges(event, door_rows(event)))).pages) == 12
    assert timezone.now() - start < dt.timedelta(seconds=30)


def test_who_gave_up_gets_no_badge(event, alice, cora):
    booking = events.booking(event, alice, state="withdrawn")
    assert door_rows(event) == []
    assert not checkin.join_online(booking=booking)
