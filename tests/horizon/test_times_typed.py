"""Days and times of the editors are typed as people write them: read, or refused beside the field, and never now."""

import datetime as dt
import json
import re

import pytest
from django.utils import timezone

from core.dates import A_MOMENT, MomentFormField
from events.pages.event import EventPage
from tests.factories import events
from tests.horizon import test_task_keys

NOON = dt.datetime(2026, 12, 14, 12, tzinfo=dt.UTC)


@pytest.fixture
def event(db):
    return events.event(starts_at=dt.datetime(2026, 12, 14, 9, tzinfo=dt.UTC), ends_at=NOON)


def fields_of(response) -> dict[str, str]:
    """What the browser would send of an event's form; its texts are put together by a script."""
    return test_task_keys.fields_of(response) | {"about-count": "0", "report-count": "0"}


WAYS = [
    "14/12/2026 12:00", "14 December 2026 12:00", "14 December 2026, 12:00", "14 dec 2026 at 12pm", "2026-12-14 12:00",
    "2026-12-14T12:00", "14.12.2026 12.00", " 14th Dec. 2026  12:00 ",
]  # fmt: skip


@pytest.mark.parametrize("typed", WAYS)
def test_a_day_and_a_time_are_read_as_people_write_them(typed):
    assert MomentFormField().clean(typed) == NOON


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("next spring", f"“next spring” is no day and time we can read. {A_MOMENT}"),
        ("14 December 2026", f"“14 December 2026” needs a time of day. {A_MOMENT}"),
        ("14 December 2026 25:00", f"There is no such time of day as “25:00”. {A_MOMENT}"),
        ("14 December 2026 13pm", f"There is no such time of day as “13pm”. {A_MOMENT}"),
        ("31 February 2026 10:00", "“31 February 2026” is no day we can read. Write it like 31 January 2027."),
    ],
)
def test_what_is_none_is_refused_beside_the_field_and_stays_there(editor, event, typed, said):
    address = f"/admin/pages/{event.pk}/edit/"
    sent = fields_of(editor.get(address)) | {"ends_at": typed, "expire_at": typed, "action-publish": "1"}
    response = editor.post(address, sent)
    assert response.context["form"].errors == {"ends_at": [said], "expire_at": [said]}
    assert fields_of(response)["ends_at"] == typed
    assert EventPage.objects.get().ends_at == NOON


def test_what_was_understood_stands_there_in_words_and_opening_it_changes_nothing(editor, event):
    address = f"/admin/pages/{event.pk}/edit/"
    page = editor.get(address)
    sent = fields_of(page)
    assert (sent["starts_at"], sent["ends_at"]) == ("14 December 2026, 09:00", "14 December 2026, 12:00")
    assert A_MOMENT in page.content.decode()
    editor.post(address, sent | {"go_live_at": "12/12/2030 10:00", "summary": "Other words.", "action-publish": "1"})
    kept = EventPage.objects.get()
    assert (kept.starts_at.hour, kept.ends_at) == (9, NOON)
    assert kept.get_latest_revision_as_object().go_live_at == dt.datetime(2030, 12, 12, 10, tzinfo=dt.UTC)
    # Wagtail's dialog stands in a template, which is no part of the form to every parser
    (field,) = re.findall(r'<input[^>]*name="go_live_at"[^>]*>', editor.get(address).content.decode())
    assert 'value="12 December 2030, 10:00"' in field


def test_a_time_is_the_time_where_the_editor_is():
    with timezone.override("Europe/Paris"):
        assert MomentFormField().clean("14 December 2026 13:00") == NOON
        assert MomentFormField().prepare_value(NOON) == "14 December 2026, 13:00"


SHOWN = """
import json
import re
from members import roles
from tests.factories import events
roles.set_up_groups()
print(json.dumps({"page": events.event().pk}))
"""


@pytest.mark.timeout(180)
def test_in_a_browser_what_was_typed_stays(live_site, window):
    made = json.loads(live_site.python(SHOWN).splitlines()[-1])
    page = window().sign_in(live_site, "cora").page()
    page.goto(f"{live_site.url}/admin/pages/{made['page']}/edit/")
    for typed in ("12/12/2026 10:00", "14 December 2026 12:00"):
        assert after_typing(page, "#id_starts_at", typed) == (typed, 0)
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_role("button", name="Set schedule").click()
    assert after_typing(page, "#id_go_live_at", typed) == (typed, 0)


def after_typing(page, where: str, typed: str) -> tuple[str, int]:
    """What stands in a field once somebody wrote a moment and went on, and how many calendars are open then."""
    field = page.locator(where)
    field.fill(typed)
    field.press("Tab")
    return field.input_value(), page.locator(".xdsoft_datetimepicker:visible").count()
