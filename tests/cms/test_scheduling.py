"""Pages appear and go at their time by themselves; one that may not be published holds up no other."""

import datetime as dt
import time
import urllib.error
import urllib.request

import pytest
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.signals import page_published

from cms import jobs
from core import caching
from core.models import Schedule
from core.worker import run_chores
from tests.cms import desk

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def home(cora):
    return desk.make_desk()


def later(page, **when):
    """`page` with a draft to be published at `go_live_at`, as the editor's “Publish” leaves it."""
    for name, moment in when.items():
        setattr(page, name, moment)
    page.save_revision().publish()
    return Page.objects.get(pk=page.pk)


def test_a_scheduled_page_appears_and_an_expired_one_goes(home, client):
    now = timezone.now()
    comes = later(desk.plain("Comes", live=False), go_live_at=now + MINUTE)
    goes = later(desk.plain("Goes"), expire_at=now + MINUTE)
    assert jobs.publish_scheduled() == (0, 0)
    assert [client.get(page.get_url()).status_code for page in (comes, goes)] == [404, 200]
    past = now - MINUTE
    Revision.objects.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=past)
    revision = comes.scheduled_revision
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    Page.objects.filter(pk=goes.pk).update(expire_at=past)
    assert jobs.publish_scheduled() == (1, 1)
    assert [client.get(page.get_url()).status_code for page in (comes, goes)] == [200, 404]
    assert Page.objects.get(pk=goes.pk).expired
    assert jobs.publish_scheduled() == (0, 0)
    actions = set(PageLogEntry.objects.filter(page__in=[comes, goes]).values_list("action", flat=True))
    assert {"wagtail.publish.scheduled", "wagtail.unpublish.scheduled"} <= actions


def test_kept_pages_are_made_anew_when_one_appears(home, django_capture_on_commit_callbacks):
    page = later(desk.plain("Comes", live=False), go_live_at=timezone.now() + MINUTE)
    names = ["pages", f"page:{page.pk}"]
    before = caching.versions_of(names)
    revision = page.scheduled_revision
    revision.content["go_live_at"] = (timezone.now() - MINUTE).isoformat()
    revision.approved_go_live_at = timezone.now() - MINUTE
    revision.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.publish_scheduled() == (0, 1)
    after = caching.versions_of(names)
    assert [before[key] == after[key] for key in before] == [False, False]


def test_guidance_that_lost_its_approval_is_refused_said_and_holds_up_nobody(home, cora):
    page = desk.local(national_parent=desk.national(), approver=cora)
    other = desk.plain("Other", live=False)
    past = timezone.now() - MINUTE
    for one in (page, other):
        revision = one.get_latest_revision() or one.save_revision()
        revision.approved_go_live_at = past
        revision.save()
    assert jobs.publish_scheduled() == (0, 1)
    assert Page.objects.get(pk=other.pk).live
    assert not Page.objects.get(pk=page.pk).live
    entry = PageLogEntry.objects.get(action="cms.schedule_refused")
    assert "Cora Coates has not approved" in entry.data["why"]
    assert jobs.publish_scheduled() == (0, 0)


def test_it_is_a_chore_of_the_scheduler_and_the_only_one_that_publishes(db):
    now = timezone.now()
    Schedule.objects.all().delete()
    ran = run_chores(now=now)
    assert [name for name in ran if "publish" in name] == ["publish scheduled pages"]
    assert "remind of reviews" in ran


MAKE = """
import datetime as dt
from django.utils import timezone
from tests.cms import desk
from tests.cms.test_scheduling import later
desk.make_desk()
soon = timezone.now() + dt.timedelta(seconds=3)
later(desk.plain("Comes by itself", live=False), go_live_at=soon)
later(desk.plain("Goes by itself"), expire_at=soon)
"""
HURRY = """
from core.models import Schedule
from django.utils import timezone
Schedule.objects.filter(name="publish scheduled pages").update(next_run=timezone.now())
"""


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.slow
def test_on_a_running_site_nobody_has_to_do_anything(make_site):
    """A real server with its own scheduler: the page is not there, and then it is; the kept copy of the other goes."""
    site = make_site().start()
    try:
        site.python(MAKE)
        comes, goes = f"{site.url}/comes-by-itself/", f"{site.url}/goes-by-itself/"
        assert (status(comes), status(goes)) == (404, 200)
        end, seen = time.monotonic() + 45, (404, 200)
        while seen != (200, 404) and time.monotonic() < end:
            time.sleep(1.5)
            site.python(HURRY)
            seen = (status(comes), status(goes))
        assert seen == (200, 404)
    finally:
        site.stop()


def test_what_an_editor_takes_back_at_that_very_moment_stays_a_draft(home):
    """The list of what is due is read first: each is looked at again, held, before it is published or taken down."""
    first, second = (later(desk.plain(name, live=False), go_live_at=timezone.now() + MINUTE) for name in "ab")
    for revision in Revision.objects.exclude(approved_go_live_at=None):
        revision.content["go_live_at"] = None
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)

    def take_back(instance, **kwargs):
        if instance.pk == first.pk:
            Revision.objects.filter(object_id=str(second.pk)).update(approved_go_live_at=None)

    page_published.connect(take_back)
    try:
        assert jobs.publish_scheduled(now=timezone.now() + 2 * MINUTE) == (0, 1)
    finally:
        page_published.disconnect(take_back)
    assert [Page.objects.get(pk=one.pk).live for one in (first, second)] == [True, False]
