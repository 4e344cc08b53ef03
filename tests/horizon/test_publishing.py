"""A briefing is published only when it says where it is from and what to do; what follows happens once."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, Workflow

from cms import jobs
from cms.actions import reviews
from cms.workflow import let_authors_write
from core import outbox
from core.models.ready import NotReady
from horizon.briefings import HIDDEN
from horizon.models import BriefingPage, BriefingSource, BriefingTask, Follow, FollowersTold, HorizonIndexPage
from members.models import Member
from notifications.models import Notice
from tests.cms import desk
from tests.factories import MemberFactory
from tests.factories.horizon import URL, DevelopmentFactory, briefing, make_horizon
from tests.horizon.test_task_keys import A_TEXT

NO_SOURCE = "Say where this is known from: a briefing needs at least one source."
NOT_SAID = "Say what is changing."
NOTHING_TO_DO = "Say what to do by when, or why there is nothing to do."
LISTS = ("comments", "answers", "meanings", "tasks", "sources", "law_changes", "links", "thread_links")


@pytest.fixture
def author(council):
    return MemberFactory(display_name="Wren Writer", handle="wren", organisation=council, role=Member.Role.AUTHOR)


@pytest.fixture
def place(cora, author):
    """Where briefings are written, by the core team and by authors."""
    desk.make_desk()
    found = make_horizon()
    let_authors_write()
    return found


@pytest.fixture
def law_change(db):
    return DevelopmentFactory(title="Complaints come to us first")


def form_of(**fields) -> dict:
    """What the editor posts, unless told otherwise: no source, nothing to do."""
    counted = {f"{name}-{part}": 0 for name in LISTS for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")}
    return counted | A_TEXT | {
        "title": "Complaints: what to do", "slug": "complaints", "summary": "People complain to you first.",
        "chance": "", "threat": "What may go wrong", "no_action": "", "confidence": "medium",
        "confidence_why": "", "topics": "",
    } | fields  # fmt: skip


def rows(name: str, *given: dict) -> dict:
    """Rows of one of the editor's lists."""
    fields = {f"{name}-{n}-{key}": value for n, row in enumerate(given) for key, value in row.items()}
    order = {f"{name}-{n}-ORDER": n + 1 for n in range(len(given))}
    return fields | order | {f"{name}-TOTAL_FORMS": len(given)}


SOURCE = rows("sources", {"title": "The Act", "url": URL, "official": "on"})
TASK = rows("tasks", {"title": "Name one person", "due_on": "2199-05-01"})
READY = SOURCE | TASK


def create(client, place, **fields):
    return client.post(f"/admin/pages/add/horizon/briefingpage/{place.pk}/", form_of(**fields))


def said(response) -> dict[str, list[str]]:
    """What a refused form says, by where."""
    form = response.context["form"]
    found = {name: list(words) for name, words in form.errors.items()}
    return found | {
        name: list(formset.non_form_errors()) for name, formset in form.formsets.items() if formset.non_form_errors()
    }


def unready(**fields) -> BriefingPage:
    """A draft that says neither where it is from nor what to do."""
    page = briefing("Not ready", tasks=(), publish=False, **fields)
    page.sources = []
    page.save()
    page.save_revision()
    return BriefingPage.objects.get(pk=page.pk)


def decide(client, page, action: str):
    state = page.current_workflow_task_state
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk]), {"comment": ""})


