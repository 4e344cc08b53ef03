"""The pages of sessions and speakers: what they are about, what else there is, and only for who may see the event."""

import datetime as dt

import pytest
from wagtail.models import PageViewRestriction

from events.actions import voting
from events.models.vote import Vote
from events.querysets.programme import Person
from forum import about
from forum.models import Thread
from tests.events.soup import links, one, page, words
from tests.factories import events, events_live

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def edith():
    return events.speaker("Edith Marlow", bio="Looks after records.")


@pytest.fixture
def talk(event, edith):
    """The second of three talks in the Hall, beside one in the Library."""
    ruth = events.speaker("Ruth Ember", body="Tarn Trust")
    events.session(event, "Before", room="Hall")
    found = events.session(
        event, "The talk", room="Hall", starts_after=HOUR, speakers=[edith], chair=ruth, summary="What it is about.",
    )  # fmt: skip
    events.session(event, "Beside", room="Library", starts_after=HOUR)
    events.session(event, "After", room="Hall", starts_after=2 * HOUR)
    return found


def shut(event) -> None:
    PageViewRestriction.objects.create(page=event, restriction_type="login")


class TestASession:
    def test_it_says_what_who_when_and_where(self, client, talk):
        tree = page(client, talk.get_absolute_url())
        assert one(tree, "h1") == "The talk"
        assert one(tree, ".session-summary") == "What it is about."
        assert [words(name) for name in tree.select(".session-people h3")] == [
            "Edith Marlow",
            "Ruth Ember takes the chair",
        ]
        assert "Hall, Thornmere Town Hall" in one(tree, ".event-facts")

    def test_it_leads_to_what_is_around_it(self, client, talk):
        tree = page(client, talk.get_absolute_url())
        around = [words(link) for link in tree.select("section[aria-labelledby=around] a")]
        assert around == ["Before", "After"]
        assert [words(link) for link in tree.select("section[aria-labelledby=beside] a")] == ["Beside"]

    @pytest.mark.django_db(transaction=True)  # what is kept is thrown away after the commit
    def test_a_vote_of_it_that_is_open_is_on_its_page_and_on_no_other(self, client, cora):
        event = events.event("Today", starts_in=-HOUR)
        talk, other = (events.session(event, title, starts_after=HOUR) for title in ("The talk", "Another"))
        shown = []
        for vote in (events_live.vote(event, session=talk), events_live.vote(event, events_live.READY)):
            shown.append([vote.code in client.get(at.get_absolute_url()).content.decode() for at in (talk, other)])
        assert shown == [[True, False], [False, False]]
        voting.close_vote(vote=Vote.objects.get(session=talk), by=cora)
        assert page(client, talk.get_absolute_url()).select(".vote-card") == []

    def test_a_wrong_slug_leads_to_the_right_one(self, client, talk):
        response = client.get(f"/events/{talk.event_id}/sessions/{talk.pk}/something/")
        assert (response.status_code, response["Location"]) == (301, talk.get_absolute_url())

    def test_it_is_of_its_event_alone(self, client, talk):
        other = events.event("Another")
        assert client.get(f"/events/{other.pk}/sessions/{talk.pk}/{talk.slug}/").status_code == 404

    def test_one_of_a_hidden_event_is_not_there_whatever_its_slug(self, client, client_of, alice, charlie, talk):
        shut(talk.event)
        for slug in (talk.slug, "wrong"):
            path = f"/events/{talk.event_id}/sessions/{talk.pk}/{slug}/"
            assert [client_of(who).get(path).status_code for who in (None, charlie)] == [404, 404]
        assert client_of(alice).get(talk.get_absolute_url()).status_code == 200

    def test_one_can_talk_about_it(self, client_of, alice, space, talk):
        tree = page(client_of(alice), talk.get_absolute_url())
        (link,) = tree.select(".discussion__line a")
        found = about.look_up("session", talk.pk, alice)
        assert (found.kind, found.title, found.url) == ("Session", "The talk", talk.get_absolute_url())
        assert f"/session/{talk.pk}/" in link["href"]

    def test_what_was_said_of_one_follows_its_event_out_of_the_public(self, talk, alice, space, members_space):
        from forum.actions import discussing

        discussing.say(by=alice, about=about.look_up("session", talk.pk, alice), body="Good to hear.")
        thread = Thread.objects.get(about_id=talk.pk)
        assert thread.space.visibility == "public"
        shut(talk.event)
        thread.refresh_from_db()
        assert thread.space.visibility != "public" or thread.removed_at


