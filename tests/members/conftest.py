import re

import pytest
from django.core import mail

from core import outbox
from members import roles
from members.models import Member
from tests.factories import MemberFactory


@pytest.fixture
def sent(db, settings):
    """`sent()` → the mails that went out since, oldest first: the worker's outbox is drained first."""

    def drained():
        outbox.drain()
        outbox.drain(lane="mail")
        letters, mail.outbox = list(mail.outbox), []
        return letters

    mail.outbox = []
    return drained


@pytest.fixture
def code_sent_to(sent):
    """`code_sent_to(address)` → the code in the last mail to it."""

    def read(address: str) -> str:
        letters = [letter for letter in sent() if letter.to == [address]]
        return re.search(r"^ {4}(\S+)$", letters[-1].body, re.MULTILINE)[1]

    return read


@pytest.fixture
def admin_groups(db):
    """The core team's group, as set_up makes it."""
    return roles.set_up_groups


@pytest.fixture
def core_client(cora, admin_groups, client_of):
    """Cora, in the admin."""
    admin_groups()
    return client_of(cora)


@pytest.fixture
def dana(council):
    """Waits to be vouched for."""
    waiting = Member.Standing.WAITING
    return MemberFactory(display_name="Dana Dow", handle="dana", organisation=council, standing=waiting)


@pytest.fixture
def erin(db):
    """Waits too, and says she works somewhere that is not in the directory."""
    waiting = Member.Standing.WAITING
    return MemberFactory(display_name="Erin Egan", handle="erin", organisation=None, standing=waiting)
