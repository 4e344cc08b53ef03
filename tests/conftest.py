"""The fixed cast and its rooms. alice asks, bob answers, charlie is outside, morag moderates, cora is core team."""

import gc

import pytest
from _pytest.unraisableexception import gc_collect_iterations_key
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
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


def pytest_configure(config):
    """pytest looks through everything five times at the end, for what could not be cleared away; once finds it."""
    config.stash[gc_collect_iterations_key] = 1


def pytest_collection_finish():
    """What is there to stay need not be looked through for garbage again and again: a tenth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
def acts(django_capture_on_commit_callbacks):
    """`with acts():` what is done in it has its consequences, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def reads(client_of):
    """`reads(alice, page.url)` → what stands there for her."""
    return lambda person, path: client_of(person).get(path).content.decode()


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
