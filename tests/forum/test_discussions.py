"""Talking about a page or a record: its first words start its thread, the next are replies in it."""

import uuid

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from forum import about as about_kinds
from forum.actions import discussing, moderating
from forum.actions.refusals import NotAllowed
from forum.models import Post, Reading, Thread
from notifications.models import Notice
from reference.models import Provision
from tests.factories import SpaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def provision():
    return Provision.objects.create(
        law="Crime and Disorder Act 1998", provision="s.115", slug="crime-and-disorder-act-1998-s-115", kind="power",
        who_can_use_it="Any person", purpose="Share information to reduce crime.",
    )  # fmt: skip


@pytest.fixture
def about(provision):
    return about_kinds.About("provision", provision.pk, "Legal gateway", provision.title, "/gateways/x/")


def shown(thing, viewer, *, replies=False):
    request = RequestFactory().get("/")
    request.user = viewer
    words = "{% load discussion %}{% discussion thing replies=replies %}"
    return Template(words).render(Context({"thing": thing, "replies": replies, "request": request}))


def test_the_first_words_start_a_thread_about_it_and_the_next_are_replies(alice, bob, space, about):
    first = discussing.say(by=alice, about=about, body="Has anyone used this?")
    second = discussing.say(by=bob, about=about, body="We have, for two years.")
    thread = Thread.objects.get()
    assert (thread.title, thread.kind, thread.space) == (about.title, "discussion", space)
    assert [(first.number, first.kind), (second.number, second.kind)] == [(1, "opening"), (2, "answer")]
    assert about_kinds.about_of(thread, bob).title == about.title


def test_talk_goes_to_the_space_kept_for_pages(alice, space, about):
    kept = SpaceFactory(for_pages=True, order=9)
    discussing.say(by=alice, about=about, body="Has anyone used this?")
    assert Thread.objects.get().space == kept


def test_talk_about_what_only_members_see_is_for_members_only(alice, space, members_space, provision):
    hidden = about_kinds.About("provision", provision.pk, "Guidance", "For us", "/x/", for_members=True)
    discussing.say(by=alice, about=hidden, body="Only among us.")
    assert Thread.objects.get().space == members_space


def test_without_a_space_for_it_nothing_is_said(alice, members_space, about):
    with pytest.raises(NotAllowed):
        discussing.say(by=alice, about=about, body="Where would this go?")
    assert not Post.objects.exists()


def test_the_same_form_sent_twice_says_it_once(alice, space, about):
    key = uuid.uuid4()
    posts = [discussing.say(by=alice, about=about, body="Once only.", once_key=key) for _ in range(2)]
    assert [post.pk for post in posts] == [posts[0].pk] * 2
    assert Post.objects.count() == 1


def test_two_who_start_it_at_once_end_up_in_one_thread(alice, bob, space, about, monkeypatch):
    there = discussing.say(by=alice, about=about, body="I am first.").thread
    seen = [None, there]  # as bob's request sees it: no thread yet, then the one that won
    monkeypatch.setattr("forum.querysets.threads.ThreadQuerySet.talking_about", lambda self, about: seen.pop(0))
    post = discussing.say(by=bob, about=about, body="So am I.")
    assert (post.thread_id, post.number) == (there.pk, 2)


def test_who_looks_after_a_page_is_told_of_its_first_words_and_follows_it(alice, bob, space, provision):
    kept = about_kinds.About("provision", provision.pk, "News", "A new page", "/news/x/", keeper=bob.pk)
    discussing.say(by=alice, about=kept, body="Good news.")
    assert list(Notice.objects.filter(recipient=bob).values_list("kind", "why")) == [("forum.new_thread", "keeper")]
    assert Reading.objects.get(member=bob).follow == "following"


def test_a_closed_page_takes_no_replies(alice, space, provision):
    closed = about_kinds.About("provision", provision.pk, "News", "Old news", "/news/x/", open=False)
    with pytest.raises(NotAllowed):
        discussing.say(by=alice, about=closed, body="Too late.")


def test_starting_a_discussion_leaves_the_draft_of_a_question_alone(alice, space, about):
    from forum.actions import drafting

    drafting.save_draft(by=alice, fields={"title": "A half-written question"}, version=0)
    discussing.say(by=alice, about=about, body="Has anyone used this?")
    assert alice.drafts.count() == 1


