import re
import uuid
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from wagtail.search import index

from forum.models import Draft, Post, Space, Thread
from forum.permissions import can_start
from members.models import Member
from tests.factories import MemberFactory, PostFactory, SpaceFactory, ThreadFactory

pytestmark = pytest.mark.django_db
ASK = "/forum/ask/"
FORM = "application/x-www-form-urlencoded"
NULL = "Take out the character that can't be shown: it may have come with something you pasted."
LONG = "“" + "long " * 8 + "…” is too long for a topic: 40 characters at most. Put a comma between topics."


class Forms(HTMLParser):
    """The forms of a page as a browser would send them: `forms[action] = {name: value}`."""

    def __init__(self, html: str):
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._by_id: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._text = ""
        self.feed(html.replace("\r\n", "\n"))  # as HTML parsers do

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._form = self.forms.setdefault(told.get("action", ""), {})
            self._by_id[told.get("id", "")] = self._form
        elif tag == "input" and told.get("name") and (told.get("type") != "radio" or "checked" in told):
            form = self._by_id[told["form"]] if "form" in told else self._form
            form[told["name"]] = told.get("value", "")
        elif tag == "textarea":
            self._text = told["name"]
            self._form[self._text] = ""
        elif tag == "select":
            self._select = told["name"]
            self._form[self._select] = ""
        elif tag == "option" and "selected" in told:
            self._form[self._select] = told["value"]

    def handle_data(self, data):
        if self._text:
            self._form[self._text] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._form[self._text] = self._form[self._text].removeprefix("\r\n").removeprefix("\n")
            self._text = ""
        elif tag == "form":
            self._form = {}


def sent_by(response, action=ASK) -> dict[str, str]:
    return Forms(response.content.decode()).forms[action]


def typed(room, **other) -> dict:
    """A whole question, as a browser would send it."""
    return {
        "title": "May we send the list of home oxygen users to the fire service?",
        "body": "They asked us **on Monday**.\r\n\r\nWe are a charity.",
        "space": str(room.pk),
        "topics": "Fire  Safety, consent",
        "kind": "question",
        "once_key": str(uuid.uuid4()),
        "draft_version": "0",
    } | other


def errors_of(response) -> list[str]:
    """What the error summary says, in its order."""
    summary = re.search(r'class="error-summary__list">(.*?)</ul>', response.content.decode(), re.S)
    return (
        [re.sub(r"<[^>]+>", "", item).strip() for item in re.findall(r"<li>(.*?)</li>", summary[1], re.S)]
        if summary
        else []
    )


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


# --- Similar questions as a step, without JavaScript --------------------------------------------------


@pytest.fixture
def asked_before(space):
    thread = ThreadFactory(title="May we give the fire service a list of people with oxygen at home?", space=space)
    index.insert_or_update_object(thread)
    return thread


def test_without_javascript_similar_questions_are_a_step_before_posting(client_of, alice, space, asked_before):
    client = client_of(alice)
    fields = sent_by(client.get(ASK)) | typed(space)
    step = client.post(ASK, fields)
    assert step.status_code == 200
    html = step.content.decode()
    assert "Has this already been answered?" in html
    assert asked_before.get_absolute_url() in html
    assert Thread.objects.count() == 1
    posted = client.post(ASK, sent_by(step))
    thread = Thread.objects.latest("pk")
    assert posted["Location"] == thread.get_absolute_url()
    assert thread.posts.get().body == "They asked us **on Monday**.\n\nWe are a charity."
    assert sorted(thread.topics.names()) == ["consent", "fire safety"]


def test_the_question_can_be_changed_at_that_step(client_of, alice, space, asked_before):
    client = client_of(alice)
    step = client.post(ASK, typed(space))
    again = client.post(ASK, sent_by(step) | {"do": "edit"})
    assert errors_of(again) == []
    kept = sent_by(again)
    assert (kept["title"], kept["topics"], kept["space"]) == (
        "May we send the list of home oxygen users to the fire service?", "Fire  Safety, consent", str(space.pk),
    )  # fmt: skip