class TestSpeakers:
    def test_all_of_an_event_stand_by_name_with_their_talks(self, client, talk):
        tree = page(client, f"/events/{talk.event_id}/speakers/")
        assert [words(row.select_one("h2")) for row in tree.select(".speaker-row")] == ["Edith Marlow", "Ruth Ember"]
        assert links(tree, ".speaker-row__talks a")[0] == ("The talk", talk.get_absolute_url())

    def test_nobody_yet_says_so(self, client, event):
        assert "No speakers yet" in one(page(client, f"/events/{event.pk}/speakers/"), ".empty")

    def test_one_has_every_talk_the_reader_may_see(self, client, client_of, alice, talk, edith):
        old = events.event("Last year", starts_in=dt.timedelta(days=-300))
        events.session(old, "Said before", speakers=[edith])
        hidden = events.event("Hidden")
        events.session(hidden, "For members", speakers=[edith])
        shut(hidden)
        url = edith.get_absolute_url()
        assert [words(link) for link in page(client, url).select(".given-list > li > a")] == ["The talk", "Said before"]
        assert "For members" in [words(link) for link in page(client_of(alice), url).select(".given-list > li > a")]

    def test_a_talk_that_was_called_off_says_so(self, client, edith):
        events.session(events.event("In the rain", called_off="No roof."), "Umbrellas", speakers=[edith])
        assert one(page(client, edith.get_absolute_url()), ".given-list").endswith(", called off")

    def test_who_speaks_only_at_hidden_events_is_not_there(self, client, client_of, alice, talk, edith):
        shut(talk.event)
        assert client.get(edith.get_absolute_url()).status_code == 404
        assert client_of(alice).get(edith.get_absolute_url()).status_code == 200

    def test_who_speaks_nowhere_is_not_there(self, client_of, cora):
        assert client_of(cora).get(events.speaker("No One").get_absolute_url()).status_code == 404

    def test_no_address_of_a_speaker_is_shown(self, client, talk, edith):
        edith.email = "edith@secret.example.org"
        edith.save()
        for path in (edith.get_absolute_url(), talk.get_absolute_url(), f"/events/{talk.event_id}/speakers/"):
            assert "secret.example.org" not in client.get(path).content.decode()

    def test_their_page_in_the_forum_is_linked_for_who_may_see_it(self, client, client_of, alice, bob, talk, edith):
        edith.member = bob
        edith.save()
        bob.show_name = "members"
        bob.save()
        theirs = bob.get_absolute_url()
        assert theirs not in client.get(edith.get_absolute_url()).content.decode()
        assert theirs in client_of(alice).get(edith.get_absolute_url()).content.decode()

    def test_a_member_s_page_has_their_talks(self, client, talk, edith, bob):
        edith.member = bob
        edith.save()
        assert links(page(client, bob.get_absolute_url()), ".given-list > li > a") == [
            ("The talk", talk.get_absolute_url())
        ]


@pytest.mark.parametrize("who", ["anyone", "alice"])
def test_pages_cost_the_same_for_three_as_for_one(who, request, cold_and_warm):
    person = request.getfixturevalue(who)

    def cost(number: int) -> list[tuple[int, int]]:
        made = events.event(f"Of {number}")
        people = [events.speaker(f"Person {number} {place}") for place in range(number)]
        talks = [events.session(made, f"Talk {place}", room=f"R{place}", speakers=people) for place in range(number)]
        paths = (talks[0].get_absolute_url(), people[0].get_absolute_url(), f"/events/{made.pk}/speakers/")
        return [cold_and_warm(path, person) for path in paths]

    few, many = cost(1), cost(3)
    assert few == many
    assert [warm for _cold, warm in many] == [0, 0, 0] if who == "anyone" else max(warm for _c, warm in many) <= 16


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Edith Marlow", "EM"), ("The Records Office", "RO"), ("A parent", "P"), ("The", "T"), ("An Nguyen", "AN")],
)
def test_initials_skip_the_article_of_a_group(name, initials):
    assert Person(1, "one", name, "", "", "other").initials == initials
