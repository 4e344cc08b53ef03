"""No page tells by a count, an order or a suggestion that there is more than one may see."""

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.utils import timezone

from reference.models import PageProvision
from tests.factories import MemberFactory, SpaceFactory, events, events_materials, horizon, knowledge
from tests.portal import hidden as hiding
from tests.portal.hidden import Hidden
from tests.portal.test_knowledge_leaks import plain

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def people(cast, charity):
    for name in ("dan", "gwen", "iris"):
        cast[name] = MemberFactory(display_name=f"{name.title()} Dale", handle=name, organisation=charity)
    return cast


@pytest.mark.engines
@pytest.mark.parametrize("name", ["anyone", "charlie", "dan"])
def test_pages_are_the_same_whether_or_not_there_is_something_hidden(people, settings, client_of, name):
    """33 pages, to the letter: no count, facet, letter, order, feed or suggestion tells that more is there."""
    paths = [
        "/", "/guidance/", "/guidance/?topic=waders", "/stories/", "/news/", "/start-here/", "/topics/",
        "/topics/waders/", "/a-z/", "/templates/", "/gateways/", "/gateways/heron-act/", "/glossary/heron/",
        "/search/?q=heron", "/stories/feed/", "/templates/feed/", "/sitemap-pages.xml", "/api/v2/pages/",
        "/horizon/", "/horizon/?topic=waders", "/horizon/timeline/", "/horizon/radar/", "/horizon/feed/",
        "/horizon/developments/herons-move/", "/sitemap-changes.xml", "/events/", "/events/speakers/", "/events/feed/",
        "/sitemap-events.xml", "/search/?q=heron&show=events", "/search/?q=heron&show=sessions",
        "/search/?q=heron&show=slides", "/search/?q=heron&show=speakers",
    ]  # fmt: skip
    horizon.make_horizon()
    hidden = Hidden()
    hiding.make_law(hidden)
    SpaceFactory(name="Lawful sharing")
    hiding.make_threads(hidden, people)
    seen = knowledge.guidance("What everyone knows of herons", topics=["waders"])
    seen.provision_links.add(PageProvision(provision=hidden.provision))
    seen.save_revision().publish()
    group = Group.objects.create(name="Pilots")
    marsh = events.event("A day for herons", topics=["waders"])
    talk = events.session(marsh, "Heron talk", speakers=[events.speaker("Hal Heron")])
    events_materials.material(marsh, people["cora"], talk, title="Heron slides")

    def look() -> dict[str, str]:
        cache.clear()
        client = client_of(people[name])
        return {path: plain(client.get(path).content.decode()) for path in paths}

    with time_machine.travel(timezone.now(), tick=False):
        hiding.index()
        before = look()
        hiding.make_pages(hidden, people, group, kinds=("g",) if name == "dan" else ("m", "g"))
        hiding.make_unpublished(hidden)
        hiding.make_events(hidden, people, group, kinds=("g", "u") if name == "dan" else ("m", "g", "u"))
        hidden.public["changing"].unpublish()
        hiding.index()
        assert look() == before
    assert len(hidden.pages) >= 16
