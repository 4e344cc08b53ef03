"""The secret address of a member's own calendar: made, replaced, stopped; and who gets anything from it."""

import pytest
from django.core.cache import cache
from wagtail.models import ModelLogEntry

from members.actions import NotAllowed, ban, give_calendar_address, leave, let_back_in, stop_calendar_address
from members.models import CalendarKey, Member
from tests.parts.calendars import read

PAGE = "/account/calendar/"


def key_of(member) -> CalendarKey | None:
    return CalendarKey.objects.filter(member=member).first()


class TestThePage:
    def test_a_member_makes_an_address_and_sees_it_in_both_forms(self, alice, client_of):
        browser = client_of(alice)
        assert b"/calendar/" not in browser.get(PAGE).content.replace(b"/account/calendar/", b"")
        response = browser.post(PAGE, {"act": "make", "instead_of": ""}, follow=True)
        key = key_of(alice).key
        page = response.content.decode()
        assert f'value="http://testserver/calendar/{key}.ics"' in page
        assert f'href="webcal://testserver/calendar/{key}.ics"' in page
        assert response.redirect_chain == [(PAGE, 302)]

    def test_a_form_sent_twice_makes_one(self, alice, client_of):
        browser = client_of(alice)
        browser.post(PAGE, {"act": "make", "instead_of": ""})
        first = key_of(alice).key
        browser.post(PAGE, {"act": "make", "instead_of": ""})
        assert key_of(alice).key == first

    def test_a_new_address_ends_the_old_at_once_and_only_once(self, alice, client_of, client):
        old = give_calendar_address(by=alice)
        browser = client_of(alice)
        for _ in range(2):
            browser.post(PAGE, {"act": "make", "instead_of": old.pk})
        new = key_of(alice)
        assert (CalendarKey.objects.count(), new.key == old.key) == (1, False)
        assert [client.get(one.get_absolute_url()).status_code for one in (old, new)] == [404, 200]

    def test_stopping_ends_it(self, alice, client_of, client):
        held = give_calendar_address(by=alice)
        page = client_of(alice).post(PAGE, {"act": "stop"}, follow=True).content.decode()
        assert "Make your own address" in page
        assert (key_of(alice), client.get(held.get_absolute_url()).status_code) == (None, 404)

    def test_nonsense_changes_nothing(self, alice, client_of):
        held = give_calendar_address(by=alice)
        for sent in ({}, {"act": "sell"}, {"act": "make", "instead_of": "x"}, {"act": "make", "instead_of": "9" * 40}):
            assert client_of(alice).post(PAGE, sent).status_code == 200
        assert key_of(alice).key == held.key

    def test_who_does_not_take_part_yet_reads_when_they_can(self, charlie, client_of):
        browser = client_of(charlie)
        assert "once your organisation is vouched for" in browser.get(PAGE).content.decode()
        assert browser.post(PAGE, {"act": "make", "instead_of": ""}).status_code == 403
        assert key_of(charlie) is None
        with pytest.raises(NotAllowed):
            give_calendar_address(by=charlie)

    def test_strangers_are_asked_to_sign_in(self, client):
        assert client.get(PAGE)["Location"].startswith("/accounts/login/")

    def test_the_log_tells_of_it_without_the_secret(self, alice):
        held = give_calendar_address(by=alice)
        stop_calendar_address(by=alice)
        logged = list(ModelLogEntry.objects.order_by("pk").values_list("action", "data"))
        assert [action for action, _ in logged] == ["members.calendar_address", "members.calendar_stopped"]
        assert held.key not in str(logged)


class TestTheFile:
    def test_it_needs_no_session_and_is_nobody_elses(self, alice, bob, client):
        for member in (alice, bob):
            response = client.get(give_calendar_address(by=member).get_absolute_url())
            assert read(response.content).properties["x-wr-calname"] == "Folkmoot: my dates"
            assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-cache", "noindex")
            assert "Set-Cookie" not in response

    def test_it_is_never_kept_for_others(self, alice, client, settings):
        settings.ANONYMOUS_CACHE = True
        held = give_calendar_address(by=alice)
        assert client.get(held.get_absolute_url()).status_code == 200
        stop_calendar_address(by=alice)
        assert client.get(held.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("key", ["x", "A" * 43, "a-b_c", "0" * 500])
    def test_a_made_up_address_is_404(self, alice, client, key):
        give_calendar_address(by=alice)
        assert client.get(f"/calendar/{key}.ics").status_code == 404

    def test_the_letters_count_as_they_are_written(self, alice, client):
        key = give_calendar_address(by=alice).key
        other = key.swapcase()
        assert client.get(f"/calendar/{other}.ics").status_code == 404

    def test_whoever_leaves_is_banned_or_no_longer_vouched_for_gets_nothing(self, alice, bob, morag, cora, client):
        held = {member: give_calendar_address(by=member).get_absolute_url() for member in (alice, bob, morag)}
        leave(member=alice)
        ban(by=cora, member=bob, why="Sold addresses.")
        Member.objects.filter(pk=morag.pk).update(standing=Member.Standing.WAITING)
        assert [client.get(url).status_code for url in held.values()] == [404, 404, 404]

    def test_the_address_of_who_was_out_stays_dead_when_they_are_let_back_in(self, bob, cora, client):
        held = give_calendar_address(by=bob)
        ban(by=cora, member=bob, why="Sold addresses.")
        let_back_in(by=cora, member=bob, why="It was somebody else.")
        Member.objects.filter(pk=bob.pk).update(standing=Member.Standing.VOUCHED)
        assert (key_of(bob), client.get(held.get_absolute_url()).status_code) == (None, 404)

    def test_addresses_are_long_and_unlike(self, alice):
        keys = set()
        for _ in range(20):
            keys.add(give_calendar_address(by=alice, instead_of=getattr(key_of(alice), "pk", None)).key)
        assert (len(keys), min(map(len, keys))) == (20, 43)

    def test_asking_without_end_is_slowed_down(self, alice, client, settings):
        settings.RATE_LIMITS = settings.RATE_LIMITS | {"calendar": (3, 60)}
        settings.RATE_LIMIT_FACTOR = 1
        url = give_calendar_address(by=alice).get_absolute_url()
        cache.clear()
        answers = [client.get(url) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert int(answers[-1]["Retry-After"]) > 0

    def test_only_reading_is_possible(self, alice, client):
        assert client.post(give_calendar_address(by=alice).get_absolute_url()).status_code == 405
