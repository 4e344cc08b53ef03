"""Hints to the open tabs of members."""

from django.db import transaction

from core import live
from members.models import Member


def access_changed(member: Member) -> None:
    """After the commit: have every open tab of `member` checked again, and closed if they may not listen."""
    hint = {"members": [member.pk], "access_changed": True}
    transaction.on_commit(lambda: live.announce(hint), robust=True)
