"""Law and words in Wagtail's admin: for the core team, and what follows a saved form."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import outbox
from members.roles import set_up_groups
from notifications.models import Notice
from reference.models import Citation, Provision, Term
from tests.factories.knowledge import ProvisionFactory, TermFactory

pytestmark = pytest.mark.django_db
LAWS, WORDS = "/admin/snippets/reference/provision/", "/admin/snippets/reference/term/"


@pytest.fixture
def admin(cora, client_of):
    set_up_groups()
    return client_of(cora)


def fields(**changes):
    return {
        "law": "Care Act 2014", "provision": "s.42", "slug": "", "kind": "duty", "link": "",
        "purpose": "Make enquiries",
        "who_can_use_it": "Councils", "limits": "", "extent": "England", "local_reading": "", "topics": "adults",
        "checked": "not yet checked", "checked_on": "", "in_force_from": "", "in_force_to": "", "replaced_by": "",
        "who": ["council"], "whom": ["police"], "purposes": ["protect_adult"],
    } | changes  # fmt: skip


def names(*rows):
    """The form of other names of a term: those given as new rows."""
    form = {"other_names-TOTAL_FORMS": len(rows), "other_names-INITIAL_FORMS": 0, "other_names-MIN_NUM_FORMS": 0}
    form["other_names-MAX_NUM_FORMS"] = 1000
    for number, name in enumerate(rows):
        form |= {f"other_names-{number}-name": name, f"other_names-{number}-id": "", f"other_names-{number}-DELETE": ""}
    return form


def errors(response):
    return {name: list(words) for name, words in response.context["form"].errors.items()}


def test_only_the_core_team_gets_in(cast, client_of, crime, isp):
    """A permission row for each page of both: 8 pages × 6 people."""
    set_up_groups()
    pages = [LAWS, f"{LAWS}add/", f"{LAWS}edit/{crime.pk}/", f"{LAWS}{crime.pk}/mark-changed/", f"{LAWS}import/",
             WORDS, f"{WORDS}edit/{isp.pk}/", f"{WORDS}import/"]  # fmt: skip
    let_in = {
        name: {page for page in pages if client_of(person).get(page).status_code == 200}
        for name, person in cast.items()
    }
    assert let_in == {name: set(pages) if name == "cora" else set() for name in cast}


def test_a_new_provision_gets_an_address_and_its_keys(admin):
    response = admin.post(f"{LAWS}add/", fields())
    assert response.status_code == 302
    one = Provision.objects.get()
    assert (one.slug, one.who, one.whom, one.purposes) == (
        "care-act-2014-s42",
        ["council"],
        ["police"],
        ["protect_adult"],
    )
    assert list(one.topics.names()) == ["adults"]
    assert (one.checked_on, one.checked_by) == (None, None)


def test_who_checks_it_and_when_is_noted(admin, cora, crime):
    Provision.objects.update(checked="not yet checked")
    admin.post(
        f"{LAWS}edit/{crime.pk}/", fields(law=crime.law, provision=crime.provision, slug=crime.slug, checked="checked")
    )
    crime.refresh_from_db()
    assert (crime.checked_by, crime.checked_on) == (cora, timezone.localdate())


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"slug": "taken"}, {"slug": ["Another provision has this address. Write a different one."]}),
        (
            {"in_force_from": "2026-02-01", "in_force_to": "2026-01-01"},
            {"in_force_to": ["This is before the day it came into force."]},
        ),
        ({"link": "javascript:alert(1)"}, {"link": ["Write a whole web address, such as https://www.example.org/page."]}),
        ({"who": ["made-up"]}, {"who": ["“made-up” is not in the list. Choose one that is."]}),
    ],
)  # fmt: skip
def test_a_wrong_field_says_what_to_do(admin, change, wrong):
    ProvisionFactory(slug="taken")
    assert errors(admin.post(f"{LAWS}add/", fields(**change))) == wrong


def test_it_can_not_be_replaced_by_itself(admin, crime):
    form = fields(law=crime.law, provision=crime.provision, slug=crime.slug, replaced_by=crime.pk)
    assert errors(admin.post(f"{LAWS}edit/{crime.pk}/", form)) == {
        "replaced_by": ["It can’t be replaced by itself. Choose another provision."]
    }


def test_a_saved_provision_shows_at_once_and_is_found_by_its_topics(
    admin, client, settings, anyone, crime, django_capture_on_commit_callbacks
):
    from portal.search import search

    settings.ANONYMOUS_CACHE = True
    cache.clear()
    client.get(crime.get_absolute_url())
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(
            f"{LAWS}edit/{crime.pk}/",
            fields(law=crime.law, provision=crime.provision, slug=crime.slug, purpose="Quite new", topics="zebras"),
        )
    assert "Quite new." in client.get(crime.get_absolute_url()).content.decode()
    assert search("zebras", anyone).pks["gateways"] == [crime.pk]


def test_a_saved_term_is_explained_under_its_new_name_at_once(admin, isp, django_capture_on_commit_callbacks):
    from reference.glossary import explain

    assert "term__word" not in explain("<p>pact of trust</p>")
    with django_capture_on_commit_callbacks(execute=True):
        form = {"term": "Pact", "short_form": "", "definition": "A promise.", "slug": ""} | names("Pact of trust")
        response = admin.post(f"{WORDS}add/", form)
    assert response.status_code == 302
    assert Term.objects.get(term="Pact").slug == "pact"
    assert "term__word" in explain("<p>pact of trust</p>")


def test_what_is_cited_can_not_be_deleted_one_by_one_or_in_bulk(admin, answer_citing, bob, crime, children):
    answer_citing(crime, by=bob)
    response = admin.post(f"{LAWS}delete/{crime.pk}/", follow=True)
    assert "can’t be deleted: something cites it." in response.content.decode()
    admin.post(f"/admin/bulk/reference/provision/delete/?id={crime.pk}&id={children.pk}&next={LAWS}")
    assert set(Provision.objects.all()) >= {crime}
    admin.post(f"{LAWS}delete/{children.pk}/")
    assert set(Provision.objects.all()) == {crime}


def test_the_page_says_whom_a_marking_reaches_before_it_is_done(admin, answer_citing, alice, bob, crime):
    for owner in (alice, bob, bob):
        answer_citing(crime, by=owner)
    content = " ".join(admin.get(f"{LAWS}{crime.pk}/mark-changed/").content.decode().split())
    assert "<b>3 things cite this</b>, looked after by 2 members." in content


def test_marking_flags_what_cites_it_and_tells_the_owners(admin, answer_citing, alice, bob, crime):
    for owner in (alice, bob, bob):
        answer_citing(crime, by=owner)
    response = admin.post(f"{LAWS}{crime.pk}/mark-changed/", {"what": "New words.", "on": "2026-02-05"}, follow=True)
    assert "Marked as changed. 3 things say “check this” now; their owners are told." in response.content.decode()
    outbox.drain()
    assert Citation.objects.needing_check().count() == 3
    assert {notice.recipient for notice in Notice.objects.all()} == {alice, bob}


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"what": "", "on": "2026-02-05"}, {"what": ["Say what changed, so that people know what to look for."]}),
        ({"what": "x", "on": "soon"}, {"on": ["“soon” is no day we can read. Write it like 31 January 2027."]}),
        ({"what": "x", "on": ""}, {"on": ["Say when it changed."]}),
        (
            {"what": "x", "on": (dt.date.today() + dt.timedelta(days=9)).isoformat()},
            {"on": ["That day has not come yet. Mark the law as changed once the change is in force."]},
        ),
    ],
)
def test_a_marking_that_can_not_be_says_why_and_keeps_the_words(admin, crime, sent, wrong):
    response = admin.post(f"{LAWS}{crime.pk}/mark-changed/", sent)
    assert errors(response) == wrong
    crime.refresh_from_db()
    assert (crime.changed_on, response.context["form"]["what"].value()) == (None, sent["what"])


def test_the_history_says_what_was_done(admin, cora, answer_citing, bob, crime):
    from reference.actions import citing
    from reference.actions.provisions import mark_changed

    post = answer_citing(crime, by=bob)
    mark_changed(by=cora, provision=crime, what="New words.", on=dt.date(2026, 2, 5))
    citing.confirm(by=bob, target=post)
    content = admin.get(f"{LAWS}history/{crime.pk}/").content.decode()
    assert "Marked the law as changed on 2026-02-05: New words. (1 to check)" in content
    assert "Said that it is still right" in content


@pytest.mark.parametrize(
    "query", ["?q=crime", "?kind=power", "?checked=checked", "?ordering=-kind", "?q=%00", "?export=xlsx"]
)
def test_the_list_filters_searches_and_exports(admin, crime, children, query):
    assert admin.get(LAWS + query).status_code == 200


def test_search_and_filter_find_what_they_say(admin, crime, children, secrecy, isp, controller):
    def found(url):
        return {str(one) for one in admin.get(url).context["object_list"]}

    assert found(f"{LAWS}?q=confidences") == {str(secrecy)}
    assert found(f"{LAWS}?kind=power") == {str(crime)}
    assert found(f"{LAWS}?checked=not+yet+checked") == {str(children), str(secrecy)}
    assert found(f"{WORDS}?q=DSA") == {str(isp)}


def test_the_lists_cost_the_same_with_more(admin):
    def queries(url):
        admin.get(url)
        with CaptureQueriesContext(connection) as seen:
            admin.get(url)
        return len(seen)

    before = []
    for number in range(3):
        ProvisionFactory(topics=["adults"])
        TermFactory()
        if number in (0, 2):
            before.append((queries(LAWS), queries(WORDS)))
    assert before[0] == before[1]
