"""Wagtail's admin asks for permissions without a record, in its log and its menus: every one of ours has an answer."""

import importlib

import pytest
from django.contrib.auth.models import AnonymousUser
from rules.permissions import permissions

TABLES = [importlib.import_module(f"{app}.permissions").TABLE
          for app in ("members", "reference", "events", "horizon", "forum")]  # fmt: skip
EVERY = sorted(name for table in TABLES for name in table)
# What the core team may do wherever it is: everything else hangs on one record.
OF_NONE = {
    "members.see_members", "members.edit", "members.vouch", "members.decline", "members.ban", "members.give_role",
    "members.keep_directory", "reference.keep", "reference.confirm", "events.book", "events.organise",
    "events.run_door", "events.chair", "horizon.follow", "horizon.send_signal", "horizon.keep", "forum.view_thread",
}  # fmt: skip


def test_the_tables_hold_every_permission_there_is():
    assert sorted(permissions) == EVERY


@pytest.mark.django_db
@pytest.mark.parametrize("name", EVERY)
def test_every_permission_has_an_answer_when_it_is_asked_of_no_record(cast, name):
    assert cast["cora"].has_perm(name) is (name in OF_NONE)
    assert cast["charlie"].has_perm(name) is False
    assert AnonymousUser().has_perm(name) is False
