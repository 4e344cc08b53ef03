"""Following a topic, a category or a development, and where it is shown and ended."""

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from horizon.actions import developments
from horizon.actions import following as acts
from horizon.models import Follow
from horizon.querysets.follows import (
    count_followers,
    followers_of,
    followers_of_briefing,
    following,
    follows_of,
    topics_to_follow,
)
from members.actions import NotAllowed
from members.models import Member
from notifications import kinds
from tests.factories import MemberFactory, horizon
from tests.factories.knowledge import TermFactory
from tests.parts.crowd import all_at_once

URL = "/horizon/follow/"


@pytest.fixture
def law(db):
    return horizon.DevelopmentFactory(title="A duty to share", topics=["fire"], steps=[("Begins", "2027-05")])


def topic(name):
    from core.models import Topic

    return Topic.objects.get(name=name)


def followed(member):
    return sorted(one.title for one in member.horizon_follows.all())


@pytest.mark.parametrize(
    ("what", "title"),
    [
        ({"development": "a-duty-to-share"}, "A duty to share"),
        ({"category": "law"}, "Law"),
        ({"topic": "fire"}, "Fire"),
    ],
)
def test_a_member_follows_and_stops(client_of, alice, law, what, title):
    client = client_of(alice)
    for _ in range(2):  # pressed twice
        response = client.post(URL, what | {"on": "1"})
        assert (response.status_code, response.headers["Location"]) == (302, "/horizon/following/")
    assert followed(alice) == [title]
    for _ in range(2):
        assert client.post(URL, what).status_code == 302
    assert followed(alice) == []


def test_one_comes_back_to_where_the_button_was(client_of, alice, law):
    sent = {"development": law.slug, "on": "1", "back": law.get_absolute_url()}
    assert client_of(alice).post(URL, sent).headers["Location"] == law.get_absolute_url()
    sent["back"] = "//elsewhere.example.org/"
    assert client_of(alice).post(URL, sent).headers["Location"] == "/horizon/following/"


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({}, 400),
        ({"category": "law", "topic": "fire"}, 400),
        ({"category": "gossip"}, 404),
        ({"topic": "nowhere"}, 404),
        ({"development": "nowhere"}, 404),
    ],
)
def test_what_there_is_not_is_not_followed(client_of, alice, law, what, code):
    assert client_of(alice).post(URL, what | {"on": "1"}).status_code == code
    assert followed(alice) == []


@pytest.mark.engines
@pytest.mark.parametrize("name", ["development", "topic", "category"])
@pytest.mark.parametrize("bad", ["a\x00b", "x" * 10_000, "²", str(10**30), "\u202efire"])
def test_nonsense_is_not_followed_either(client_of, alice, law, name, bad):
    client = client_of(alice)
    client.raise_request_exception = False
    assert client.post(URL, {name: bad, "on": "1"}).status_code in {400, 404}


def test_what_is_not_shown_yet_can_be_followed_by_the_core_team_only(client_of, alice, cora):
    hidden = horizon.DevelopmentFactory(title="Secret plans", topics=["secrets"], shown=False)
    for what in ({"development": hidden.slug}, {"topic": "secrets"}):
        assert client_of(alice).post(URL, what | {"on": "1"}).status_code == 404
        assert client_of(cora).post(URL, what | {"on": "1"}).status_code == 302
    assert (followed(alice), followed(cora)) == ([], ["Secret plans", "Secrets"])


def test_topics_of_drafts_and_private_briefings_are_not_owned_up_to(alice, anyone, law):
    horizon.briefing("Not out", development=law, topics=["embargoed"], publish=False)
    private = horizon.briefing("For a group", development=law, topics=["private"])
    PageViewRestriction.objects.create(page=private, restriction_type="groups")
    horizon.briefing("For all", development=law, topics=["open"])
    for viewer in (alice, anyone):
        assert [one.name for one in topics_to_follow(viewer)] == ["fire", "open"]


def test_who_is_not_vouched_for_follows_nothing_but_may_stop(client_of, charlie, law):
    assert client_of(charlie).post(URL, {"category": "law", "on": "1"}).status_code == 403
    Follow.objects.create(member=charlie, category="law")
    assert client_of(charlie).post(URL, {"category": "law"}).status_code == 302
    assert followed(charlie) == []


def test_following_is_refused_in_the_act_itself(charlie, alice, law):
    law.shown = False
    law.save()
    for member in (charlie, alice):
        with pytest.raises(NotAllowed):
            acts.follow(by=member, on=True, development=law)


