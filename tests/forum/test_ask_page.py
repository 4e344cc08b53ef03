import re

import pytest
from django.urls import reverse

from forum.models import Post, Space, Thread
from forum.permissions import can_start
from members.models import Member
from tests.factories import MemberFactory, SpaceFactory
from tests.parts.asking import ASK, errors_of, sent_by, typed

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
NULL = "Take out the character that can't be shown: it may have come with something you pasted."
LONG = "“" + "long " * 8 + "…” is too long for a topic: 40 characters at most. Put a comma between topics."


def test_a_member_asks_in_one_page(client_of, alice, space):
    response = client_of(alice).post(ASK, typed(space))
    thread = Thread.objects.get()
    assert (response.status_code, response["Location"]) == (302, thread.get_absolute_url())
    assert thread.title == "May we send the list of home oxygen users to the fire service?"
    assert (thread.space, thread.author, thread.kind) == (space, alice, "question")
    assert sorted(thread.topics.names()) == ["consent", "fire safety"]
    opening = thread.posts.get()
    assert opening.body == "They asked us **on Monday**.\n\nWe are a charity."
    assert opening.html == "<p>They asked us <strong>on Monday</strong>.</p>\n<p>We are a charity.</p>\n"


@pytest.mark.parametrize("kind", ["question", "discussion", "concern", "success"])
def test_a_thread_may_be_of_four_kinds(client_of, alice, space, kind):
    client_of(alice).post(ASK, typed(space, kind=kind))
    assert Thread.objects.get().kind == kind


def test_the_page_offers_only_spaces_one_may_start_in(client_of, alice, morag, space, members_space, group_space):
    SpaceFactory(name="Bob's group", visibility="group")
    SpaceFactory(name="Notices", may_start="staff")

    def offered(member):
        html = client_of(member).get(ASK).content.decode()
        return re.findall(r'<option value="\d+"[^>]*>([^<]+)', html)

    assert offered(alice) == ["Lawful sharing", "Pilot group", "Safeguarding"]
    assert offered(morag) == ["Lawful sharing", "Notices", "Safeguarding"]


def test_the_list_of_spaces_to_start_in_is_the_twin_of_the_permission(cast, space, members_space, group_space):
    SpaceFactory(name="Notices", may_start="staff")
    SpaceFactory(name="Office", visibility="group", may_start="staff", people=[cast["cora"], cast["bob"]])
    pairs = [(member, room) for member in cast.values() for room in Space.objects.all()]
    listed = [room in Space.objects.startable_by(member) for member, room in pairs]
    assert listed == [can_start(member, room) for member, room in pairs]
    assert (len(pairs), sum(listed)) == (30, 13)


@pytest.mark.parametrize("name", ["Bob's group", "Notices"])
def test_a_space_not_offered_can_t_be_posted_to(client_of, alice, space, name):
    SpaceFactory(name="Bob's group", visibility="group")
    SpaceFactory(name="Notices", may_start="staff")
    response = client_of(alice).post(ASK, typed(space, space=str(Space.objects.get(name=name).pk)))
    assert errors_of(response) == ["Choose a space from the list."]
    assert not Thread.objects.exists()


def test_somebody_not_signed_in_is_asked_to_and_comes_back(client_of):
    response = client_of(None).get(ASK + "?title=Hello")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/forum/ask/%3Ftitle%3DHello"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ("waiting", "the core team is checking it"),
        ("unconfirmed", "First show us that your e-mail address is yours"),
        ("declined", "We could not confirm where you work"),
        ("left", "Your account can’t post any more"),
    ],
)
def test_a_member_not_vouched_for_reads_why_not_and_what_comes_next(client_of, space, standing, words):
    member = MemberFactory(standing=standing)
    for response in (client_of(member).get(ASK), client_of(member).post(ASK, typed(space))):
        assert response.status_code == 403
        assert words in response.content.decode()
    assert not Thread.objects.exists()


def test_the_address_fills_in_the_page(client_of, alice, space, thread):
    thread.topics.add("fire safety")
    response = client_of(alice).get(f"{ASK}?title=xyzzy+policy%00&space={space.slug}&topic=fire-safety")
    sent = sent_by(response)
    assert (sent["title"], sent["space"], sent["topics"]) == ("xyzzy policy", str(space.pk), "fire safety")


def test_errors_stand_on_top_and_at_their_fields_and_nothing_typed_is_lost(client_of, alice, space):
    fields = typed(space, title="T" * 150, body=" \u200b \r\n", space="", topics="a,b,c,d,e,f", kind="rant")
    response = client_of(alice).post(ASK, fields)
    assert response.status_code == 200
    assert errors_of(response) == [
        "The line is 150 characters long; 140 is the most. Put the rest into the details.",
        "Say a little more: what happened, and what have you tried?",
        "Choose a space for your question.",
        "Choose 5 topics at most; you have 6.",
        "Choose one of the four.",
    ]
    html = response.content.decode()
    assert html.index("error-summary") < html.index('name="title"')
    assert 'tabindex="-1" autofocus' in html
    assert html.count("field__error") == 5
    kept = sent_by(response)
    assert {name: kept.get(name) for name in ("title", "space", "topics", "once_key")} == {
        name: fields[name] for name in ("title", "space", "topics", "once_key")
    }


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": "May\x00we?"}, NULL),
        ({"body": "We\x00asked."}, NULL),
        ({"body": "x" * 60_000}, "This is 60,000 characters; 20,000 is the most. Shorten it, or post it in parts."),
        ({"title": "\u200b\u2060\u00ad"}, "Write your question in one line."),
        ({"topics": "!!!, ok"}, "“!!!” is not a topic: use letters or numbers."),
        ({"topics": "long " * 20}, LONG),
        ({"space": "9" * 30}, "Choose a space from the list."),
        ({"space": "one"}, "Choose a space from the list."),
    ],
)  # fmt: skip
def test_hostile_input_gets_a_plain_error_and_is_kept(client_of, alice, space, changes, error):
    response = client_of(alice).post(ASK, typed(space, **changes))
    assert response.status_code == 200
    assert [told.replace("&#x27;", "'") for told in errors_of(response)] == [error]
    if len(changes.get("body", "")) > 20_000:
        assert sent_by(response)["body"] == changes["body"]
    assert not Thread.objects.exists()


