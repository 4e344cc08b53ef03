"""Scenarios to play, for tests."""

from events.pages.scenario import (
    ScenarioAim,
    ScenarioIndexPage,
    ScenarioInject,
    ScenarioPage,
    ScenarioPerson,
    ScenarioQuestion,
    ScenarioTeam,
)
from tests.factories.events import make_events_index


def scenario_index() -> ScenarioIndexPage:
    """The list at /events/scenarios/. Safe to repeat."""
    found = ScenarioIndexPage.objects.first()
    return found or make_events_index().add_child(
        instance=ScenarioIndexPage(title="Scenarios", slug="scenarios", intro="Play one with your own people.")
    )


def scenario(title="Six polite refusals", slug="six-refusals") -> ScenarioPage:
    """A published scenario with a person, two teams, two cards and a question."""
    page = ScenarioPage(
        title=title, slug=slug, summary="She asks six and hears six times no.", minutes=90, people="8 to 80",
        brief=[("text", "<p>On Monday she is asked.</p><ul><li>How many?</li></ul>")],
    )  # fmt: skip
    page.learning = [ScenarioAim(words="Ask for the least that would do.")]
    page.cast = [ScenarioPerson(name="Hannah", role="Research officer", knows="Nothing about the law.")]
    page.teams = [ScenarioTeam(name="Help", task="Write her next message."), ScenarioTeam(name="Leaders", task="Act.")]
    page.injects = [
        ScenarioInject(minute=28, title="A headline", words="It goes to print at five.", to="Leaders"),
        ScenarioInject(minute=20, title="A note", words="Would that be any use?", to="everyone"),
    ]
    page.questions = [ScenarioQuestion(words="Which refusal was right?")]
    scenario_index().add_child(instance=page)
    page.save_revision().publish()
    return ScenarioPage.objects.get(pk=page.pk)
