import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.actions import asking, drafting, posting
from forum.models import Draft, Place, SpaceMembership, Thread
from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db
SAVE, DISCARD, LIST, ASK = "/forum/drafts/save/", "/forum/drafts/discard/", "/forum/drafts/", "/forum/ask/"
PUT_BACK = "/forum/drafts/put-back/"


def kept(client, version=0, *, status=200, **fields) -> dict:
    """Save as the script does; what it is told."""
    response = client.post(SAVE, {"quiet": "1", "draft_version": version, "title": "May we share it?"} | fields)
    assert response.status_code == status
    return response.json()


def test_a_draft_survives_a_closed_browser(client_of, alice, space):
    told = kept(client_of(alice), body="We wondered\nabout it", space=space.pk, topics="consent", kind="concern")
    assert told["version"] == 1
    assert told["words"] == f"Draft saved at {timezone.localtime():%H:%M}"
    page = client_of(alice).get(ASK)
    form = page.context["form"]
    assert {name: form[name].value() for name in ("title", "body", "space", "topics", "kind")} == {
        "title": "May we share it?", "body": "We wondered\nabout it", "space": str(space.pk), "topics": "consent",
        "kind": "concern",
    }  # fmt: skip
    assert "This is your draft." in page.content.decode()
    assert 'name="draft_version" value="1"' in page.content.decode()


@pytest.mark.parametrize("came", ["back later", "by pressing the button"])
def test_that_a_draft_is_saved_stands_on_its_page_once(client_of, alice, came):
    client = client_of(alice)
    if came == "back later":
        kept(client, body="We wondered.")
        page = client.get(ASK)
    else:
        page = client.post(SAVE, {"title": "May we share it?", "body": "We wondered."}, follow=True)
    assert page.content.decode().count("saved at") == 1


def test_each_save_raises_the_version(client_of, alice):
    client = client_of(alice)
    assert [kept(client, version, body=f"Text {version}")["version"] for version in (0, 1, 2)] == [1, 2, 3]
    assert Draft.objects.get().fields["body"] == "Text 2"


def test_an_older_tab_never_overwrites_a_newer_save_and_is_told_plainly(client_of, alice):
    client = client_of(alice)
    kept(client, 0, tab="one", step=1, body="First")
    kept(client, 1, tab="two", step=1, body="Newer, from the second tab")
    told = kept(client, 1, tab="one", step=2, body="Older tab goes on typing", status=409)
    assert told["words"] == f"You changed this draft in another tab at {timezone.localtime():%H:%M}."
    assert (told["version"], told["fields"]["body"]) == (2, "Newer, from the second tab")
    assert Draft.objects.get().fields["body"] == "Newer, from the second tab"
    assert kept(client, 2, tab="one", step=3, body="Older tab goes on typing")["version"] == 3


def test_the_same_words_from_two_tabs_are_no_conflict(client_of, alice):
    client = client_of(alice)
    kept(client, 0, tab="one", step=1, body="Same")
    assert kept(client, 0, tab="two", step=1, body="Same")["version"] == 1


def test_a_tab_may_follow_its_own_save_without_having_heard_the_answer(client_of, alice):
    client = client_of(alice)
    kept(client, 0, tab="one", step=1, body="a")
    assert kept(client, 0, tab="one", step=3, body="abc")["version"] == 2
    kept(client, 0, tab="one", step=2, body="ab", status=409)
    assert Draft.objects.get().fields["body"] == "abc"


def test_without_javascript_the_button_saves_and_comes_back(client_of, alice, space):
    client = client_of(alice)
    response = client.post(SAVE, {"title": "May we share it?", "draft_version": "0", "space": space.pk})
    assert (response.status_code, response["Location"]) == (302, ASK)
    assert "You find it under “Your drafts”." in client.get(ASK).content.decode()


