"""A long list at the door has letters to jump to; a short one has none."""

import pytest
from django.urls import reverse

from events.querysets import attendance
from events.views.door import LONG
from tests.events.soup import page, words
from tests.factories import MemberFactory, events

pytestmark = pytest.mark.django_db


def fill(event, *names: str) -> None:
    for name in names:
        events.booking(event, MemberFactory(display_name=name))


@pytest.fixture
def event(db):
    return events.event(in_person=2 * LONG)


def test_names_stand_under_the_letter_of_their_surname(event):
    fill(event, "Zoë Ångström", "Ann Abbot", "李 小龍", "Cleo", "Ivor 3rd")
    found = attendance.by_letter(attendance.door_rows(event))
    assert [(letter, [row.name for row in rows]) for letter, rows in found] == [
        ("A", ["Ann Abbot", "Zoë Ångström"]), ("C", ["Cleo"]), (attendance.OTHERS, ["Ivor 3rd", "李 小龍"]),
    ]  # fmt: skip


def test_a_long_list_has_a_jump_for_each_letter_there_is(client_of, event, cora):
    fill(event, "Ann Abbot", *(f"Guest {'BCD'[number % 3]}name{number}" for number in range(LONG)))
    door = page(client_of(cora), reverse("events:door", args=[event.pk]))
    jumps = door.select("[data-door-letters] a")
    assert [words(jump) for jump in jumps] == ["A", "B", "C", "D"]
    for jump in jumps:
        (heading,) = door.select(jump["href"])
        assert heading.name == "h2"
        assert words(heading) == words(jump)
        (part,) = door.select(f'[aria-labelledby="{heading["id"]}"]')
        names = [one.get_text().split()[-1] for one in part.select(".door-row__name")]
        assert names == sorted(names)
        assert {name[0].upper() for name in names} == {words(jump)}
    assert len(door.select(".door-row")) == LONG + 1


def test_a_short_list_and_what_was_searched_for_have_none(client_of, event, cora):
    fill(event, "Ann Abbot", "Ben Bond")
    door = page(client_of(cora), reverse("events:door", args=[event.pk]))
    assert door.select("[data-door-letters], .door-list__letter") == []
    assert len(door.select(".door-row")) == 2
