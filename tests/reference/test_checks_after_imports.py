"""Words that were checked and change are checked no longer, unless somebody says that the new ones were checked too."""

import datetime as dt

import pytest
from django.utils import timezone

from members.models import Member
from reference.actions.importing import import_provisions
from reference.models import Provision
from reference.plans import Plan, plan_provisions
from tests.factories import MemberFactory
from tests.reference.test_importing import LAW, laws, upload, url

pytestmark = pytest.mark.django_db

THEN = dt.date(2026, 1, 5)


@pytest.fixture
def checker():
    return MemberFactory(display_name="Dora Deane", handle="dora", role=Member.Role.CORE_TEAM)


@pytest.fixture
def law(cora, checker):
    """A provision that Dora checked in January."""
    import_provisions(by=cora, plan=plan_provisions(laws()))
    Provision.objects.update(checked="checked", checked_by=checker, checked_on=THEN)
    return Provision.objects.get()


def checked(law) -> tuple:
    law.refresh_from_db()
    return law.checked, law.checked_by, law.checked_on


def checks(plan: Plan) -> list[tuple[str, str]]:
    return [(one.before, one.after) for line in plan.changed for one in line.changes if one.column == "checked"]


@pytest.mark.parametrize("column", ["kind", "who_can_use_it", "purpose_in_one_line", "watch_out_for", "extent"])
def test_new_words_are_not_yet_checked_and_the_plan_says_so(cora, law, column):
    plan = plan_provisions(laws({"checked": "checked", column: "power" if column == "kind" else "Other words"}))
    assert checks(plan) == [("checked", "not yet checked")]
    assert [line.unchecks for line in plan.unchecked] == ["checked"]
    import_provisions(by=cora, plan=plan)
    assert checked(law) == ("not yet checked", None, None)


@pytest.mark.parametrize("change", [{}, {"topics": "adults"}, {"link": "https://www.legislation.gov.uk/"}])
def test_words_that_stay_stay_checked(cora, checker, law, change):
    plan = plan_provisions(laws({"checked": "checked"} | change))
    import_provisions(by=cora, plan=plan)
    assert (checks(plan), checked(law)) == ([], ("checked", checker, THEN))


def test_who_says_that_the_new_words_were_checked_too_is_written_down(cora, law):
    plan = plan_provisions(laws({"checked": "checked", "extent": "UK"})).with_words_checked()
    assert (checks(plan), plan.unchecked) == ([], [])
    import_provisions(by=cora, plan=plan)
    assert checked(law) == ("checked", cora, timezone.localdate())


@pytest.mark.parametrize("stands", ["not yet checked", "partly checked"])
def test_a_file_that_says_anew_that_it_was_checked_is_believed(cora, law, stands):
    Provision.objects.update(checked=stands)
    plan = plan_provisions(laws({"checked": "checked", "extent": "UK"}))
    assert (checks(plan), plan.unchecked) == ([(stands, "checked")], [])
    import_provisions(by=cora, plan=plan)
    assert checked(law) == ("checked", cora, timezone.localdate())


def test_a_new_one_is_checked_when_the_file_says_so(cora):
    import_provisions(by=cora, plan=plan_provisions(laws({"checked": "partly checked"}, {"provision": "s.45"})))
    assert list(Provision.objects.order_by("provision").values_list("checked", "checked_by", "checked_on")) == [
        ("partly checked", cora.pk, timezone.localdate()),
        (LAW["checked"], None, None),
    ]


@pytest.mark.parametrize(("ticked", "stands"), [(False, "not yet checked"), (True, "checked")])
def test_the_page_asks_and_does_as_it_is_told(cora, client_of, law, ticked, stands):
    from members.roles import set_up_groups

    set_up_groups()
    client = client_of(cora)
    shown = client.post(url("provision"), upload(laws({"checked": "checked", "extent": "UK"})))
    words = "1 provision was checked, and the words change. It goes back to “not yet checked”, unless you tick the box."
    assert words in shown.content.decode()
    sent = {"text": shown.context["text"], "fingerprint": shown.context["plan"].fingerprint}
    assert client.post(url("provision"), sent | ({"words_checked": "on"} if ticked else {})).status_code == 302
    assert checked(law)[0] == stands


def test_the_page_asks_nothing_where_nothing_checked_changes(cora, client_of, law):
    from members.roles import set_up_groups

    set_up_groups()
    shown = client_of(cora).post(url("provision"), upload(laws({"checked": "checked", "topics": "adults"})))
    assert 'name="words_checked"' not in shown.content.decode()
