"""Whatever a stranger sends: a page in plain words, never a 500."""

import pytest

from members.models import Member

FORMS = ["/accounts/signup/", "/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"]
BAD = [
    b"\xff\xfe\x00\x01", b"\0", "\u202eevil".encode(), ("x" * 100_000).encode(), "💥" .encode() * 1000, b"%00%ff",
    b"' OR '1'='1", b"<script>alert(1)</script>",
]  # fmt: skip
FIELDS = (
    "display_name",
    "email",
    "login",
    "password",
    "password1",
    "organisation",
    "unlisted",
    "job_title",
    "next",
    "code",
)


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_odd_bytes_in_every_field(client, db, url, bad):
    from urllib.parse import quote_from_bytes

    body = "&".join(f"{name}={quote_from_bytes(bad)}" for name in FIELDS)
    response = client.post(url, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 302, 400}
    assert b"<script>alert(1)" not in response.content
    assert not Member.objects.exists()


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "nonsense"])
def test_a_form_in_an_odd_charset_is_400_or_a_page(client, db, url, charset):
    client.raise_request_exception = False
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    response = client.generic("POST", url, b"\xff\xfee=1", content_type=kind)
    assert response.status_code in {200, 400}


def test_a_huge_form_is_refused(client, db):
    response = client.post("/accounts/signup/", b"display_name=" + b"x" * 3_000_000,
                           content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert response.status_code in {400, 413}


@pytest.mark.parametrize("url", FORMS)
def test_a_form_without_its_token_is_refused(client_of, db, url):
    assert client_of(enforce_csrf_checks=True).post(url, {}).status_code == 403


@pytest.mark.parametrize("name", ["Anne-Marie O’Neill", "Zoë", "李小龍", "محمد"])
def test_real_names_of_any_script_are_welcome(client, council, name):
    response = client.post(
        "/accounts/signup/",
        {"display_name": name, "email": "x@thornmere-district-council.example.org", "organisation": council.name},
    )
    assert response.status_code == 302
    assert Member.objects.get().display_name == name


def test_a_name_cannot_turn_the_text_around_it(client, council):
    client.post(
        "/accounts/signup/",
        {"display_name": "Bo\u202eb\tBell", "email": "x@example.org", "organisation": council.name},
    )
    assert Member.objects.get().display_name == "Bob Bell"
