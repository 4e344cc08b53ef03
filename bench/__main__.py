"""Measure the site on PostgreSQL and Valkey, and print the figures beside their goals.

The environment makes a smaller run to try it out: BENCH_SCALE threads (20000; ten posts each; 0: the demo alone),
BENCH_SECONDS a measurement (4), BENCH_ROUNDS of them (3), BENCH_SOCKETS (2000), BENCH_IDLE (10000), BENCH_WATCHERS
(5000), BENCH_PHONES (500) and BENCH_ONLY=pages,weight,replies,live,votes,places.
"""

import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.processes import CLIENT_CORE, ROOT, SERVER_CORE, Run, on_core, raise_file_limit
from bench.report import Row, save, table
from scripts.with_engines import started

SCALE = int(os.environ.get("BENCH_SCALE", "20000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
SOCKETS = int(os.environ.get("BENCH_SOCKETS", "2000"))
IDLE = int(os.environ.get("BENCH_IDLE", "10000"))
PHONES, VOTES_A_SECOND = int(os.environ.get("BENCH_PHONES", "500")), 100
ON_SCREEN, ON_PHONES = 5000, 6500  # ms: a count is at most two seconds old, and asked for every 3 and every 4.5 s
ONLY = set(filter(None, os.environ.get("BENCH_ONLY", "").split(",")))
ROUNDS, CONNECTIONS = int(os.environ.get("BENCH_ROUNDS", "3")), 4
LONG = min(2000, max(60, SCALE // 10))
MEMBERS = min(2000, max(50, SCALE // 10))
POSTGRES = {"shared_buffers": "256MB", "max_connections": "200", "jit": "off"}
# rate of one, as a share of the rate of another: (name, of, the other, goal)
RATIOS = [
    ("thread page, signed in", "thread, signed in", "floor", 0.45),
    ("thread list, signed in", "list, signed in", "floor", 0.45),
    ("thread page, anonymous", "thread, anonymous", "floor", 1.5),
    ("thread list, anonymous", "list, anonymous", "floor", 1.5),
    ("deep list page against the first", "deep list, signed in", "list, signed in", 0.9),
    (f"last page of {LONG:,} posts against the first", "big thread, last page", "big thread, page 1", 0.9),
    ("search for two words, signed in", "search, signed in", "floor", 0.15),
]
# Pages measured for half as long. Signed in their share has no goal of its own; anonymous ones are kept whole.
ALSO = [
    "home, signed in", "home, anonymous", "guidance page, signed in", "story, signed in", "gateway page, signed in",
    "finder with answers, signed in", "glossary, signed in", "topic page, signed in", "topic page, anonymous",
    "horizon, signed in", "horizon, anonymous", "timeline, signed in", "radar, signed in", "briefing, signed in",
    "development, signed in", "our tasks, signed in", "calendar file, anonymous", "events, signed in",
    "events, anonymous", "event page, signed in", "event page, anonymous", "session page, signed in",
    "ticket, signed in", "slides of an event, signed in", "calendar of events, anonymous",
]  # fmt: skip
SLOWEST = 50  # ms on the server, alone, 95 of 100


def say(words: str) -> None:
    print(f"[{time.monotonic() - BEGAN:4.0f} s] {words}", flush=True)


def wanted(part: str) -> bool:
    return not ONLY or part in ONLY


def prepare(run: Run) -> Path:
    """Tables, static files and data; the file with members' cookies."""
    cookies = run.folder / "cookies.jsonl"
    say("making tables")
    run.manage("migrate", "-v0")
    run.manage("collectstatic", "--noinput", "-v0")
    sign_in = ["--sessions", str(max(SOCKETS, 40)), "--cookies", str(cookies)]
    grow = ["--scale", str(SCALE), "--posts", "10", "--members", str(MEMBERS), "--long", str(LONG)] if SCALE else []
    say(f"loading {SCALE:,} threads, {SCALE * 10:,} posts, {MEMBERS:,} members, one thread of {LONG:,} posts")
    run.manage("load_demo", *grow, *sign_in)
    run.manage("shell", "-v0", "-c", "from django.db import connection as c; c.cursor().execute('VACUUM ANALYZE')")
    return cookies


def measure_pages(run: Run, cookies: Path) -> tuple[list[Row], dict]:
    """Requests a second of every page, interleaved, against the floor; queries per page."""
    plan = run.ask("bench.plan", str(cookies))
    rates: dict[str, list[float]] = {name: [] for name in plan["targets"]}
    slowest: dict[str, list[float]] = {name: [] for name in plan["targets"]}
    alone: dict[str, float] = {}
    sizes: dict[str, int] = {}
    with run.pages():
        for name in rates:
            _load(run, plan, name, seconds=1, connections=2, rounds=2)
        for turn in range(ROUNDS):
            for name, values in rates.items():
                seconds = SECONDS / 2 if name in ALSO else SECONDS
                found = _load(run, plan, name, seconds=seconds, connections=CONNECTIONS)
                values.append(found["rate"])
                sizes[name] = found["bytes"]
                slowest[name].append(found["p95"])
            say(f"pages, round {turn + 1} of {ROUNDS}: the floor serves {rates['floor'][-1]:,.0f} a second")
        for name in rates:
            alone[name] = _load(run, plan, name, seconds=SECONDS / (4 if name in ALSO else 2), connections=1)["p95"]
    rate = {name: statistics.median(values) for name, values in rates.items()}
    rows = [
        Row(
            "floor",
            rate["floor"],
            None,
            "more",
            "requests/s",
            f"anonymous, one query, one flat template, {sizes['floor'] / 1000:.1f} kB",
        )
    ]
    also = [(name, name, "floor", 1.5 if "anonymous" in name else None) for name in ALSO]
    for words, one, other, goal in RATIOS + also:
        # of the same round: on a machine that others use, rounds differ more than pages do
        share = statistics.median(a / b for a, b in zip(rates[one], rates[other], strict=True))
        note = f"{number(rate[one])}/s, p95 alone {alone[one]:.0f} ms"
        rows.append(Row(words, share, goal, "more", "of the floor" if other == "floor" else "of it", note))
    for name in ("thread, signed in", "list, signed in", *ALSO):
        rows.append(Row(f"{name}: p95 alone", alone[name], SLOWEST, "less", "ms"))
    rows.append(Row("search, signed in: p95 alone", alone["search, signed in"], 150, "less", "ms"))
    for name, count in plan["queries"].items():
        goal = 0 if "anonymous" in name else 10
        rows.append(Row(f"queries: {name}", count, goal, "less", ""))
    return rows, {
        "rates": rates,
        "p95_under_load": slowest,
        "p95_alone": alone,
        "queries": plan["queries"],
        "bytes": sizes,
    }


def number(value: float) -> str:
    return f"{value:,.0f}"


def _load(run: Run, plan: dict, name: str, *, seconds: float, connections: int, rounds: int = 0) -> dict:
    file = run.folder / "plan.json"
    targets = plan["targets"][name]
    file.write_text(
        json.dumps({"host": "127.0.0.1", "port": run.port, "seconds": seconds, "connections": connections,
                    "rounds": rounds, "targets": targets})
    )  # fmt: skip
    found = run.ask("bench.load", str(file))
    if set(found["statuses"]) - {"200"} or found["errors"]:
        raise RuntimeError(f"{name} ({targets[0][0]}): {found['statuses']}, {found['errors']} errors")
    return found


def measure_replies(run: Run) -> tuple[list[Row], dict]:
    """What a reply costs with no watchers and with thousands."""
    say("replies")
    found = run.ask("bench.replies", core=SERVER_CORE)
    watchers = f"{found['watchers']:,}"
    rows = [
        Row("one committed INSERT", found["insert"], None, "less", "ms"),
        Row("one row by Django's create", found["row"], None, "less", "ms"),
        Row("reply, no watchers", found["alone"], None, "less", "ms", "one transaction, direct notices included"),
        Row(
            f"reply, {watchers} watchers against none", found["watched"] / found["alone"], 1.2, "less", "times as long"
        ),
        Row("replies against committed INSERTs", found["insert"] / found["alone"], 0.25, "more", "of an INSERT's rate"),
        Row("queries of a reply", found["queries"], 12, "less", ""),
        Row(
            f"statements of its fan-out to {watchers}", found["fan_out"], 5, "less", "", f"{found['fan_out_ms']:.0f} ms"
        ),
    ]
    return rows, found


def measure_live(run: Run, cookies: Path) -> tuple[list[Row], dict]:
    """Hints on thousands of open sockets, and the weight of idle ones."""
    say(f"{SOCKETS:,} open sockets, then {IDLE:,} idle ones")
    with run.sockets() as (pid, url):
        found = run.ask("bench.sockets", url, str(cookies), str(SOCKETS), str(pid), "5", str(IDLE))
    live, idle, storm = found["live"], found["idle"], found["storm"]
    rows = [
        Row(f"reply → hint on {SOCKETS:,} sockets, half of them", live["p50"], 300, "less", "ms"),
        Row(f"reply → hint on {SOCKETS:,} sockets, 95 %", live["p95"], 1000, "less", "ms"),
        Row("hints lost", live["lost"], 0, "less", "", f"of {SOCKETS * 5:,}"),
        Row(
            "lost over a reconnect storm", storm["lost"], 0, "less", "tabs", f"all back after {storm['seconds']:.1f} s"
        ),
        Row("idle sockets held by one process", idle["held"], IDLE, "more", ""),
        Row("an idle socket", idle["kB"], 40, "less", "kB"),
    ]
    return rows, found


def measure_weight(run: Run, cookies: Path) -> tuple[list[Row], dict]:
    """Bytes and requests of a first visit to a thread page."""
    say("weight of a thread page")
    plan = run.ask("bench.plan", str(cookies))
    path = plan["targets"]["thread, anonymous"][0][0]
    with run.pages():
        found = run.ask("bench.weight", run.url + path)
    note = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in found["by_kind"].items())
    rows = [
        Row("thread page, first visit", found["bytes"] / 1000, 60, "less", "kB", note),
        Row("requests of a first visit", found["requests"], 8, "less", ""),
        Row("requests to other hosts", len(found["others"]), 0, "less", ""),
    ]
    return rows, found


def measure_votes(run: Run, cookies: Path) -> tuple[list[Row], dict]:
    """Votes a second of phones without account, while as many look on and as many sockets are held."""
    say(f"{PHONES} phones vote, look on, and {PHONES} tabs hold a socket")
    made = run.ask("bench.room", "votes", core=SERVER_CORE)["votes"]
    with run.pages() as pid, run.sockets() as (_, url):
        found = _crowd(
            run, "votes", pid=pid, people=PHONES, rate=VOTES_A_SECOND, seconds=SECONDS, votes=made, sockets=url,
            cookies=str(cookies),
        )  # fmt: skip
    counted = [run.ask("bench.room", "counted", vote["code"]) for vote in made]
    fast, steady, hints = found["fast"], found["steady"], found["steady"]["hints"]
    off = sum(abs(one["people"] - PHONES) + abs(one["votes"] - PHONES) for one in counted)
    at_once = f"{PHONES} phones without account, {fast['at_once']} at a time, all looking on"
    steadily = f"at {steady['rate']:.0f} votes a second, all looking on"
    rows = [
        Row("votes, the page after them read too", fast["rate"], VOTES_A_SECOND, "more", "votes/s", at_once),
        Row("a vote on the server, looks apart", fast["a_vote"], None, "less", "ms of a core"),
        Row(f"votes, pressed {VOTES_A_SECOND} a second", steady["rate"], 0.95 * VOTES_A_SECOND, "more", "votes/s"),
        Row("votes lost or doubled", off, 0, "less", "", f"by rows, of {2 * PHONES}; every tenth phone votes twice"),
        Row("a vote's answer, 95 %", steady["taken"]["p95"], None, "less", "ms", steadily),
        Row("a vote → page that says so, half of them", steady["answer"]["p50"], None, "less", "ms"),
        Row("a vote → page that says so, 95 %", steady["answer"]["p95"], None, "less", "ms"),
        Row("a vote → bars on the screen, half of them", steady["screen"]["p50"], None, "less", "ms"),
        Row("a vote → bars on the screen, 95 %", steady["screen"]["p95"], ON_SCREEN, "less", "ms",
            f"it asks every 2 to 3 s; {steady['not_in_bars']} wait for the next five"),
        Row("a vote → bars on the phones, half of them", steady["phones"]["p50"], None, "less", "ms"),
        Row("a vote → bars on the phones, 95 %", steady["phones"]["p95"], ON_PHONES, "less", "ms",
            "they ask every 3 to 4.5 s"),
        Row("the page of a vote, first read", fast["pages"], None, "more", "pages/s",
            f"95 % in {fast['reading']['p95']:.0f} ms"),
        Row(f"{PHONES} phones looking on", fast["looking_on"] * 100, None, "less", "% of a core",
            f"nobody votes, {fast['looks']:.0f} looks a second"),
        Row("a look while people vote, 95 %", steady["look"]["p95"], None, "less", "ms"),
        Row("sockets held meanwhile", found["held"], PHONES, "more", "",
            f"a reply's hint on them: 95 % in {hints['p95']:.0f} ms, {hints['lost']} lost"),
    ]  # fmt: skip
    return rows, found | {"counted": counted}


def measure_places(run: Run) -> tuple[list[Row], dict]:
    """All want one of fifty places, and press at the same moment."""
    say(f"{PHONES} members book at once")
    cookies = run.folder / "bookers.jsonl"
    event = run.ask("bench.room", "places", str(PHONES), str(cookies), core=SERVER_CORE)["event"]
    with run.pages() as pid:
        found = _crowd(run, "places", pid=pid, event=event, cookies=str(cookies))
    booked = run.ask("bench.room", "booked", str(event))
    right = booked["confirmed"] + len(booked["line"]) if booked["line"] == list(range(1, PHONES - 49)) else 0
    note = f"{booked['confirmed']} confirmed, {len(booked['line'])} in line, {booked['twice']} twice; half knew after"
    rows = [
        Row(f"{PHONES} people at once for 50 places", found["seconds"], None, "less", "s",
            f"{note} {found['p50'] / 1000:.1f} s"),
        Row("a booking on the server, the ticket read too", found["a_booking"], None, "less", "ms of a core"),
        Row("booked right, the line without a hole", right, PHONES, "more", "people"),
    ]  # fmt: skip
    return rows, found | {"confirmed": booked["confirmed"], "twice": booked["twice"]}


def _crowd(run: Run, what: str, **plan) -> dict:
    file = run.folder / "crowd.json"
    file.write_text(json.dumps({"host": "127.0.0.1", "port": run.port, **plan}))
    return run.ask("bench.crowd", what, str(file))


def main() -> int:
    raise_file_limit()
    with started(settings=POSTGRES) as (database, valkey), tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as var:
        run = Run(Path(var), database, valkey)
        say(f"web: granian, 2 workers on core {SERVER_CORE}; client on core {CLIENT_CORE}; "
            f"{'pinned' if on_core(0) else 'not pinned: this machine has no taskset or one core'}")  # fmt: skip
        cookies = prepare(run)
        rows: list[Row] = []
        raw: dict = {"scale": SCALE, "cores": os.cpu_count(), "python": sys.version.split()[0]}
        parts = {
            "pages": lambda: measure_pages(run, cookies),
            "weight": lambda: measure_weight(run, cookies),
            "replies": lambda: measure_replies(run),
            "live": lambda: measure_live(run, cookies),
            "votes": lambda: measure_votes(run, cookies),
            "places": lambda: measure_places(run),
        }
        for name, part in parts.items():
            if wanted(name):
                found, raw[name] = part()
                rows += found
    now = dt.datetime.now().astimezone()
    files = save(rows, raw, ROOT / "var" / "bench", f"{now:%Y-%m-%d-%H%M}")
    print(f"\n{table(rows)}\n\nSaved: {', '.join(str(path.relative_to(ROOT)) for path in files)}")
    return 0


BEGAN = time.monotonic()
if __name__ == "__main__":
    sys.exit(main())
