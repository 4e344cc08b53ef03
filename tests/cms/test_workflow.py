"""An author drafts and asks; the approver answers; local guidance is never published without parent and approval."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState, Workflow

from cms.models import GuidanceIndexPage, GuidancePage, NewsPage, StandardPage, StartIndexPage, StoryPage
from core.models.ready import NotReady
from members import roles
from members.models import Member
from notifications.models import Notice
from tests.cms import desk


def page_form(**fields) -> dict:
    """What the editor posts for guidance, unless told otherwise."""
    empty = {
        f"{name}-{part}": 0
        for name in ("comments", "provision_links", "thread_links", "body")
        for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "count")
    }
    words = '{"blocks": [{"key": "a", "text": "Ask first.", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], '
    words += '"entityRanges": [], "data": {}}], "entityMap": {}}'
    blocks = {"body-count": 1, "body-0-type": "text", "body-0-value": words, "body-0-order": 0, "body-0-deleted": ""}
    return empty | blocks | {
        "title": "Sharing with the fire service", "slug": "fire", "summary": "How we do it here.", "level": "local",
        "source_name": "", "source_url": "", "national_parent": "", "approver": "", "supersedes_note": "",
    } | fields  # fmt: skip


def create(client, **fields):
    library = GuidanceIndexPage.objects.get().pk
    return client.post(f"/admin/pages/add/cms/guidancepage/{library}/", page_form(**fields))


def errors(response) -> dict[str, list[str]]:
    return {name: list(words) for name, words in response.context["form"].errors.items()}


def edit_url(page) -> str:
    return f"/admin/pages/{page.pk}/edit/"


def notices(member) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(recipient=member).order_by("pk").values_list("kind", "subject"))


def decide(client, page, action: str, comment: str = ""):
    """The approver's answer, as the admin's window sends it."""
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return client.post(url, {"comment": comment})


class TestTheJourney:
    def test_author_is_refused_without_parent_asks_and_the_approver_publishes(
        self, client_of, author, approver, parent, mailoutbox, django_capture_on_commit_callbacks
    ):
        """What the issue shows: submitted without parent, refused in plain words, sent again, approved, published."""
        client = client_of(author)
        refused = create(client, **{"action-submit": "1"})
        assert refused.status_code == 200
        assert errors(refused) == {
            "national_parent": ["Local guidance stands under a law, the regulator or national guidance. Choose which."],
            "approver": ["Somebody approves local guidance before it is published. Choose who."],
        }
        assert "Sharing with the fire service" in refused.content.decode()
        assert not GuidancePage.objects.filter(slug="fire").exists()
        sent = create(client, national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
        assert sent.status_code == 302
        page = GuidancePage.objects.get(slug="fire")
        assert (page.live, page.approved_at) == (False, None)
        assert notices(approver) == [("cms.approval_asked", "Sharing with the fire service")]
        assert decide(client_of(approver), page, "approve").status_code == 302
        page = GuidancePage.objects.get(pk=page.pk)
        assert page.live
        assert page.is_approved()
        assert notices(author) == [("cms.approval_given", "Sharing with the fire service")]
        assert notices(approver) == []
        assert mailoutbox == []  # Wagtail's own mails stay off; ours go by notice

    def test_the_approver_asks_for_changes_and_the_author_reads_why(self, client_of, author, approver, parent):
        create(client_of(author), national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
        page = GuidancePage.objects.get(slug="fire")
        decide(client_of(approver), page, "reject", "Say which crews.")
        notice = Notice.objects.get(recipient=author)
        assert (notice.kind, notice.subject) == ("cms.approval_refused", page.title)
        from notifications import kinds

        content = kinds.get(notice.kind).mail(notice)
        assert [(item.who, item.text) for item in content.items] == [("Ada Approves", "Say which crews.")]
        page.refresh_from_db()
        assert not page.live


class TestWhoMayWhat:
    def test_an_author_drafts_in_the_libraries_and_nowhere_else(self, client_of, author, home):
        client = client_of(author)
        for model in (GuidancePage, StoryPage, NewsPage):
            place = model.allowed_parent_page_models()[0].objects.get()
            url = f"/admin/pages/add/cms/{model._meta.model_name}/{place.pk}/"
            assert client.get(url).status_code == 200, model
        assert client.get(f"/admin/pages/add/cms/standardpage/{home.pk}/").headers["Location"] == "/admin/"
        assert client.get(edit_url(home)).headers["Location"] == "/admin/"

    def test_an_author_cannot_publish_by_asking_the_server_to(self, client_of, author, home):
        create(client_of(author), level="national", **{"action-publish": "1"})
        assert GuidancePage.objects.filter(slug="fire", live=True).count() == 0

    def test_an_author_does_not_change_what_others_wrote(self, client_of, author, parent):
        assert client_of(author).get(edit_url(parent)).headers["Location"] == "/admin/"
        assert client_of(author).post(edit_url(parent), page_form(title="Mine")).headers["Location"] == "/admin/"
        parent.refresh_from_db()
        assert parent.title == "The data sharing code"

    def test_only_the_named_approver_answers_for_local_guidance(
        self, client_of, author, approver, cora, morag, alice, parent
    ):
        create(client_of(author), national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
        page = GuidancePage.objects.get(slug="fire")
        for member in (author, cora, morag, alice):
            decide(client_of(member), page, "approve")
            page.refresh_from_db()
            assert not page.live, member
        may = {who.handle: bool(TaskState.objects.reviewable_by(who)) for who in (author, cora, morag, approver)}
        assert may == {"wren": False, "cora": False, "morag": False, "ada": True}

    def test_the_core_team_answers_for_all_else(self, client_of, author, approver, cora, home):
        create(client_of(author), level="national", **{"action-submit": "1"})
        page = GuidancePage.objects.get(slug="fire")
        assert notices(cora) == [("cms.approval_asked", page.title)]
        assert notices(approver) == []
        decide(client_of(approver), page, "approve")
        page.refresh_from_db()
        assert not page.live
        decide(client_of(cora), page, "approve")
        page.refresh_from_db()
        assert page.live

    def test_only_who_writes_here_can_be_named_as_approver(self, client_of, author, alice, parent):
        refused = create(client_of(author), national_parent=parent.pk, approver=alice.pk, **{"action-submit": "1"})
        assert list(errors(refused)) == ["approver"]

    def test_members_and_strangers_do_not_get_in(self, client_of, alice, parent):
        for viewer in (None, alice):
            for url in (edit_url(parent), "/admin/pages/", f"/admin/pages/{parent.pk}/history/"):
                assert client_of(viewer).get(url, follow=True).status_code in {200, 403}
                assert client_of(viewer).get(url).status_code == 302

    def test_setting_up_twice_changes_nothing(self, home):
        from django.contrib.auth.models import Group

        group = Group.objects.get(name=roles.AUTHORS)
        count = (group.page_permissions.count(), group.collection_permissions.count(), Workflow.objects.count())
        desk.make_desk()
        assert count == (group.page_permissions.count(), group.collection_permissions.count(), Workflow.objects.count())
        assert count[0] == 3


class TestApproval:
    def test_a_change_after_approval_needs_approval_again(self, parent, approver):
        page = desk.local(national_parent=parent, approver=approver, live=True)
        page.summary = "Something else."
        revision = page.save_revision()
        with pytest.raises(NotReady):
            revision.publish()
        page.refresh_from_db()
        assert (page.live, page.summary) == (True, "How we do it.")

    def test_who_keeps_it_and_when_it_is_reviewed_are_not_what_it_says(self, parent, approver, author):
        page = desk.local(national_parent=parent, approver=approver, live=True)
        page.keeper, page.review_on = author, dt.date(2030, 1, 1)
        page.save_revision().publish()
        page.refresh_from_db()
        assert page.keeper == author

    def test_the_approver_who_publishes_approves_thereby(self, client_of, parent, cora):
        answer = create(client_of(cora), national_parent=parent.pk, approver=cora.pk, **{"action-publish": "1"})
        assert answer.status_code == 302
        page = GuidancePage.objects.get(slug="fire")
        assert (page.live, page.is_approved()) == (True, True)

    def test_another_of_the_core_team_does_not(self, client_of, parent, cora, approver):
        answer = create(client_of(cora), national_parent=parent.pk, approver=approver.pk, **{"action-publish": "1"})
        assert "Ada Approves has not approved" in errors(answer)["approver"][0]
        assert not GuidancePage.objects.filter(slug="fire").exists()

    def test_a_copy_is_not_approved(self, client_of, parent, cora, approver):
        page = desk.local(national_parent=parent, approver=approver, live=True)
        form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": GuidanceIndexPage.objects.get().pk}
        for extra in ({}, {"publish_copies": "on"}, {"alias": "on"}):
            client_of(cora).post(f"/admin/pages/{page.pk}/copy/", form | extra, follow=True)
        assert not GuidancePage.objects.filter(slug__startswith="copy", live=True).exists()
        assert not any(one.is_approved() for one in GuidancePage.objects.filter(slug__startswith="copy"))

    def test_local_guidance_is_no_parent(self, client_of, parent, cora, approver):
        under = desk.local(national_parent=parent, approver=approver, live=True)
        answer = create(client_of(cora), national_parent=under.pk, approver=cora.pk)
        assert "That is local guidance too." in errors(answer)["national_parent"][0]
        with pytest.raises(ValidationError):
            GuidancePage(title="x", level="local", national_parent=under).clean()

    def test_it_can_be_scheduled_once_approved(self, parent, approver):
        page = desk.local(national_parent=parent, approver=approver)
        page.go_live_at = timezone.now() + dt.timedelta(days=1)
        page.approve()
        page.save_revision().publish()
        assert Page.objects.get(pk=page.pk).scheduled_revision is not None


class TestTheTree:
    ALLOWED = {
        "cms.HomePage": {
            "cms.StandardPage", "cms.GuidanceIndexPage", "cms.StoryIndexPage", "cms.StartIndexPage",
            "cms.NewsIndexPage", "horizon.HorizonIndexPage", "events.EventsIndexPage",
        },
        "cms.GuidanceIndexPage": {"cms.GuidancePage"},
        "cms.StoryIndexPage": {"cms.StoryPage"},
        "cms.StartIndexPage": {"cms.StartPage"},
        "cms.NewsIndexPage": {"cms.NewsPage"},
        "horizon.HorizonIndexPage": {"horizon.BriefingPage"},
        "events.EventsIndexPage": {"events.EventPage", "events.ScenarioIndexPage"},
        "events.ScenarioIndexPage": {"events.ScenarioPage"},
    }  # fmt: skip

    def test_each_type_has_its_place_and_no_other(self):
        from wagtail.models import get_page_models

        ours = [model for model in get_page_models() if model is not Page]
        assert len(ours) == 16
        for model in ours:
            below = {child._meta.label for child in model.allowed_subpage_models()}
            assert below == self.ALLOWED.get(model._meta.label, set()), model
        under_root = {model._meta.label for model in ours if Page in model.allowed_parent_page_models()}
        assert under_root == {"cms.HomePage"}

    def test_the_create_page_offers_only_what_fits(self, client_of, cora, home):
        page = client_of(cora).get(f"/admin/pages/{home.pk}/add_subpage/")
        offered = (
            {model.__name__ for model in (entry[0] for entry in page.context["page_types"])}
            if False
            else {
                name
                for name in ("standardpage", "guidancepage", "storyindexpage", "startindexpage", "homepage")
                if f"/add/cms/{name}/" in page.content.decode()
            }
        )
        assert offered == {"standardpage", "startindexpage"}  # the libraries stand already, one of each

    def test_nothing_is_moved_where_it_does_not_fit(self, client_of, cora, home):
        page = desk.news()
        client_of(cora).post(f"/admin/pages/{page.pk}/move/{home.pk}/confirm/", follow=True)
        assert Page.objects.get(pk=page.pk).get_parent().specific_class.__name__ == "NewsIndexPage"
        assert not StartIndexPage.objects.exists()
        assert StandardPage.objects.exists()


class TestNobodyApprovesWhatTheySent:
    def test_an_author_who_names_themselves_is_told_to_choose_somebody_else(self, client_of, author, parent):
        refused = create(
            client_of(author), national_parent=parent.pk, approver=author.pk, **{"action-submit": "1"}
        )  # fmt: skip
        assert errors(refused) == {"approver": ["Somebody else approves what you send. Choose who."]}
        assert not GuidancePage.objects.filter(slug="fire").exists()

    def test_who_sent_it_can_not_approve_it_even_when_named_meanwhile(self, client_of, author, approver, parent):
        create(client_of(author), national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
        page = GuidancePage.objects.get(slug="fire")
        draft = page.get_latest_revision_as_object()
        draft.approver = author
        draft.save_revision()
        assert decide(client_of(author), page, "approve").status_code in {302, 403}
        page = GuidancePage.objects.get(slug="fire")
        assert not page.live
        assert page.current_workflow_task_state.status == TaskState.STATUS_IN_PROGRESS

    def test_an_approver_who_no_longer_takes_part_approves_nothing(self, client_of, author, approver, parent):
        create(client_of(author), national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
        Member.objects.filter(pk=approver.pk).update(standing=Member.Standing.WAITING)
        page = GuidancePage.objects.get(slug="fire")
        decide(client_of(Member.objects.get(pk=approver.pk)), page, "approve")
        assert not GuidancePage.objects.get(slug="fire").live


def test_what_waits_for_its_approver_is_changed_by_nobody_else(client_of, author, approver, cora, parent):
    """Not even by the core team: the approver would publish words they have not read."""
    create(client_of(author), national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
    page = GuidancePage.objects.get(slug="fire")
    for person in (author, cora):
        client_of(person).post(
            edit_url(page), page_form(title="Other words", national_parent=parent.pk, approver=approver.pk)
        )
    assert decide(client_of(approver), page, "approve").status_code == 302
    page = GuidancePage.objects.get(slug="fire")
    assert (page.live, page.title) == (True, "Sharing with the fire service")
