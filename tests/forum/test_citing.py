"""Answers name the law they stand on; when it changes they say "check this"."""

import datetime as dt

import pytest

from forum.actions import citing, editing, posting
from forum.actions.refusals import NotAllowed
from reference.actions import provisions as provision_acts
from reference.models import Citation, Provision

pytestmark = pytest.mark.django_db(transaction=True)  # what is kept is thrown away on commit


def law(law, provision, slug):
    return Provision.objects.create(
        law=law, provision=provision, slug=slug, kind="power", who_can_use_it="Any person", purpose="Share."
    )


@pytest.fixture
def crime():
    return law("Crime and Disorder Act 1998", "s.115", "crime-and-disorder-act-1998-s-115")


@pytest.fixture
def children():
    return law("Children Act 2004", "s.10", "children-act-2004-s-10")


def cited(post):
    return [one.provision for one in Citation.objects.of(post)]


def test_an_answer_cites_the_law_it_names_or_links_to(thread, bob, crime, children):
    body = "Use section 115 of the Crime and Disorder Act 1998, and [this one](/gateways/children-act-2004-s-10/)."
    post = posting.answer(by=bob, thread=thread, body=body)
    assert set(cited(post)) == {crime, children}
    assert {one.owner for one in Citation.objects.of(post)} == {bob}


def test_an_edit_that_names_it_no_longer_cites_it_no_longer(thread, bob, crime):
    post = posting.answer(by=bob, thread=thread, body="See section 115 of the Crime and Disorder Act 1998.")
    editing.edit(by=bob, post=post, body="Ask your data protection officer.")
    assert cited(post) == []


def test_an_edit_keeps_what_was_cited_by_hand(thread, bob, crime, children):
    post = posting.answer(by=bob, thread=thread, body="See section 115 of the Crime and Disorder Act 1998.")
    citing.cite(by=bob, post=post, provisions=[crime, children])
    editing.edit(by=bob, post=post, body="Ask your data protection officer.")
    assert cited(post) == [children]


def test_only_author_asker_and_moderators_cite(thread, alice, bob, morag, charlie, cora, crime):
    post = posting.answer(by=bob, thread=thread, body="Yes, you may.")
    for member in (bob, alice, morag, cora):
        citing.cite(by=member, post=post, provisions=[crime])
    with pytest.raises(NotAllowed):
        citing.cite(by=charlie, post=post, provisions=[])
    assert cited(post) == [crime]


def test_a_changed_law_makes_the_answer_say_check_this_until_somebody_looked(
    client_of, thread, alice, bob, cora, crime
):
    post = posting.answer(by=bob, thread=thread, body="See section 115 of the Crime and Disorder Act 1998.")
    address = post.get_absolute_url()
    assert "Check this" not in client_of(alice).get(address).content.decode()
    provision_acts.mark_changed(by=cora, provision=crime, what="It now names schools.")
    html = client_of(alice).get(address).content.decode()
    assert "Check this" in html
    assert "It now names schools." in html
    response = client_of(bob).post(f"/forum/{thread.pk}/posts/2/still-right/")
    assert response.status_code == 302
    assert "Check this" not in client_of(alice).get(address).content.decode()


def test_still_right_is_not_for_everybody(client_of, thread, bob, charlie, crime):
    posting.answer(by=bob, thread=thread, body="See section 115 of the Crime and Disorder Act 1998.")
    Citation.objects.update(checked_on=dt.date(2020, 1, 1))
    client_of(charlie).post(f"/forum/{thread.pk}/posts/2/still-right/")
    assert Citation.objects.get().checked_on == dt.date(2020, 1, 1)


def test_the_form_offers_the_law_and_saves_what_was_chosen(client_of, thread, bob, crime, children):
    post = posting.answer(by=bob, thread=thread, body="Yes, you may.")
    address = f"/forum/{thread.pk}/posts/2/cite/"
    assert "Crime and Disorder Act 1998" in client_of(bob).get(address).content.decode()
    response = client_of(bob).post(address, {"provisions": [children.pk]})
    assert response.status_code == 302
    assert cited(post) == [children]


@pytest.mark.parametrize("sent", [["999999"], ["x"], ["1" * 40], ["\x00"]])
def test_what_is_no_provision_is_refused_in_plain_words(client_of, thread, bob, crime, sent):
    posting.answer(by=bob, thread=thread, body="Yes, you may.")
    response = client_of(bob).post(f"/forum/{thread.pk}/posts/2/cite/", {"provisions": sent})
    assert response.status_code == 200
    assert "Choose again" in response.content.decode()


def test_who_may_not_cite_is_refused_the_form(client_of, thread, bob, charlie):
    posting.answer(by=bob, thread=thread, body="Yes, you may.")
    assert client_of(charlie).get(f"/forum/{thread.pk}/posts/2/cite/").status_code == 403
