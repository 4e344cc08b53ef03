"""Kill -9 at random moments while people post: what was acknowledged is there once, and so is every notice.

A real server with its worker (and, on PostgreSQL, a web server and a worker apart), killed 20 times; the people
who post send a form again, with its key, until they get their answer. Then the ledger is compared.
"""

import email
import http.client
import os
import random
import re
import threading
import time
import uuid
from collections import defaultdict
from email import policy
from urllib.parse import urlencode

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

KILLS = 20
TOKEN = "c" * 32
WRITERS = ["bob", "morag", "cora"]
FOLLOWERS = ["alice", "bob", "morag", "cora"]


class Writer(threading.Thread):
    """Posts answers one after another; each form is sent until the server said where its post is."""

    def __init__(self, site, handle: str, threads: list[int]):
        super().__init__(name=handle, daemon=True)
        self.site, self.handle, self.threads = site, handle, threads
        self.stopping = threading.Event()
        self.acknowledged: dict[str, str] = {}  # the text of a post → where the server said it is
        self.cut_off = 0
        self.strange: list[str] = []

    def run(self):
        count = 0
        while not self.stopping.is_set():
            count += 1
            key = uuid.uuid4()
            body = f"{self.handle} says {count}: {key.hex}"
            while (where := self._send(self.threads[count % 2], body, key)) is None:
                time.sleep(0.02)
            self.acknowledged[body] = where

    def _send(self, thread: int, body: str, key) -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=20)
        form = urlencode({"csrfmiddlewaretoken": TOKEN, "body": body, "once_key": key})
        cookies = f"sessionid={self.site.sessions[self.handle]}; csrftoken={TOKEN}"
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", f"/forum/{thread}/answer/", form, headers)
            answer = connection.getresponse()
            answer.read()
        except ConnectionRefusedError:
            return None
        except (OSError, http.client.HTTPException):
            self.cut_off += 1
            return None
        finally:
            connection.close()
        if answer.status == 302 and "#post-" in answer.headers["Location"]:
            return answer.headers["Location"]
        self.strange.append(f"{answer.status} {answer.headers.get('Location')}")
        return None


def mails(site) -> dict[str, dict[str, list[str]]]:
    """Who → Message-ID → the texts of every copy that went."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in (site.var / "outbox").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        text = message.get_body(("plain",)).get_content()
        found[message["To"]][message["Message-ID"]].append(text)
    return found


def told_of_posts(site) -> set[str]:
    """Whom a mail told of one of the posts; mails about other things go to others as well."""
    said = re.compile(r"\b\w+ says \d+: \w{32}")
    return {
        who for who, by_id in mails(site).items() if any(said.search(text) for some in by_id.values() for text in some)
    }


def told_twice(site) -> list:
    """Mails under one Message-ID that tell of different posts, and posts told of in two mails to one person."""
    wrong = []
    for who, by_id in mails(site).items():
        told: dict[str, str] = {}
        for message_id, texts in by_id.items():
            copies = [re.findall(r"\b\w+ says \d+: \w{32}", text) for text in texts]
            if any(copy != copies[0] for copy in copies):
                wrong.append((who, message_id, copies))
            for post in copies[0]:
                if told.setdefault(post, message_id) != message_id:
                    wrong.append((who, post, told[post], message_id))
    return wrong


def crash(site, seed: int, *, apart: bool) -> None:
    """Let people post while the server is killed KILLS times, then compare the ledger."""
    chance = random.Random(seed)
    threads = ask(site, "prepare", FOLLOWERS)
    since = ask(site, "newest_posts", threads)
    writers = [Writer(site, handle, threads) for handle in WRITERS]
    for number in range(KILLS):
        pids = start(site, apart)
        if number == 0:
            for writer in writers:
                writer.start()
        wait_for_posts(writers, chance.randrange(6))
        time.sleep(chance.uniform(0, 0.08))
        assert site.forks.kill(*pids) == len(pids), f"one was gone before it was killed:\n{site.last_log()}"
    start(site, apart)
    for writer in writers:
        writer.stopping.set()
    for writer in writers:
        writer.join(60)
    wait_until_idle(site)
    compare(site, writers, threads, since)
    site.stop()


def start(site, apart: bool) -> list[int]:
    """Start a server with its worker in it, or the two `apart`; the pids."""
    site.start(*(["--no-parts"] if apart else []))
    return [site.pid, *([site.forks.manage("work")] if apart else [])]


def ask(site, name: str, *arguments):
    """What a function of `tests.crash.ledger` says of the site."""
    return site.forks.ask("tests.crash.ledger", name, *arguments)


def wait_for_posts(writers, count: int) -> None:
    """Until so many more posts were acknowledged, however fast or slow the machine; 15 seconds at most."""
    end, enough = time.monotonic() + 15, sum(len(writer.acknowledged) for writer in writers) + count
    while sum(len(writer.acknowledged) for writer in writers) < enough and time.monotonic() < end:
        time.sleep(0.002)


def wait_until_idle(site) -> None:
    """Until everything due is carried out: a killed worker's lease of a mail is 2 minutes, so that is let go of."""
    end = time.monotonic() + 60
    while (left := ask(site, "waiting")) != {"outbox": 0, "mail": 0}:
        assert time.monotonic() < end, f"not carried out: {left}"
        ask(site, "end_leases")
        time.sleep(0.2)


def compare(site, writers, threads, since) -> None:
    acknowledged = {body: where for writer in writers for body, where in writer.acknowledged.items()}
    strange = [word for writer in writers for word in writer.strange]
    assert strange == []
    found = ask(site, "posts", threads)
    once = {body: found["bodies"].get(body, 0) for body in acknowledged}
    assert {body: count for body, count in once.items() if count != 1} == {}, "lost or doubled"
    unasked = {body for body in found["bodies"] if " says " in body} - set(acknowledged)
    assert unasked == set(), "there are posts nobody sent"
    assert found["wrong"] == []
    assert ask(site, "notices", threads, FOLLOWERS, since) == []
    assert ask(site, "failures") == []
    assert told_twice(site) == []
    assert told_of_posts(site) == {f"{handle}@{place}.example.org" for handle, place in PLACES.items()}
    cut_off = sum(writer.cut_off for writer in writers)
    print(f"{KILLS} kills; {len(acknowledged)} posts acknowledged, {cut_off} requests cut off in the middle")
    assert len(acknowledged) > KILLS, "too little was posted to prove anything"
    assert cut_off >= 20, "the kills did not meet the posts"


PLACES = {
    "alice": "thornmere-district-council", "bob": "mardyke-food-bank", "morag": "thornmere-district-council",
    "cora": "framework-office",
}  # fmt: skip


@pytest.fixture
def seed():
    """Another one each run; pytest shows what is printed when a test fails. CRASH_SEED repeats a run's moments."""
    seed = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6))
    print(f"CRASH_SEED={seed}")
    return seed


def test_the_server_is_killed_20_times_in_mid_post_and_the_ledger_is_true(make_site, seed):
    crash(make_site(), seed, apart=False)


def test_web_and_worker_on_postgresql_are_killed_20_times_and_the_ledger_is_true(make_site, engines, seed):
    crash(make_site(engines=engines), seed, apart=True)
