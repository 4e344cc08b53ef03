"""The demo's horizon: true to its facts, whole, and joined to the rest."""

import re
from collections import Counter

import pytest
from django.utils import timezone

from forum.models import Post
from horizon.models import BriefingPage, BriefingTask, Development, Signal, StageChange, TaskDone
from portal.demo import files
from reference.models import Citation
from tests.parts.sentences import sentences_in

UNSURE = re.compile(r"expected|not confirmed|not yet checked|whether|may |might ", re.IGNORECASE)

# What names something else, and so is spelled alike wherever it stands.
NAMES = {"questions", "sources", "provisions", "provisions_changed", "related_guidance"}


def test_all_developments_come_with_steps_and_sources(demo):
    found = Development.objects.prefetch_related("milestones", "sources", "sectors")
    assert found.count() == 25
    assert [one.slug for one in found if not (one.milestones.all() and one.sources.all() and one.sectors.all())] == []


def test_a_source_without_an_address_is_marked_as_only_reported(demo):
    pages = BriefingPage.objects.prefetch_related("sources")
    for thing in [*Development.objects.prefetch_related("sources"), *pages]:
        assert [source.title for source in thing.sources.all() if not source.url and not source.reported] == []


def test_what_is_not_confirmed_says_so_in_its_facts(demo):
    for one in Development.objects.exclude(checked="checked"):
        assert one.get_checked_display() != "Checked"
        steps = one.milestones.all()
        unsure = [step for step in steps if not step.confirmed]
        assert (
            unsure or UNSURE.search(" ".join([one.summary, *(step.note for step in steps)])) or one.checked == "partly"
        )


def test_the_stage_of_each_is_the_last_in_its_history(demo):
    for one in Development.objects.all():
        last = StageChange.objects.filter(development=one).last()
        assert (one.slug, one.stage) == (one.slug, last.stage)


def test_the_briefings_are_out_and_answer_first(demo):
    pages = BriefingPage.objects.live().prefetch_related("answers", "tasks", "meanings")
    assert pages.count() >= 8
    for page in pages:
        assert page.refusals() == {}
        assert [answer for answer in page.answers.all() if answer.sector_id is None], page.slug
        assert page.first_published_at <= timezone.now()


def test_signals_come_in_all_states(demo):
    assert Signal.objects.count() == 10
    assert set(Signal.objects.values_list("state", flat=True)) == set(Signal.State)


def test_some_tasks_were_done_by_many_some_by_few_some_by_nobody(demo):
    keys = set(BriefingTask.objects.values_list("key", flat=True))
    done = Counter(TaskDone.objects.values_list("key", flat=True))
    assert set(done) < keys
    assert [count for count in done.values() if count >= 5]
    assert [count for count in done.values() if count < 5]


def test_an_accepted_answer_and_guidance_say_check_this(demo):
    waiting = Citation.objects.needing_check().select_related("target_type")
    kinds = {one.target_type.model for one in waiting}
    assert kinds == {"page", "post"}
    answers = [one.target_id for one in waiting if one.target_type.model == "post"]
    assert Post.objects.filter(pk__in=answers, accepted_for__isnull=False).exists()


def test_no_sentence_stands_in_two_briefings():
    words = [files.toml(f"horizon/{name}.toml") for name in ("briefings", "developments", "signals")]
    counts = Counter(one for some in words for one in sentences_in(some, but=NAMES))
    assert [one for one, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("path", ["/horizon/", "/horizon/timeline/", "/horizon/radar/", "/horizon/calendar.ics"])
def test_its_pages_stand(path, demo, client):
    assert client.get(path).status_code == 200
