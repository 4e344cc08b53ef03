"""The fixed cast and its rooms. alice asks, bob answers, charlie is outside, morag moderates, cora is core team."""

import gc
import os
import threading

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext, _TestState
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from members.models import Member
from portal.context import kept_frame
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory, SpaceFactory, ThreadFactory

pytest_plugins = ["tests.parts.databases", "tests.parts.site", "tests.parts.browser"]

hypothesis_settings.register_profile(
    "folkmoot",
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("folkmoot")


WAITING = {"make_site", "live_site", "grown_site", "demo_site", "browser"}  # who asks for these waits for others


def pytest_collection_modifyitems(items):
    """Let one worker at a time run what waits for servers and browsers, while the others keep the cores busy.

    Each worker begins with an equal part of the list: the first has what waits at its beginning, the last at its end.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    waiting = [item for item in items if WAITING.intersection(item.fixturenames)]
    busy = [item for item in items if not WAITING.intersection(item.fixturenames)]
    ordered = []
    for number in range(workers):
        own, others = (_share(of, number, workers) for of in (waiting, busy))
        before = len(others) * number // (workers - 1)
        ordered += [*others[:before], *own, *others[before:]]
    items[:] = ordered


def _share(items: list, number: int, of: int) -> list:
    """One of so many equal parts, in order."""
    return items[len(items) * number // of : len(items) * (number + 1) // of]


def pytest_collection_finish():
    """What is there to stay need not be looked through for garbage again and again: a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def contexts_of_pages(django_test_environment):
    """Keep for `response.context` what a page was made of. Django's test runner keeps a copy for each part of it too,
    hundreds in the admin: up to a tenth of a page's time."""
    bare, telling = _TestState.saved_data.template_render, Template._render
    now = threading.local()

    def render(template, context):
        if getattr(now, "inside", False):
            return bare(template, context)
        now.inside = True
        try:
            return telling(template, context)
        finally:
            now.inside = False

    Template._render = render


@pytest.fixture(autouse=True)
def fresh_cache():
    """No test sees another's kept pages or counted acts."""
    cache.clear()


@pytest.fixture
def council(db):
    return OrganisationFactory(
        name="Thornmere District Council",
        sector=SectorFactory(name="Local government", colour="councils", in_words="a council"),
    )


@pytest.fixture
def charity(db):
    return OrganisationFactory(
        name="Mardyke Food Bank",
        sector=SectorFactory(name="Voluntary and community", colour="voluntary", in_words="a voluntary group"),
    )


@pytest.fixture
def office(db):
    """Where the core team works."""
    return OrganisationFactory(
        name="Framework Office", sector=SectorFactory(name="Core team", colour="core", in_words="the core team")
    )


@pytest.fixture
def alice(council):
    """Asks. A vouched member of the council."""
    return MemberFactory(display_name="Alice Amory", handle="alice", organisation=council)


@pytest.fixture
def bob(charity):
    """Answers. A vouched member of the charity."""
    return MemberFactory(display_name="Bob Barley", handle="bob", organisation=charity)


@pytest.fixture
def charlie(charity):
    """Outside: signed in, and still waiting to be vouched for."""
    return MemberFactory(
        display_name="Charlie Crane", handle="charlie", organisation=charity, standing=Member.Standing.WAITING
    )


@pytest.fixture
def morag(council):
    """Moderates."""
    return MemberFactory(display_name="Morag Mead", handle="morag", organisation=council, role=Member.Role.MODERATOR)


@pytest.fixture
def cora(office):
    """Core team."""
    return MemberFactory(display_name="Cora Coates", handle="cora", organisation=office, role=Member.Role.CORE_TEAM)


@pytest.fixture
def anyone():
    """Somebody who is not signed in."""
    return AnonymousUser()


@pytest.fixture
def cast(alice, bob, charlie, morag, cora):
    """Everybody by name, and "anyone" who is not signed in."""
    people = {member.handle: member for member in (alice, bob, charlie, morag, cora)}
    return people | {"anyone": AnonymousUser()}


@pytest.fixture
def space(db):
    return SpaceFactory(name="Lawful sharing")


@pytest.fixture
def members_space(db):
    return SpaceFactory(name="Safeguarding", visibility="members")


@pytest.fixture
def group_space(alice, bob):
    """A private group with alice and bob inside."""
    return SpaceFactory(name="Pilot group", visibility="group", people=[alice, bob])


@pytest.fixture
def thread(alice, space):
    """A question by alice that anyone may read."""
    return ThreadFactory(title="May we tell the fire service who needs help to get out?", author=alice, space=space)


@pytest.fixture
def forget():
    """`forget()`: nothing is kept any more but the frame of every page, which changes once in a blue moon."""

    def clear():
        cache.clear()
        kept_frame()

    return clear


@pytest.fixture
def client_of():
    """`client_of(alice)` → a Django test client with alice signed in; `client_of(None)` → nobody signed in."""

    def make(member=None, **options) -> Client:
        client = Client(**options)
        if member is not None and member.is_authenticated:
            client.force_login(member)
        return client

    return make


@pytest.fixture
def cold_and_warm(client_of, forget, settings):
    """`cold_and_warm(path, alice)` → queries of the page made anew, and of the same once it is kept."""
    settings.ANONYMOUS_CACHE = True

    def count(path: str, person=None) -> tuple[int, int]:
        client = client_of(person)
        client.get(path)
        forget()
        made = []
        for _time in ("cold", "warm"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            made.append(len(queries))
        return made[0], made[1]

    return count
