"""Signed-in sessions for load runs: one cookie a member, never on a real site."""

import json
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from members.models import Member

BACKEND = "members.backends.MemberBackend"


class NotADemo(RuntimeError):
    """Sessions for other people are only made on a demo."""


def write(count: int, path: Path) -> int:
    """Sign in the first `count` members who take part, and write their cookies to `path`; how many.

    The file holds one JSON object a line: {"member": id, "handle": …, "cookie": "sessionid=…"}.
    Raises NotADemo without DEMO.
    """
    if not settings.DEMO:
        raise NotADemo("Set DEMO=1: sessions for other people are only made on a demo.")
    people = Member.objects.taking_part().order_by("pk")[:count]
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with path.open("w", encoding="utf-8") as file:
        path.chmod(0o600)
        for member in people:
            session = store()
            session[SESSION_KEY] = str(member.pk)
            session[BACKEND_SESSION_KEY] = BACKEND
            session[HASH_SESSION_KEY] = member.get_session_auth_hash()
            session.create()
            cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
            file.write(json.dumps({"member": member.pk, "handle": member.handle, "cookie": cookie}) + "\n")
    return len(people)
