"""A worker that is killed -9 again and again, at random points. Run as a process of its own on a site's data:

    python -m tests.parts.crash notices|mail <kills> <seed>

It forks a worker, kills it a random moment after a random amount of work, forks the next; the last one may finish.
Moments are counted in work done, not in seconds, and no worker may do more than its share: so a fast machine is
killed in the middle as often as a slow one. Prints the ledger as JSON. Forking spares 20 starts of Django; what is
killed is a real process with a real database.
"""

import json
import mmap
import os
import random
import signal
import struct
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import datetime as dt

from django.conf import settings
from django.db import connections

from core import outbox
from core.models import OutboxItem
from members.models import Member
from notifications import inbox, kinds
from notifications.delivery import mail
from notifications.delivery.outbox import newest
from notifications.models import Notice

THINGS, ROUNDS, PEOPLE = 20, 8, 12
TIMED = 8  # what the first worker does, to learn how long one piece of work takes here

# Shared with the workers: how many pieces of work this one has begun, and how many it may.
_begun = mmap.mmap(-1, 8)
_share = 10**9


def begun() -> int:
    return struct.unpack("q", _begun)[0]


def begin() -> None:
    """Count a piece of work. A worker that has done its share stays here, in the middle of one, until it is killed."""
    count = begun() + 1
    _begun[:] = struct.pack("q", count)
    while count > _share:
        time.sleep(60)


def mail_of(notice) -> kinds.MailContent:
    begin()
    first = (notice.mailed_item_id or notice.item_id - 1) + 1
    items = range(first, notice.mail_mark() + 1)
    return kinds.MailContent(subject=notice.subject, items=tuple(kinds.MailItem(who=f"Item {n}.") for n in items))


KIND = kinds.register(
    kinds.Kind(
        name="test.crash", title="Crash", sentence=lambda notice: notice.subject, whys={"x": "X."},
        mail=mail_of,
    )
)  # fmt: skip


@outbox.handler("test.tell")
def tell(thing: int, item: int):
    begin()
    people = Member.objects.filter(handle__startswith="crash-")
    inbox.notify(
        KIND, recipients=people, group_key=f"crash:{thing}", subject=f"Thing {thing}", url="/", why="x", item_id=item
    )


def prepare(what: str) -> None:
    Member.objects.bulk_create(
        Member(email=f"crash-{n}@example.org", handle=f"crash-{n}", display_name=f"C {n}", standing="vouched")
        for n in range(PEOPLE)
    )
    OutboxItem.objects.bulk_create(
        OutboxItem(kind="test.tell", payload={"thing": thing, "item": item})
        for item in range(1, (ROUNDS if what == "notices" else 1) + 1)
        for thing in range(THINGS)
    )
    if what == "mail":
        while outbox.drain():
            pass
        Notice.objects.update(mail_due_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        # read the templates once, here, so that the workers are killed while they send
        for one in Notice.objects.select_related("recipient")[:1]:
            one.mailing_item_id = 1
            mail.message_for(one)


def work(what: str) -> int:
    return outbox.drain() if what == "notices" else mail.send_due()


def left(what: str) -> int:
    waiting = OutboxItem.objects.waiting().filter(kind="test.tell")
    return waiting.count() if what == "notices" else Notice.objects.filter(mail_due_at__isnull=False).count()


def start(what: str, share: int) -> int:
    """Fork a worker that may do `share` pieces of work; its pid."""
    global _share
    connections.close_all()
    _begun[:] = struct.pack("q", 0)
    _share = share
    if pid := os.fork():
        return pid
    try:
        while left(what):
            work(what)
            time.sleep(0.01)
    finally:
        os._exit(0)


def wait_until_begun(pid: int, count: int) -> None:
    """Until the worker has begun so many pieces of work; no less often than it does one."""
    end = time.monotonic() + 30
    while begun() < count:
        assert time.monotonic() < end, f"the worker {pid} began {begun()} of {count} in 30 seconds"
        time.sleep(0.0002)


def kill(pid: int) -> bool:
    """Whether it was alive until now: killed, and not gone by itself."""
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def learn(what: str) -> tuple[float, float]:
    """How long a worker takes here, in seconds: to begin at all, and for one piece of work. Kills it too."""
    started = time.monotonic()
    pid = start(what, TIMED)
    wait_until_begun(pid, 1)
    first = time.monotonic()
    wait_until_begun(pid, TIMED + 1)
    kill(pid)
    return first - started, (time.monotonic() - first) / TIMED


def crash(what: str, kills: int, chance: random.Random) -> int:
    """Start and kill workers; how many of them were alive when they were killed."""
    # half of what is there: whatever the machine, something is left for the last worker
    share = (left(what) // 2 - TIMED) // kills
    assert share >= 2
    to_begin, one = learn(what)
    alive = 0
    for number in range(kills):
        pid = start(what, share)
        if number % 5 == 0:  # before it has begun, or just then
            time.sleep(chance.uniform(0, to_begin * 1.2))
        else:
            wait_until_begun(pid, chance.randint(1, share))
            time.sleep(chance.uniform(0, one * 1.2))
        alive += kill(pid)
    return alive


def ledger(what: str) -> dict:
    if what == "notices":
        return {
            "waiting": left(what),
            "told": sorted(Notice.objects.values_list("recipient__handle", "group_key", "count", "last_item_id")),
            "inbox_numbers": sorted(
                set(Member.objects.filter(handle__startswith="crash-").values_list("inbox_no", flat=True))
            ),
        }
    mails = newest(most=10**6)
    headers = [dict(one.headers) for one in mails]
    return {
        "waiting": left(what),
        "mails": [[one["Message-ID"], one["To"], one["Subject"]] for one in headers],
        "notices": [f"<notice-{pk}.1@127.0.0.1>" for pk in Notice.objects.values_list("pk", flat=True)],
        "parts": len(list(settings.MAIL_OUTBOX_DIR.glob(".*.part"))),
    }


def main(what: str, kills: int, seed: int) -> None:
    outbox.LEASE = mail.LEASE = dt.timedelta(seconds=0.05)
    chance = random.Random(seed)
    prepare(what)
    before = left(what)
    alive = crash(what, kills, chance)
    after_kills = left(what)
    os.waitpid(start(what, 10**9), 0)
    print(json.dumps({"before": before, "after_kills": after_kills, "killed_alive": alive} | ledger(what)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
