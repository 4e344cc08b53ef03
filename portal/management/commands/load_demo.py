import logging
import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.workflow import set_up_editing
from core import caching
from portal.demo import (
    after_events,
    bookings,
    briefings,
    cites,
    event_materials,
    events,
    horizon,
    index,
    knowledge_guidance,
    knowledge_stories,
    marks,
    members,
    organisations,
    pages,
    reference,
    scale,
    sessions,
    threads,
    votes,
)

PARTS = [
    ("organisations", organisations.load),
    ("members", members.load),
    ("law and words", reference.load),
    ("threads", threads.load),
    ("answers and the law", cites.load),
    ("pages", lambda: pages.load() and 0),
    ("guidance and templates", knowledge_guidance.load),
    ("stories, news and start pages", knowledge_stories.load),
    ("what is coming", horizon.load),
    ("briefings", briefings.load),
    ("who follows what is coming", horizon.load_people),
    ("events", events.load),
    ("who comes to them", bookings.load),
    ("what came of them", after_events.load),
    ("scenarios", after_events.load_scenarios),
    ("slides and handouts", event_materials.load),
    ("votes and questions", votes.load),
    ("the editors' desk", lambda: set_up_editing() and 0),
    ("notices", marks.load),
    ("search index", index.load),
]


class Command(BaseCommand):
    help = "Load the demo: WEISF's organisations, invented members and their questions. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--scale", type=int, metavar="THREADS", help="add a large set of made-up threads")
        parser.add_argument("--posts", type=int, default=10, help="posts in each of them (default 10)")
        parser.add_argument("--members", type=int, default=2000, help="members to write them (default 2000)")
        parser.add_argument("--long", type=int, default=2000, help="posts in the one long thread (default 2000)")
        parser.add_argument(
            "--watchers", type=int, default=0, help="members who follow the long one (default none more)"
        )
        parser.add_argument("--sessions", type=int, metavar="N", help="write signed-in cookies of N members")
        parser.add_argument("--cookies", type=Path, help="the file to write them to")

    def handle(self, *args, **options):
        started = time.monotonic()
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        self.load(started)
        if options["scale"]:
            self.grow(options)
        if options["sessions"]:
            self.sign_in(options)
        self.say_who()

    def load(self, started: float) -> None:
        with transaction.atomic():
            for done, (name, part) in enumerate(PARTS, start=1):
                self.progress(f"Loading the demo, {done} of {len(PARTS)}: {name}")
                part()
            caching.touch("forum", "members", "site", "events")
        found = threads.totals()
        self.progress("")
        self.stdout.write(
            f"The demo holds {found['threads']:,} threads with {found['posts']:,} posts "
            f"({time.monotonic() - started:.0f} s)."
        )

    def grow(self, options) -> None:
        started = time.monotonic()
        names = ("posts", "members", "long", "watchers")
        made = scale.load(threads=options["scale"], progress=self.progress, **{name: options[name] for name in names})
        self.progress("")
        self.stdout.write(
            f"The large set stands: {made['threads']:,} threads, {made['posts']:,} posts "
            f"({time.monotonic() - started:.0f} s). The longest is number {scale.long_thread().pk}."
        )

    def sign_in(self, options) -> None:
        if not options["cookies"]:
            raise CommandError("Say where to write the cookies: --cookies FILE")
        try:
            count = sessions.write(options["sessions"], options["cookies"])
        except sessions.NotADemo as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{count} signed-in cookies are in {options['cookies']}.")

    def say_who(self) -> None:
        people = members.four()
        width = max(len(who) for who, _, _ in people)
        self.stdout.write("\nSign in as any of these people; the password of each is: " + members.PASSWORD)
        for who, name, email in people:
            self.stdout.write(f"  {who:<{width}}  {name:<18} {email}")
        self.stdout.write("Or just read: the newcomer's view needs no account.\n")

    def progress(self, text: str) -> None:
        """One line that is written over on a terminal; elsewhere a line for each part, and bars only when full."""
        if sys.stdout.isatty():
            self.stdout.write("\r" + text.ljust(78), ending="")
            self.stdout.flush()
            if not text:
                self.stdout.write("\r", ending="")
        elif text and not (text.startswith("[") and "." in text.split("]", maxsplit=1)[0]):
            self.stdout.write(text)
