"""Many who publish the same briefing at the same moment: the law is marked once, and followers hear once."""

import pytest

from core import outbox
from horizon.actions import publishing
from horizon.models import BriefingPage, Follow, FollowersTold, LawMarking
from notifications.models import Notice
from reference.models import Citation
from tests.factories.horizon import briefing
from tests.factories.knowledge import ProvisionFactory
from tests.parts.crowd import all_at_once

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]

CROWD = 50


@pytest.fixture
def page(alice):
    """A briefing that names two laws, as it is just after the button was pressed."""
    laws = [ProvisionFactory(law="Lantern Act 1911", provision=f"s.{number}") for number in range(2)]
    made = briefing(changes=[(law, "Towns are named.") for law in laws], publish=False)
    Follow.objects.create(member=alice, development=made.development)
    BriefingPage.objects.filter(pk=made.pk).update(live=True)
    return made


def test_mark_the_law_and_tell_followers_once(page, cora):
    acts = [lambda: publishing.published(page=BriefingPage.objects.get(pk=page.pk), by=cora)] * CROWD
    assert all_at_once(acts) == [None] * CROWD
    outbox.drain()
    changes = [change.provision.change_no for change in page.law_changes.select_related("provision")]
    assert (changes, LawMarking.objects.count(), FollowersTold.objects.count()) == ([1, 1], 2, 1)
    assert [one.count for one in Notice.objects.filter(kind="horizon.briefing_published")] == [1]
    assert not Citation.objects.needing_check().exists()


def test_publish_and_take_down_at_once_without_locking_each_other_out(page, cora):
    acts = [lambda: publishing.published(page=BriefingPage.objects.get(pk=page.pk), by=cora)] * 25
    acts += [lambda: publishing.unpublished(page=BriefingPage.objects.get(pk=page.pk))] * 25
    assert all_at_once(acts) == [None] * CROWD
    assert LawMarking.objects.count() == 2
