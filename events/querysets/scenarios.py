"""Scenarios that a viewer may read."""

from django.http import Http404

from members.pages import pages_visible_to


def scenarios_below(index, viewer):
    """The scenarios of the list that `viewer` may see, by title."""
    from events.pages.scenario import ScenarioPage

    return pages_visible_to(ScenarioPage.objects.child_of(index), viewer).order_by("title")


def list_for(viewer):
    """The list of scenarios if `viewer` may see it and there is something on it, else None."""
    from events.pages.scenario import ScenarioIndexPage

    return pages_visible_to(ScenarioIndexPage.objects.filter(numchild__gt=0), viewer).first()


def scenario_for(viewer, pk: int):
    """The scenario if `viewer` may see it. Raises Http404."""
    from events.pages.scenario import ScenarioPage

    found = pages_visible_to(ScenarioPage.objects.filter(pk=pk), viewer).first()
    if found is None:
        raise Http404
    return found
