"""A thread becomes a story or guidance; nobody is quoted without their yes."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from cms.actions import drafting
from cms.choosers import excerpt_chooser
from cms.models import Excerpt, GuidanceIndexPage, GuidancePage, HomePage, StoryIndexPage, StoryPage
from cms.querysets.excerpts import shown_on
from forum.actions import accepting, moderating, posting, reacting
from forum.models import PageThread, Post, SpaceMembership
from notifications import kinds
from notifications.models import Notice
from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db

WORDS = "We asked the fire service first, and wrote down what was agreed."


@pytest.fixture
def indexes():
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    home = root.add_child(instance=HomePage(title="Home", slug="start", headline="?", intro="."))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    stories = home.add_child(instance=StoryIndexPage(title="Stories", slug="stories"))
    guidance = home.add_child(instance=GuidanceIndexPage(title="Guidance", slug="guidance"))
    return stories, guidance


@pytest.fixture
def answer(thread, alice, bob):
    post = posting.answer(by=bob, thread=thread, body=WORDS)
    accepting.accept(by=alice, post=post)
    return post


def make(by, thread, *posts, kind=drafting.STORY):
    return drafting.draft_from_thread(by=by, thread=thread, kind=kind, posts=posts)


def finish(page, summary: str) -> None:
    """Write what a draft of a story lacks until it can be published. Not saved."""
    page.summary = summary
    page.problem = page.impact = [("text", "<p>Words.</p>")]


def rendered(page, viewer):
    """The words of a page as it shows them to `viewer`."""
    request = RequestFactory().get("/")
    request.user = viewer
    return page.get_context(request)["words"]["approach" if isinstance(page, StoryPage) else "body"]


def test_a_moderator_makes_a_draft_that_nobody_sees_yet(indexes, thread, answer, morag, anyone):
    opening = thread.posts.get(number=1)
    page = make(morag, thread, opening, answer)
    page = StoryPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (page.title, page.live, page.keeper, page.get_parent().slug) == (thread.title, False, morag, "stories")
    assert [block.block_type for block in page.problem] == ["excerpt"]
    assert [block.value["excerpt"].post for block in page.approach] == [answer]
    assert [(link.thread, link.made_from) for link in page.thread_links.all()] == [(thread, True)]


def test_it_may_become_local_guidance_too(indexes, thread, answer, cora):
    page = make(cora, thread, answer, kind=drafting.GUIDANCE)
    page = GuidancePage.objects.get(pk=page.pk)
    assert (page.level, page.live, page.get_parent().slug) == ("local", False, "guidance")
    assert [block.block_type for block in page.get_latest_revision_as_object().body] == ["text", "excerpt"]


def test_the_same_form_sent_twice_makes_one_draft(indexes, thread, answer, morag):
    assert make(morag, thread, answer).pk == make(morag, thread, answer).pk
    assert (StoryPage.objects.count(), Excerpt.objects.count()) == (1, 1)


@pytest.mark.parametrize("who", ["alice", "bob", "charlie"])
def test_members_can_not_make_drafts(indexes, thread, answer, cast, client_of, who):
    with pytest.raises(drafting.CantDraft):
        make(cast[who], thread, answer)
    assert client_of(cast[who]).get(f"/forum-drafts/{thread.pk}/").status_code == 403
    assert not StoryPage.objects.exists()


def test_who_can_not_read_the_thread_is_told_nothing_of_it(indexes, client_of, morag, group_space, alice):
    from forum.actions import asking

    hidden = asking.ask(by=alice, space=group_space, kind="question", title="CANARY", body="?")
    assert client_of(morag).get(f"/forum-drafts/{hidden.pk}/").status_code == 404


def test_each_author_is_asked_and_no_one_else(indexes, thread, answer, morag, alice, bob):
    make(morag, thread, thread.posts.get(number=1), answer)
    asked = Notice.objects.filter(kind="cms.consent_asked")
    assert set(asked.values_list("recipient__handle", flat=True)) == {"alice", "bob"}
    assert {one.url for one in asked} == {f"/consent/{one.pk}/" for one in Excerpt.objects.all()}


def test_ones_own_words_need_no_asking(indexes, thread, morag):
    own = posting.answer(by=morag, thread=thread, body="As a moderator I add this.")
    page = make(morag, thread, own)
    assert page.excerpts.get().consent == "given"
    assert not Notice.objects.filter(kind="cms.consent_asked").exists()


def test_nothing_is_quoted_and_nobody_named_until_the_author_agrees(indexes, thread, answer, morag, bob, anyone):
    page = make(morag, thread, answer)
    block = page.approach[0]
    block.value["summary"] = "One service asked first and kept a record."
    assert rendered(page, anyone).count("One service asked first") == 1
    assert WORDS not in rendered(page, anyone)
    assert "Bob" not in rendered(page, anyone)
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=True)
    assert WORDS in rendered(page, anyone)
    assert "Bob Barley" in rendered(page, anyone)
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=False)
    assert WORDS not in rendered(page, anyone)


def test_whom_quoted_words_mention_is_not_named(indexes, thread, alice, bob, morag, anyone):
    """They were not asked, and may hide their name tomorrow: what is quoted stays as it was agreed to."""
    page = make(morag, thread, posting.answer(by=bob, thread=thread, body=f"As @alice says. {WORDS}"))
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=True)
    assert f"As @a member says. {WORDS}" in rendered(page, anyone)


def test_quotations_of_older_releases_name_nobody_either(indexes, thread, alice, bob, morag, anyone):
    page = make(morag, thread, posting.answer(by=bob, thread=thread, body=f"As @alice says, not alice@home. {WORDS}"))
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=True)
    page.excerpts.update(words=f"As @Alice says, not alice@home or @alice-b. {WORDS}")
    migration = importlib.import_module("cms.migrations.0005_quotations_name_nobody")
    migration.name_nobody(apps, SimpleNamespace(connection=connection))
    assert f"As @a member says, not alice@home or @alice-b. {WORDS}" in rendered(page, anyone)


def test_an_excerpt_can_not_be_shown_on_another_page_than_was_asked_for(indexes, thread, answer, morag, bob, anyone):
    page = make(morag, thread, answer)
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=True)
    other = indexes[0].add_child(instance=StoryPage(title="Other", slug="other", summary=".", live=False))
    other.approach = [("excerpt", {"excerpt": page.excerpts.get(), "summary": "In short."})]
    assert WORDS not in rendered(other, anyone)
    assert "In short." in rendered(other, anyone)


def test_a_removed_post_is_quoted_no_more(indexes, thread, answer, morag, bob, anyone):
    page = make(morag, thread, answer)
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=True)
    moderating.remove(by=morag, post=answer, why="It names somebody.")
    assert shown_on(page, anyone) == {}
    assert [one.may_be_shown() for one in page.excerpts.all()] == [False]


def test_quoting_a_members_only_thread_does_not_lead_there(indexes, members_space, alice, bob, morag, anyone):
    from forum.actions import asking

    hidden = asking.ask(by=alice, space=members_space, kind="question", title="Among us", body="?")
    post = posting.answer(by=bob, thread=hidden, body=WORDS)
    page = make(morag, hidden, post)
    drafting.answer(by=bob, excerpt=page.excerpts.get(), agree=True)
    assert [one["url"] for one in shown_on(page, anyone).values()] == [""]
    assert [one["url"] for one in shown_on(page, alice).values()] == [post.get_absolute_url()]


def test_the_author_answers_on_a_page_of_their_own(indexes, client_of, thread, answer, morag, alice, bob):
    excerpt = make(morag, thread, answer).excerpts.get()
    address = f"/consent/{excerpt.pk}/"
    assert WORDS in client_of(bob).get(address).content.decode()
    for other in (alice, morag):
        assert client_of(other).get(address).status_code == 404
        assert client_of(other).post(address, {"answer": "yes"}).status_code == 404
    assert client_of().get(address).status_code == 302
    assert client_of(bob).post(address, {"answer": "perhaps"}).status_code == 200
    assert client_of(bob).post(address, {"answer": "yes"}).status_code == 302
    excerpt.refresh_from_db()
    assert excerpt.consent == "given"
    assert list(Notice.objects.filter(recipient=morag).values_list("kind", flat=True)) == ["cms.consent_answered"]


def test_when_it_is_published_the_asker_and_everyone_who_said_us_too_are_told_once(
    indexes, thread, answer, morag, alice, cora, office
):
    reacting.us_too(by=cora, thread=thread)
    page = make(morag, thread, answer)
    finish(page, "How one service asked first.")
    for _ in range(2):
        page.save_revision().publish()
    told = Notice.objects.filter(kind="cms.made_from_thread")
    assert sorted(told.values_list("recipient__handle", "count")) == [("alice", 1), ("cora", 1)]
    assert {one.url for one in told} == {StoryPage.objects.get(pk=page.pk).url}


def test_the_links_go_both_ways(indexes, client_of, thread, answer, morag, alice, django_capture_on_commit_callbacks):
    page = make(morag, thread, answer)
    finish(page, "How one service asked first.")
    assert page.title not in client_of(alice).get(thread.get_absolute_url()).content.decode().split("rail")[-1]
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    page = StoryPage.objects.get(pk=page.pk)
    assert f'href="{page.url}"' in client_of(alice).get(thread.get_absolute_url()).content.decode()
    assert PageThread.objects.filter(page=page, thread=thread, made_from=True).exists()


def test_the_moderator_is_offered_it_beside_the_thread(client_of, thread, morag, alice):
    address = f"/forum-drafts/{thread.pk}/"
    assert address in client_of(morag).get(thread.get_absolute_url()).content.decode()
    assert address not in client_of(alice).get(thread.get_absolute_url()).content.decode()


def test_the_form_makes_the_draft_and_leads_to_the_editor(indexes, client_of, thread, answer, cora):
    response = client_of(cora).post(f"/forum-drafts/{thread.pk}/", {"kind": "story", "posts": ["1", "2"]})
    page = StoryPage.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/admin/pages/{page.pk}/edit/")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"kind": "story"}, "Choose at least one post"),
        ({"posts": ["1"]}, "Choose what it should become"),
        ({"kind": "song", "posts": ["1"]}, "Choose one of the two"),
        ({"kind": "story", "posts": ["99"]}, "is not there any more"),
        ({"kind": "story", "posts": ["x" * 400]}, "is not there any more"),
    ],
)
def test_a_wrong_form_says_what_is_missing(indexes, client_of, thread, answer, morag, sent, words):
    response = client_of(morag).post(f"/forum-drafts/{thread.pk}/", sent)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not StoryPage.objects.exists()


def test_agreed_and_may_be_shown_are_one_rule(indexes, thread, alice, bob, morag):
    posts = [posting.answer(by=bob, thread=thread, body=f"Words number {n}.") for n in range(3)]
    make(morag, thread, *posts)
    for post, consent in zip(posts, ["given", "refused", "asked"], strict=True):
        Excerpt.objects.filter(post=post).update(consent=consent)
    Post.objects.filter(pk=posts[1].pk).update(removed_at="2026-01-01T00:00Z")
    agreed = set(Excerpt.objects.agreed())
    assert agreed == {one for one in Excerpt.objects.all() if one.may_be_shown()}
    assert len(agreed) == 1


def quoting(page, *, asked_in=None):
    """The story of `page`, published without a link to its thread, with its excerpts agreed to."""
    page = StoryPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    page.thread_links = []
    finish(page, "In short.")
    page.save_revision().publish()
    Excerpt.objects.filter(page=page.pk).update(consent="given")
    return StoryPage.objects.get(pk=page.pk)


def test_a_post_that_is_removed_is_gone_from_kept_pages_that_quote_it(
    indexes, thread, answer, morag, client, settings, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    page = quoting(make(morag, thread, answer))
    assert [WORDS in client.get(page.url).content.decode() for _ in range(2)] == [True, True]
    with django_capture_on_commit_callbacks(execute=True):
        moderating.remove(by=morag, post=answer, why="It tells of a real case.")
    assert WORDS not in client.get(page.url).content.decode()


def test_the_queries_do_not_grow_with_the_excerpts(indexes, thread, bob, morag, client):
    counts = []
    for number in (1, 3):
        posts = [posting.answer(by=bob, thread=thread, body=f"Words {number} {n}.") for n in range(number)]
        page = quoting(make(morag, thread, *posts))
        client.get(page.url)
        with CaptureQueriesContext(connection) as queries:
            client.get(page.url)
        counts.append(sum('FROM "cms_excerpt"' in one["sql"] for one in queries if "IN (" not in one["sql"]))
    assert counts[0] == counts[1]


def test_the_draft_of_a_private_thread_names_nothing_to_editors_outside(indexes, group_space, alice, bob, cora):
    SpaceMembership.objects.create(space=group_space, member=cora)
    thread = ThreadFactory(title="kvxq pilot", author=alice, space=group_space)
    post = posting.answer(by=bob, thread=thread, body="kvxq words")
    page = make(cora, thread, post, kind=drafting.GUIDANCE)
    page = GuidancePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (page.title, page.slug) == (
        f"Thread {thread.pk}, in a private group",
        f"thread-{thread.pk}-in-a-private-group",
    )
    assert "kvxq" not in str(page.body.raw_data)
    widget, excerpt = excerpt_chooser.widget_class(), Excerpt.objects.get()
    assert widget.get_display_title(excerpt) == f"Words from a private group (asked), for {page.title}"
    drafting.answer(by=bob, excerpt=excerpt, agree=True)
    assert widget.get_display_title(Excerpt.objects.get()) == f"“kvxq words” (given), for {page.title}"


STEPS = "Do this:\n\n1. Ring the duty line\n2. Say who you are\n\nNumber two is the magic sentence."


def test_a_quotation_keeps_the_numbers_of_its_list_wherever_it_is_shown(indexes, client_of, thread, morag, bob):
    page = make(morag, thread, posting.answer(by=bob, thread=thread, body=STEPS))
    assert Excerpt.objects.get().words == STEPS
    lines = "<p>1. Ring the duty line<br>2. Say who you are</p>"
    assert lines in client_of(bob).get(Excerpt.objects.get().get_absolute_url()).content.decode()
    mail = kinds.get("cms.consent_asked").mail(Notice.objects.get(recipient=bob, kind="cms.consent_asked"))
    assert (mail.items[0].text, lines in mail.items[0].html) == (STEPS, True)
    drafting.answer(by=bob, excerpt=Excerpt.objects.get(), agree=True)
    (shown,) = shown_on(page, AnonymousUser()).values()
    assert shown["words"] == STEPS
