"""Those who write and approve guidance, and the pages they do it on."""

import pytest

from members.models import Member
from tests.cms import desk
from tests.factories import MemberFactory


@pytest.fixture
def author(council):
    return MemberFactory(display_name="Wren Writer", handle="wren", organisation=council, role=Member.Role.AUTHOR)


@pytest.fixture
def approver(charity):
    return MemberFactory(display_name="Ada Approves", handle="ada", organisation=charity, role=Member.Role.AUTHOR)


@pytest.fixture
def home(cora, morag, author, approver):
    return desk.make_desk()


@pytest.fixture
def parent(home):
    return desk.national()
