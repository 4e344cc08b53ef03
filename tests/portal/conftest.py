import pytest
from django.contrib.auth.models import AnonymousUser

from portal import search as searching
from tests.parts.databases import put_demo, put_sqlite, sqlite_template


@pytest.fixture
def indexed(db):
    """Call it when everything is made: puts all of it into the search index."""
    from wagtail.search.backends import get_search_backend

    from forum.models import Thread
    from members.models import Member, Organisation

    def index():
        for model in (Thread, Organisation, Member):
            get_search_backend().add_bulk(model, list(model.objects.all()))

    return index


@pytest.fixture
def found():
    """`found("fraud", bob)` → what the search gives bob: {"questions": [titles], "partners": […], "people": […]}."""

    def find(query: str, viewer=None, **options) -> dict[str, list[str]]:
        viewer = viewer or AnonymousUser()
        result = searching.search(query, viewer, **options)
        rows = {source.name: searching.rows_of(result, source, viewer) for source in searching.SOURCES}
        return {
            name: [str(row["title"]).replace("<mark>", "").replace("</mark>", "") for row in some]
            for name, some in rows.items()
        }

    return find


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo for this file; after it the database is as migrated again."""
    with django_db_blocker.unblock():
        put_demo()
        yield
        put_sqlite(sqlite_template())


@pytest.fixture
def demo(loaded, db):
    """The demo as loaded; what a test changes is rolled back."""
