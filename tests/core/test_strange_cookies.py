"""A session cookie that we never gave is no session: it reaches neither the cache nor the database."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.middleware import AnonymousCache
from notifications.consumers import session_key_in

KEY = "abcdefghijklmnopqrstuvwxyz012345"
STRANGE = ['"\\000aaaaaaaaaaaa"', f"{KEY}6", KEY[1:], KEY.upper(), f'"{KEY}\\012"', "", "é" * 32]


def seen(cookie: str) -> dict:
    """The cookies that the rest of the site sees."""
    request = RequestFactory().get("/", headers={"cookie": f"sessionid={cookie}; other=1"})
    AnonymousCache(lambda request: HttpResponse())(request)
    return request.COOKIES


@pytest.mark.parametrize("cookie", STRANGE)
def test_a_strange_session_cookie_is_dropped(cookie):
    assert seen(cookie) == {"other": "1"}


@pytest.mark.parametrize("cookie", STRANGE)
def test_a_socket_drops_it_too(cookie):
    assert session_key_in([(b"cookie", f"sessionid={cookie}".encode())]) == ""


def test_one_of_ours_is_kept():
    assert seen(KEY) == {"sessionid": KEY, "other": "1"}
    assert session_key_in([(b"cookie", f"sessionid={KEY}".encode())]) == KEY


@pytest.mark.engines
def test_a_page_opens_whatever_the_session_cookie_holds(client, db):
    for cookie in STRANGE:
        client.cookies.load(f"sessionid={cookie}")
        assert client.get("/partners/").status_code == 200
        assert client.get("/account/").status_code == 302
