"""All slides of an event as one ZIP: what is in it, that it is made while it is sent, and that files are closed."""

import datetime as dt
import io
import os
import tracemalloc
import zipfile

import pytest
from django.utils import timezone

from core import private, zipping
from events.models.material import MaterialFile
from tests.factories import MemberFactory, events
from tests.factories import events_materials as files

HOUR = dt.timedelta(hours=1)
AT = dt.datetime(2026, 11, 19, 10, tzinfo=dt.UTC)


def read(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response)))


@pytest.fixture
def conference(db, cora):
    """A day with two talks: slides for all with a copy, and slides for delegates."""
    event = events.event("Say it plainly", starts_at=dt.datetime(2026, 1, 14, 10, tzinfo=dt.UTC))
    first = events.session(event, "Write it down", room="Hall", speakers=[events.speaker()])
    second = events.session(event, "Spell it out", room="Studio", starts_after=HOUR)
    files.material(event, cora, first, copy=files.file("words.docx"), licence="cc_by")
    files.material(event, cora, second, audience="delegates", file=files.file("x.pptx"))
    files.material(event, cora, second, release="held", kind="handout")
    return event


def test_names_go_by_time_room_and_title(conference, client_of):
    response = client_of().get(f"/events/{conference.pk}/slides.zip")
    packed = read(response)
    assert packed.testzip() is None
    assert packed.namelist() == [
        "say-it-plainly/contents.txt",
        "say-it-plainly/1000-hall-write-it-down.pdf",
        "say-it-plainly/1000-hall-write-it-down-accessible.docx",
    ]
    assert packed.read("say-it-plainly/1000-hall-write-it-down.pdf") == files.PDF
    listed = packed.read("say-it-plainly/contents.txt").decode()
    assert "Write it down, by Edith Marlow" in listed
    assert "Creative Commons Attribution 4.0" in listed
    assert response["Content-Disposition"].startswith('attachment; filename="say-it-plainly-slides.zip"')
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Type"] == "application/zip"


def test_who_has_a_place_gets_more_and_nobody_what_is_held(conference, client_of, council, cora):
    dora = MemberFactory(display_name="Dora Dene", handle="dora", organisation=council)
    events.booking(conference, dora)
    for who in (dora, cora):
        names = read(client_of(who).get(f"/events/{conference.pk}/slides.zip")).namelist()
        assert names[3:] == ["say-it-plainly/1100-studio-spell-it-out.pptx"]


def test_without_files_or_event_there_is_none(event, client_of, cora):
    assert client_of().get(f"/events/{event.pk}/slides.zip").status_code == 404
    assert client_of().get("/events/999999/slides.zip").status_code == 404
    draft = events.event("Hidden", publish=False)
    files.material(draft, cora)
    assert client_of().get(f"/events/{draft.pk}/slides.zip").status_code == 404


def test_too_many_at_once_are_stopped(conference, client_of, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"slides_zip": (1, 600)}
    path = f"/events/{conference.pk}/slides.zip"
    assert [client_of().head(path).status_code, client_of().get(path).status_code] == [200, 429]


def test_a_file_that_is_gone_is_left_out(conference, client_of):
    private.forget(MaterialFile.objects.get(part="copy").file.name)
    packed = read(client_of().get(f"/events/{conference.pk}/slides.zip"))
    assert packed.testzip() is None
    assert len(packed.namelist()) == 2


def test_days_stand_first_at_an_event_of_several(db, cora, client_of):
    event = events.event("Two days", starts_at=timezone.now().replace(hour=9) - 48 * HOUR, lasts=28 * HOUR)
    one = events.session(event, "Write it down")
    files.material(event, cora, one)
    day = timezone.localtime(one.starts_at).strftime("%Y-%m-%d-%H%M")
    names = read(client_of().get(f"/events/{event.pk}/slides.zip")).namelist()
    assert names[1] == f"two-days/{day}-write-it-down.pdf"


# --- The part itself ---------------------------------------------------------------------------------------------


def test_names_that_are_taken_are_told_apart():
    assert zipping.different(["a.pdf", "A.PDF", "a.pdf", "b", "b"]) == ["a.pdf", "A-2.PDF", "a-3.pdf", "b", "b-2"]


class Opened(io.BytesIO):
    """Files that remember themselves."""

    all: list = []

    def __init__(self, content=b"x" * 300_000):
        super().__init__(content)
        self.all.append(self)


@pytest.fixture(autouse=True)
def none_opened():
    Opened.all.clear()


def test_a_file_is_opened_when_its_turn_comes_and_closed_after():
    blocks = zipping.stream([zipping.Entry(name, Opened, AT) for name in ("a", "b")])
    assert Opened.all == []
    next(blocks)
    assert [one.closed for one in Opened.all] == [False]
    rest = list(blocks)
    assert [one.closed for one in Opened.all] == [True, True]
    assert max(map(len, rest)) < 2 * zipping.BLOCK


def test_who_goes_away_leaves_no_open_file():
    blocks = zipping.stream([zipping.Entry(name, Opened, AT) for name in ("a", "b")])
    next(blocks)
    blocks.close()
    assert [one.closed for one in Opened.all] == [True]


def test_memory_stays_flat(tmp_path):
    """200 MB of a file with holes pass through a few blocks."""
    path = tmp_path / "large"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 200_000_000)
    tracemalloc.start()
    try:
        sent = sum(len(block) for block in zipping.stream([zipping.Entry("large", lambda: path.open("rb"), AT)]))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sent > 200_000_000
    assert peak < 2_000_000
