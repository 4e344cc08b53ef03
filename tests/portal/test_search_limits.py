"""No query breaks the search page, none runs for ever, and none may be asked too often."""

import pytest
from django.db import connection

from core.timelimit import TooSlow, time_limit

HOSTILE = [
    '"',
    '"""',
    "''",
    "'; DROP TABLE members_member; --",
    "\\",
    "%",
    "_",
    "*",
    "a*",
    "(",
    ")",
    "((",
    "fraud AND",
    "OR",
    "NOT fraud",
    "NEAR(a b)",
    "title:fraud",
    "^fraud",
    "{title}: fraud",
    "-",
    "--",
    "&",
    "|",
    "!",
    "fraud & !",
    "<->",
    ":*",
    "fraud:*",
    "fraud:A",
    "\x00",
    "a\x00b",
    "\ud800",
    "🦆",
    "ﬁnance",
    "İstanbul",
    "ß",
    "   ",
    "\n\r\t",
    "the of and",
    "x" * 5000,
    "fraud " * 900,
    "é" * 300,
    "%00",
    "${7*7}",
    "{{ 7 }}",
    "<script>",
    "s115",
    "1=1",
    "0",
    "½",
    "̈",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_no_query_breaks_the_page(query, client, thread, indexed):
    indexed()
    query = query.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if "\ud800" in query else query
    for extra in ({}, {"in": "people"}, {"exact": "1"}):
        assert client.get("/search/", {"q": query, **extra}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "in=nonsense",
        "in=questions&page=0",
        "in=questions&page=-1",
        "in=questions&page=99999999999",
        "page=½&in=people",
        "q=%FF%FE",
        "q[]=a",
        "q=a&q=b",
    ],
)
def test_no_address_breaks_the_page(query, client, thread, indexed):
    indexed()
    assert client.get(f"/search/?q=list&{query}").status_code == 200


def test_a_query_is_cut_not_refused(client, db):
    assert len(client.get("/search/", {"q": "word " * 1000}).context["query"]) <= 200


def test_an_empty_search_counts_too(client, db, settings):
    """It costs as much as another: topics and top questions are looked up for it."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search": (2, 600)}
    assert [client.get("/search/").status_code for _ in range(3)] == [200, 200, 429]


def test_searching_too_often_is_told_in_plain_words_and_keeps_the_query(client, db, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"search": (2, 600)}
    codes = [client.get("/search/", {"q": "fraud"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    page = client.get("/search/", {"q": "fraud"}).content.decode()
    assert "You have searched a lot in a short time." in page
    assert 'value="fraud"' in page
    assert client.get("/search/").status_code == 429


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000) SELECT count(*) FROM n"


def test_everything_is_read_within_the_time_limit(client, thread):
    for asked in ({}, {"q": "nothing-of-the-kind"}):
        assert isinstance(client.get("/search/", asked).context["topics"], list)


def test_the_database_is_stopped_when_it_takes_too_long(db):
    with pytest.raises(TooSlow), time_limit(0.2), connection.cursor() as cursor:
        cursor.execute(ENDLESS)
    with time_limit(5), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


@pytest.mark.engines
def test_the_limit_and_the_plans_that_are_kept_end_with_the_block(db):
    def settings() -> list[tuple]:
        if connection.vendor != "postgresql":
            return []
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('plan_cache_mode')")
            return cursor.fetchall()

    before = settings()
    with time_limit(5):
        inside = settings()
    assert inside in ([], [("5s", "force_generic_plan")])
    assert settings() == before


def test_a_search_that_takes_too_long_is_told_in_plain_words(client, thread, indexed, monkeypatch):
    indexed()
    monkeypatch.setattr("portal.views.search.SECONDS", 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    response = client.get("/search/", {"q": "fire"})
    assert response.status_code in {200, 503}
    if response.status_code == 503:
        assert "That search took too long" in response.content.decode()
