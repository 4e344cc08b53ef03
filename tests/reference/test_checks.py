"""What I own that a changed law asks me to look at again, and the button that says it is still right."""

import pytest

from reference.actions.provisions import mark_changed
from reference.models import Citation
from tests.factories import ThreadFactory

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
URL = "/gateways/mine/"


def waiting(response):
    return [(one.provision.title, item.title) for one, item in response.context["waiting"]]


def test_it_lists_what_i_own_that_cites_a_law_changed_since(
    answer_citing, client_of, alice, bob, cora, crime, children, thread
):
    answer_citing(crime, children, by=bob)
    answer_citing(crime, by=alice)
    mark_changed(by=cora, provision=crime, what="New words.")
    response = client_of(bob).get(URL)
    assert waiting(response) == [("Crime and Disorder Act 1998, s.115", thread.title)]
    assert "New words." in response.content.decode()


def test_still_right_takes_it_off_the_list(answer_citing, client_of, bob, cora, crime):
    one = Citation.objects.of(answer_citing(crime, by=bob)).get()
    mark_changed(by=cora, provision=crime, what="New words.")
    client = client_of(bob)
    response = client.post(f"{URL}{one.pk}/", follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert waiting(response) == []
    assert "Thank you. It no longer says “check this”." in response.content.decode()
    assert "Nothing to check" in response.content.decode()


def test_what_the_owner_can_not_see_any_more_is_not_named(
    answer_citing, client_of, alice, bob, cora, crime, group_space
):
    hidden = ThreadFactory(title="Canary group", author=alice, space=group_space)
    one = Citation.objects.of(answer_citing(crime, by=bob, of=hidden)).get()
    mark_changed(by=cora, provision=crime, what="New words.")
    group_space.memberships.filter(member=bob).delete()
    client = client_of(bob)
    assert "Canary" not in client.get(URL).content.decode()
    assert client.post(f"{URL}{one.pk}/").status_code == 404


def test_who_may_press_it(answer_citing, cast, client_of, crime, members_space):
    """Invisible is 404, somebody else's is 403, not signed in is asked to sign in."""
    thread = ThreadFactory(title="For members", author=cast["alice"], space=members_space)
    one = Citation.objects.of(answer_citing(crime, by=cast["bob"], of=thread)).get()
    mark_changed(by=cast["cora"], provision=crime, what="New words.")
    codes = {name: client_of(person).post(f"{URL}{one.pk}/").status_code for name, person in cast.items()}
    assert codes == {"alice": 403, "bob": 302, "charlie": 404, "morag": 302, "cora": 302, "anyone": 302}
    assert client_of(None).post(f"{URL}{one.pk}/").headers["Location"].startswith("/accounts/login/")


def test_it_only_takes_a_post(answer_citing, client_of, bob, crime):
    one = Citation.objects.of(answer_citing(crime, by=bob)).get()
    assert client_of(bob).get(f"{URL}{one.pk}/").status_code == 405
    assert client_of(bob).post(f"{URL}999999/").status_code == 404


def test_the_page_is_for_members_signed_in(client):
    assert client.get(URL).headers["Location"] == "/accounts/login/?next=/gateways/mine/"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_more(answer_citing, client_of, bob, cora, crime, count, costs):
    for _ in range(count):
        answer_citing(crime, by=bob)
    mark_changed(by=cora, provision=crime, what="New words.")
    assert costs(client_of(bob), URL) == 3  # the reader, the citations, the answers