def test_without_javascript_a_newer_draft_is_shown_beside_and_both_are_kept(client_of, alice):
    client = client_of(alice)
    kept(client, body="From the other tab", title="Other title")
    response = client.post(SAVE, {"title": "Mine", "body": "What I typed", "draft_version": "0"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "You changed this draft in another tab at" in html
    assert "From the other tab" in html
    assert ">What I typed</textarea>" in html
    assert Draft.objects.get().fields["body"] == "From the other tab"
    client.post(SAVE, {"title": "Mine", "body": "What I typed", "draft_version": "1"})
    assert Draft.objects.get().fields["body"] == "What I typed"


def test_posting_takes_its_draft_away_and_leaves_the_others(alice, bob, space, thread):
    drafting.save_draft(by=alice, fields={"title": "Mine"}, version=0)
    drafting.save_draft(by=alice, place=Place.answer(thread), fields={"body": "An answer"}, version=0)
    drafting.save_draft(by=bob, fields={"title": "Bob's"}, version=0)
    asking.ask(by=alice, space=space, kind="question", title="Mine", body="Body")
    assert list(Draft.objects.values_list("member", "thread")) == [(alice.pk, thread.pk), (bob.pk, None)]
    posting.answer(by=alice, thread=thread, body="An answer")
    assert list(Draft.objects.values_list("member", "thread")) == [(bob.pk, None)]


def test_a_save_that_arrives_after_the_post_does_not_bring_the_draft_back(client_of, alice, space):
    key = uuid.uuid4()
    asking.ask(by=alice, space=space, kind="question", title="Mine", body="Body", once_key=key)
    told = kept(client_of(alice), body="Body", once_key=str(key))
    assert told == {"version": None, "words": "This is posted already."}
    assert not Draft.objects.exists()


def test_an_answer_has_a_draft_of_its_own_thread(client_of, bob, thread):
    client = client_of(bob)
    assert kept(client, thread=thread.pk, title="", body="I would say")["version"] == 1
    draft = Draft.objects.get()
    assert (draft.member, draft.thread, draft.typed()["body"]) == (bob, thread, "I would say")
    response = client.post(SAVE, {"thread": thread.pk, "body": "I would say yes", "draft_version": "1"})
    assert response["Location"] == f"{thread.get_absolute_url()}#answer"


@pytest.mark.parametrize("room", ["members_space", "group_space"])
def test_a_thread_one_may_not_read_takes_no_draft(request, client_of, charlie, cora, room):
    hidden = ThreadFactory(space=request.getfixturevalue(room))
    fields = {"quiet": "1", "thread": hidden.pk, "body": "Let me in"}
    assert client_of(charlie).post(SAVE, fields).status_code == 403
    if room == "group_space":
        assert client_of(cora).post(SAVE, fields).status_code == 404
        assert client_of(cora).post(DISCARD, {"thread": hidden.pk}).status_code == 404
    assert not Draft.objects.exists()


def test_nobody_sees_another_s_drafts(client_of, alice, bob):
    kept(client_of(alice), title="canary-draft")
    for address in (LIST, ASK):
        assert "canary-draft" not in client_of(bob).get(address).content.decode()
    client_of(bob).post(DISCARD)
    assert Draft.objects.get().member == alice


def test_drafts_are_listed_with_a_way_on_and_a_way_out(client_of, alice, thread):
    client = client_of(alice)
    assert "No drafts" in client.get(LIST).content.decode()
    kept(client, body="About sharing")
    kept(client, thread=thread.pk, title="", body="My answer")
    html = client.get(LIST).content.decode()
    assert html.count("draft-list__item") == 2
    assert f'href="{thread.get_absolute_url()}#answer"' in html
    response = client.post(DISCARD, {"thread": thread.pk, "next": LIST})
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert Draft.objects.get().thread is None


def test_the_draft_of_a_thread_closed_to_me_since_is_not_listed(client_of, alice, group_space):
    hidden = ThreadFactory(title="canary-group", space=group_space)
    drafting.save_draft(by=alice, place=Place.answer(hidden), fields={"body": "x"}, version=0)
    SpaceMembership.objects.filter(space=group_space).delete()
    assert "canary-group" not in client_of(alice).get(LIST).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_draft_and_with_three(
    client_of, alice, space, django_assert_max_num_queries, count
):
    for _ in range(count):
        drafting.save_draft(by=alice, place=Place.answer(ThreadFactory(space=space)), fields={"body": "x"}, version=0)
    client = client_of(alice)
    client.get(LIST)
    with django_assert_max_num_queries(7):
        assert client.get(LIST).content.decode().count("draft-list__item") == count


@pytest.mark.parametrize(
    ("where", "lands"),
    [
        ("https://evil.example/", "/forum/"),
        ("//evil.example/", "/forum/"),
        ("/forum/ask/?title=x", "/forum/ask/?title=x"),
    ],
)
def test_discarding_never_leads_off_the_site(client_of, alice, where, lands):
    assert client_of(alice).post(DISCARD, {"next": where})["Location"] == lands


def put_back(client, page):
    """Press “Put it back” in the banner of a page."""
    sealed = re.search(r'name="draft" value="([^"]+)"', page.content.decode())
    assert sealed, "nothing is offered back"
    return client.post(PUT_BACK, {"draft": sealed[1]}, follow=True)


@pytest.mark.parametrize("answering", [False, True])
def test_a_draft_thrown_away_is_put_back_whole_from_the_banner(client_of, alice, space, thread, answering):
    client, about = client_of(alice), ({"thread": thread.pk} if answering else {})
    kept(client, body="We wondered\n" * 300, space=space.pk, topics="consent", kind="concern", tab="one", **about)
    before = Draft.objects.values("member", "thread", "fields", "version", "saved_at").get()
    landed = client.post(DISCARD, about | {"next": LIST}, follow=True)
    assert "Your draft is thrown away." in landed.content.decode()
    assert not Draft.objects.exists()
    back = put_back(client, landed)
    assert Draft.objects.values("member", "thread", "fields", "version", "saved_at").get() == before
    assert "Your draft is back." in back.content.decode()
    assert back.redirect_chain == [(f"{thread.get_absolute_url()}#answer" if answering else ASK, 302)]
    assert "Put it back" not in client.get(LIST).content.decode()


def test_what_was_typed_and_never_saved_comes_back_too(client_of, alice):
    client = client_of(alice)
    put_back(client, client.post(DISCARD, {"title": "Typed only", "body": "Just now", "next": LIST}, follow=True))
    assert Draft.objects.get().typed()["body"] == "Just now"


def test_putting_back_twice_is_putting_back_once(client_of, alice):
    client = client_of(alice)
    kept(client, body="Old")
    landed = client.post(DISCARD, {"next": LIST}, follow=True)
    for _press in range(2):
        assert "Your draft is back." in put_back(client, landed).content.decode()
    assert Draft.objects.get().fields["body"] == "Old"


def test_a_draft_begun_since_is_not_overwritten(client_of, alice):
    client = client_of(alice)
    kept(client, body="Old")
    landed = client.post(DISCARD, {"next": LIST}, follow=True)
    kept(client, body="New")
    assert "You have begun another draft since." in put_back(client, landed).content.decode()
    assert Draft.objects.get().fields["body"] == "New"


def test_only_who_threw_it_away_puts_it_back(client_of, alice, bob):
    kept(client_of(alice))
    landed = client_of(alice).post(DISCARD, {"next": LIST}, follow=True)
    for page in (put_back(client_of(bob), landed), client_of(bob).post(PUT_BACK, {"draft": "x:y:z"}, follow=True)):
        assert "This draft can’t be put back any more." in page.content.decode()
    assert not Draft.objects.exists()


def test_nothing_is_offered_back_when_there_was_nothing(client_of, alice):
    assert "Put it back" not in client_of(alice).post(DISCARD, {"next": LIST}, follow=True).content.decode()


def test_nothing_typed_keeps_nothing(client_of, alice, space):
    told = kept(client_of(alice), title=" ", space=space.pk, kind="question")
    assert told == {"version": None, "words": "There is nothing to keep yet."}
    assert not Draft.objects.exists()


@pytest.mark.engines
@pytest.mark.parametrize(
    "fields",
    [
        {"body": "null \x00 byte"},
        {"body": "x" * 60_000},
        {"title": "\ud83e\udd94 \u202e ﷽" * 20},
        {"once_key": "nonsense"},
        {"step": "7", "tab": "t" * 40},
    ],
)
def test_what_can_t_be_posted_is_still_kept(client_of, alice, fields):
    kept(
        client_of(alice),
        **{key: value.encode("utf-16", "surrogatepass").decode("utf-16") for key, value in fields.items()},
    )
    draft = Draft.objects.get()
    if "body" in fields:
        assert draft.typed()["body"] == fields["body"].replace("\x00", "")


@pytest.mark.parametrize("fields", [{"thread": "x"}, {"thread": "-1"}, {"draft_version": "9" * 40}, {"step": "no"}])
def test_marks_that_make_no_sense_are_refused_plainly(client_of, alice, fields):
    response = client_of(alice).post(SAVE, {"quiet": "1", "title": "T"} | fields)
    assert (response.status_code, response.json()["version"]) == (400, None)


def test_saving_too_often_is_refused_plainly(client_of, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"preview": (2, 60)}
    client = client_of(alice)
    kept(client, 0)
    kept(client, 1)
    assert kept(client, 2, status=429)["words"] == "Not kept: too many saves. Wait a minute."


def test_a_draft_wins_over_words_in_the_address_and_says_so(client_of, alice):
    client = client_of(alice)
    kept(client)
    page = client.get(ASK + "?title=xyzzy+policy")
    assert page.context["form"]["title"].value() == "May we share it?"
    assert "To ask “xyzzy policy” instead, throw this draft away first." in page.content.decode()
    landed = client.post(DISCARD, {"next": ASK + "?title=xyzzy+policy"}, follow=True)
    assert landed.context["form"]["title"].value() == "xyzzy policy"


def test_saving_costs_few_queries(client_of, alice, django_assert_max_num_queries):
    client = client_of(alice)
    kept(client)
    with django_assert_max_num_queries(7):
        kept(client, 1, body="More", once_key=str(uuid.uuid4()))


def test_urls_have_their_names():
    names = ("forum:drafts", "forum:drafts-save", "forum:drafts-discard", "forum:drafts-put-back")
    assert [reverse(name) for name in names] == [LIST, SAVE, DISCARD, PUT_BACK]
    assert not Thread.objects.exists()