def test_strange_letters_are_welcome_but_turned_writing_is_put_straight(client_of, alice, space):
    client_of(alice).post(
        ASK, typed(space, title="Żółć 🦔 \u202eevil\u202c  ﷽?", body="𝔘𝔫𝔦 👩‍👩‍👧 <script>alert(1)</script>")
    )
    thread = Thread.objects.get()
    assert thread.title == "Żółć 🦔 evil ﷽?"
    assert thread.posts.get().html == "<p>𝔘𝔫𝔦 👩‍👩‍👧 &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"


@pytest.mark.parametrize("charset", ["utf-16", "utf-7", "no-such-charset"])
def test_a_form_that_claims_another_charset_is_answered_plainly(client_of, alice, space, charset):
    client = client_of(alice, raise_request_exception=False)
    for address in (ASK, reverse("forum:drafts-save"), reverse("forum:preview")):
        response = client.generic("POST", address, "title=Hello&body=Hello", f"{FORM}; charset={charset}")
        assert response.status_code in {200, 302, 400}, address
    assert not Thread.objects.exists()


def test_the_same_form_sent_twice_makes_one_thread(client_of, alice, space):
    fields = typed(space)
    first, second = client_of(alice).post(ASK, fields), client_of(alice).post(ASK, fields)
    assert first["Location"] == second["Location"] == Thread.objects.get().get_absolute_url()
    assert Post.objects.count() == 1


def test_a_broken_once_key_loses_nothing(client_of, alice, space):
    client_of(alice).post(ASK, typed(space, once_key="not-a-key"))
    assert Thread.objects.count() == 1


def test_too_many_questions_get_a_plain_429_with_everything_kept(client_of, alice, space, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"ask": (1, 3600)}
    client = client_of(alice)
    client.post(ASK, typed(space))
    fields = typed(space, title="Another question of mine, quite different")
    response = client.post(ASK, fields)
    assert response.status_code == 429
    assert "You have asked a lot in a short time" in response.content.decode()
    kept = sent_by(response)
    assert (kept["title"], kept["body"]) == (fields["title"], fields["body"].replace("\r\n", "\n"))
    assert Thread.objects.count() == 1


# --- Preview --------------------------------------------------------------------------------------------


def test_the_preview_button_shows_the_text_as_posting_would_render_it(client_of, alice, bob, space):
    client = client_of(alice)
    fields = typed(space, body="Ask @bob, not @nobody.\r\n\r\n- one\r\n- two", title="")
    response = client.post(ASK, fields | {"do": "preview"})
    assert errors_of(response) == []
    html = response.content.decode()
    client.post(ASK, fields | {"title": "A title for it"})
    posted = Post.objects.get().html
    assert 'href="/people/bob/"' in posted
    assert f'<div class="prose">{posted}</div>' in html
    assert sent_by(response)["body"] == fields["body"].replace("\r\n", "\n")


# --- Costs ----------------------------------------------------------------------------------------------


def test_the_page_costs_the_same_with_one_space_and_with_three(client_of, alice, space, django_assert_max_num_queries):
    client = client_of(alice)
    client.get(ASK)
    with django_assert_max_num_queries(10):
        client.get(ASK)
    SpaceFactory(visibility="group", people=[alice])
    SpaceFactory(visibility="group", people=[alice])
    with django_assert_max_num_queries(10):
        client.get(ASK)


def test_posting_costs_few_queries(client_of, alice, space, django_assert_max_num_queries):
    client = client_of(alice)
    with django_assert_max_num_queries(45):
        assert client.post(ASK, typed(space)).status_code == 302


def test_the_byline_says_what_others_will_see(client_of, alice, space):
    Member.objects.filter(pk=alice.pk).update(show_name="members")
    html = client_of(alice).get(ASK).content.decode()
    assert "How it will look" in html
    assert "People who are not signed in see “A member”." in html


def test_too_many_previews_get_a_429_and_keep_what_was_typed(client_of, alice, space, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"preview": (1, 600)}
    client = client_of(alice)
    fields = typed(space, body="Some **bold** words") | {"do": "preview"}
    first, second = client.post(ASK, fields), client.post(ASK, fields)
    assert (first.status_code, second.status_code) == (200, 429)
    assert "<strong>bold</strong>" not in second.content.decode()
    assert "You have looked at it many times in a short time." in second.content.decode()
    assert sent_by(second)["body"] == "Some **bold** words"
