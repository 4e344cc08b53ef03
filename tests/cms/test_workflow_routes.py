"""Every way round the approval of a local page is shut."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import Revision, Workflow

from cms.models import GuidanceIndexPage, GuidancePage
from core.models.ready import NotReady
from tests.cms import desk
from tests.cms.test_workflow import edit_url, errors, page_form


class TestEveryRouteIsShut:
    """Local guidance without parent, approver or approval: no route publishes it."""

    @pytest.fixture(params=["nothing", "no parent", "no approver", "not approved", "changed since"])
    def unready(self, request, home, approver):
        fields = {"national_parent": desk.national("National"), "approver": approver}
        if request.param == "nothing":
            fields = {}
        elif request.param == "no parent":
            fields.pop("national_parent")
        elif request.param == "no approver":
            fields.pop("approver")
        page = desk.local(**fields)
        if request.param == "changed since":
            page.approve()
            page.body = desk.body("Other words altogether.")
            page.save_revision()
        return page

    def refused(self, page) -> bool:
        page = GuidancePage.objects.get(pk=page.pk)
        scheduled = Revision.page_revisions.filter(object_id=str(page.pk), approved_go_live_at__isnull=False)
        return not page.live and not scheduled.exists()

    def test_publishing_a_revision(self, unready):
        with pytest.raises(NotReady):
            unready.get_latest_revision().publish()
        assert self.refused(unready)

    def test_saving_it_live(self, unready):
        unready.live = True
        with pytest.raises(NotReady):
            unready.save()
        assert self.refused(unready)

    def test_the_publish_button_of_the_core_team(self, unready, client_of, cora):
        form = page_form(
            national_parent=unready.national_parent_id or "", approver=unready.approver_id or "",
            **{"action-publish": "1"},
        )  # fmt: skip
        answer = client_of(cora).post(edit_url(unready), form)
        assert answer.status_code == 200
        assert set(errors(answer)) <= {"national_parent", "approver"}
        assert errors(answer) != {}
        assert self.refused(unready)

    def test_publishing_later(self, unready, client_of, cora):
        later = timezone.localtime(timezone.now() + dt.timedelta(days=2))
        form = page_form(
            national_parent=unready.national_parent_id or "", approver=unready.approver_id or "",
            go_live_at=later.strftime("%Y-%m-%d %H:%M"), **{"action-publish": "1"},
        )  # fmt: skip
        assert client_of(cora).post(edit_url(unready), form).status_code == 200
        assert self.refused(unready)

    def test_publishing_many_at_once(self, unready, client_of, cora):
        other = desk.news(live=False)
        other.save_revision()
        url = f"/admin/bulk/wagtailcore/page/publish/?id={unready.pk}&id={other.pk}&next=/admin/"
        answer = client_of(cora).post(url, {"include_descendants": "on"}, follow=True)
        assert answer.status_code == 200
        assert self.refused(unready)
        assert "can’t be published yet" in answer.content.decode()

    def test_publishing_the_whole_library_with_what_is_below(self, unready, client_of, cora):
        library = GuidanceIndexPage.objects.get()
        url = f"/admin/bulk/wagtailcore/page/publish/?id={library.pk}&next=/admin/"
        assert client_of(cora).post(url, {"include_descendants": "on"}, follow=True).status_code == 200
        assert self.refused(unready)

    def test_the_scheduler(self, unready):
        from cms import jobs

        past = timezone.now() - dt.timedelta(minutes=1)
        Revision.objects.filter(pk=unready.latest_revision_id).update(approved_go_live_at=past)
        assert jobs.publish_scheduled() == (0, 0)
        assert self.refused(unready)

    def test_finishing_a_workflow_by_force(self, unready, cora):
        state = Workflow.objects.get(active=True).start(unready, cora)
        with pytest.raises(NotReady):
            state.finish(user=cora)
        assert self.refused(unready)
