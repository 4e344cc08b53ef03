"""What the editor's form does to a page, ticks outlive: it is filled in and sent here as a browser would."""

import pytest
from bs4 import BeautifulSoup
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from horizon.actions import tasks as acts
from horizon.models import BriefingPage, TaskDone
from horizon.querysets.tasks import rows_for
from tests.factories import horizon


def a_text() -> dict[str, str]:
    """What the editor sends of “What is changing” with one block of text."""
    words = ContentstateConverter([]).from_database_format("<p>The law changes.</p>")
    block = {"deleted": "", "order": "0", "type": "text", "id": "", "value": words}
    return {"changing-count": "1"} | {f"changing-0-{name}": value for name, value in block.items()}


A_TEXT = a_text()


@pytest.fixture
def page(db):
    return horizon.briefing(tasks=[("Name one person", None), ("Read it", None)])


def fields_of(response) -> dict[str, str]:
    """What the browser would send of the editor's form if nobody touched it."""
    form = BeautifulSoup(response.content, "html.parser").select_one(
        "#w-editor-form, #page-edit-form, form[data-edit-form]"
    )
    found = {}
    for part in form.select("input[name], select[name], textarea[name]"):
        if part.name == "select":
            chosen = part.select_one("option[selected]")
            found[part["name"]] = chosen["value"] if chosen else ""
        elif part.name == "textarea":
            found[part["name"]] = part.text.removeprefix("\n")
        elif part.get("type") not in {"checkbox", "radio", "file"} or part.has_attr("checked"):
            found[part["name"]] = part.get("value", "on" if part.get("type") == "checkbox" else "")
    found |= A_TEXT  # its blocks are put together by a script
    return {name: value for name, value in found.items() if "__prefix__" not in name and not name.startswith("action-")}


def save(editor, page, *, publish=True, **changes) -> BriefingPage:
    """The page after the editor opened it, changed some fields and pressed save or publish."""
    address = f"/admin/pages/{page.pk}/edit/"
    sent = fields_of(editor.get(address)) | changes
    response = editor.post(address, sent | ({"action-publish": "1"} if publish else {}))
    assert response.status_code == 302, response.context["form"].errors
    return BriefingPage.objects.get(pk=page.pk)


def add_task(title, number) -> dict:
    return {
        f"tasks-{number}-id": "", f"tasks-{number}-title": title, f"tasks-{number}-how": "",
        f"tasks-{number}-who": "", f"tasks-{number}-effort": "", f"tasks-{number}-due_on": "",
        f"tasks-{number}-ORDER": str(number + 1), f"tasks-{number}-DELETE": "", "tasks-TOTAL_FORMS": str(number + 1),
    }  # fmt: skip


def states(page, member):
    return {row.task.title: row.state for row in rows_for(page, member)}


def tick(page, title, member):
    acts.done(by=member, task=page.tasks.get(title=title), page=page)


def test_reordered_and_reworded_in_the_form(editor, bob, page):
    tick(page, "Name one person", bob)
    page = save(editor, page, **{"tasks-0-ORDER": "2", "tasks-1-ORDER": "1", "tasks-0-title": "Name somebody"})
    assert states(page, bob) == {"Read it": "none", "Name somebody": "done"}
    assert [row.task.title for row in rows_for(page, bob)] == ["Read it", "Name somebody"]


def test_a_task_added_in_the_form_keeps_its_tick_through_later_edits(editor, bob, page):
    page = save(editor, page, **add_task("Tell your staff", 2))
    tick(page, "Tell your staff", bob)
    for title in ("Tell all your staff", "Tell everybody"):
        page = save(editor, page, **{"tasks-2-title": title})
    assert states(page, bob) == {"Name one person": "none", "Read it": "none", "Tell everybody": "done"}


def test_a_task_added_in_a_draft_and_edited_before_it_is_out(editor, bob, page):
    tick(page, "Read it", bob)
    page = save(editor, page, publish=False, **add_task("Tell your staff", 2))
    assert sorted(states(page, bob)) == ["Name one person", "Read it"]
    page = save(editor, page, publish=False, **{"tasks-2-title": "Tell all your staff"})
    page = save(editor, page)
    tick(page, "Tell all your staff", bob)
    page = save(editor, page, publish=False, title="A better title")
    page = save(editor, page)
    assert states(page, bob) == {"Name one person": "none", "Read it": "done", "Tell all your staff": "done"}
    assert len(set(page.tasks.values_list("key", flat=True))) == 3


def test_an_old_version_brought_back_in_the_editor(editor, bob, page):
    first = page.latest_revision
    tick(page, "Read it", bob)
    page = save(editor, page, **{"tasks-1-DELETE": "on"})
    assert (sorted(states(page, bob)), TaskDone.objects.count()) == (["Name one person"], 1)
    address = f"/admin/pages/{page.pk}/revisions/{first.pk}/revert/"
    response = editor.post(address, fields_of(editor.get(address)) | {"action-publish": "1"})
    assert response.status_code == 302
    page = BriefingPage.objects.get(pk=page.pk)
    assert states(page, bob) == {"Name one person": "none", "Read it": "done"}


def test_two_tasks_added_in_one_go_are_told_apart(editor, bob, page):
    shown = BeautifulSoup(editor.get(f"/admin/pages/{page.pk}/edit/").content, "html.parser")
    assert "tasks-__prefix__-key" in str(shown)
    assert 'tasks-__prefix__-key" value' not in str(shown)
    added = add_task("Tell your staff", 2) | add_task("Tell your partners", 3) | {"tasks-2-key": "", "tasks-3-key": ""}
    page = save(editor, page, **added)
    tick(page, "Tell your partners", bob)
    assert states(page, bob) == {
        "Name one person": "none", "Read it": "none", "Tell your staff": "none", "Tell your partners": "done",
    }  # fmt: skip


def test_a_key_that_is_another_tasks_is_refused(editor, page):
    first, second = page.tasks.all()
    address = f"/admin/pages/{page.pk}/edit/"
    sent = fields_of(editor.get(address)) | {"tasks-1-key": str(first.key), "action-publish": "1"}
    assert editor.post(address, sent).status_code == 200
    assert sorted(page.tasks.values_list("key", flat=True)) == sorted([first.key, second.key])
