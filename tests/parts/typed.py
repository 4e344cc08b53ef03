"""Forms as a browser sends them, and the page that holds what somebody typed while they were signed out."""

from bs4 import BeautifulSoup

from tests.architecture.markup import troubles
from tests.factories.members import PASSWORD

SIGN_IN = "/accounts/login/"
HERE = {"HTTP_ORIGIN": "http://testserver"}  # as a browser says of a form that stands on our own page


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html5lib")


def sent_by(form) -> dict[str, str]:
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    return fields | {box["name"]: box.text for box in form.select("textarea")}


def form_of(response) -> tuple[str, dict]:
    """Where the form of a page with typed words goes, and what it sends."""
    assert troubles(response.content.decode()) == []
    form = soup(response).select_one("main form[data-warns]")
    return form["action"], sent_by(form)


def opened(client, address, **typed) -> dict:
    """What the form of a page sends, with `typed` in it."""
    return sent_by(soup(client.get(address)).select("main form:has(textarea)")[-1]) | typed


def sign_in(client, member):
    """In another tab: the cookies are the same, and the token of every older form is worth nothing."""
    token = soup(client.get(SIGN_IN)).select_one("main [name=csrfmiddlewaretoken]")["value"]
    sent = {"login": member.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(SIGN_IN, sent).status_code == 302
