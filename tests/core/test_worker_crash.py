"""A worker killed -9 at random points loses nothing and repeats nothing."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.parts.databases import ROOT

KILLS = 24
PEOPLE, THINGS, ROUNDS = 12, 20, 8


def crash(site, what: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.parts.crash", what, str(KILLS), "7"],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | site.environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def was_killed_in_the_middle(found: dict, everything: int) -> None:
    """Every kill met a worker that lived, work had been done, and work was left."""
    assert found["killed_alive"] == KILLS
    assert 0 < found["after_kills"] < found["before"] == everything


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_site(request, make_site):
    engines = request.getfixturevalue("engines") if request.param == "postgres" else None
    return make_site(data=None, engines=engines, SITE_URL="http://127.0.0.1", VALKEY_URL="")


@pytest.mark.slow
def test_killed_in_the_middle_of_telling_it_tells_everybody_once(fresh_site):
    found = crash(fresh_site, "notices")
    assert found["waiting"] == 0
    was_killed_in_the_middle(found, THINGS * ROUNDS)
    expected = sorted(
        [f"crash-{n}", f"crash:{thing}", ROUNDS, ROUNDS] for n in range(PEOPLE) for thing in range(THINGS)
    )
    assert found["told"] == expected
    assert found["inbox_numbers"] == [THINGS * ROUNDS]


@pytest.mark.slow
def test_killed_in_the_middle_of_mailing_it_loses_no_mail_and_repeats_at_most_the_one_in_its_hands(fresh_site):
    found = crash(fresh_site, "mail")
    assert found["waiting"] == 0
    was_killed_in_the_middle(found, PEOPLE * THINGS)
    times = Counter(message_id for message_id, _, _ in found["mails"])
    assert sorted(times) == sorted(found["notices"])
    assert sum(times.values()) - len(times) <= KILLS + 1  # and the one that was timed
    # what was repeated is the very same mail
    assert len({tuple(one) for one in found["mails"]}) == len(times)
