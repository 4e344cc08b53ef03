"""Those who write and approve guidance, and the pages they do it on."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from forum import about
from forum.actions import discussing
from members.models import Member
from tests.cms import desk
from tests.factories import MemberFactory, knowledge


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


@pytest.fixture
def talked_about(alice, space):
    """News that alice said something about, in public."""
    page = knowledge.news("CANARY has flown")
    discussing.say(by=alice, about=about.look_up("page", page.pk, alice), body="CANARY said.")
    return page


@pytest.fixture
def make_private(acts):
    """`make_private(page, kind="login")`: restrict a page, and throw away what is kept, as on commit."""

    def make(page, kind="login"):
        with acts():
            restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
            if kind == "groups":
                restriction.groups.add(Group.objects.create(name="Few"))

    return make
