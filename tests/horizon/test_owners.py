"""Who may be chosen to look after a development or a briefing."""

import pytest

from tests.factories.horizon import DevelopmentFactory, briefing
from tests.horizon import desk


def offered(response) -> list[str]:
    field = response.context["form"].fields["keeper"]
    return [str(label) for value, label in field.choices if value]


@pytest.fixture
def addresses(db):
    one = DevelopmentFactory()
    return [desk.edit_url(one), f"/admin/pages/{briefing(development=one).pk}/edit/"]


def test_those_who_take_part_and_write_are_offered_as_owner(client_of, cora, morag, alice, charlie, addresses):
    desk.set_up()
    names = [f"{one}, {one.organisation}" if one.organisation else str(one) for one in (cora, morag)]
    for address in addresses:
        assert sorted(offered(client_of(cora).get(address))) == sorted(names)


def test_the_owner_it_has_stays_among_them(client_of, cora, alice):
    desk.set_up()
    one = DevelopmentFactory(keeper=alice)
    assert f"{alice}, {alice.organisation}" in offered(client_of(cora).get(desk.edit_url(one)))


def test_nobody_else_is_taken_by_their_number(client_of, cora, charlie):
    desk.set_up()
    one = DevelopmentFactory()
    response = client_of(cora).post(desk.edit_url(one), desk.as_typed(one, keeper=charlie.pk))
    assert list(response.context["form"].errors) == ["keeper"]
