import datetime as dt
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from members import actions
from members.models import EmailDomain, Member, Organisation
from tests.factories import MemberFactory, OrganisationFactory
from tests.factories.members import PASSWORD

SIGNUP, CONFIRM = "/accounts/signup/", "/accounts/confirm-email/"
Standing = Member.Standing


def answers(**changed):
    return {
        "display_name": "Nell Oakes",
        "email": "nell@thornmere-district-council.example.org",
        "organisation": "Thornmere District Council",
        "unlisted": "",
        "job_title": "Revenues manager",
        "password1": PASSWORD,
    } | changed


def join(client, code_sent_to, **changed):
    """Sign up and confirm the address; the member as they are then."""
    sent = answers(**changed)
    assert client.post(SIGNUP, sent).headers["Location"] == CONFIRM
    response = client.post(CONFIRM, {"code": code_sent_to(sent["email"])})
    assert response.headers["Location"] == "/account/welcome/"
    return Member.objects.get(email=sent["email"])


def test_an_address_of_the_organisation_is_vouched_for_at_once(client, council, code_sent_to, sent):
    nell = join(client, code_sent_to)
    assert (nell.standing, nell.organisation, nell.handle) == (Standing.VOUCHED, council, "nell-oakes")
    assert client.get("/account/welcome/").status_code == 200
    assert [(letter.to, letter.subject) for letter in sent()] == [([nell.email], f"Welcome to {settings.SITE_NAME}")]


def test_a_subdomain_counts_as_the_organisations_own(client, council, code_sent_to):
    nell = join(client, code_sent_to, email="nell@mail.thornmere-district-council.example.org")
    assert nell.standing == Standing.VOUCHED


def test_a_domain_that_only_ends_alike_does_not_count(client, council, code_sent_to):
    nell = join(client, code_sent_to, email="nell@not-thornmere-district-council.example.org")
    assert nell.standing == Standing.WAITING


def test_the_closest_domain_decides_whose_address_it_is(client, council, charity, code_sent_to):
    EmailDomain.objects.create(organisation=charity, domain="food.thornmere-district-council.example.org")
    nell = join(client, code_sent_to, email="nell@food.thornmere-district-council.example.org")
    assert nell.standing == Standing.WAITING


@pytest.mark.parametrize("domain", ["gmail.com", "nhs.net"])
def test_a_provider_anyone_can_use_vouches_for_nobody_even_if_an_editor_listed_it(
    client, council, code_sent_to, domain
):
    EmailDomain.objects.create(organisation=council, domain=domain)
    nell = join(client, code_sent_to, email=f"nell@{domain}")
    assert nell.standing == Standing.WAITING


def test_another_organisations_address_waits_and_both_sides_are_told(client, council, charity, code_sent_to, sent):
    nell = join(client, code_sent_to, email="nell@mardyke-food-bank.example.org")
    assert nell.standing == Standing.WAITING
    assert [(letter.to, letter.subject) for letter in sent()] == [
        ([nell.email], "We are checking where you work"),
        ([settings.CORE_TEAM_EMAIL], "Nell Oakes is waiting for you to vouch for them"),
    ]


def test_an_organisation_that_is_not_listed_is_kept_for_the_core_team(client, council, code_sent_to):
    nell = join(client, code_sent_to, organisation="", unlisted="Wivenhoe Repair Café")
    assert (nell.organisation, nell.standing) == (None, Standing.WAITING)
    assert nell.standing_why == "Says they work for “Wivenhoe Repair Café”, which is not in the directory."


def test_without_a_password_one_signs_in_by_code(client, council, code_sent_to):
    nell = join(client, code_sent_to, password1="")
    assert not nell.has_usable_password()
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/", {"email": nell.email})
    response = client.post("/accounts/login/code/confirm/", {"code": code_sent_to(nell.email)})
    assert response.headers["Location"] == "/forum/"


