"""Success stories: read by anyone, found by sector and topic; threads and people only as readers may see them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.models import ContactAgreement, StoryContact, StoryFigure, StoryIndexPage, StoryPage
from core.blocks.reading import reading_minutes
from core.models import Topic
from forum.models import PageThread
from tests.cms import desk
from tests.factories import MemberFactory, OrganisationFactory, SectorFactory, ThreadFactory


@pytest.fixture
def home(db):
    return desk.make_desk()


@pytest.fixture
def story(home):
    return desk.story()


def agreed(story, member):
    """A contact who said yes."""
    StoryContact.objects.create(page=story, member=member)
    return ContactAgreement.objects.create(story=story, member=member, agreed_at=timezone.now())


def about(story, *names):
    for name in names:
        story.topics.add(name)
    story.save()


def page_of(client, story):
    return client.get(story.url).content.decode()


def test_a_story_has_its_parts_in_order_and_leaves_out_the_empty_ones(client, home):
    story = desk.story(
        advice=desk.body("Start small."), impact=desk.body("They know."), problem=desk.body("Nobody knew.")
    )
    context = client.get(story.url).context
    assert [(name, title) for name, title, _ in context["parts"]] == [
        ("problem", "Problem"),
        ("approach", "Approach"),
        ("impact", "Impact"),
        ("advice", "Advice to others"),
    ]


def test_reading_time_is_the_words_of_all_blocks_by_two_hundred_and_at_least_a_minute(home):
    assert reading_minutes(desk.story("Short")) == 1
    long = desk.story("Long", problem=desk.body("word " * 500), impact=desk.body("word " * 500))
    assert reading_minutes(long) == 5


def test_reading_time_asks_no_query(story, django_assert_num_queries):
    story = StoryPage.objects.get(pk=story.pk)
    with django_assert_num_queries(0):
        reading_minutes(story)


def test_a_story_has_four_figures_at_most(story):
    story.figures = [StoryFigure(number=str(n), label="years", source="us") for n in range(5)]
    with pytest.raises(ValidationError, match="Choose the 4 figures"):
        story.clean()


def test_figures_say_where_they_are_from(client, story):
    StoryFigure.objects.create(page=story, number="18 months", label="how old files were", source="The proposal, 2014")
    figures = client.get(story.url).context["figures"]
    assert [(one.number, one.source) for one in figures] == [("18 months", "The proposal, 2014")]
    assert "The proposal, 2014" in page_of(client, story)


def test_threads_are_shown_to_those_who_may_read_them(
    client_of, bob, charlie, story, space, members_space, group_space
):
    for place in (space, members_space, group_space):
        thread = ThreadFactory(title=f"Asked in {place.name}", space=place)
        PageThread.objects.create(page_id=story.pk, thread=thread)
    removed = ThreadFactory(title="Removed", space=space, removed_at=timezone.now())
    PageThread.objects.create(page_id=story.pk, thread=removed)
    for person, titles in (
        (None, ["Asked in Lawful sharing"]),
        (charlie, ["Asked in Lawful sharing"]),
        (bob, ["Asked in Lawful sharing", "Asked in Safeguarding", "Asked in Pilot group"]),
    ):
        response = client_of(person).get(story.url)
        assert [thread.title for thread in response.context["related"]] == titles
        assert ("Asked in Pilot group" in response.content.decode()) == (person is bob)


def test_only_members_who_agreed_are_named(client, alice, bob, story):
    StoryContact.objects.create(page=story, member=alice)
    ContactAgreement.objects.create(story=story, member=alice)
    agreed(story, bob)
    names = [contact.byline.name for contact in client.get(story.url).context["contacts"]]
    assert names == ["Bob Barley"]
    assert "Alice Amory" not in page_of(client, story)


def test_a_contact_is_shown_as_far_as_they_show_themselves(client_of, alice, charlie, story, council):
    shy = MemberFactory(display_name="Shy Contact", organisation=council, show_name="members")
    quiet = MemberFactory(
        display_name="Quiet Contact", job_title="Clerk", organisation=council, show_organisation="nobody"
    )
    agreed(story, shy)
    agreed(story, quiet)

    def seen(person):
        return [contact.byline.text() for contact in client_of(person).get(story.url).context["contacts"]]

    assert seen(None) == ["Quiet Contact, Clerk"]
    assert seen(charlie) == ["Quiet Contact, Clerk"]
    shy_line = ", ".join(part for part in ("Shy Contact", shy.job_title, "Thornmere District Council") if part)
    assert seen(alice) == [shy_line, "Quiet Contact, Clerk"]


def test_a_contact_who_left_is_not_named(client, bob, story):
    agreed(story, bob)
    bob.standing = "left"
    bob.save()
    assert client.get(story.url).context["contacts"] == []


def test_asking_fills_the_question_in(client, home):
    story = desk.story("One list for every crew")
    about(story, "fire")
    url = client.get(story.url).context["ask_url"]
    topic = Topic.objects.get()
    title = "About+%E2%80%9COne+list+for+every+crew%E2%80%9D"
    assert url == f"/forum/ask/?title={title}&topic={topic.slug}"


def test_asking_them_mentions_them(client_of, alice, bob, story, space):
    agreed(story, bob)
    ask = client_of(alice).get(client_of(alice).get(story.url).context["ask_url"])
    assert ask.context["form"]["body"].value() == "@bob: we read your story and would like to ask"
    assert ask.context["form"]["title"].value() == f"About “{story.title}”"


def test_topics_lead_to_everything_about_them(client, story):
    about(story, "fire safety")
    assert 'href="/topics/fire-safety/"' in page_of(client, story)


# --- The list --------------------------------------------------------------------------------------


def library():
    fire, health = SectorFactory(name="Fire", slug="fire"), SectorFactory(name="Health", slug="health")
    rows = [("A", fire, ["homes", "safety"]), ("B", fire, ["homes"]), ("C", health, ["homes"]), ("D", None, [])]
    for days, (title, sector, topics) in enumerate(rows):
        at = timezone.now() - dt.timedelta(days=days)
        story = desk.story(title, sector=sector, first_published_at=at)
        about(story, *topics)


def listed(client, query=""):
    found = client.get(f"/stories/{query}").context["list"]
    return [story.title for story in found.items], {
        facet.name: {choice.title: choice.count for choice in facet.choices} for facet in found.facets
    }


def test_stories_are_listed_newest_first_with_true_counts(client, home):
    library()
    titles, counts = listed(client)
    assert titles == ["A", "B", "C", "D"]
    assert counts == {"sector": {"Fire": 2, "Health": 1}, "topic": {"homes": 3, "safety": 1}}


def test_each_facet_counts_what_the_others_leave(client, home):
    library()
    titles, counts = listed(client, "?sector=fire")
    assert titles == ["A", "B"]
    assert counts == {"sector": {"Fire": 2, "Health": 1}, "topic": {"homes": 2, "safety": 1}}
    titles, counts = listed(client, "?sector=health&topic=safety")
    assert titles == []
    assert counts == {"sector": {"Fire": 1, "Health": 0}, "topic": {"homes": 1, "safety": 0}}
    assert "No story fits yet" in client.get("/stories/?sector=health&topic=safety").content.decode()


def test_a_filter_nobody_knows_is_no_filter(client, home):
    library()
    assert listed(client, "?sector=%00%27&topic=gone")[0] == ["A", "B", "C", "D"]


def test_drafts_and_private_stories_are_not_listed_counted_or_reached(client_of, alice, charlie, home):
    library()
    private = desk.story("For members", sector=None)
    about(private, "secretive")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    draft = desk.story("A draft", live=False)
    about(draft, "unfinished")
    for person, sees in ((None, False), (charlie, False), (alice, True)):
        client = client_of(person)
        titles, counts = listed(client)
        assert ("For members" in titles) == sees
        assert ("secretive" in counts["topic"]) == sees
        assert "A draft" not in titles
        assert "unfinished" not in counts["topic"]
        assert client.get(private.url).status_code == (200 if sees else 404)
        assert client.get("/stories/a-draft/").status_code == 404


def count_queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def full(title):
    story = desk.story(title, sector=SectorFactory(), first_published_at=timezone.now())
    about(story, f"topic of {title}", "shared")
    StoryFigure.objects.create(page=story, number="3", label="things", source="us")
    return story


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_list_costs_the_same_with_one_story_and_with_three(who, request, client_of, home):
    client = client_of(request.getfixturevalue(who) if who else None)
    full("One")
    one = count_queries(client, "/stories/")
    full("Two")
    full("Three")
    assert count_queries(client, "/stories/") == one
    assert one <= 14


def test_a_story_costs_the_same_with_one_of_everything_and_with_three(
    client_of, bob, home, space, django_capture_on_commit_callbacks
):
    def grow(story):
        thread = ThreadFactory(space=space)
        PageThread.objects.create(page_id=story.pk, thread=thread)
        story.organisations.add(OrganisationFactory())
        story.save()
        StoryFigure.objects.create(page=story, number="3", label="things", source="us")
        agreed(story, MemberFactory())

    story = full("Only")
    grow(story)
    client = client_of(bob)
    one = count_queries(client, story.url)
    with django_capture_on_commit_callbacks(execute=True):
        grow(StoryPage.objects.get(pk=story.pk))
        grow(StoryPage.objects.get(pk=story.pk))
        StoryPage.objects.get(pk=story.pk).save_revision().publish()
    assert len(client.get(story.url).context["contacts"]) == 3
    assert count_queries(client, story.url) == one
    assert one <= 8


# --- Kept for the anonymous -------------------------------------------------------------------------


@pytest.fixture
def kept(settings):
    settings.ANONYMOUS_CACHE = True


def is_kept(client, url) -> bool:
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries) == 0


def test_a_story_and_the_list_are_kept_until_the_story_is_published_anew(
    client, kept, story, django_capture_on_commit_callbacks
):
    for url in (story.url, "/stories/", "/stories/?sector=fire"):
        client.get(url)
    assert is_kept(client, story.url)
    assert is_kept(client, "/stories/")
    assert is_kept(client, "/stories/?sector=fire")
    story.title = "Told anew"
    with django_capture_on_commit_callbacks(execute=True):
        story.save_revision().publish()
    assert "Told anew" in page_of(client, story)
    assert "Told anew" in client.get("/stories/").content.decode()


def test_a_kept_story_forgets_a_thread_that_is_removed(
    client, kept, story, space, django_capture_on_commit_callbacks, morag
):
    from forum.actions import asking, moderating

    asker = MemberFactory()
    thread = asking.ask(by=asker, space=space, kind="question", title="Said too much", topics_named=[], body="Words.")
    PageThread.objects.create(page_id=story.pk, thread=thread)
    assert "Said too much" in page_of(client, story)
    with django_capture_on_commit_callbacks(execute=True):
        moderating.remove(by=morag, post=thread.posts.get(), why="A real case.")
    assert "Said too much" not in page_of(client, story)


def test_every_kind_of_new_page_can_be_previewed(client_of, cora, home, rf):
    from cms.models import NewsIndexPage, NewsPage

    for index, page in (
        (StoryIndexPage, StoryPage(title="New", slug="new", summary="Words", problem=desk.body())),
        (NewsIndexPage, NewsPage(title="New", slug="new", summary="Words", body=desk.body())),
    ):
        parent = index.objects.get()
        page.depth, page.path = parent.depth + 1, parent.path + "0001"
        page.set_url_path(parent)
        request = rf.get("/")
        request.user = cora
        response = page.make_preview_request(original_request=request)
        assert response.status_code == 200
        assert "<h1>New</h1>" in response.content.decode()


def test_publishing_a_story_leaves_other_pages_kept(client, kept, story, django_capture_on_commit_callbacks):
    other, words, news = desk.story("Another"), desk.plain("Plain words"), desk.news()
    for url in (other.url, words.url, news.url, "/forum/", "/partners/"):
        client.get(url)
    with django_capture_on_commit_callbacks(execute=True):
        story.save_revision().publish()
    assert [is_kept(client, url) for url in (other.url, words.url, news.url, "/forum/", "/partners/")] == [True] * 5


def test_a_renamed_list_shows_in_the_way_to_its_stories(client, kept, story, django_capture_on_commit_callbacks):
    client.get(story.url)
    index = StoryIndexPage.objects.get()
    index.title = "What worked"
    with django_capture_on_commit_callbacks(execute=True):
        index.save_revision().publish()
    assert client.get(story.url).context["crumbs"][0]["title"] == "What worked"


def test_a_new_site_has_its_lists_once(db, client):
    from django.core.management import call_command

    for _ in range(2):
        call_command("set_up", verbosity=0)
    for url in ("/stories/", "/news/", "/start-here/", "/guidance/"):
        assert client.get(url).status_code == 200
    assert StoryIndexPage.objects.count() == 1