class TestTheForm:
    @pytest.mark.parametrize("button", ["action-publish", "action-submit"])
    def test_it_says_what_is_missing_where_it_is_to_be_written_and_keeps_the_rest(
        self, client_of, cora, place, law_change, button
    ):
        refused = create(client_of(cora), place, development=law_change.pk, **{button: "1"})
        assert refused.status_code == 200
        assert said(refused) == {"sources": [NO_SOURCE], "no_action": [NOTHING_TO_DO]}
        shown = refused.content.decode()
        assert [words in shown for words in (NO_SOURCE, NOTHING_TO_DO, "What may go wrong")] == [True] * 3
        assert not BriefingPage.objects.exists()

    def test_a_source_that_is_deleted_in_the_form_is_none(self, client_of, cora, place):
        page = briefing(publish=False)
        source, task = page.sources.get(), page.tasks.get()
        fields = rows("sources", {"id": source.pk, "title": "The Act", "url": URL, "DELETE": "1"}) | rows(
            "tasks", {"id": task.pk, "title": "Name one person"}
        )
        fields |= {"sources-INITIAL_FORMS": 1, "tasks-INITIAL_FORMS": 1, "development": page.development_id}
        refused = client_of(cora).post(f"/admin/pages/{page.pk}/edit/", form_of(**fields, **{"action-publish": "1"}))
        assert said(refused) == {"sources": [NO_SOURCE]}

    def test_a_source_without_an_address_is_marked_as_reported(self, client_of, cora, place, law_change):
        fields = TASK | rows("sources", {"title": "Somebody said", "url": ""}) | {"development": law_change.pk}
        refused = create(client_of(cora), place, **fields, **{"action-publish": "1"})
        assert "tick “only reported”" in str(refused.context["form"].formsets["sources"].errors)
        reported = fields | rows("sources", {"title": "Somebody said", "url": "", "reported": "on"})
        assert create(client_of(cora), place, **reported, **{"action-publish": "1"}).status_code == 302

    def test_it_must_say_what_is_changing(self, client_of, cora, place, law_change):
        sent = READY | {"changing-count": 0, "action-publish": "1"}
        refused = create(client_of(cora), place, development=law_change.pk, **sent)
        assert said(refused) == {"changing": [NOT_SAID]}
        assert NOT_SAID in refused.content.decode()

    def test_what_is_missing_is_said_in_plain_words(self, client_of, cora, place):
        sent = rows("answers", {"sector": "", "answer": "", "why": "Because."}) | rows("tasks", {"how": "By hand."})
        refused = create(client_of(cora), place, **sent, summary="", **{"action-publish": "1"})
        assert {name: said(refused)[name] for name in ("development", "summary")} == {
            "development": ["Choose the development it is about."],
            "summary": ["Say in a sentence or two what this means."],
        }
        formsets = refused.context["form"].formsets
        assert formsets["answers"].errors == [{"answer": ["Choose yes, no or not yet."]}]
        assert formsets["tasks"].errors == [{"title": ["Write what to do."]}]

    def test_a_draft_may_lack_anything(self, client_of, author, place, law_change):
        assert create(client_of(author), place, development=law_change.pk).status_code == 302
        assert not BriefingPage.objects.get().live

    def test_an_author_cannot_write_about_what_readers_do_not_see_yet(self, client_of, author, cora, place):
        hidden = DevelopmentFactory(title="Nobody knows yet", shown=False)
        refused = create(client_of(author), place, development=hidden.pk)
        assert list(said(refused)) == ["development"]
        assert "Nobody knows yet" not in refused.content.decode()
        assert create(client_of(cora), place, development=hidden.pk).status_code == 302

    def test_a_ready_one_is_published(self, client_of, cora, place, law_change):
        sent = create(client_of(cora), place, development=law_change.pk, **READY, **{"action-publish": "1"})
        assert sent.status_code == 302
        assert BriefingPage.objects.get(live=True).get_url() == "/horizon/complaints/"

    def test_one_about_what_readers_do_not_see_is_published_with_a_warning(self, client_of, cora, place, law_change):
        hidden = DevelopmentFactory(title="Nobody knows yet", shown=False)
        for development, slug in ((hidden, "hidden"), (law_change, "seen")):
            fields = READY | {"development": development.pk, "slug": slug, "action-publish": "1"}
            client = client_of(cora)
            html = client.get(create(client, place, **fields).url).content.decode()
            edit = reverse("wagtailsnippets_horizon_development:edit", args=[development.pk])
            assert (HIDDEN in html, f'href="{edit}"' in html) == (development == hidden,) * 2

    def test_nothing_to_do_is_enough_with_its_reason(self, client_of, cora, place, law_change):
        fields = SOURCE | {"no_action": "The flow of data goes on as before.", "development": law_change.pk}
        assert create(client_of(cora), place, **fields, **{"action-publish": "1"}).status_code == 302
        assert BriefingPage.objects.filter(live=True).exists()

    def test_two_answers_for_the_same_readers_are_refused(self, client_of, cora, place, law_change):
        answers = rows("answers", *({"sector": "", "answer": one, "why": "Because."} for one in ("yes", "no")))
        refused = create(client_of(cora), place, development=law_change.pk, **READY, **answers)
        assert said(refused) == {"answers": ["Two answers are for the same readers. Keep one of them."]}

    def test_what_it_means_is_for_a_sector_or_a_role(self, client_of, cora, place, law_change, council):
        both = rows("meanings", {"sector": council.sector.pk, "duty": "dpo", "text": "Do it."})
        refused = create(client_of(cora), place, development=law_change.pk, **READY, **both)
        assert "Choose a sector or a role: one of the two." in str(refused.context["form"].formsets["meanings"].errors)

    def test_a_slip_in_a_year_is_said_beside_the_date(self, client_of, cora, place, law_change):
        late = SOURCE | rows("tasks", {"title": "Name one person", "due_on": "9027-05-01"})
        refused = create(client_of(cora), place, development=law_change.pk, expires_on="9999-12-31", **late)
        far = "That is too far off. Write a year up to 2199."
        assert said(refused) == {"expires_on": [far]}
        assert refused.context["form"].formsets["tasks"].errors == [{"due_on": [far]}]

    def test_so_is_a_task_for_a_day_that_is_past_once_it_goes_out(self, client_of, cora, place, law_change):
        past = READY | {"action-publish": "1"} | rows("tasks", {"title": "Name one person", "due_on": "2020-01-01"})
        refused = create(client_of(cora), place, development=law_change.pk, **past)
        words = "This day is past. Choose one to come, or leave it empty."
        assert refused.context["form"].formsets["tasks"].errors == [{"due_on": [words]}]
        del past["action-publish"]
        assert create(client_of(cora), place, development=law_change.pk, **past).status_code == 302

    @pytest.mark.parametrize("taken_down", [False, True])
    def test_a_task_whose_day_went_by_since_it_came_out_stops_nobody(self, client_of, cora, place, taken_down):
        page = briefing("Out", tasks=(), publish=False)
        page.tasks = [BriefingTask(title="Name one person", due_on=dt.date(2020, 1, 1))]
        page.save_revision().publish()
        BriefingPage.objects.get(pk=page.pk).save_revision().publish()
        if taken_down:
            BriefingPage.objects.get(pk=page.pk).unpublish()
        task, source = BriefingTask.objects.get(page=page), BriefingSource.objects.get(page=page)
        fields = (
            READY
            | {"action-publish": "1"}
            | rows("tasks", {"id": task.pk, "title": "Name somebody", "due_on": "2020-01-01"})
        )
        fields |= rows("sources", {"id": source.pk, "title": source.title, "url": URL})
        fields |= {"sources-INITIAL_FORMS": 1, "tasks-INITIAL_FORMS": 1, "development": page.development_id}
        sent = client_of(cora).post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), form_of(slug=page.slug, **fields)
        )
        assert sent.status_code == 302, [one.errors for one in sent.context["form"].formsets.values()]

    def test_nobody_looked_at_a_source_on_a_day_to_come(self, client_of, cora, place, law_change):
        day = timezone.localdate() + dt.timedelta(days=1)
        early = rows("sources", {"title": "Act", "url": URL, "checked_on": day.isoformat()})
        refused = create(client_of(cora), place, development=law_change.pk, **(READY | early))
        words = "This day is still to come. Choose today or an earlier one."
        assert refused.context["form"].formsets["sources"].errors == [{"checked_on": [words]}]

    def test_so_is_a_year_of_two_numbers(self, client_of, cora, place, law_change):
        early = SOURCE | rows("tasks", {"title": "Name one person", "due_on": "0027-05-01"})
        refused = create(client_of(cora), place, development=law_change.pk, expires_on="0027-12-31", **early)
        words = "That is too long ago. Write the year in full, with four numbers."
        assert said(refused) == {"expires_on": [words]}
        assert refused.context["form"].formsets["tasks"].errors == [{"due_on": [words]}]

    def test_no_briefing_takes_an_address_of_the_app(self, client_of, cora, place, law_change):
        refused = create(client_of(cora), place, development=law_change.pk, slug="radar", **READY)
        assert said(refused) == {"slug": ["“radar” is an address of the site itself. Choose another."]}