def test_a_removed_discussion_can_be_started_anew_and_put_back_without_a_clash(alice, bob, morag, space, about):
    old = discussing.say(by=alice, about=about, body="Something to remove.")
    moderating.remove(by=morag, post=old, why="Off topic.")
    new = discussing.say(by=bob, about=about, body="A better start.")
    moderating.restore(by=morag, post=old, why="It was fine.")
    assert Thread.objects.talking_about(about).pk == new.thread_id
    assert about_kinds.about_of(Thread.objects.get(pk=old.thread_id), bob) is None


# --- The page's part -------------------------------------------------------------------------------


def test_a_page_without_talk_offers_to_start_it(client_of, alice, space, provision):
    html = shown(provision, alice)
    assert f"/forum/about/provision/{provision.pk}/" in html
    assert "Start a discussion" in html


def test_replies_stand_on_the_page_oldest_first_with_the_form(alice, bob, space, about, provision):
    discussing.say(by=alice, about=about, body="Said first.")
    discussing.say(by=bob, about=about, body="Said second.")
    html = shown(provision, alice, replies=True)
    assert "2 replies" in html
    assert html.index("Said first.") < html.index("Said second.") < html.index("Post reply")


def test_a_visitor_reads_replies_and_is_asked_to_sign_in(anyone, alice, space, about, provision):
    discussing.say(by=alice, about=about, body="Said in public.")
    html = shown(provision, anyone, replies=True)
    assert "Said in public." in html
    assert "Sign in to reply" in html
    assert "csrfmiddlewaretoken" not in html


def test_talk_among_members_is_nothing_to_a_visitor(anyone, alice, members_space, provision):
    hidden = about_kinds.About("provision", provision.pk, "Guidance", "For us", "/x/", for_members=True)
    discussing.say(by=alice, about=hidden, body="CANARY among us.")
    html = shown(provision, anyone, replies=True)
    assert "CANARY" not in html
    assert "1 reply" not in html


def test_a_reply_sent_from_the_page_comes_back_to_it(client_of, alice, space, provision):
    response = client_of(alice).post(
        f"/forum/about/provision/{provision.pk}/", {"body": "A reply.", "once_key": uuid.uuid4()}
    )
    assert response.status_code == 302
    assert response["Location"] == f"{provision.get_absolute_url()}#discussion"
    assert Thread.objects.get().title == provision.title


def test_an_empty_reply_says_what_is_missing(client_of, alice, space, provision):
    response = client_of(alice).post(f"/forum/about/provision/{provision.pk}/", {"body": " "})
    assert response.status_code == 200
    assert "Write what you want to say first." in response.content.decode()


def test_a_preview_shows_the_reply_and_posts_nothing(client_of, alice, space, provision):
    response = client_of(alice).post(
        f"/forum/about/provision/{provision.pk}/", {"body": "A **bold** reply.", "do": "preview"}
    )
    assert "A <strong>bold</strong> reply." in response.content.decode()
    assert not Thread.objects.exists()


@pytest.mark.parametrize("address", ["/forum/about/provision/99999/", "/forum/about/nothing/1/"])
def test_what_is_not_there_can_not_be_talked_about(client_of, alice, address):
    assert client_of(alice).get(address).status_code == 404


def test_who_is_not_vouched_for_yet_reads_why(client_of, charlie, space, provision):
    response = client_of(charlie).get(f"/forum/about/provision/{provision.pk}/")
    assert "as soon as the core team has confirmed" in response.content.decode()
    response = client_of(charlie).post(f"/forum/about/provision/{provision.pk}/", {"body": "Let me in."})
    assert response.status_code == 403


def test_a_thread_says_what_it_is_about(client_of, alice, bob, space, about, provision):
    thread = discussing.say(by=alice, about=about, body="Has anyone used this?").thread
    html = client_of(bob).get(thread.get_absolute_url()).content.decode()
    assert f'About: <a href="{provision.get_absolute_url()}">{provision.title}</a>' in html


def test_a_look_at_the_words_is_given_where_there_is_no_space_yet(client_of, alice, provision):
    response = client_of(alice).post(f"/forum/about/provision/{provision.pk}/", {"body": "**Well**", "do": "preview"})
    assert response.status_code == 200
    assert "<strong>Well</strong>" in response.content.decode()
