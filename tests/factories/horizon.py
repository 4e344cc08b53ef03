"""Developments, briefings and what belongs to them, for tests."""

import factory
from django.utils.text import slugify

from core.dates import PartialDate
from horizon.models import (
    BriefingAnswer,
    BriefingMeaning,
    BriefingPage,
    BriefingProvision,
    BriefingSource,
    BriefingTask,
    Development,
    DevelopmentSource,
    HorizonIndexPage,
    Milestone,
)
from tests.factories.knowledge import make_site
from tests.factories.published import put_below
from tests.parts.remembered import remembered

URL = "https://www.legislation.gov.uk/ukpga/2025/18"


class DevelopmentFactory(factory.django.DjangoModelFactory):
    """A law that readers see, with one source; `steps`: [(what, "2027-05" or "")]; also topics, sectors, provisions."""

    class Meta:
        model = Development
        skip_postgeneration_save = True

    title = factory.Sequence(lambda number: f"Change number {number}")
    slug = factory.LazyAttribute(lambda one: slugify(one.title))
    summary = "What changes, in plain words."
    category = "law"
    stage = "made"
    certainty = "certain"
    checked = "checked"
    shown = True

    @classmethod
    def _setup_next_sequence(cls) -> int:
        """Goes on where the rows end: a running site is given some by several processes, each counting anew."""
        return Development.objects.count()

    @factory.post_generation
    def steps(one, create, value):  # noqa: N805
        for place, (what, on) in enumerate(value or []):
            milestone(one, what, on, sort_order=place)

    @factory.post_generation
    def topics(one, create, value):  # noqa: N805
        if create and value:
            one.topics.add(*value)
            one.save()

    @factory.post_generation
    def sectors(one, create, value):  # noqa: N805
        if create and value:
            one.sectors.set(value)
            one.save()

    @factory.post_generation
    def provisions(one, create, value):  # noqa: N805
        if create and value:
            one.provisions.set(value)
            one.save()

    @factory.post_generation
    def source(one, create, value):  # noqa: N805
        if create:
            DevelopmentSource.objects.create(development=one, title="The Act itself", url=URL, official=True)


def milestone(development: Development, what: str, on: str = "", **fields) -> Milestone:
    """A dated step; `on` as ISO text: a day, a month, a year, or "" for no date yet."""
    fields.setdefault("kind", "applies")
    fields.setdefault("confirmed", True)
    return Milestone.objects.create(
        development=development, what=what, on=PartialDate.parse(on) if on else None, **fields
    )


@remembered(HorizonIndexPage)
def make_horizon() -> HorizonIndexPage:
    """The index at /horizon/. Safe to repeat."""
    home = make_site()
    found = HorizonIndexPage.objects.first()
    if found is None:
        found = home.add_child(instance=HorizonIndexPage(title="Horizon", slug="horizon", intro="What is coming."))
    return found


def briefing(
    title="What the new Act asks of you",
    *,
    development=None,
    tasks=(("Name one person", None),),
    answers=(),
    meanings=(),
    changes=(),
    topics=(),
    publish=True,
    by=None,
    **fields,
) -> BriefingPage:
    """A briefing with a source, published unless told otherwise.

    `tasks`: [(title, due date or None)]; `answers`: [(sector or None, "yes", why)]; `meanings`: [(sector or None,
    duty or "", text)]; `changes`: [(provision, what)]; `by` publishes it.
    """  # fmt: skip
    index = make_horizon()
    fields.setdefault("summary", f"{title}, told in short.")
    fields.setdefault("slug", slugify(title))
    fields.setdefault("changing", [("text", "<p>The law is about to change.</p>")])
    page = BriefingPage(title=title, development=development or DevelopmentFactory(), **fields)
    page.sources = [BriefingSource(title="The Act itself", url=URL, official=True)]
    page.tasks = [BriefingTask(title=what, due_on=due, sort_order=n) for n, (what, due) in enumerate(tasks)]
    page.answers = [BriefingAnswer(sector=who, answer=answer, why=why) for who, answer, why in answers]
    page.meanings = [BriefingMeaning(sector=who, duty=duty, text=text) for who, duty, text in meanings]
    page.law_changes = [BriefingProvision(provision=law, what=what) for law, what in changes]
    return put_below(index, page, topics=topics, publish=publish, by=by)
