"""What search shows of the Horizon, to whoever may see the thing itself."""

from django.utils import timezone

from core.addresses import with_addresses
from core.markdown import plain
from horizon.models import BriefingPage, Development
from horizon.querysets.lists import next_told
from horizon.words import a_day
from portal import querysets


def briefing_facts(pks: list[int]) -> dict[int, dict]:
    """Its summary and words, what it asks for, and the first day to do something; nothing of its development."""
    today = timezone.localdate()
    pages = BriefingPage.objects.filter(pk__in=pks).prefetch_related("tasks", "meanings")
    facts = {}
    for page in with_addresses(pages):
        tasks = page.tasks.all()
        due = min((task.due_on for task in tasks if task.due_on and task.due_on >= today), default=None)
        texts = [plain(text) for text in querysets.texts_of(page)]
        texts += [meaning.text for meaning in page.meanings.all()] + [f"{task.title}. {task.how}" for task in tasks]
        facts[page.pk] = {"title": page.title, "url": page.address, "summary": page.summary, "texts": texts,
                          "fact": f"Something to do by {a_day(due)}" if due else ""}  # fmt: skip
    return facts


def development_facts(pks: list[int]) -> dict[int, dict]:
    """Its summary and steps, its kind, and when its next step is."""
    today = timezone.localdate()
    return {
        one.pk: {"title": one.title, "url": one.get_absolute_url(), "summary": one.summary,
                 "texts": [step.what for step in one.milestones.all()],
                 "fact": f"{one.get_category_display()}. {next_told(one, today=today)}"}
        for one in Development.objects.filter(pk__in=pks).with_dates()
    }  # fmt: skip
