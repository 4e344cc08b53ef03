"""Downloads of templates are limited per address: generous for people, plain in what it says."""

import pytest
import time_machine
from django.utils import timezone

from cms.models import TemplateVersion
from tests.factories import knowledge

pytestmark = pytest.mark.django_db
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox/140.0"}
FILE = "/templates/sharing-protocol/1/download/"


@pytest.fixture
def few(settings):
    """Two downloads in ten minutes, which do not end while a test counts them."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"download": (2, 600)}
    knowledge.template()
    with time_machine.travel(timezone.now(), tick=False):
        yield


def codes(client, times: int, **headers) -> list[int]:
    return [client.get(FILE, **BROWSER, **headers).status_code for _ in range(times)]


def test_too_many_downloads_from_an_address_are_told_when_to_go_on(client, few):
    assert codes(client, 2) == [302, 302]
    refused = client.get(FILE, **BROWSER)
    page = refused.content.decode()
    assert refused.status_code == 429
    assert "You have fetched a lot of files in a short time." in page
    assert 'href="/templates/sharing-protocol/1/"' in page
    assert 0 < int(refused["Retry-After"]) <= 600
    assert TemplateVersion.objects.get().downloads == 2


def test_robots_count_too_and_other_addresses_and_members_have_their_own_share(client, client_of, alice, few):
    for _ in range(2):
        client.get(FILE, HTTP_USER_AGENT="A crawler")
    assert codes(client, 1) == [429]
    assert codes(client, 1, REMOTE_ADDR="198.51.100.7") == [302]
    assert codes(client_of(alice), 3) == [302, 302, 429]


def test_the_usual_limit_lets_a_whole_office_behind_one_address_fetch_every_template(settings):
    most, seconds = settings.RATE_LIMITS["download"]
    assert (most, seconds) == (120, 600)


def test_what_is_not_there_is_not_counted(client, few):
    for _ in range(4):
        assert client.get("/templates/sharing-protocol/9/download/").status_code == 404
    assert codes(client, 1) == [302]


def test_the_address_of_the_file_itself_is_no_way_round(client, few, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"file": (2, 600)}
    url = TemplateVersion.objects.get().document.url
    assert [client.get(url).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(url)
    assert 'href="/">Back to the first page</a>' in refused.content.decode()
    assert client.get("/documents/999999/none.docx").status_code == 404
