"""Acts are counted from the first of them, for a while, each person and each act apart."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from core import ratelimits
from core.ratelimits import TooOften

# Not at the beginning of ten minutes of the clock, so that counting by the clock would begin anew on the way.
BEGIN = dt.datetime(2026, 6, 15, 10, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def two_in_ten_minutes(settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"knock": (2, 600), "ring": (2, 600)}
    settings.RATE_LIMIT_FACTOR = 1


def a_request(address="198.51.100.1"):
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user = AnonymousUser()
    return request


def knock(times=1, act="knock", address="198.51.100.1", **about) -> None:
    for _ in range(times):
        ratelimits.check(act, a_request(address), **about)


@pytest.mark.engines
def test_the_third_is_told_how_long_to_wait_from_the_first():
    with time_machine.travel(BEGIN, tick=False) as clock:
        knock()
        clock.shift(100)
        knock()
        with pytest.raises(TooOften) as refused:
            knock()
        assert refused.value.wait == 500


def test_the_clock_on_the_wall_does_not_begin_it_anew_but_the_time_that_passed():
    with time_machine.travel(BEGIN, tick=False) as clock:
        knock(2)
        clock.shift(599)
        with pytest.raises(TooOften) as refused:
            knock()
        assert refused.value.wait == 1
        clock.shift(2)
        knock(2)
        with pytest.raises(TooOften):
            knock()


@pytest.mark.engines
def test_each_act_each_address_and_each_thing_is_counted_apart():
    knock(2)
    knock(2, act="ring")
    knock(2, address="198.51.100.2")
    knock(2, about="alice@example.org")
    with pytest.raises(TooOften):
        knock(address="203.0.113.9", about="Alice@example.org")


def test_a_cache_that_is_down_lets_people_through(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    knock(5)
