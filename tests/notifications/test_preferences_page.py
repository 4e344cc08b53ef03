"""The page of all switches: short, what is common first, and a link to one of them lands on it."""

import re

import pytest

from notifications import choices, kinds
from notifications.models import Preference
from tests.notifications.test_inbox import tell

pytestmark = pytest.mark.django_db
PREFERENCES = "/notifications/preferences/"
ROW = "events.moved_in_line"


def groups_of(response) -> dict[str, dict]:
    return {group["title"]: group for group in response.context["form"].groups()}


def names(rows) -> list[str]:
    return [row["kind"].name for row in rows]


# --- what stands where -----------------------------------------------------------------------------


def test_what_is_common_stands_open_and_the_rest_waits_folded(alice, client_of):
    groups = groups_of(client_of(alice).get(PREFERENCES))
    events, questions = groups["Events"], groups["Your questions and answers"]
    assert names(questions["first"]) == ["forum.accepted", "forum.mentioned", "forum.answered", "forum.commented"]
    assert names(questions["more"]) == [
        "forum.removed", "forum.locked", "forum.lost", "cms.consent_asked", "cms.made_from_thread",
    ]  # fmt: skip
    assert (len(events["first"]), len(events["more"])) == (7, 14)
    assert [group["title"] for group in groups.values() if len(group["first"]) > 7] == []
    assert sum(len(group["first"]) for group in groups.values()) <= 25
    for group in groups.values():
        assert group["rows"] == [*group["first"], *group["more"]]


def test_a_group_without_common_ones_is_not_folded(alice, client_of):
    groups = groups_of(client_of(alice).get(PREFERENCES))
    assert names(groups["Guidance and templates"]["more"]) == names(groups["What you follow"]["more"]) == []


def test_every_kind_has_one_row_with_an_address_of_its_own(cora, client_of):
    page = client_of(cora).get(PREFERENCES).content.decode()
    anchors = re.findall(r'<tr id="(kind-[\w-]+)" tabindex="-1"', page)
    assert sorted(anchors) == sorted(f"kind-{kind.name.replace('.', '-')}" for kind in kinds.all_kinds())


def test_a_link_to_a_row_opens_where_it_is_folded_and_nothing_else(alice, client_of):
    client = client_of(alice)
    assert '<details class="details choices-more" open>' not in client.get(PREFERENCES).content.decode()
    assert choices.address_of(ROW) == f"{PREFERENCES}?kind={ROW}#kind-events-moved_in_line"
    groups = groups_of(client.get(choices.address_of(ROW)))
    assert [title for title, group in groups.items() if group["open"]] == ["Events"]
    assert groups_of(client.get(choices.address_of("forum.answered")))["Your questions and answers"]["open"] is False
    assert client.get(PREFERENCES, {"kind": "\x00 nonsense"}).status_code == 200


def test_what_leads_to_the_switches_leads_to_the_row(alice, client, client_of):
    stopped = client_of(alice).post(f"{PREFERENCES}stop/", {"kind": ROW})
    assert stopped["Location"] == choices.address_of(ROW)
    tell(alice, item=1)
    mail = sent_to(alice)
    assert f"http://testserver{choices.address_of('test.told')}" in mail.body
    assert choices.address_of("test.told").replace("&", "&amp;") in mail.alternatives[0][0]


def sent_to(member):
    from notifications.delivery.mail import message_for

    return message_for(member.notices.select_related("recipient").get())


# --- all mail off ----------------------------------------------------------------------------------


def ticks(client) -> dict[str, str]:
    """What a browser would send of the page as it is."""
    form = client.get(PREFERENCES).context["form"]
    fields = {name: "on" for name in form.fields if form[name].value()}
    return fields


def test_all_mail_goes_off_and_on_again_in_one_press_and_keeps_what_was_ticked(alice, client_of):
    client = client_of(alice)
    tell(alice)
    sent = ticks(client)
    del sent["mail:forum.accepted"]
    page = client.post(PREFERENCES, sent | {"all_mail": "off"}, follow=True).content.decode()
    assert "All e-mail is off" in page
    assert alice.notices.get().mail_due_at is None
    # saving again leaves it off
    client.post(PREFERENCES, ticks(client))
    assert alice.notice_preferences.get(kind=Preference.EVERY).mail == Preference.Mail.NONE
    page = client.post(PREFERENCES, ticks(client) | {"all_mail": "on"}, follow=True).content.decode()
    assert "All e-mail is off" not in page
    rows = {one.kind: one.mail for one in alice.notice_preferences.all()}
    assert (rows[Preference.EVERY], rows["forum.accepted"], rows["forum.answered"]) == ("at_once", "none", "at_once")


def test_the_first_button_saves_so_that_enter_never_turns_mail_off(alice, client_of):
    page = client_of(alice).get(PREFERENCES).content.decode()
    form = page[page.index('<form class="form choices"') :]
    first = re.search(r"<button[^>]*>", form)[0]
    assert first == '<button class="button" type="submit">'


# --- in a browser ----------------------------------------------------------------------------------


LANDED = """() => {
    const row = document.activeElement, box = row.getBoundingClientRect();
    const bar = document.querySelector('.choices-save').getBoundingClientRect();
    return [row.id, box.height > 0 && box.top >= 0 && box.bottom <= bar.top];
}"""


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("name", [ROW, "events.follow_up_asked", "forum.removed", "forum.answered"])
def test_a_link_to_a_row_lands_on_it_visible_and_with_focus(live_site, window, script, name):
    page = window(scripts=script, phone=True).sign_in(live_site, "alice").page()
    page.goto(live_site.url + choices.address_of(name))
    page.wait_for_timeout(200)
    assert page.evaluate(LANDED) == [f"kind-{name.replace('.', '-')}", True]


def test_the_bar_that_saves_stays_in_sight_and_never_covers_what_has_focus(live_site, window):
    page = window(phone=True).sign_in(live_site, "alice").page()
    page.goto(live_site.url + PREFERENCES)
    page.locator(".choices-more > summary").last.click()
    page.evaluate("scrollTo(0, 0)")
    boxes = page.locator(".choices-table input")
    page.locator(".choices-table input").first.focus()
    hidden = """() => {
        const field = document.activeElement.getBoundingClientRect();
        const bar = document.querySelector('.choices-save').getBoundingClientRect();
        const under = field.bottom > bar.top && field.top < bar.bottom;
        return [document.activeElement.id, under, bar.bottom <= innerHeight + 1];
    }"""
    covered = []
    for _ in range(boxes.count() - 1):
        name, under, there = page.evaluate(hidden)
        if (under or not there) and page.evaluate("document.activeElement.closest('table') !== null"):
            covered.append(name)
        page.keyboard.press("Tab")
    assert covered == []
