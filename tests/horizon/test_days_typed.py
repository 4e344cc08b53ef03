"""The dates of the editors are typed as people write them: read, or refused beside the field, and never another day."""

import datetime as dt
import json

import pytest

from core.dates import A_DAY
from horizon.models import Development
from tests.factories.horizon import DevelopmentFactory, briefing
from tests.horizon import desk
from tests.horizon.test_task_keys import fields_of, save


@pytest.fixture
def page(db):
    return briefing(tasks=[("Name one person", dt.date(2027, 1, 31))])


@pytest.mark.parametrize("typed", ["28 February 2027", "28 feb 2027", "28/2/2027", "2027-02-28", " 28th Feb. 2027 "])
def test_a_task_is_due_on_the_day_that_was_typed(editor, page, typed):
    page = save(editor, page, **{"tasks-0-due_on": typed, "expires_on": typed})
    assert (page.tasks.get().due_on, page.expires_on) == (dt.date(2027, 2, 28), dt.date(2027, 2, 28))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("next spring", f"“next spring” is no day we can read. {A_DAY}"),
        ("31 February 2027", f"“31 February 2027” is no day we can read. {A_DAY}"),
        ("31/1/27", f"“31/1/27” is no day we can read. {A_DAY}"),
        ("January 2027", f"“January 2027” is no day. {A_DAY}"),
        ("31 January 9027", "That is too far off. Write a year up to 2199."),
    ],
)
def test_what_is_no_day_is_refused_beside_the_field_and_stays_there(editor, page, typed, said):
    address = f"/admin/pages/{page.pk}/edit/"
    sent = fields_of(editor.get(address)) | {"tasks-0-due_on": typed, "action-publish": "1"}
    response = editor.post(address, sent)
    assert response.context["form"].formsets["tasks"].errors == [{"due_on": [said]}]
    assert fields_of(response)["tasks-0-due_on"] == typed
    assert page.tasks.get().due_on == dt.date(2027, 1, 31)


def test_the_editor_shows_a_day_in_words_and_opening_it_changes_nothing(editor, page):
    sent = fields_of(editor.get(f"/admin/pages/{page.pk}/edit/"))
    assert sent["tasks-0-due_on"] == "31 January 2027"
    assert save(editor, page, summary="Other words.").tasks.get().due_on == dt.date(2027, 1, 31)


def test_so_do_the_dates_of_a_development(editor):
    one = DevelopmentFactory()
    response = editor.post(desk.edit_url(one), desk.as_typed(one, recheck_on="31 January 2027", checked_on="some day"))
    assert response.context["form"].errors == {"checked_on": [f"“some day” is no day we can read. {A_DAY}"]}
    editor.post(desk.edit_url(one), desk.as_typed(one, recheck_on="31 January 2027"))
    assert Development.objects.get().recheck_on == dt.date(2027, 1, 31)


SHOWN = """
import json
from members import roles
from tests.factories.horizon import briefing
roles.set_up_groups()
page = briefing("What to do in time", tasks=[("Name one person", None)])
print(json.dumps({"page": page.pk, "development": page.development_id}))
"""


@pytest.mark.timeout(180)
def test_in_a_browser_a_day_in_words_stays_what_was_typed(live_site, window):
    made = json.loads(live_site.python(SHOWN).splitlines()[-1])
    page = window().sign_in(live_site, "cora").page()
    page.goto(f"{live_site.url}/admin/pages/{made['page']}/edit/")
    page.get_by_role("tab", name="What to do by when").click()
    assert after_typing(page, "#id_tasks-0-due_on") == ("31 January 2027", 0)
    page.goto(f"{live_site.url}/admin/snippets/horizon/development/edit/{made['development']}/")
    assert after_typing(page, "#id_recheck_on") == ("31 January 2027", 0)


def after_typing(page, where: str) -> tuple[str, int]:
    """What stands in a field once somebody wrote a day and went on, and how many calendars are open then."""
    field = page.locator(where)
    field.fill("31 January 2027")
    field.press("Tab")
    return field.input_value(), page.locator(".xdsoft_datetimepicker:visible").count()
