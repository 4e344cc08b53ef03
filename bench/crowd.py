"""Five hundred phones that vote, each a person without account, while all of them and the screen look on.

    python -m bench.crowd votes plan.json     the plan: {"host", "port", "pid", "people", "rate", "seconds", "votes",
                                              "sockets", "cookies"}
    python -m bench.crowd places plan.json    the plan: {"host", "port", "pid", "event", "cookies"}

Runs apart from the server; prints one JSON object. Times are milliseconds unless they say seconds.
"""

import asyncio
import json
import random
import re
import statistics
import sys
import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from itertools import accumulate
from pathlib import Path

from bench.phone import Phone
from bench.processes import raise_file_limit, seconds_of
from bench.sockets import Poster, latencies, open_tabs

AT_ONCE = 16  # votes under way at the same time, where it is about how many go through
TWICE = 10  # every so manieth presses twice
PHONE, SCREEN = 3.0, 2.0  # seconds until a page looks again, and up to half as long more: static/js/votes.js
WAIT = 3 * PHONE  # seconds after the last vote until every page has looked again
BARS = re.compile(r'class="visually-hidden">(\d+) votes?<')
REPLIES = 3


class Looking:
    """A page that stays open and asks every few seconds how the vote stands, as votes.js does. `seen`: (when, votes
    in the bars)."""

    def __init__(self, phone: Phone, code: str, every: float):
        self.phone, self.every = phone, every
        self.path = f"/events/vote/{code}/now/"
        self.seen: list[tuple[float, int]] = []
        self.took: list[float] = []

    async def look_on(self) -> None:
        etag = ""
        await asyncio.sleep(random.uniform(0, self.every * 1.5))
        while True:
            began = time.time()
            answer = await self.phone.get(self.path, etag=etag)
            self.took.append(time.time() - began)
            if answer.status == 200:
                etag = answer.headers["etag"]
                self.seen.append((time.time(), sum(int(count) for count in BARS.findall(answer.body))))
            elif answer.status != 304:
                raise RuntimeError(f"{self.path} answered {answer.status}")
            await asyncio.sleep(random.uniform(self.every, self.every * 1.5))


class Hall:
    """The phones of one vote: how each reads the page and votes, and what came of it."""

    def __init__(self, plan: dict, vote: dict):
        self.vote, self.path = vote, f"/events/vote/{vote['code']}/"
        self.phones = [Phone(plan["host"], plan["port"]) for _ in range(plan["people"])]
        self.eyes = [Looking(Phone(plan["host"], plan["port"]), vote["code"], PHONE) for _ in self.phones]
        self.screen = Looking(Phone(plan["host"], plan["port"]), vote["code"], SCREEN)
        self.accepted: list[tuple[float, float, float]] = []  # pressed, the vote answered, the page after it there
        self.sent = 0

    async def arrive(self, *, at_once: int) -> list[float]:
        """Every phone reads the page; seconds of each."""

        async def read(phone: Phone) -> float:
            began = time.time()
            await phone.read(self.path)
            return time.time() - began

        return await some_at_once(self.phones, read, at_once)

    async def press(self, phone: Phone) -> None:
        """Vote, and read the page that says that it is counted. Every tenth presses once more."""
        await self._cast(phone, time.time())
        if len(self.accepted) % TWICE == 0:
            await self._cast(phone, None)

    async def _cast(self, phone: Phone, began: float | None) -> None:
        fields = {"question": self.vote["question"], "option": random.choice(self.vote["options"])}
        self.sent += 1
        answer = await phone.send(self.path, **fields)
        counted = time.time()
        if answer.status != 302:
            raise RuntimeError(f"a vote was answered {answer.status}")
        page = await phone.get(answer.headers["location"])
        if "Your vote is counted" not in page.body:
            raise RuntimeError("a vote was taken, and the page does not say so")
        if began is not None:
            self.accepted.append((began, counted, time.time()))

    def leave(self) -> None:
        for phone in [*self.phones, *(one.phone for one in (*self.eyes, self.screen))]:
            phone.leave()


async def some_at_once(things: Sequence, act: Callable[..., Awaitable], most: int) -> list:
    """What `act` gives for each, so many under way at a time. Raises what one raised."""
    gate = asyncio.Semaphore(most)

    async def one(thing):
        async with gate:
            return await act(thing)

    return await asyncio.gather(*(one(thing) for thing in things))


def spread(seconds: list[float]) -> dict[str, float]:
    """{"p50", "p95"} in milliseconds."""
    found = sorted(seconds)
    return {"p50": statistics.median(found) * 1000, "p95": found[max(0, int(len(found) * 0.95) - 1)] * 1000}


def until_seen(accepted: list, lookers: list[Looking]) -> tuple[list[float], int]:
    """Seconds from the press of the n-th vote to the first look that showed n votes in its bars, for each who looked;
    and how many votes were never in the bars of the last look (of an open vote they move five at a time)."""
    pressed = [began for began, _, _ in sorted(accepted, key=lambda one: one[1])]
    delays, missing = [], 0
    for one in lookers:
        counts = list(accumulate((count for _, count in one.seen), max))
        shown = counts[-1] if counts else 0
        delays += [one.seen[bisect_left(counts, n)][0] - began for n, began in enumerate(pressed[:shown], start=1)]
        missing = max(missing, len(pressed) - shown)
    return delays, missing


