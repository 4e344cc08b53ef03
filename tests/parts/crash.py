"""A worker that is killed -9 again and again, at random points. Run as a process of its own on a site's data:

    python -m tests.parts.crash notices|mail <kills> <seed>

It forks a worker, kills it after a random moment, forks the next; the last one may finish. Prints the
ledger as JSON. Forking spares 20 starts of Django; what is killed is a real process with a real database.
"""

import json
import os
import random
import signal
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

KIND = kinds.register(
    kinds.Kind(
        name="test.crash", title="Crash", sentence=lambda notice: notice.subject, whys={"x": "X."},
        mail=lambda notice: kinds.MailContent(
            subject=notice.subject,
            items=tuple(
                kinds.MailItem(who=f"Item {n}.")
                for n in range((notice.mailed_item_id or notice.item_id - 1) + 1, notice.mail_mark() + 1)
            ),
        ),
    )
)  # fmt: skip


@outbox.handler("test.tell")
def tell(thing: int, item: int):
    people = Member.objects.filter(handle__startswith="crash-")
    inbox.notify(
        KIND, recipients=people, group_key=f"crash:{thing}", subject=f"Thing {thing}", url="/", why="x", item_id=item
    )
    time.sleep(0.002)


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


def run_and_kill(what: str, after: float | None) -> None:
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            while left(what):
                work(what)
                time.sleep(0.01)
        finally:
            os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


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
    for _ in range(kills):
        run_and_kill(what, chance.uniform(0.0, 0.12))
    after_kills = left(what)
    while left(what):
        run_and_kill(what, None)
    print(json.dumps({"before": before, "after_kills": after_kills} | ledger(what)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
