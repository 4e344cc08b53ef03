"""Who can be chosen to approve, and what they read once they have answered."""

import datetime as dt
import re

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import TaskState

from cms.models import GuidancePage
from members.models import Member
from notifications.models import Notice
from tests.cms import desk
from tests.cms.test_workflow import create, decide, edit_url, page_form
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def waits(client_of, author, approver, parent):
    """Local guidance that waits for Ada."""
    create(client_of(author), national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
    return GuidancePage.objects.get(slug="fire")


class TestChoosing:
    def offered(self, client, **asked) -> list[str]:
        table = client.get("/admin/approver_chooser/results/", asked).context["table"]
        return [member.handle for member in table.data]

    def test_only_those_who_may_approve_are_offered(self, client_of, author, parent, alice, bob, charlie):
        MemberFactory(role=Member.Role.AUTHOR, standing=Member.Standing.WAITING)
        assert self.offered(client_of(author)) == ["ada", "cora", "morag", "wren"]

    def test_they_are_found_by_name_and_organisation(self, client_of, author, parent, bob):
        assert self.offered(client_of(author), q="mardyke") == ["ada"]
        assert self.offered(client_of(author), q="mor") == ["morag"]
        assert self.offered(client_of(author), q="bob") == []

    def test_a_row_says_what_each_is_here(self, client_of, author, parent):
        page = client_of(author).get("/admin/approver_chooser/results/", {"q": "cora"}).content.decode()
        assert "Core team" in page

    def test_nobody_else_can_be_chosen_by_number(self, client_of, author, parent, alice, cora):
        codes = {m.handle: client_of(author).get(f"/admin/approver_chooser/chosen/{m.pk}/").status_code
                 for m in (alice, cora)}  # fmt: skip
        assert codes == {"alice": 404, "cora": 200}

    def test_the_field_of_the_approver_opens_that_list_and_others_all_members(self, client_of, author, parent):
        library = desk.GuidanceIndexPage.objects.get().pk
        page = client_of(author).get(f"/admin/pages/add/cms/guidancepage/{library}/")
        widgets = {name: field.widget for name, field in page.context["form"].fields.items()}
        assert widgets["approver"].get_chooser_modal_url() == "/admin/approver_chooser/"
        assert widgets["keeper"].get_chooser_modal_url() == "/admin/member_chooser/"

    def test_the_list_is_not_for_readers(self, client_of, bob, parent):
        assert [client_of(one).get("/admin/approver_chooser/").status_code for one in (None, bob)] == [302, 302]


def read(response) -> list[str]:
    """The messages of a page, as words in one line each, with the addresses of their buttons."""
    said = [str(message) for message in get_messages(response.wsgi_request)]
    return [
        " ".join(strip_tags(one).split()) + "".join(f" → {to}" for to in re.findall(r'href="([^"]+)"', one))
        for one in said
    ]


class TestAnswering:
    def test_who_approves_reads_that_it_is_published_and_where(self, client_of, approver, waits):
        client = client_of(approver)
        done = decide(client, waits, "approve")
        assert read(client.get(done.headers["Location"])) == [
            "You approved “Sharing with the fire service”, and it is published now. See the page → /guidance/fire/"
        ]

    def test_it_is_said_on_the_first_page_of_the_admin(self, client_of, approver, waits):
        client = client_of(approver)
        done = decide(client, waits, "approve")
        page = client.get(done.headers["Location"], follow=True)
        assert page.redirect_chain == [("/admin/", 302)]
        assert "and it is published now." in page.content.decode()

    def test_the_button_of_the_editor_says_it_too(self, client_of, approver, waits, parent):
        sent = page_form(national_parent=parent.pk, approver=approver.pk) | {
            "action-workflow-action": "1", "workflow-action-name": "approve",
        }  # fmt: skip
        done = client_of(approver).post(edit_url(waits), sent)
        assert done.status_code == 302
        assert read(done)[-1] == (
            "You approved “Sharing with the fire service”, and it is published now. See the page → /guidance/fire/"
        )

    def test_saving_says_nothing_of_an_approval(self, client_of, approver, waits, parent):
        sent = page_form(national_parent=parent.pk, approver=approver.pk)
        assert not any("published now" in words for words in read(client_of(approver).post(edit_url(waits), sent)))

    def test_what_is_to_be_published_later_says_when(self, client_of, author, approver, parent):
        later = timezone.localtime().replace(hour=9, minute=30, second=0, microsecond=0) + dt.timedelta(days=3)
        create(
            client_of(author), national_parent=parent.pk, approver=approver.pk,
            go_live_at=later.strftime("%Y-%m-%d %H:%M"), **{"action-submit": "1"},
        )  # fmt: skip
        page = GuidancePage.objects.get(slug="fire")
        client = client_of(approver)
        done = decide(client, page, "approve")
        day = f"{later.day} {later.strftime('%B %Y')}"
        assert read(client.get(done.headers["Location"])) == [
            f"You approved “Sharing with the fire service”. It is published on {day} at 09:30."
        ]

    def test_who_asks_for_changes_reads_who_is_told(self, client_of, approver, waits):
        client = client_of(approver)
        done = decide(client, waits, "reject", "Say which crews.")
        assert read(client.get(done.headers["Location"])) == [
            "You asked for changes to “Sharing with the fire service”. Whoever sent it is told."
        ]

    def test_only_who_answered_is_told_of_the_answer(self, client_of, author, approver, waits):
        location = decide(client_of(approver), waits, "approve").headers["Location"]
        assert client_of(author).get(location).status_code == 404


class TestTheApproverHasLeft:
    """What waits for somebody who is not here any more goes back to its author, by the core team."""

    @pytest.fixture
    def left(self, approver, waits):
        from members import actions

        actions.leave(member=approver)
        return waits

    def test_the_core_team_sees_it_and_may_send_it_back_but_not_approve(self, client_of, cora, morag, author, left):
        waiting = {who.handle: TaskState.objects.reviewable_by(who).count() for who in (cora, morag, author)}
        assert waiting == {"cora": 1, "morag": 0, "wren": 0}
        task = left.current_workflow_task
        assert [name for name, *_ in task.get_actions(left, cora)] == ["reject"]
        decide(client_of(cora), left, "approve")
        assert not GuidancePage.objects.get(pk=left.pk).live
        assert decide(client_of(cora), left, "reject", "Choose somebody else to approve it.").status_code == 302
        page = GuidancePage.objects.get(pk=left.pk)
        assert (page.live, page.current_workflow_state.status) == (False, "needs_changes")
        assert Notice.objects.get(recipient=author).kind == "cms.approval_refused"

    @pytest.mark.parametrize("who", ["morag", "author"])
    def test_nobody_else_may(self, request, client_of, who, left):
        decide(client_of(request.getfixturevalue(who)), left, "reject", "No.")
        assert GuidancePage.objects.get(pk=left.pk).current_workflow_state.status == "in_progress"

    def test_while_the_approver_is_here_the_core_team_waits_too(self, client_of, cora, waits):
        assert waits.current_workflow_task.get_actions(waits, cora) == []
        decide(client_of(cora), waits, "reject", "No.")
        assert GuidancePage.objects.get(pk=waits.pk).current_workflow_state.status == "in_progress"