class TestEveryRouteIsShut:
    @pytest.fixture
    def page(self, place):
        return unready()

    @pytest.fixture
    def still_shut(self, page):
        yield
        scheduled = Revision.page_revisions.filter(object_id=str(page.pk), approved_go_live_at__isnull=False)
        assert not Page.objects.get(pk=page.pk).live
        assert not scheduled.exists()
        assert not FollowersTold.objects.exists()

    def test_publishing_a_revision(self, page, still_shut):
        with pytest.raises(NotReady) as refused:
            page.get_latest_revision().publish()
        assert refused.value.message_dict == {"sources": [NO_SOURCE], "no_action": [NOTHING_TO_DO]}

    def test_saving_it_live(self, page, still_shut):
        page.live = True
        with pytest.raises(NotReady):
            page.save()

    def test_giving_it_an_hour(self, page, client_of, cora, still_shut):
        later = timezone.localtime(timezone.now() + dt.timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
        fields = form_of(development=page.development_id, go_live_at=later, **{"action-publish": "1"})
        refused = client_of(cora).post(f"/admin/pages/{page.pk}/edit/", fields)
        assert said(refused) == {"sources": [NO_SOURCE], "no_action": [NOTHING_TO_DO]}

    def test_the_scheduler(self, page, still_shut):
        past = timezone.now() - dt.timedelta(minutes=1)
        Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=past)
        assert jobs.publish_scheduled() == (0, 0)
        assert NO_SOURCE in PageLogEntry.objects.get(action="cms.schedule_refused").data["why"]

    def test_publishing_many_at_once(self, page, place, client_of, cora, still_shut):
        for asked in (page, place):
            url = f"/admin/bulk/wagtailcore/page/publish/?id={asked.pk}&next=/admin/"
            answer = client_of(cora).post(url, {"include_descendants": "on"}, follow=True)
            assert "“Not ready” can’t be published yet." in answer.content.decode()

    def test_a_workflow(self, page, cora, client_of, author, still_shut):
        state = Workflow.objects.get(active=True).start(page, author)
        page = BriefingPage.objects.get(pk=page.pk)
        actions = state.current_task_state.task.specific.get_actions(page, cora)
        assert [name for name, _label, _window in actions] == ["reject"]
        decide(client_of(cora), page, "approve")
        with pytest.raises(NotReady):
            state.finish(user=cora)

    def test_copying_and_publishing_the_copy(self, page, place, client_of, cora, still_shut):
        form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": place.pk}
        for extra in ({"publish_copies": "on"}, {"alias": "on"}):
            client_of(cora).post(f"/admin/pages/{page.pk}/copy/", form | extra, follow=True)
        assert not BriefingPage.objects.filter(live=True).exists()


