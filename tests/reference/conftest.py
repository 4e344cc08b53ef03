"""Law and words to test with: two gateways, a restriction, two terms; and answers that cite the law."""

import datetime as dt

import pytest

from reference.actions import citing
from reference.models import Provision
from tests.factories import PostFactory
from tests.factories.knowledge import ProvisionFactory, TermFactory

LONG_AGO = dt.date(2025, 1, 6)


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
    term.other_names.create(name="Data sharing agreement")
    term.other_names.create(name="DSA")
    term.other_names.create(name="accord", everyday=True)
    return term


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