async def vote_as_fast_as_it_goes(plan: dict, hall: Hall) -> dict:
    """The page read by all; what it costs when all look on; then all vote, so many at a time."""
    began = time.time()
    reading = await hall.arrive(at_once=AT_ONCE)
    found: dict = {"pages": len(reading) / (time.time() - began), "reading": spread(reading)}
    looking = [asyncio.create_task(one.look_on()) for one in (*hall.eyes, hall.screen)]
    await asyncio.sleep(PHONE * 1.5)  # until each has looked once
    for one in hall.eyes:
        one.took.clear()
    before, began = seconds_of(plan["pid"]), time.time()
    await asyncio.sleep(plan["seconds"])
    found["looking_on"] = (seconds_of(plan["pid"]) - before) / (time.time() - began)
    found["looks"] = sum(len(one.took) for one in hall.eyes) / (time.time() - began)
    before, began = seconds_of(plan["pid"]), time.time()
    await some_at_once(hall.phones, hall.press, AT_ONCE)
    took = time.time() - began
    used = seconds_of(plan["pid"]) - before - took * found["looking_on"]
    await stop(looking)
    return found | {
        "accepted": len(hall.accepted), "rate": len(hall.accepted) / took, "sent": hall.sent,
        "a_vote": used / hall.sent * 1000, "at_once": AT_ONCE,
    }  # fmt: skip


async def vote_steadily(plan: dict, hall: Hall, meanwhile: Callable[[], Awaitable]) -> dict:
    """All look on, and so many vote in each second, whether those before them were answered or not; and `meanwhile`."""
    await hall.arrive(at_once=AT_ONCE)
    looking = [asyncio.create_task(one.look_on()) for one in (*hall.eyes, hall.screen)]
    await asyncio.sleep(PHONE * 1.5)
    began = time.time()

    async def in_turn(number: int) -> None:
        await asyncio.sleep(max(0, began + number / plan["rate"] - time.time()))
        await hall.press(hall.phones[number])

    hints = asyncio.create_task(meanwhile())
    await asyncio.gather(*(in_turn(number) for number in range(len(hall.phones))))
    answered = max(counted for _, counted, _ in hall.accepted) - began
    await asyncio.sleep(WAIT)
    await stop(looking)
    screen, missing = until_seen(hall.accepted, [hall.screen])
    phones, _ = until_seen(hall.accepted, hall.eyes)
    return {
        "accepted": len(hall.accepted), "rate": len(hall.accepted) / answered,
        "taken": spread([counted - pressed for pressed, counted, _ in hall.accepted]),
        "answer": spread([shown - pressed for pressed, _, shown in hall.accepted]),
        "look": spread([took for one in hall.eyes for took in one.took]),
        "screen": spread(screen), "phones": spread(phones), "not_in_bars": missing, "hints": await hints,
    }  # fmt: skip


async def stop(tasks: list[asyncio.Task]) -> None:
    """Stop pages from looking on. Raises what one of them met."""
    for task in tasks:
        task.cancel()
    for found in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(found, asyncio.CancelledError):
            raise found


async def votes(plan: dict) -> dict:
    """Both votes, while so many signed-in tabs hold a socket open; their hints are timed during the second."""
    cookies = read_cookies(plan["cookies"])
    poster = await Poster.start()
    tabs = await open_tabs(plan["sockets"], cookies, plan["people"], poster.topic, poster.event_no)
    fast, steady = (Hall(plan, vote) for vote in plan["votes"])
    found = {"fast": await vote_as_fast_as_it_goes(plan, fast)}
    fast.leave()
    found["steady"] = await vote_steadily(plan, steady, lambda: latencies(tabs, poster, REPLIES))
    found["held"] = sum(tab.is_open for tab in tabs)
    for tab in tabs:
        tab.drop()
    await poster.stop()
    steady.leave()
    return found


async def places(plan: dict) -> dict:
    """Members who have the form open press at the same moment: seconds until the last has read where they stand."""
    path = f"/events/{plan['event']}/book/"
    phones = [Phone(plan["host"], plan["port"], cookie) for cookie in read_cookies(plan["cookies"])]
    await some_at_once(phones, lambda phone: phone.read(path), AT_ONCE)
    times: list[float] = []

    async def book(phone: Phone) -> None:
        answer = await phone.send(path)
        if answer.status != 302 or (await phone.get(answer.headers["location"])).status != 200:
            raise RuntimeError(f"a booking was answered {answer.status}")
        times.append(time.time() - began)

    before, began = seconds_of(plan["pid"]), time.time()
    await asyncio.gather(*(book(phone) for phone in phones))
    used = seconds_of(plan["pid"]) - before
    for phone in phones:
        phone.leave()
    return {"people": len(times), "seconds": max(times), "a_booking": used / len(times) * 1000, **spread(times)}


def read_cookies(file: str) -> list[str]:
    return [json.loads(line)["cookie"] for line in Path(file).read_text().splitlines()]


if __name__ == "__main__":
    raise_file_limit()
    what, file = sys.argv[1:]
    print(json.dumps(asyncio.run({"votes": votes, "places": places}[what](json.loads(Path(file).read_text())))))
