import re

import pytest
from django.conf import settings

from members import actions
from tests.factories.members import PASSWORD

LOGIN, CODE, CODE_CONFIRM = "/accounts/login/", "/accounts/login/code/", "/accounts/login/code/confirm/"
RESET = "/accounts/password/reset/"


def without_token(page) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


def test_with_address_and_password(client, alice):
    response = client.post(LOGIN, {"login": alice.email.upper(), "password": PASSWORD})
    assert response.headers["Location"] == "/forum/"
    assert client.get("/account/").status_code == 200


def test_goes_back_to_where_one_came_from(client, alice):
    asked = client.get("/account/leave/")
    assert asked.headers["Location"] == "/accounts/login/?next=/account/leave/"
    response = client.post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": "/account/leave/"})
    assert response.headers["Location"] == "/account/leave/"


@pytest.mark.parametrize(
    "next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_never_goes_elsewhere(client, alice, next_url):
    response = client.post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": next_url})
    assert response.headers["Location"] == "/forum/"


def test_with_a_code_by_mail(client, alice, code_sent_to):
    assert client.post(CODE, {"email": alice.email}).headers["Location"] == CODE_CONFIRM
    response = client.post(CODE_CONFIRM, {"code": code_sent_to(alice.email).lower()})
    assert response.headers["Location"] == "/forum/"


def test_a_code_works_once(client_of, alice, code_sent_to):
    client = client_of()
    client.post(CODE, {"email": alice.email})
    code = code_sent_to(alice.email)
    client.post(CODE_CONFIRM, {"code": code})
    client.post("/accounts/logout/")
    client.post(CODE, {"email": alice.email})
    assert client.post(CODE_CONFIRM, {"code": code}).status_code == 200


def test_known_and_unknown_addresses_get_the_same_answer_to_a_wrong_password(client_of, alice):
    pages = [
        client_of().post(LOGIN, {"login": address, "password": "wrong"})
        for address in (alice.email, "nobody@thornmere-district-council.example.org")
    ]
    assert [page.status_code for page in pages] == [200, 200]
    texts = [without_token(page).replace(page.context["form"]["login"].value(), "ADDRESS") for page in pages]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(("url", "then"), [(CODE, CODE_CONFIRM), (RESET, "/accounts/password/reset/done/")])
def test_known_and_unknown_addresses_get_the_same_answer_to_asking_for_a_mail(client_of, alice, url, then, sent):
    unknown = "nobody@thornmere-district-council.example.org"
    answers, pages = [], []
    for address in (alice.email, unknown):
        client = client_of()
        response = client.post(url, {"email": address})
        answers.append((response.status_code, response.headers["Location"]))
        pages.append(without_token(client.get(then)).replace(address, "ADDRESS"))
    assert answers == [(302, then), (302, then)]
    assert pages[0] == pages[1]
    assert [letter.subject for letter in sent() if letter.to == [unknown]] == [
        f"There is no account for this address on {settings.SITE_NAME}"
    ]


def test_a_new_password_by_link_lets_one_in(client, alice, sent):
    client.post(RESET, {"email": alice.email})
    link = re.search(r"http://testserver(/\S+)", sent()[0].body)[1]
    form = client.get(link).headers["Location"]
    new = "eleven blue ladders"
    client.post(form, {"password1": new, "password2": new})
    assert client.get("/account/").status_code == 200
    assert client.get(link, follow=True).context["token_fail"]
    alice.refresh_from_db()
    assert alice.check_password(new)


def test_guessing_is_slowed_down(client, alice):
    answers = [client.post(LOGIN, {"login": alice.email, "password": f"guess {n}"}) for n in range(7)]
    assert answers[-1].context["form"].non_field_errors() == [
        "There were too many tries. Wait a few minutes, then try again."
    ]
    answer = client.post(LOGIN, {"login": alice.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert client.get("/account/").status_code == 302


def test_one_place_that_sends_too_much_is_told_so_in_plain_words(client, db):
    answers = [client.post("/accounts/signup/", {}) for _time in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert "That was a lot at once" in answers[-1].content.decode()


def test_asking_for_codes_is_slowed_down(client, alice, sent):
    for _time in range(6):
        client.post(CODE, {"email": alice.email})
        client.post("/accounts/logout/")
    assert len(sent()) == 3


def test_someone_banned_is_told_so_only_with_the_right_password(client_of, alice, cora, sent):
    actions.ban(by=cora, member=alice, why="Sold a list of members.")
    right = client_of().post(LOGIN, {"login": alice.email, "password": PASSWORD})
    assert right.headers["Location"] == "/accounts/inactive/"
    wrong = client_of().post(LOGIN, {"login": alice.email, "password": "wrong"})
    assert wrong.status_code == 200
    sent()
    client_of().post(CODE, {"email": alice.email})
    assert [letter.subject for letter in sent()] == [f"There is no account for this address on {settings.SITE_NAME}"]


def test_the_session_of_someone_banned_ends_at_once(client_of, alice, cora, sent):
    from django.contrib.sessions.models import Session

    theirs, other = client_of(alice), client_of(cora)
    assert theirs.get("/account/").status_code == 200
    actions.ban(by=cora, member=alice, why="Sold a list of members.")
    assert theirs.get("/account/").status_code == 302
    before = Session.objects.count()
    sent()
    assert Session.objects.count() == before - 1
    assert other.get("/account/").status_code == 200
    actions.let_back_in(by=cora, member=alice, why="It was somebody else.")
    assert theirs.get("/account/").status_code == 302


def test_signing_out_needs_a_press_of_a_button(client_of, alice):
    client = client_of(alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        LOGIN, CODE, "/accounts/signup/", RESET, "/accounts/password/reset/done/", "/accounts/inactive/",
        "/accounts/password/reset/key/1-bad-key/", "/accounts/password/reset/key/done/",
    ],
)  # fmt: skip
def test_every_page_for_strangers_is_in_our_design(client, db, url):
    page = client.get(url)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1
    assert "base.html" in [template.name for template in page.templates]


@pytest.mark.parametrize(
    "url", ["/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/"]
)
def test_every_page_for_members_is_in_our_design(client_of, alice, url):
    page = client_of(alice).get(url)
    assert page.status_code == 200
    assert page.content.decode().count("<h1") == 1
    assert "base.html" in [template.name for template in page.templates]


def test_a_member_without_a_password_can_choose_one(client_of, alice):
    alice.set_unusable_password()
    alice.save()
    client = client_of(alice)
    page = client.get("/accounts/password/change/", follow=True)
    assert page.redirect_chain == [("/accounts/password/set/", 302)]
    client.post("/accounts/password/set/", {"password1": "eleven blue ladders", "password2": "eleven blue ladders"})
    alice.refresh_from_db()
    assert alice.check_password("eleven blue ladders")


class TestChangingTheAddress:
    URL, CONFIRM = "/accounts/email/", "/accounts/confirm-email/"

    def change(self, client, code_sent_to, to):
        assert client.post(self.URL, {"email": to, "action_add": ""}).status_code == 302
        return client.post(self.CONFIRM, {"code": code_sent_to(to)})

    def test_keeps_the_old_one_until_the_new_is_confirmed(self, client_of, alice, code_sent_to):
        client, old = client_of(alice), alice.email
        new = "alice.amory@thornmere-district-council.example.org"
        client.post(self.URL, {"email": new, "action_add": ""})
        alice.refresh_from_db()
        assert alice.email == old
        client.post(self.CONFIRM, {"code": code_sent_to(new)})
        alice.refresh_from_db()
        assert (alice.email, alice.standing) == (new, "vouched")

    def test_to_a_private_one_takes_away_what_the_old_one_vouched_for(self, client_of, alice, code_sent_to, sent):
        client, old = client_of(alice), alice.email
        self.change(client, code_sent_to, "alice@gmail.com")
        alice.refresh_from_db()
        assert (alice.email, alice.standing) == ("alice@gmail.com", "waiting")
        assert [letter.to for letter in sent()] == [["alice@gmail.com"], [settings.CORE_TEAM_EMAIL], [old]]

    def test_to_a_work_one_lets_in_who_was_waiting(self, client_of, charlie, code_sent_to):
        charlie.emailaddress_set.update(email="charlie@gmail.com")
        charlie.email = "charlie@gmail.com"
        charlie.save()
        self.change(client_of(charlie), code_sent_to, "charlie@mardyke-food-bank.example.org")
        charlie.refresh_from_db()
        assert charlie.standing == "vouched"

    def test_to_somebody_elses_changes_nothing_and_says_nothing(self, client_of, alice, bob, sent):
        client, old = client_of(alice), alice.email
        response = client.post(self.URL, {"email": bob.email, "action_add": ""})
        assert response.status_code == 302
        alice.refresh_from_db()
        assert alice.email == old


ADDRESS = "Write the whole e-mail address, such as name@example.org."


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        (LOGIN, {}, {"login": ["Write your e-mail address."], "password": ["Write your password."]}),
        (LOGIN, {"login": "nell", "password": "x"}, {"login": [ADDRESS]}),
        (CODE, {}, {"email": ["Write your e-mail address."]}),
        (CODE, {"email": "nell@"}, {"email": [ADDRESS]}),
        (RESET, {}, {"email": ["Write your e-mail address."]}),
    ],
)
def test_an_empty_or_wrong_field_is_named_beside_it(client, db, path, typed, said):
    response = client.post(path, typed)
    assert response.context["form"].errors == said
    for field, (words, *_) in said.items():
        assert f'<a href="#id_{field}">{words}</a>' in response.content.decode()
        assert f'id="id_{field}_error"' in response.content.decode()


def test_an_empty_code_is_named(client, alice):
    client.post(CODE, {"email": alice.email})
    assert client.post(CODE_CONFIRM, {"code": ""}).context["form"].errors == {
        "code": ["Write the code from the e-mail."]
    }
