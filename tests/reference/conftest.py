"""Law and words to test with: two gateways, a restriction, two terms; and answers that cite the law."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reference.actions import citing
from reference.models import Provision, Term, TermName
from tests.factories import PostFactory
from tests.factories.knowledge import ProvisionFactory, TermFactory

LONG_AGO = dt.date(2025, 1, 6)


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    """Pages are made for each visit, unless a test is about keeping them."""
    settings.ANONYMOUS_CACHE = False


@pytest.fixture
def crime(db):
    return ProvisionFactory(
        law="Crime and Disorder Act 1998", provision="s.115", slug="crime-and-disorder-act-1998-s115", kind="power",
        purpose="Share to reduce crime", who=["anyone"], whom=["council", "police"], purposes=["crime"],
        checked="checked", topics=["crime"],
    )  # fmt: skip


@pytest.fixture
def children(db):
    return ProvisionFactory(
        law="Children Act 2004", provision="s.10", slug="children-act-2004-s10", kind="implied function",
        purpose="Co-operate for children", who=["council"], whom=["council", "police"], purposes=["help_child"],
        topics=["children"],
    )  # fmt: skip


@pytest.fixture
def secrecy(db):
    return ProvisionFactory(
        law="Common law", provision="duty of confidentiality", slug="common-law-duty-of-confidentiality",
        kind=Provision.Kind.RESTRICTION, purpose="Keep confidences", who=["anyone"], whom=["anyone"],
        purposes=["crime", "help_child"],
    )  # fmt: skip


@pytest.fixture
def isp(db):
    term = TermFactory(
        term="Information Sharing Protocol", short_form="ISP", definition="Rules for one sharing arrangement."
    )
    for name, everyday in (("Data sharing agreement", False), ("DSA", False), ("accord", True)):
        TermName.objects.create(term=term, name=name, everyday=everyday)
    return Term.objects.get(pk=term.pk)


@pytest.fixture
def controller(db):
    return TermFactory(term="Controller", definition="Who decides <why> & how.")


@pytest.fixture
def answer_citing(thread):
    """`answer_citing(crime, by=bob)` → an answer in `thread` (or another) that cites the law since long ago."""

    def make(*provisions, by, of=None, checked=LONG_AGO):
        post = PostFactory(thread=of or thread, author=by)
        citing.cite(target=post, provisions=provisions, owner=by, today=checked)
        return post

    return make


@pytest.fixture
def costs():
    """`costs(client, path)` → the queries of a second visit: the frame and the compiled words are kept by then."""

    def count(client, path, query=None) -> int:
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path, query).status_code == 200
        return len(seen)

    return count