def test_nobody_ends_anothers_follow(alice, bob, law):
    Follow.objects.create(member=bob, category="law")
    acts.stop_following(by=alice, follows=Follow.objects.all())
    assert followed(bob) == ["Law"]


def test_the_database_keeps_one_follow_of_one_thing(alice, law):
    Follow.objects.create(member=alice, category="law")
    for fields in ({"category": "law"}, {"category": "law", "development": law}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Follow.objects.create(member=alice, **fields)


def test_the_button_says_that_one_hears_of_it_already(alice, anyone, charlie, law):
    assert (following(anyone, law).signed_in, following(charlie, law).may) == (False, False)
    Follow.objects.create(member=alice, category="law")
    Follow.objects.create(member=alice, topic=topic("fire"))
    found = following(alice, law)
    assert (bool(found), found.through, found.may) == (False, ("Law", "Fire"), True)
    acts.follow(by=alice, on=True, development=law)
    assert bool(following(alice, law)) is True
    assert count_followers(law) == 1


def test_the_page_of_a_change_has_the_button(client, client_of, alice, law):
    address = law.get_absolute_url()
    assert f'action="{URL}"' not in client.get(address).content.decode()
    html = client_of(alice).get(address).content.decode()
    assert ('aria-pressed="false"' in html, 'aria-pressed="true"' in html) == (True, False)
    acts.follow(by=alice, on=True, development=law)
    html = client_of(alice).get(address).content.decode()
    assert ('aria-pressed="false"' in html, 'aria-pressed="true"' in html) == (False, True)


# --- Who hears ----------------------------------------------------------------------------------------


def test_followers_are_those_of_the_change_its_category_and_its_topics_each_once(alice, bob, morag, cora, charlie, law):
    other = horizon.DevelopmentFactory(title="Something else", category="court")
    for member in (alice, charlie):
        Follow.objects.create(member=member, development=law)
    Follow.objects.create(member=alice, category="law")
    Follow.objects.create(member=bob, category="law")
    Follow.objects.create(member=morag, topic=topic("fire"))
    Follow.objects.create(member=cora, development=other)
    Follow.objects.create(member=cora, category="court")
    assert sorted(member.handle for member in followers_of(law)) == ["alice", "bob", "morag"]


def test_nobody_but_the_core_team_hears_of_what_is_not_shown(alice, cora, law):
    for member in (alice, cora):
        Follow.objects.create(member=member, development=law)
    law.shown = False
    assert [member.handle for member in followers_of(law)] == ["cora"]


def test_a_briefing_is_also_told_to_who_follows_one_of_its_own_topics_if_they_may_see_it(alice, bob, law):
    page = horizon.briefing(development=law, topics=["housing"])
    Follow.objects.create(member=alice, topic=topic("housing"))
    assert list(followers_of(law)) == []
    assert [member.handle for member in followers_of_briefing(page)] == ["alice"]
    PageViewRestriction.objects.create(page=page, restriction_type="groups")
    assert list(followers_of_briefing(page)) == []


# --- The page of what one follows, and the preferences page -------------------------------------------


def test_the_page_lists_what_one_follows_with_its_next_date_and_all_there_is(client_of, alice, law):
    acts.follow(by=alice, on=True, development=law)
    acts.follow(by=alice, on=True, category="court")
    response = client_of(alice).get("/horizon/following/")
    shown = response.context
    assert [(one.development.title, one.when) for one in shown["developments"]] == [("A duty to share", "May 2027")]
    assert [(one.title, one.on) for one in shown["categories"] if one.on] == [("Court rulings", True)]
    assert [(one.title, one.on) for one in shown["topics"]] == [("Fire", False)]


def test_each_topic_stands_once_with_its_calendar_beside_it(client_of, alice, law):
    soup = BeautifulSoup(client_of(alice).get("/horizon/following/").content, "html.parser")
    (beside,) = soup.select('a[href="/horizon/calendar/fire.ics"]')
    assert beside.find_parent("li").select_one("button").text.strip() == "Fire"


def test_topics_are_written_as_the_glossary_writes_them(client, client_of, alice):
    TermFactory(term="General Data Protection Regulation", short_form="GDPR")
    law = horizon.DevelopmentFactory(title="A law", topics=["gdpr"])
    page = horizon.briefing(development=law, topics=["gdpr"])
    acts.follow(by=alice, on=True, topic=topic("gdpr"))
    (listed,) = kinds.follow_lists(alice)
    assert [one.title for one in listed.follows] == ["GDPR"]
    assert "X-WR-CALNAME:Horizon: GDPR" in client.get("/horizon/calendar/gdpr.ics").content.decode()
    for url in (page.get_url(), law.get_absolute_url()):
        soup = BeautifulSoup(client.get(url).content, "html.parser")
        assert [tag.text for tag in soup.select('a.tag[href="/topics/gdpr/"]')] == ["GDPR"], url


def test_the_page_counts_all_who_hear_as_the_report_does(client, alice, bob, morag, law):
    acts.follow(by=alice, on=True, development=law)
    acts.follow(by=bob, on=True, category="law")
    acts.follow(by=morag, on=True, topic=topic("fire"))
    assert client.get(law.get_absolute_url()).context["followers"] == 3


def test_what_is_not_shown_any_more_is_not_named(client_of, alice, law):
    acts.follow(by=alice, on=True, development=law)
    law.shown = False
    law.save()
    assert list(follows_of(alice)) == []
    assert "A duty to share" not in client_of(alice).get("/horizon/following/").content.decode()
    assert "A duty to share" not in client_of(alice).get("/notifications/preferences/").content.decode()


def test_a_member_who_waits_is_told_to_wait(client_of, charlie, law):
    html = client_of(charlie).get("/horizon/following/").content.decode()
    assert ("You need do nothing" in html, f'action="{URL}"' in html) == (True, False)


def test_signed_out_the_page_has_the_calendars_and_the_feed_and_how_to_follow(client, law):
    horizon.DevelopmentFactory(title="Nobody knows yet", topics=["quokka"], shown=False)
    response = client.get("/horizon/following/")
    shown = BeautifulSoup(response.content, "html.parser").select_one("main")
    links = [link["href"] for link in shown.select(".halves a")]
    assert links == [
        "/accounts/login/?next=/horizon/following/", "/horizon/calendar.ics", "/horizon/calendar/fire.ics",
        "/horizon/feed/",
    ]  # fmt: skip
    assert shown.select("form") == []


def test_a_new_topic_shows_at_once_signed_out(client, settings, cora, law, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    client.get("/horizon/following/")
    with django_capture_on_commit_callbacks(execute=True):
        before = developments.as_it_stands(law)
        law.topics.add("schools")
        law.save()
        developments.saved(by=cora, development=law, before=before)
    assert "/horizon/calendar/schools.ics" in client.get("/horizon/following/").content.decode()


def test_the_preferences_page_has_a_switch_for_each_follow_that_leads_back(client_of, alice, law):
    for what in ({"development": law}, {"category": "law"}, {"topic": topic("fire")}):
        acts.follow(by=alice, on=True, **what)
    (found,) = [one for one in kinds.follow_lists(alice) if one.title == "What you follow on the Horizon"]
    assert sorted(one.title for one in found.follows) == ["A duty to share", "Fire", "Law"]
    client = client_of(alice)
    for one in found.follows:
        response = client.post(one.switch.url, one.switch.fields)
        assert response.headers["Location"] == "/notifications/preferences/"
    assert followed(alice) == []


@pytest.mark.parametrize("address", ["/horizon/following/", "/notifications/preferences/"])
def test_the_lists_cost_the_same_however_much_one_follows(client_of, alice, forget, address):
    client = client_of(alice)

    def add(number):
        one = horizon.DevelopmentFactory(title=f"Change {number}", topics=[f"topic {number}"], steps=[("A", "2030")])
        acts.follow(by=alice, on=True, development=one)
        acts.follow(by=alice, on=True, topic=topic(f"topic {number}"))

    def counted():
        forget()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    add(1)
    client.get(address)
    one = counted()
    add(2)
    add(3)
    assert counted() == one


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_pressed_fifty_times_at_once_follows_once():
    member = MemberFactory()
    law = horizon.DevelopmentFactory()
    assert all_at_once([lambda: acts.follow(by=member, on=True, development=law)] * 50) == [None] * 50
    assert Follow.objects.count() == 1


def test_the_core_team_is_core_team_only_while_it_takes_part(cora, law):
    Follow.objects.create(member=cora, development=law)
    law.shown = False
    Member.objects.filter(pk=cora.pk).update(standing=Member.Standing.LEFT)
    assert list(followers_of(law)) == []