def test_the_question_can_be_thrown_away_at_that_step(client_of, alice, space, asked_before):
    Draft.objects.create(member=alice, fields={"title": "May we send the list"})
    client = client_of(alice)
    step = client.post(ASK, typed(space))
    there = asked_before.get_absolute_url()
    assert f'formaction="{reverse("forum:drafts-discard")}" name="next" value="{there}"' in step.content.decode()
    response = client.post(reverse("forum:drafts-discard"), sent_by(step) | {"next": there})
    assert (response.status_code, response["Location"]) == (302, there)
    assert not Draft.objects.exists()
    assert Thread.objects.count() == 1


def test_the_step_is_left_out_when_nothing_fits_or_when_the_matches_were_seen(client_of, alice, space, asked_before):
    client = client_of(alice)
    other = client.post(ASK, typed(space, title="Who pays for the training room in spring?"))
    assert other.status_code == 302
    fields = typed(space)
    seen = client.post(ASK, fields | {"seen_similar": fields["title"]})
    assert seen.status_code == 302
    changed = client.post(ASK, typed(space, seen_similar="May we send a list?"))
    assert changed.status_code == 200


def test_the_step_comes_again_only_for_questions_it_has_not_shown(client_of, alice, space, asked_before):
    client = client_of(alice)
    step = client.post(ASK, typed(space))
    again = client.post(ASK, sent_by(step) | {"do": "edit"})
    other_words = sent_by(again) | {"title": "Could we send the list of oxygen users to the fire service?", "body": ""}
    wrong = client.post(ASK, other_words)
    assert errors_of(wrong) == ["Say a little more: what happened, and what have you tried?"]
    fields = sent_by(wrong) | {"body": "They asked."}
    later = ThreadFactory(title="Could we send the fire service our oxygen list of users?", space=space)
    index.insert_or_update_object(later)
    step = client.post(ASK, fields)
    html = step.content.decode()
    assert (later.get_absolute_url() in html, asked_before.get_absolute_url() in html) == (True, False)
    third = client.post(ASK, sent_by(step) | {"title": "May we send oxygen lists to the fire service?"})
    assert third.status_code == 302


@pytest.mark.parametrize("seen", ["x", "0,,-2", "-1", "9" * 30, "½", "1" * 5000])
def test_a_broken_list_of_what_was_seen_only_brings_the_step(client_of, alice, space, asked_before, seen):
    response = client_of(alice).post(ASK, typed(space, seen_matches=seen))
    assert "Has this already been answered?" in response.content.decode()


def test_the_fragment_marks_the_title_as_seen(client_of, alice, space, asked_before):
    title = "Is the fire service allowed our oxygen list?"
    html = client_of(alice).get(reverse("forum:ask-similar"), {"q": title}).content.decode()
    assert asked_before.get_absolute_url() in html
    assert f'id="id_seen_similar" form="ask-form" value="{title}"' in html
    assert "1 question looks like yours" in html


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


@pytest.mark.parametrize(
    ("kind", "replies", "instead"),
    [
        ("question", 1, "This answers it. Discard my question"),
        ("question", 0, "This asks the same. Discard my question"),
        ("discussion", 1, "This helps me. Discard my question"),
    ],
)
def test_what_is_like_it_is_offered_for_what_it_is(client_of, alice, bob, space, kind, replies, instead):
    title = "May we send the list of home oxygen users to the fire service?"
    thread = ThreadFactory(kind=kind, title=title, author=bob, space=space)
    for _ in range(replies):
        PostFactory(thread=thread, author=alice, kind=Post.Kind.ANSWER)
    index.insert_or_update_object(thread)
    found = client_of(alice).get("/forum/ask/similar/", {"title": title}).content.decode()
    step = client_of(alice).post(ASK, typed(space)).content.decode()
    assert [instead in page for page in (found, step)] == [True, True]
