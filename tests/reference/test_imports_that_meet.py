"""Two lists at once, and somebody at a form meanwhile: a list goes in whole, or it is shown again."""

import pytest
from wagtail.models import ModelLogEntry

from members.models import Member
from reference.actions.importing import MovedOn, import_provisions, import_terms
from reference.models import Provision, Term, TermName
from reference.plans import plan_provisions, plan_terms
from tests.factories.knowledge import ProvisionFactory, TermFactory
from tests.parts.crowd import all_at_once
from tests.reference.test_importing import laws, url, words

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

CROWD = 20
SECTIONS = [f"s.{number}" for number in range(1, 9)]


def imports(how, by, plans) -> tuple[int, int]:
    """(went in, shown again) when all of these plans are carried out together; nothing else may happen."""
    results = all_at_once([lambda plan=plan: how(by=by, plan=plan) for plan in plans])
    went_in = sum(isinstance(one, int) for one in results)
    again = sum(isinstance(one, MovedOn) for one in results)
    assert went_in + again == len(plans), results
    return went_in, again


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["provisions", "terms"])
def test_one_list_sent_many_times_goes_in_once(cora, way):
    if way == "provisions":
        how, plans = import_provisions, [plan_provisions(laws({}, {"provision": "s.45"})) for _ in range(CROWD)]
    else:
        how, plans = import_terms, [plan_terms(words({}, {"term": "Owner", "also_called": ""})) for _ in range(CROWD)]
    assert imports(how, cora, plans) == (1, CROWD - 1)
    assert (Provision if way == "provisions" else Term).objects.count() == 2
    assert ModelLogEntry.objects.filter(action="reference.import").count() == 2


@pytest.mark.django_db(transaction=True)
def test_lists_that_change_the_same_laws_in_other_orders_are_never_mixed(cora):
    import_provisions(by=cora, plan=plan_provisions(laws(*[{"provision": one} for one in SECTIONS])))
    plans = []
    for number in range(CROWD):
        order = SECTIONS if number % 2 else SECTIONS[::-1]
        plans.append(plan_provisions(laws(*[{"provision": one, "extent": f"List {number}"} for one in order])))
    assert imports(import_provisions, cora, plans) == (1, CROWD - 1)
    extents = set(Provision.objects.values_list("extent", flat=True))
    assert len(extents) == 1
    assert extents < {f"List {number}" for number in range(CROWD)}


@pytest.mark.django_db(transaction=True)
def test_lists_of_new_laws_that_overlap_never_lock_each_other_out(cora):
    plans = [
        plan_provisions(laws(*[{"provision": one, "topics": one} for one in (SECTIONS if n % 2 else SECTIONS[::-1])]))
        for n in range(CROWD)
    ]
    assert imports(import_provisions, cora, plans) == (1, CROWD - 1)
    assert Provision.objects.count() == len(SECTIONS)


@pytest.mark.django_db(transaction=True)
def test_confirming_many_times_is_answered_plainly_and_imports_once(client_of):
    chief = Member.objects.create_superuser("chief@example.org", display_name="Chief")  # needs no group to get in
    text = laws({}, {"provision": "s.45"})
    sent = {"text": text, "source": "laws.csv", "fingerprint": plan_provisions(text).fingerprint}
    clients = [client_of(chief) for _ in range(6)]
    answers = all_at_once([lambda client=client: client.post(url("provision"), sent) for client in clients])
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [302]
    shown = [answer for answer in answers if answer.status_code == 200]
    assert all("Somebody changed the list meanwhile." in answer.content.decode() for answer in shown)
    assert [answer.context["plan"].count for answer in shown] == [0] * 5
    assert ModelLogEntry.objects.filter(action="reference.import").count() == 2


def test_what_is_deleted_before_it_is_imported_stops_the_list(cora):
    old = ProvisionFactory(law="Care Act 2014", provision="s.42")
    plan = plan_provisions(laws({"provision": "s.45"}, {}))
    old.delete()
    with pytest.raises(MovedOn, match=r"^Somebody changed the list meanwhile\.$"):
        import_provisions(by=cora, plan=plan)
    assert not Provision.objects.exists()


def test_what_somebody_rewrote_before_it_is_imported_stays(cora):
    old = ProvisionFactory(law="Care Act 2014", provision="s.42", extent="England")
    plan = plan_provisions(laws())
    Provision.objects.filter(pk=old.pk).update(extent="Wales")  # the file says nothing new of it
    with pytest.raises(MovedOn):
        import_provisions(by=cora, plan=plan)
    assert Provision.objects.get().extent == "Wales"


def test_a_term_that_goes_meanwhile_stops_the_list(cora):
    seen = TermFactory(term="Processor")
    plan = plan_terms(words({"see_also": "Processor"}))
    seen.delete()
    with pytest.raises(MovedOn):
        import_terms(by=cora, plan=plan)
    assert not Term.objects.exists()


def test_a_name_that_is_taken_meanwhile_stops_the_list(cora):
    plan = plan_terms(words({"also_called": "Handler"}))
    TermName.objects.create(term=TermFactory(term="Processor"), name="Handler")
    with pytest.raises(MovedOn):
        import_terms(by=cora, plan=plan)
    assert [term.term for term in Term.objects.all()] == ["Processor"]
