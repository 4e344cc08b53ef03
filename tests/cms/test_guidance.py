"""The guidance library: its authority is shown, its law is watched, and nobody hears of what they may not read."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from cms.library import review_tag
from cms.models import GuidanceIndexPage, GuidancePage
from cms.querysets.guidance import guidance_for
from members.pages import page_visible_to
from reference.actions.provisions import mark_changed
from reference.models import Citation, PageProvision
from tests.factories import MemberFactory, knowledge

YESTERDAY = dt.timedelta(days=1)


@pytest.fixture
def library(db):
    knowledge.make_site()
    return GuidanceIndexPage.objects.get()


@pytest.fixture
def law(db):
    return knowledge.ProvisionFactory(law="Crime and Disorder Act 1998", provision="s.115")


def local(title, parent, approver, **fields):
    return knowledge.guidance(
        title, level="local", national_parent=parent, approver=approver, approved_at=timezone.now(), **fields
    )


def standing_on(page, *provisions):
    """The page published with these provisions."""
    page.provision_links = [PageProvision(provision=one) for one in provisions]
    page.save_revision().publish()
    return GuidancePage.objects.get(pk=page.pk)


def for_members(page):
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    return page


def checked_long_ago(page, law):
    """The page stood on the law; then the law changed."""
    page = standing_on(page, law)
    Citation.objects.of(page).update(checked_on=timezone.localdate() - YESTERDAY)
    mark_changed(by=MemberFactory(role="core_team"), provision=law, what="It names schools now.")
    return page


# --- The index ---------------------------------------------------------------------------------------


def titles(response):
    return [(heading, [item.title for item in items]) for heading, items in response.context["groups"]]


def counts(response):
    return {facet.name: {one.title: one.count for one in facet.choices} for facet in response.context["list"].facets}


def test_the_library_goes_from_the_highest_authority_down(client, library, cora):
    code = knowledge.guidance("The code", level="regulator")
    local("How we do it", code, cora)
    knowledge.guidance("An Act in short", level="law")
    knowledge.guidance("Advice of a ministry", level="national")
    assert titles(client.get("/guidance/")) == [
        ("Law", ["An Act in short"]),
        ("Regulator", ["The code"]),
        ("National guidance", ["Advice of a ministry"]),
        ("Local guidance", ["How we do it"]),
    ]


def test_the_library_can_be_read_from_a_to_z(client, library):
    for title in ("The zebra crossing", "Apples", "The ark"):
        knowledge.guidance(title)
    assert titles(client.get("/guidance/?sort=a-z")) == [("A", ["Apples", "The ark"]), ("Z", ["The zebra crossing"])]


def test_each_facet_counts_what_it_would_leave(client, library):
    overdue = timezone.localdate() - YESTERDAY
    knowledge.guidance("One", level="law", topics=["fire", "housing"])
    knowledge.guidance("Two", level="national", topics=["fire"], review_on=overdue)
    knowledge.guidance("Three", level="national", topics=["care"])
    assert counts(client.get("/guidance/")) == {
        "level": {"Law": 1, "National guidance": 2},
        "topic": {"fire": 2, "care": 1, "housing": 1},
        "review": {"No review date": 2, "Review overdue": 1},
    }
    narrowed = client.get("/guidance/?topic=fire&level=national")
    assert titles(narrowed) == [("National guidance", ["Two"])]
    assert counts(narrowed) == {
        "level": {"Law": 1, "National guidance": 1},
        "topic": {"fire": 1, "care": 1},
        "review": {"Review overdue": 1},
    }
    assert narrowed.context["list"].chosen == [("National guidance", "?topic=fire"), ("fire", "?level=national")]


@pytest.mark.parametrize("query", ["level=none", "topic=%00", "review=x&sort=y", "level=law&level=x", "page=9"])
def test_a_filter_that_makes_no_sense_shows_the_library(client, library, query):
    knowledge.guidance("One", level="law")
    response = client.get(f"/guidance/?{query}")
    assert (response.status_code, titles(response)) == (200, [("Law", ["One"])])


def test_an_empty_library_says_what_to_do(client, library):
    assert "No guidance yet" in client.get("/guidance/").content.decode()


def test_what_is_replaced_stands_last(client, library):
    old = knowledge.guidance("The old code", level="law")
    knowledge.guidance("The new code", level="national", supersedes=old)
    assert titles(client.get("/guidance/")) == [("National guidance", ["The new code"]), ("Replaced", ["The old code"])]


def test_members_only_guidance_is_neither_named_nor_counted_to_outsiders(client_of, library, alice, charlie):
    knowledge.guidance("Open to all", level="law", topics=["fire"])
    for_members(knowledge.guidance("Canary of the members", level="regulator", topics=["canary topic"]))
    for viewer in (None, charlie):
        response = client_of(viewer).get("/guidance/")
        assert counts(response) == {"level": {"Law": 1}, "topic": {"fire": 1}, "review": {"No review date": 1}}
        assert "anary" not in response.content.decode()
        assert "anary" not in client_of(viewer).get("/guidance/?topic=canary-topic").content.decode()
    assert counts(client_of(alice).get("/guidance/"))["level"] == {"Law": 1, "Regulator": 1}


def test_a_list_of_guidance_and_the_one_page_agree_on_who_sees_it(library, cast):
    open_page, closed = knowledge.guidance("Open"), for_members(knowledge.guidance("Closed"))
    draft = knowledge.guidance("Draft", publish=False)
    shut = knowledge.guidance("Shut")
    PageViewRestriction.objects.create(page=shut, restriction_type="password", password="x")
    compared = 0
    for viewer in cast.values():
        listed = {page.pk for page in guidance_for(viewer)}
        for page in (open_page, closed, draft, shut):
            assert (page.pk in listed) == page_visible_to(page, viewer), (viewer, page)
            compared += 1
    assert compared == 24


# --- A page ------------------------------------------------------------------------------------------


def test_authority_is_said_in_words_and_in_a_tag_of_its_own(client, library, cora):
    national = knowledge.guidance("National advice")
    tags = []
    for page in (knowledge.guidance("An Act in short", level="law"), national, local("Local note", national, cora)):
        found = re.search(
            r'class="status authority authority--(\w+)">(?:<svg.*?</svg>)?\s*([^<]+?)<',
            client.get(page.url).content.decode(),
        )
        tags.append(found.groups())
    assert tags == [("law", "Law"), ("national", "National"), ("local", "Local")]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "No review date"),
        (-1, "Review overdue since 9 March 2026"),
        (0, "Review due by 10 March 2026"),
        (60, "Review due by 9 May 2026"),
        (61, "Next review by 10 May 2026"),
    ],
)
@pytest.mark.django_db
def test_the_review_state_is_said_in_words(days, words):
    today = dt.date(2026, 3, 10)
    page = GuidancePage(review_on=None if days is None else today + dt.timedelta(days=days))
    assert review_tag(page.review_state(today=today), page.review_on)["words"] == words


def test_an_owner_is_named_only_as_they_show_themselves(client_of, library, council, bob):
    shy = MemberFactory(
        display_name="Shy Keeper", organisation=council, show_name="members", show_organisation="nobody",
        job_title="Adviser",
    )  # fmt: skip
    page = knowledge.guidance("Kept shyly", keeper=shy)
    assert client_of(None).get(page.url).context["keeper"].text() == "A member"
    assert client_of(bob).get(page.url).context["keeper"].text() == "Shy Keeper, Adviser"
    assert "Shy Keeper" not in client_of(None).get(page.url).content.decode()


def test_local_guidance_names_its_parent_and_its_approver(client, library, cora):
    parent = knowledge.guidance("The code", level="regulator")
    page = local("How we do it", parent, cora)
    context = client.get(page.url).context
    assert (context["parent"], context["approver"].name) == (parent, "Cora Coates")
    assert [item.title for item in client.get(parent.url).context["local_items"]] == ["How we do it"]


def test_what_is_replaced_says_so_and_links_to_what_replaced_it(client, library):
    old = knowledge.guidance("The old code")
    new = knowledge.guidance("The new code", supersedes=old)
    page = client.get(old.url)
    assert [one.address for one in page.context["successors"]] == [new.url]
    assert "This is replaced by" in page.content.decode()
    assert client.get(new.url).context["supersedes"] == old


def test_related_guidance_that_a_reader_may_not_see_is_not_named(client_of, library, alice, cora):
    parent = for_members(knowledge.guidance("Canary parent", level="regulator"))
    old = knowledge.guidance("Told in short")
    for_members(knowledge.guidance("Canary successor", supersedes=old))
    for_members(local("Canary local", old, cora))
    child = local("Open child", parent, cora)
    for page in (old, child):
        assert "anary" not in client_of(None).get(page.url).content.decode()
        assert "anary" in client_of(alice).get(page.url).content.decode()


def test_terms_of_the_glossary_are_explained_once(client, library):
    knowledge.TermFactory(term="Controller", definition="Who decides why and how.")
    page = knowledge.guidance(
        "Words", body=[("text", "<p>The controller decides.</p>"), ("text", "<p>Another controller.</p>")]
    )
    assert client.get(page.url).content.decode().count("Who decides why and how.") == 1


def test_a_page_for_the_anonymous_sets_no_cookie_and_carries_no_token(client, library, law):
    page = checked_long_ago(knowledge.guidance("Stands on the law"), law)
    for path in ("/guidance/", page.url):
        response = client.get(path)
        assert response.cookies == {}
        assert "csrfmiddlewaretoken" not in response.content.decode()


@pytest.mark.parametrize("who", [None, "bob"])
def test_the_queries_of_the_library_and_of_a_page_do_not_grow(request, client_of, library, cora, who):
    viewer = request.getfixturevalue(who) if who else None

    def count(many: int) -> tuple[int, int]:
        parent = knowledge.guidance(f"Parent {many}", level="regulator", topics=["fire"], keeper=cora)
        for number in range(many):
            local(f"Local {many} {number}", parent, cora, topics=[f"topic {number}"], supersedes=parent)
            standing_on(parent, *[knowledge.ProvisionFactory() for _ in range(number + 1)])
        client, found = client_of(viewer), []
        for path in ("/guidance/", parent.url):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return tuple(found)

    one, three = count(1), count(3)
    assert one == three
    assert three[0] <= 14
    assert three[1] <= 8


# --- The law it stands on ----------------------------------------------------------------------------


def test_publishing_cites_the_law_for_the_owner_and_unpublishing_takes_it_back(library, law, alice):
    page = standing_on(knowledge.guidance("Stands on the law", keeper=alice), law)
    assert list(Citation.objects.of(page).values_list("provision", "owner")) == [(law.pk, alice.pk)]
    other = knowledge.ProvisionFactory()
    page = standing_on(page, other)
    assert list(Citation.objects.of(page).values_list("provision", flat=True)) == [other.pk]
    page.unpublish()
    assert Citation.objects.of(page).count() == 0


def test_a_deleted_page_leaves_no_citation(library, law):
    page = standing_on(knowledge.guidance("Stands on the law"), law)
    page.delete()
    assert Citation.objects.count() == 0


def test_a_draft_cites_nothing(library, law):
    page = knowledge.guidance("Not yet out", publish=False)
    page.provision_links = [PageProvision(provision=law)]
    page.save_revision()
    assert Citation.objects.count() == 0


def test_a_page_whose_law_changed_says_check_this(client, library, law):
    page = checked_long_ago(knowledge.guidance("Stands on the law"), law)
    response = client.get(page.url)
    assert response.context["to_check"] == [law]
    assert "It names schools now." in response.content.decode()
    assert "Still right" not in response.content.decode()


def test_its_owner_says_that_it_is_still_right(client_of, library, law, alice, django_capture_on_commit_callbacks):
    page = checked_long_ago(knowledge.guidance("Stands on the law", keeper=alice), law)
    client = client_of(alice)
    assert "Still right" in client.get(page.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/still-right/{page.pk}/").headers["Location"] == page.url
    assert client.get(page.url).context["to_check"] == []
    assert Citation.objects.of(page).get().checked_by == alice
    assert client.post(f"/still-right/{page.pk}/").status_code == 302


@pytest.mark.parametrize(
    ("who", "status"), [(None, 302), ("bob", 403), ("charlie", 403), ("morag", 302), ("cora", 302)]
)
def test_who_may_say_that_guidance_is_still_right(request, client_of, library, law, who, status):
    page = checked_long_ago(knowledge.guidance("Stands on the law"), law)
    viewer = request.getfixturevalue(who) if who else None
    assert client_of(viewer).post(f"/still-right/{page.pk}/").status_code == status
    assert Citation.objects.of(page).needing_check().exists() is (who not in {"morag", "cora"})


def test_a_page_that_is_not_for_you_is_not_there_to_be_checked(client_of, library, law, charlie, cora):
    page = for_members(checked_long_ago(knowledge.guidance("Stands on the law", keeper=charlie), law))
    assert client_of(charlie).post(f"/still-right/{page.pk}/").status_code == 404
    assert client_of(cora).post("/still-right/999999/").status_code == 404
    assert client_of(cora).get(f"/still-right/{page.pk}/").status_code == 405
    assert client_of(cora).post(f"/still-right/{library.pk}/").status_code == 403


def test_the_page_of_the_law_lists_only_the_guidance_a_reader_may_see(client_of, library, law, bob):
    standing_on(knowledge.guidance("Open guidance"), law)
    for_members(standing_on(knowledge.guidance("Canary guidance"), law))
    assert "anary" not in client_of(None).get(law.get_absolute_url()).content.decode()
    for words in ("Open guidance", "Canary guidance"):
        assert words in client_of(bob).get(law.get_absolute_url()).content.decode()


# --- Kept pages --------------------------------------------------------------------------------------


def test_kept_pages_are_thrown_away_when_what_they_show_changes(
    client, settings, library, law, django_capture_on_commit_callbacks
):
    settings.ANONYMOUS_CACHE = True
    page = standing_on(knowledge.guidance("First title"), law)
    for path in ("/guidance/", page.url):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) == 0
    with django_capture_on_commit_callbacks(execute=True):
        page.title = "Second title"
        page.save_revision().publish()
    for path in ("/guidance/", page.url):
        assert "Second title" in client.get(path).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        mark_changed(by=MemberFactory(role="core_team"), provision=law, what="It names schools now.")
    assert "It names schools now." in client.get(page.url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for_members(page)
    assert client.get(page.url).status_code == 404
    assert "Second title" not in client.get("/guidance/").content.decode()
