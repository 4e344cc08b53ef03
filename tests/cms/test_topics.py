"""Topic pages gather everything on a topic in three rungs, as far as the reader may know of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from cms.models import TopicGuide
from cms.querysets.topics import topics_in_use
from core.models import Topic
from forum.models import TopicFollow
from members import roles
from tests.cms.test_templates import private
from tests.factories import SpaceFactory, ThreadFactory, knowledge


@pytest.fixture
def site(db):
    return knowledge.make_site()


def for_members(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    return page


def listed(response) -> dict[str, dict]:
    """{topic: its counts that are not nought}, as the index shows them."""
    return {
        topic.name: {kind: count for kind, count in topic.counts.items() if count}
        for _letter, topics in response.context["letters"]
        for topic in topics
    }


# --- The index ---------------------------------------------------------------------------------------


def test_every_topic_in_use_is_listed_with_true_counts(client, site, space):
    knowledge.guidance("One", topics=["fire", "housing"])
    knowledge.guidance("Two", topics=["fire"])
    knowledge.story(topics=["fire"])
    knowledge.news(topics=["housing"])
    knowledge.template().topics.add("fire")
    knowledge.ProvisionFactory(topics=["fire"])
    ThreadFactory(space=space, topics=["fire", "bins"])
    Topic.objects.create(name="unused")
    assert listed(client.get("/topics/")) == {
        "bins": {"threads": 1},
        "fire": {"guidance": 2, "stories": 1, "templates": 1, "gateways": 1, "threads": 1},
        "housing": {"guidance": 1, "news": 1},
    }


def test_topics_are_said_in_words_and_short_forms_are_spelled_as_they_are(client, site):
    knowledge.TermFactory(term="Data protection impact assessment", short_form="DPIA")
    knowledge.guidance("One", topics=["dpia", "plain english"])
    knowledge.guidance("Two", topics=["dpia"])
    knowledge.ProvisionFactory(topics=["dpia"])
    topics = [topic for _letter, found in client.get("/topics/").context["letters"] for topic in found]
    assert [(topic.title, topic.in_words) for topic in topics] == [
        ("DPIA", "2 guides, 1 law"),
        ("Plain english", "1 guide"),
    ]
    assert "<h1>DPIA</h1>" in client.get("/topics/dpia/").content.decode()


def test_topics_of_private_things_are_neither_listed_nor_counted(
    client_of, site, members_space, group_space, alice, morag, charlie
):
    knowledge.guidance("Open", topics=["fire"])
    for_members(knowledge.guidance("Members", topics=["fire", "canary one"]))
    knowledge.guidance("Draft", topics=["canary two"], publish=False)
    template = knowledge.template("Shut away")
    template.topics.add("canary three")
    private(template.versions.get())
    ThreadFactory(space=members_space, topics=["canary four"])
    ThreadFactory(space=group_space, topics=["canary five"])
    outside = {"fire": {"guidance": 1}}
    assert listed(client_of(None).get("/topics/")) == outside
    assert listed(client_of(charlie).get("/topics/")) == outside
    shared = {
        "canary four": {"threads": 1}, "canary one": {"guidance": 1}, "canary three": {"templates": 1},
        "fire": {"guidance": 2},
    }  # fmt: skip
    assert listed(client_of(morag).get("/topics/")) == shared
    assert listed(client_of(alice).get("/topics/")) == shared | {"canary five": {"threads": 1}}
    for slug in ("canary-one", "canary-two", "canary-three", "canary-four", "canary-five"):
        assert client_of(None).get(f"/topics/{slug}/").status_code == 404


def test_the_index_and_each_page_agree_on_which_topics_there_are(client_of, site, cast, members_space, group_space):
    knowledge.guidance("Open", topics=["one"])
    for_members(knowledge.guidance("Members", topics=["two"]))
    ThreadFactory(space=members_space, topics=["three"])
    ThreadFactory(space=group_space, topics=["four"])
    knowledge.guidance("Draft", topics=["five"], publish=False)
    compared = 0
    for viewer in cast.values():
        names = {topic.slug for topic in topics_in_use(viewer)}
        for slug in ("one", "two", "three", "four", "five"):
            status = client_of(viewer).get(f"/topics/{slug}/").status_code
            assert (status == 200) == (slug in names), (viewer, slug)
            compared += 1
    assert compared == 30


def test_an_index_without_topics_says_what_to_do(client, site):
    assert "No topics yet" in client.get("/topics/").content.decode()


# --- A topic -----------------------------------------------------------------------------------------


def test_a_topic_gathers_what_one_can_read_the_highest_authority_first(client, site, cora):
    parent = knowledge.guidance("National", level="national", topics=["fire"])
    knowledge.guidance("Act", level="law", topics=["fire"])
    knowledge.guidance(
        "Local", level="local", national_parent=parent, approver=cora, approved_at="2026-01-01T00:00Z", topics=["fire"]
    )
    knowledge.guidance("Of something else", topics=["housing"])
    knowledge.story("A story", topics=["fire"])
    knowledge.news("Some news", topics=["fire"])
    knowledge.template("A form").topics.add("fire")
    law = knowledge.ProvisionFactory(topics=["fire"])
    context = client.get("/topics/fire/").context
    assert [page.title for page in context["guidance"]] == ["Act", "National", "Local"]
    assert [page.title for page in context["stories"]] == ["A story"]
    assert [page.title for page in context["news"]] == ["Some news"]
    assert [one.title for one in context["templates"]] == ["A form"]
    assert context["gateways"] == [law]


def test_peers_are_asked_where_the_reader_may_read(client_of, site, space, members_space, group_space, bob, alice):
    for place, number in ((space, 1), (members_space, 2), (group_space, 3)):
        ThreadFactory(title=f"Question {number}", space=place, topics=["fire"], author=alice)
    for viewer, titles in ((None, ["Question 1"]), (bob, ["Question 3", "Question 2", "Question 1"])):
        context = client_of(viewer).get("/topics/fire/").context
        assert [thread["title"] for thread in context["threads"]] == titles
        assert (context["thread_count"], context["waiting_count"]) == (len(titles), len(titles))


def test_the_ask_button_brings_the_topic_along(client_of, site, space, bob):
    ThreadFactory(space=space, topics=["freedom of information"])
    client = client_of(bob)
    assert '/forum/ask/?topic=freedom-of-information"' in client.get("/topics/freedom-of-information/").content.decode()
    assert "freedom of information" in client.get("/forum/ask/?topic=freedom-of-information").content.decode()


def test_a_shy_asker_is_not_named(client_of, site, space, council, bob):
    from tests.factories import MemberFactory

    shy = MemberFactory(display_name="Shy Asker", organisation=council, show_name="members")
    ThreadFactory(space=space, topics=["fire"], author=shy)
    assert "Shy Asker" not in client_of(None).get("/topics/fire/").content.decode()
    assert "Shy Asker" in client_of(bob).get("/topics/fire/").content.decode()


def test_members_follow_a_topic_from_its_page_and_come_back_to_it(client_of, site, space, bob, charlie):
    ThreadFactory(space=space, topics=["fire"])
    client = client_of(bob)
    assert 'name="follow" value="following"' in client.get("/topics/fire/").content.decode()
    response = client.post("/forum/topics/fire/follow/", {"follow": "following", "back": "/topics/fire/"}, follow=True)
    assert response.redirect_chain == [("/topics/fire/", 302)]
    assert TopicFollow.objects.get().member == bob
    assert response.context["my_follow"] == "following"
    for viewer in (None, charlie):
        assert 'name="follow"' not in client_of(viewer).get("/topics/fire/").content.decode()


def test_the_core_teams_words_stand_on_the_page_and_it_has_words_without_them(client, site):
    knowledge.guidance("One", topics=["fire"])
    assert "When neither helps" in client.get("/topics/fire/").content.decode()
    TopicGuide.objects.create(topic=Topic.objects.get(), intro="Fire and smoke.", ask_team="Ask us about alarms.")
    page = client.get("/topics/fire/").content.decode()
    assert "Fire and smoke." in page
    assert "Ask us about alarms." in page


def test_a_topic_the_core_team_wrote_on_has_a_page_before_anything_else(client, site):
    TopicGuide.objects.create(topic=Topic.objects.create(name="new law"), intro="It comes next year.")
    assert client.get("/topics/new-law/").status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "a" * 300, "%00", "fire%2F"])
def test_an_unknown_topic_is_a_404(client, site, slug):
    assert client.get(f"/topics/{slug}/").status_code == 404


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_queries_do_not_grow(request, client_of, site, space, who):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> tuple[int, int]:
        for number in range(many):
            names = [f"topic {many}", f"topic {many} {number}"]
            knowledge.guidance(f"Guidance {many} {number}", topics=names)
            knowledge.story(f"Story {many} {number}", topics=names)
            knowledge.template(f"Template {many} {number}").topics.add(*names)
            knowledge.ProvisionFactory(topics=names)
            ThreadFactory(space=space, topics=names)
        client, found = client_of(viewer), []
        for path in ("/topics/", f"/topics/topic-{many}/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return tuple(found)

    one, three = count(1), count(3)
    assert one == three
    assert three[0] <= 10
    assert three[1] <= 18


def test_kept_pages_follow_what_they_show(
    client, settings, site, cora, client_of, space, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    roles.set_up_groups()
    knowledge.guidance("First", topics=["fire"])
    for path in ("/topics/", "/topics/fire/"):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) == 0
    with django_capture_on_commit_callbacks(execute=True):
        knowledge.guidance("Second", topics=["fire"])
    assert [page.title for page in client.get("/topics/fire/").context["guidance"]] == ["First", "Second"]
    assert listed(client.get("/topics/")) == {"fire": {"guidance": 2}}
    client.get("/topics/fire/")
    form = {"topic": Topic.objects.get().pk, "intro": "Written in the admin.", "ask_team": ""}
    with django_capture_on_commit_callbacks(execute=True):
        assert client_of(cora).post("/admin/snippets/cms/topicguide/add/", form).status_code == 302
    assert "Written in the admin." in client.get("/topics/fire/").content.decode()


def test_pages_for_the_anonymous_set_no_cookie_and_carry_no_token(client, site, space):
    SpaceFactory()
    ThreadFactory(space=space, topics=["fire"])
    for path in ("/topics/", "/topics/fire/"):
        response = client.get(path)
        assert response.cookies == {}
        assert "csrfmiddlewaretoken" not in response.content.decode()
