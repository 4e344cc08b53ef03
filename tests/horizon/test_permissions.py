"""Who may do what on the Horizon, row by row; and lists and single objects agree on who sees what."""

import itertools

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from horizon.models import BriefingPage, Development, Signal
from horizon.permissions import TABLE
from horizon.querysets.tasks import Concern
from members.models import Member
from members.pages import members_who_see, page_visible_to, pages_visible_to
from tests.factories import MemberFactory, SectorFactory, horizon

EVERYBODY = {"alice", "bob", "charlie", "morag", "cora", "anyone"}
VOUCHED = {"alice", "bob", "morag", "cora"}


@pytest.fixture
def law(db):
    return horizon.DevelopmentFactory()


@pytest.fixture
def hidden(db):
    return horizon.DevelopmentFactory(shown=False)


@pytest.fixture
def page(law):
    return horizon.briefing(development=law)


@pytest.fixture
def private(law):
    """A briefing for a group that nobody is in."""
    found = horizon.briefing("For some", development=law)
    PageViewRestriction.objects.create(page=found, restriction_type="groups").groups.add(
        Group.objects.create(name="Pilots")
    )
    return found


@pytest.fixture
def signal(bob):
    return Signal.objects.create(by=bob, title="A", where_seen="B", why_it_matters="C")


ROWS = [
    ("see_development", "law", EVERYBODY),
    ("see_development", "hidden", {"cora"}),
    ("see_signal", "signal", {"bob", "cora"}),
    ("tick", "page", VOUCHED),
    ("tick", "private", set()),
    ("follow", "law", VOUCHED),
    ("follow", "hidden", {"cora"}),
    ("follow", None, VOUCHED),
    ("send_signal", None, VOUCHED),
    ("keep", None, {"cora"}),
]


@pytest.mark.parametrize(("name", "thing", "allowed"), ROWS)
def test_the_table(request, cast, name, thing, allowed):
    record = request.getfixturevalue(thing) if thing else None
    assert {who for who, person in cast.items() if TABLE[f"horizon.{name}"](person, record)} == allowed
    people = {who for who, person in cast.items() if person.has_perm(f"horizon.{name}", record)}
    assert people == allowed


def test_every_row_of_the_table_is_tried():
    assert {f"horizon.{name}" for name, _, _ in ROWS} == set(TABLE)


def test_who_has_no_organisation_ticks_nothing(page):
    assert TABLE["horizon.tick"](MemberFactory(organisation=None), page) is False


@pytest.mark.parametrize("standing", [one for one in Member.Standing if one != Member.Standing.VOUCHED])
def test_the_core_team_is_nobody_special_once_it_takes_part_no_more(cora, law, hidden, page, signal, standing):
    cora.standing = standing
    cora.save()
    things = {"see_development": hidden, "see_signal": signal, "tick": page, "follow": law}
    assert [name for name in TABLE if TABLE[name](cora, things.get(name.removeprefix("horizon.")))] == []


def test_lists_and_single_objects_agree_on_who_sees_what(cast, law, hidden, page, private, signal):
    horizon.briefing("A draft", development=hidden, publish=False)
    checked = 0
    for person in cast.values():
        for model in (Development, Signal):
            listed = set(model.objects.visible_to(person))
            for one in model.objects.all():
                assert (one in listed) is one.is_visible_to(person)
                checked += 1
        listed = set(pages_visible_to(BriefingPage.objects.all(), person))
        for one in BriefingPage.objects.all():
            assert (one in listed) is page_visible_to(one, person)
            checked += 1
    assert checked == 6 * (2 + 1 + 3)


def test_many_members_and_one_agree_on_who_sees_a_page(cast, page, private):
    cora = cast["cora"]
    cora.groups.add(Group.objects.get(name="Pilots"))
    admin = MemberFactory(is_superuser=True)
    members_only = horizon.briefing("For members")
    PageViewRestriction.objects.create(page=members_only, restriction_type="login")
    draft = horizon.briefing("A draft", publish=False)
    for one in (page, private, members_only, draft):
        told = set(members_who_see(one, Member.objects.all()))
        alone = {member for member in Member.objects.all() if page_visible_to(one, member) and member.is_taking_part()}
        assert told == alone
    assert set(members_who_see(private, Member.objects.all())) == {cora, admin}


def test_many_members_and_one_sector_agree_on_whom_a_briefing_concerns(db):
    sectors = [SectorFactory(name=name) for name in ("Councils", "Health", "Fire")]
    people = {sector: MemberFactory(organisation__sector=sector) for sector in sectors}
    MemberFactory(organisation=None)
    given = (None, "yes", "no", "not_yet")
    checked = 0
    for first, second, general in itertools.product(given, given, given):
        answers = [
            horizon.BriefingAnswer(sector=sector, answer=answer, why="Because.")
            for sector, answer in ((sectors[0], first), (sectors[1], second), (None, general))
            if answer
        ]
        concern = Concern.of(answers)
        told = set(concern.narrow(Member.objects.all()))
        assert told == {people[sector] for sector in sectors if concern.touches(sector.pk)}
        checked += 1
    assert checked == 64