class TestWhoPublishes:
    def test_an_author_drafts_and_sends_and_the_core_team_publishes(self, client_of, author, cora, place, law_change):
        fields = READY | {"development": law_change.pk}
        create(client_of(author), place, **fields, **{"action-publish": "1"})
        assert not BriefingPage.objects.filter(live=True).exists()
        BriefingPage.objects.all().delete()
        create(client_of(author), place, **fields, **{"action-submit": "1"})
        page = BriefingPage.objects.get()
        assert Notice.objects.get(recipient=cora).kind == "cms.approval_asked"
        assert decide(client_of(cora), page, "approve").status_code == 302
        assert BriefingPage.objects.get().live

    def test_a_copy_of_a_published_one_is_its_own(self, client_of, cora, place):
        page = briefing(by=cora)
        form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": place.pk, "publish_copies": "on"}
        client_of(cora).post(f"/admin/pages/{page.pk}/copy/", form)
        copy = BriefingPage.objects.get(slug="copy")
        assert (copy.live, [task.title for task in copy.tasks.all()]) == (True, ["Name one person"])


class TestFollowers:
    @pytest.fixture
    def followed(self, alice, place):
        development = DevelopmentFactory()
        Follow.objects.create(member=alice, development=development)
        return development

    def heard(self) -> list[tuple[str, str, int]]:
        outbox.drain()
        told = Notice.objects.filter(kind="horizon.briefing_published").order_by("recipient")
        return [(one.recipient.handle, one.subject, one.count) for one in told]

    def test_hear_of_it_once_however_often_it_is_published(self, followed, cora):
        page = briefing("The new Act", development=followed, by=cora)
        assert self.heard() == [("alice", "The new Act", 1)]
        page.title = "The new Act, again"
        page.save_revision(user=cora).publish()
        assert self.heard() == [("alice", "The new Act", 1)]
        page.unpublish()
        BriefingPage.objects.get().save_revision(user=cora).publish()
        assert self.heard() == []

    def test_hear_nothing_of_a_draft_nor_of_what_only_has_its_hour(self, followed, cora):
        page = briefing(development=followed, publish=False)
        assert self.heard() == []
        page.go_live_at = timezone.now() + dt.timedelta(days=1)
        page.save_revision(user=cora).publish()
        assert self.heard() == []
        Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=timezone.now())
        revision = BriefingPage.objects.get().get_latest_revision()
        revision.content["go_live_at"] = None
        revision.save()
        assert jobs.publish_scheduled(now=timezone.now() + dt.timedelta(minutes=1)) == (0, 1)
        assert [who for who, _what, _many in self.heard()] == ["alice"]

    def test_of_what_was_taken_down_at_once_hear_when_it_is_published_again(self, followed, cora):
        page = briefing("Too early", development=followed, by=cora)
        page.unpublish()
        assert self.heard() == []
        BriefingPage.objects.get().save_revision(user=cora).publish()
        assert [who for who, _what, _many in self.heard()] == ["alice"]

    def test_are_not_sent_to_what_was_taken_down(self, followed, cora):
        page = briefing(development=followed, by=cora)
        assert self.heard() != []
        page.unpublish()
        assert not Notice.objects.filter(kind="horizon.briefing_published").unread().exists()

    def test_an_alias_is_no_news(self, followed, cora, place):
        page = briefing(development=followed, by=cora)
        self.heard()
        page.create_alias(update_slug="the-same", user=cora)
        assert [many for _who, _what, many in self.heard()] == [1]


class TestReview:
    def test_its_owner_is_reminded_before_it_is_to_be_checked_again(self, place, cora):
        today = timezone.localdate()
        page = briefing(keeper=cora, review_on=today + dt.timedelta(days=10))
        assert [reviews.remind(today=today) for _ in range(2)] == [1, 0]
        notice = Notice.objects.get(recipient=cora, kind="cms.review_due")
        assert (notice.subject, notice.url) == (page.title, f"/admin/pages/{page.pk}/edit/")

    def test_reports_and_the_panel_list_it(self, place, cora, client_of):
        briefing("Long unread", keeper=cora, review_on=timezone.localdate() - dt.timedelta(days=3))
        listed = client_of(cora).get("/admin/reports/folkmoot/review-dates/").context["rows"]
        assert [(row.title, row.cells[0], row.urgent) for row in listed] == [("Long unread", "Briefing", True)]
        assert "Long unread" in client_of(cora).get("/admin/").content.decode()


def test_the_index_is_the_only_place_for_briefings():
    assert [model.__name__ for model in BriefingPage.allowed_parent_page_models()] == ["HorizonIndexPage"]
    assert HorizonIndexPage.allowed_subpage_models() == [BriefingPage]
