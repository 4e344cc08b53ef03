"""Run worker and scheduler in a process of their own, until stopped."""

import signal
import threading

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import live, worker


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do what is due now and stop.")

    def handle(self, *, once, **options):
        if settings.MAIL_MISSING:
            raise CommandError(settings.MAIL_MISSING)
        if once:
            taken = worker.work_once()
            worker.run_chores()
            self.stdout.write(f"{taken} outbox rows taken up.")
            return
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        live.hear_wakes()
        loops = worker.parts()
        for loop in loops:
            loop.start()
        stop.wait()
        for loop in loops:
            loop.stop()
        for loop in loops:
            loop.join(5)