def test_nobody_comes_in_before_the_address_is_confirmed(client, council):
    client.post(SIGNUP, answers())
    response = client.post("/accounts/login/", {"login": answers()["email"], "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/account/").status_code == 302
    assert Member.objects.get(email=answers()["email"]).standing == Standing.UNCONFIRMED


def test_a_wrong_code_lets_nobody_in_and_the_third_ends_it(client, council, code_sent_to):
    client.post(SIGNUP, answers())
    statuses = [client.post(CONFIRM, {"code": "ZZZZZZ"}).status_code for _try in range(3)]
    assert statuses == [200, 200, 302]
    client.post(CONFIRM, {"code": code_sent_to(answers()["email"])})
    assert Member.objects.get(email=answers()["email"]).standing == Standing.UNCONFIRMED


def test_signing_up_again_answers_the_same_and_tells_only_the_owner_by_mail(client_of, council, alice, sent):
    new, known = client_of(), client_of()
    first = new.post(SIGNUP, answers())
    second = known.post(SIGNUP, answers(email=alice.email))
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    pages = [client.get(CONFIRM).content.decode() for client in (new, known)]
    assert plain(pages[0], answers()["email"]) == plain(pages[1], alice.email)
    wrong = [client.post(CONFIRM, {"code": "ZZZZZZ"}).content.decode() for client in (new, known)]
    assert plain(wrong[0], answers()["email"]) == plain(wrong[1], alice.email)
    assert [letter.subject for letter in sent() if letter.to == [alice.email]] == [
        f"You have an account on {settings.SITE_NAME} already"
    ]


def plain(page: str, address: str) -> str:
    """A page without what may differ: the address and the form's token."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(address, "ADDRESS"))


def test_a_form_sent_twice_makes_one_account_and_its_newest_code_works(client_of, council, code_sent_to):
    first, second = client_of(), client_of()  # the first answer never arrived, nor its cookie
    for client in (first, second):
        assert client.post(SIGNUP, answers()).headers["Location"] == CONFIRM
    response = second.post(CONFIRM, {"code": code_sent_to(answers()["email"])})
    assert response.headers["Location"] == "/account/welcome/"
    assert Member.objects.get().standing == Standing.VOUCHED


@pytest.mark.parametrize("changed", [{"password1": "eleven blue ladders"}, {"display_name": "Mallory"}])
def test_somebody_elses_form_does_not_pass_for_the_same(client_of, council, sent, changed):
    client_of().post(SIGNUP, answers())
    client_of().post(SIGNUP, answers(**changed))
    assert [letter.subject.split(" ", 1)[1] for letter in sent()] == [
        f"confirms your address on {settings.SITE_NAME}", f"have an account on {settings.SITE_NAME} already",
    ]  # fmt: skip


def test_two_who_take_one_address_at_once_make_one_account(council):
    actions.sign_up(name="Nell Oakes", email="nell@example.org", organisation=council)
    with pytest.raises(actions.AddressTaken), transaction.atomic():
        actions.sign_up(name="Nell Oakes", email="NELL@example.org", organisation=council)
    assert Member.objects.filter(email="nell@example.org").count() == 1


def test_two_of_one_name_get_two_handles(council):
    handles = [
        actions.sign_up(name="Nell Oakes", email=f"nell{number}@example.org", organisation=council).handle
        for number in range(3)
    ]
    assert handles == ["nell-oakes", "nell-oakes-2", "nell-oakes-3"]


@pytest.mark.parametrize("name", ["Admin", "Everyone", "Core Team"])
def test_nobody_is_called_like_the_house(council, name):
    member = actions.sign_up(name=name, email="somebody@example.org", organisation=council)
    assert member.handle.endswith("-2")


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"display_name": ""}, "display_name", "Write your name, as colleagues know you."),
        ({"display_name": "Win at https://spam.example"}, "display_name", "Write a name, not an address."),
        ({"display_name": "…"}, "display_name", "Write your name with at least one letter."),
        (
            {"organisation": "", "unlisted": ""},
            "organisation",
            "Choose where you work, or write its name in the next field.",
        ),
        (
            {"organisation": "Thornmere Council"},
            "organisation",
            "We don’t know “Thornmere Council”. Did you mean “Thornmere District Council”?",
        ),
        (
            {"organisation": "Quux"},
            "organisation",
            "We don’t know “Quux”. Empty this field, and write the name in the next one.",
        ),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(client, council, changed, field, words):
    response = client.post(SIGNUP, answers(**changed))
    assert response.status_code == 200
    assert response.context["form"].errors[field] == [words]
    assert 'value="Revenues manager"' in response.content.decode()
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("password12", ["Many people use that one, so it is tried first. Choose another."]),
        ("gk7-Wq", ["That is too short. A password has at least 10 characters."]),
        ("thornmere12", ["That is too much like your e-mail address. Choose something nobody would try first."]),
        ("8305917264", ["That is numbers alone. Put some letters in."]),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(client, council, password, words):
    form = client.post(SIGNUP, answers(password1=password)).context["form"]
    assert form.errors["password1"] == words


def test_a_name_nearly_right_is_offered_and_can_be_taken_as_it_is(client, council, code_sent_to):
    page = client.post(SIGNUP, answers(organisation="Thornmere Council")).content.decode()
    assert re.findall(r'name="meant" value="([^"]*)"', page) == [council.name]
    nell = join(client, code_sent_to, organisation="Thornmere Council", meant=council.name)
    assert (nell.organisation, nell.standing) == (council, Standing.VOUCHED)


def test_where_nothing_is_near_nothing_is_offered(client, council):
    assert 'name="meant"' not in client.post(SIGNUP, answers(organisation="Quux")).content.decode()
    assert 'name="meant"' not in client.get(SIGNUP).content.decode()


def test_a_newcomer_is_told_what_everybody_sees_to_begin_with(client, council, charity, code_sent_to):
    told = "To begin with everybody sees your name, job title, organisation, what you know about and your answers"
    for address in (answers()["email"], "nell@mardyke-food-bank.example.org"):
        nell = join(client, code_sent_to, email=address)
        assert told in client.get("/account/welcome/").content.decode()
        client.logout()
    shown = {field for field in ("name", "job_title", "organisation", "expertise", "answers", "bio", "email")
             if nell.shows(field, to=AnonymousUser())}  # fmt: skip
    assert shown == {"name", "job_title", "organisation", "expertise", "answers"}


def test_the_organisation_list_names_no_member(client, alice, council):
    page = client.get(SIGNUP).content.decode()
    assert council.name in page
    assert alice.display_name not in page
    assert alice.email not in page


def test_who_confirms_by_a_sign_in_code_does_not_inherit_a_strangers_password(client_of, council, code_sent_to):
    """A stranger signs up with your address; you later sign in by code: their password must be worth nothing."""
    stranger, owner = client_of(), client_of()
    address = answers()["email"]
    stranger.post(SIGNUP, answers())
    owner.post("/accounts/login/code/", {"email": address})
    owner.post("/accounts/login/code/confirm/", {"code": code_sent_to(address)})
    member = Member.objects.get(email=address)
    assert (member.standing, member.has_usable_password()) == (Standing.VOUCHED, False)
    stranger.post("/accounts/login/", {"login": address, "password": PASSWORD})
    assert stranger.get("/account/").status_code == 302


def test_addresses_nobody_confirmed_are_forgotten_after_two_weeks(council):
    now = timezone.now()
    old = MemberFactory(standing=Standing.UNCONFIRMED, date_joined=now - dt.timedelta(days=15))
    young = MemberFactory(standing=Standing.UNCONFIRMED, date_joined=now - dt.timedelta(days=13))
    waiting = MemberFactory(standing=Standing.WAITING, date_joined=now - dt.timedelta(days=400))
    assert actions.forget_never_confirmed(now=now) == 1
    assert set(Member.objects.filter(pk__in=[old.pk, young.pk, waiting.pk])) == {young, waiting}


def test_the_words_of_a_code_mail_are_forgotten_once_it_is_sent(client, council, sent):
    from core.models import OutboxItem

    client.post(SIGNUP, answers())
    sent()
    assert [item.payload for item in OutboxItem.objects.filter(kind="members.mail")] == [{}]


class TestNamesOfOrganisations:
    """`called()`: which organisation a typed name means."""

    @pytest.fixture
    def essex(self, db):
        county = OrganisationFactory(name="Essex County Council", short_name="ECC")
        OrganisationFactory(name="Essex County Fire and Rescue Service")
        OrganisationFactory(name="The Sigma Trust")
        city = OrganisationFactory(name="Colchester City Council")
        city.other_names.create(name="Colchester Borough Council")
        OrganisationFactory(name="Left Body", status="left")
        return county

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("essex county council", "Essex County Council"),
            ("  ECC ", "Essex County Council"),
            ("Essex Conty Council", "Essex County Council"),
            ("Colchester Borough Council", "Colchester City Council"),
            ("Sigma Trust", "The Sigma Trust"),
        ],
    )
    def test_finds_by_any_name_and_forgives_a_slip(self, essex, typed, meant):
        found, near = Organisation.objects.joinable().called(typed)
        assert (found.name, near) == (meant, [])

    def test_guesses_nothing_that_could_mean_two(self, essex):
        found, near = Organisation.objects.joinable().called("Essex County")
        assert found is None
        assert {body.name for body in near[:2]} == {"Essex County Council", "Essex County Fire and Rescue Service"}

    def test_knows_nobody_who_left(self, essex):
        assert Organisation.objects.joinable().called("Left Body")[0] is None

    @pytest.mark.parametrize("typed", ["", "…", "\u202e", "💥" * 100])
    def test_makes_nothing_of_nonsense(self, essex, typed):
        assert Organisation.objects.joinable().called(typed) == (None, [])


def test_the_address_left_out_or_cut_short_is_named(client, council):
    said = [client.post(SIGNUP, answers(email=email)).context["form"].errors["email"] for email in ("", "nell@")]
    assert said == [["Write your work e-mail address."], ["Write the whole e-mail address, such as name@example.org."]]
