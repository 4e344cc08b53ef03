"""Files of bookings: just what is chosen, opening right, and running nothing."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.sheets import FORMULA_STARTS
from events import exports
from events.exports import Sheet
from events.models.booking import Booking, BookingAnswer, BookingQuestion
from events.models.checkin import CheckIn
from tests.factories import MemberFactory
from tests.factories import events as made
from tests.horizon import desk as admin


@pytest.fixture
def event(db):
    return made.event()


def file_of(client, event, kind: str, asked: str = "") -> bytes:
    response = client.get(f"{reverse('event_desk:bookings', args=[event.pk])}?{asked}&export={kind}")
    assert response.headers["Content-Disposition"].endswith(f'.{kind}"')
    assert response.headers["Cache-Control"].startswith("private, no-store")
    return response.content


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).active


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_holds_exactly_what_is_chosen(core, event, alice, bob, kind):
    made.booking(event, alice)
    made.booking(event, bob, state=Booking.State.WITHDRAWN)
    content = file_of(core, event, kind, "state=confirmed")
    rows = rows_of_csv(content) if kind == "csv" else [list(row) for row in sheet_of(content).values]
    assert [row[0] for row in rows] == ["Name", "Alice Amory"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_nothing_people_wrote_is_run(core, event, sign):
    words = f"{sign}HYPERLINK(1)"
    made.booking(event, guest_name=words, guest_email="gale@visitors.example.org", organisation_name=words)
    row = rows_of_csv(file_of(core, event, "csv"))[1]
    assert (row[0], row[3]) == (f"'{words}", f"'{words}")
    cells = sheet_of(file_of(core, event, "xlsx"))[2]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert cells[0].value.startswith("'")


@given(st.text(max_size=40))
def test_no_text_at_all_becomes_a_formula(words):
    found = sheet_of(exports.as_xlsx(Sheet("Words", ["Words"], [[words]])))
    assert found["A2"].data_type in {"s", "n"}
    plain = rows_of_csv(exports.as_csv(Sheet("Words", ["Words"], [[words]])))
    assert not plain[1:] or not plain[1][:1] or not plain[1][0].startswith(FORMULA_STARTS)


def test_dates_and_numbers_are_real_and_the_heading_stays(core, event, alice, cora):
    when = dt.datetime(2026, 7, 1, 9, 30, tzinfo=dt.UTC)
    booking = made.booking(event, alice, made_at=when)
    CheckIn.objects.create(booking=booking, by=cora, at=when)
    waits = made.booking(event, MemberFactory(), state=Booking.State.WAITING, made_at=when)
    sheet = sheet_of(file_of(core, event, "xlsx"))
    heading = [cell.value for cell in sheet[1]]
    first, second = (dict(zip(heading, row, strict=True)) for row in list(sheet.values)[1:])
    assert (first["Booked"], first["Came"]) == (dt.datetime(2026, 7, 1, 10, 30),) * 2
    assert (second["Name"], second["Position in line"]) == (waits.name, 1)
    assert (sheet.freeze_panes, sheet.auto_filter.ref.startswith("A1:")) == ("A2", True)


def test_csv_says_dates_so_that_they_sort(core, event, alice):
    made.booking(event, alice, made_at=dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC))
    heading, row = rows_of_csv(file_of(core, event, "csv"))
    assert row[heading.index("Booked")] == "2026-01-05 09:30"


def test_answers_have_columns_and_needs_never(core, event, alice):
    asked = BookingQuestion.objects.create(event=event, words="Which system?", kind="text")
    booking = made.booking(event, alice)
    BookingAnswer.objects.create(booking=booking, question=asked, answer="Mosaic")
    heading, row = rows_of_csv(file_of(core, event, "csv"))
    assert (heading[-1], row[-1]) == ("Which system?", "Mosaic")
    assert [name for name in heading if "eat" in name.lower() or "need" in name.lower()] == []


def test_names_in_other_scripts_come_through(core, event):
    made.booking(event, guest_name="Zoë Ångström 李", guest_email="zoe@visitors.example.org")
    assert rows_of_csv(file_of(core, event, "csv"))[1][0] == "Zoë Ångström 李"
    assert sheet_of(file_of(core, event, "xlsx"))["A2"].value == "Zoë Ångström 李"


def test_members_get_no_file(client_of, event, alice):
    admin.set_up()
    url = f"{reverse('event_desk:bookings', args=[event.pk])}?export=csv"
    assert client_of(alice).get(url, follow=True).status_code == 403


def test_an_hour_of_summer_time_is_the_one_on_the_clock():
    summer = timezone.make_aware(dt.datetime(2026, 8, 1, 9, 0))
    assert exports.as_csv(Sheet("Day", ["At"], [[summer]])).decode("utf-8-sig").splitlines()[1] == "2026-08-01 09:00"
