"""Whatever members do, in whatever order: counters are true, notices tell of what stands, kept pages are right.

And nobody reads what is gone but who wrote it, and of what moderators removed, moderators.
"""

import datetime as dt
import difflib
import random
import re

import pytest
import time_machine

from core import outbox
from core.models import Topic
from forum import notices
from forum.actions import accepting, asking, editing, following, moderating, posting, reacting, reading, spaces
from forum.actions.refusals import NotAllowed, Refused
from forum.actions.tombstones import recounted
from forum.models import Helpful, Post, Space, Thread, UsToo
from forum.permissions import can_view_thread
from members.models import Member
from notifications import told
from notifications.models import Notice
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
MODERATOR = "Morag Mead"
SEED, STEPS = 3, 120  # more were tried by hand
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
ANIMALS = ["zebra", "wombat", "otter", "badger", "lynx", "heron", "stoat", "ibex"]
OTHER_EACH_TIME = re.compile(
    r'name="(csrfmiddlewaretoken|once_key)" value="[^"]*"|data-inbox-no="\d+"|<updated>[^<]*</updated>'
    # the worker learns what is like a thread, and the page shows it when anything in the forum has changed
    r'|<div class="rule-head"><h2>Similar.*?</ul>',
    re.S,
)


class Doings:
    """One method for each thing that members do, to something met by chance; the forum may refuse it."""

    OFTEN = {
        "answer": 8,
        "comment": 5,
        "ask": 4,
        "edit": 4,
        "delete": 3,
        "remove": 3,
        "restore": 3,
        "put_back": 4,
        "look": 3,
        "accept": 3,
        "work": 3,
    }
    ACTS = [
        *OFTEN, "unaccept", "helpful", "us_too", "lock", "unlock", "pin", "retag", "follow", "follow_space",
        "follow_topic", "catch_up", "turn_space",
    ]  # fmt: skip

    def __init__(self, seed: int, people: list[Member]):
        self.chance = random.Random(seed)
        self.people = people
        self.done: list[str] = []

    def do_something(self) -> None:
        (name,) = self.chance.choices(self.ACTS, [self.OFTEN.get(act, 1) for act in self.ACTS])
        if not Thread.objects.exists():
            name = "ask"
        try:
            self.done.append(f"{name}: {getattr(self, name)()}")
        except (NotAllowed, Refused) as refusal:
            self.done.append(f"{name}: {refusal}")

    def one(self, things):
        return self.chance.choice(list(things))

    def by(self) -> Member:
        return Member.objects.get(pk=self.one(self.people).pk)

    def thread(self) -> Thread:
        return self.one(Thread.objects.select_related("space"))

    def post(self) -> Post:
        return self.one(Post.objects.select_related("thread__space"))

    def answer_or_any(self, **which) -> Post:
        """An answer of which that is true, every second time that there is one."""
        posts = Post.objects.select_related("thread__space")
        answers = posts.filter(kind="answer", **which)
        return self.one(answers if answers and self.chance.random() < 0.5 else posts)

    def space(self) -> Space:
        return self.one(Space.objects.all())

    def words(self) -> str:
        named = f" @{self.one(self.people).handle}" if self.chance.random() < 0.3 else ""
        return " ".join(self.chance.choices(ANIMALS, k=3)) + named

    def said(self) -> str:
        """Words of a post, one of which is in no other."""
        return f"{self.words()} w{self.chance.getrandbits(48):x}"

    def topics(self) -> list[str]:
        return self.chance.sample(["housing", "schools", "fire"], k=self.chance.randint(0, 2))

    def way(self) -> str:
        return self.one(["following", "muted", "default"])

    def ask(self):
        kind = self.one(["question", "question", "discussion"])
        return asking.ask(by=self.by(), space=self.space(), kind=kind, title=self.words(), body=self.said(),
                          topics_named=self.topics())  # fmt: skip

    def answer(self):
        return posting.answer(by=self.by(), thread=self.thread(), body=self.said())

    def comment(self):
        return posting.comment(by=self.by(), on=self.post(), body=self.said())

    def edit(self):
        post = self.post()
        more = {"title": self.words(), "topics": self.topics()} if post.number == 1 else {}
        return editing.edit(by=post.author, post=post, body=self.said(), **more)

    def delete(self):
        post = self.answer_or_any(accepted_for__isnull=False)
        return editing.delete(by=post.author, post=post)

    def remove(self):
        post = self.answer_or_any(accepted_for__isnull=False)
        return moderating.remove(by=self.by(), post=post, why="It names a family.")

    def restore(self):
        return moderating.restore(by=self.by(), post=self.post(), why="It does not.")

    def put_back(self):
        posts = Post.objects.select_related("thread__space")
        post = self.one(posts.gone() or posts)
        return editing.put_back(by=post.author, post=post)

    def look(self):
        """As the page of a thread does, which shows all of one so short."""
        reader, thread = self.by(), self.thread()
        if not can_view_thread(reader, thread):
            raise NotAllowed("They can’t see it.")
        reading.read_up_to(by=reader, thread=thread, number=thread.highest_number)
        notices.posts_shown(thread, reader, up_to=thread.highest_number)
        return thread

    def accept(self):
        post = self.answer_or_any(removed_at=None, thread__kind="question")
        return accepting.accept(by=post.thread.author, post=post)

    def unaccept(self):
        thread = self.thread()
        return accepting.unaccept(by=thread.author, thread=thread)

    def helpful(self):
        return self.one([reacting.helpful, reacting.helpful, reacting.not_helpful])(by=self.by(), post=self.post())

    def us_too(self):
        return self.one([reacting.us_too, reacting.us_too, reacting.not_us_too])(by=self.by(), thread=self.thread())

    def lock(self):
        return moderating.lock(by=self.by(), thread=self.thread(), why="It is settled.")

    def unlock(self):
        return moderating.unlock(by=self.by(), thread=self.thread(), why="It is not.")

    def pin(self):
        return self.one([moderating.pin, moderating.unpin])(by=self.by(), thread=self.thread(), why="For all.")

    def retag(self):
        return moderating.retag(by=self.by(), thread=self.thread(), topics=self.topics(), why="Better.")

    def follow(self):
        return following.follow_thread(by=self.by(), thread=self.thread(), follow=self.way())

    def follow_space(self):
        return following.follow_space(by=self.by(), space=self.space(), follow=self.way())

    def follow_topic(self):
        return [following.follow_topic(by=self.by(), topic=one, follow=self.way()) for one in Topic.objects.all()[:1]]

    def catch_up(self):
        return reading.catch_up(by=self.by())

    def turn_space(self):
        space = self.space()
        space.visibility = self.one(Space.Visibility.values)
        space.save()
        return spaces.changed(space)

    def work(self):
        return outbox.drain()


def check_counters() -> None:
    for thread in Thread.objects.all():
        posts = list(thread.posts.all())
        kept = {
            name: getattr(thread, "last_author_id" if name == "last_author" else name) for name in recounted(thread)
        }
        assert kept == recounted(thread), thread.pk
        assert thread.highest_number == len(posts)
        assert thread.us_too_count == UsToo.objects.filter(thread=thread).count()
        assert {post.number: post.helpful_count for post in posts} == {
            post.number: Helpful.objects.filter(post=post).count() for post in posts
        }
        assert thread.accepted_answer is None or thread.accepted_answer in [post for post in posts if post.is_visible()]
        assert thread.is_removed() or any(post.is_visible() for post in posts)


def check_notices() -> None:
    """What is unread tells of posts that stand, and that its reader may read."""
    for notice in Notice.objects.unread().filter(group_key__startswith="thread:").select_related("recipient"):
        thread = Thread.objects.select_related("space").get(pk=notice.group_key.partition(":")[2])
        items = told.items(notice.events())
        posts = thread.posts.visible().filter(pk__in=items)
        assert notice.count == len(items) == len(posts) > 0, notice.told
        assert any(notice.url.endswith(f"#post-{post.number}") for post in posts), notice.url
        assert can_view_thread(notice.recipient, thread), (notice.recipient, notice.told)


def check_lost() -> None:
    """Who hears that the answer they accepted is gone has none accepted; who hears that it is back has."""
    for notice in Notice.objects.unread().filter(group_key__startswith="lost:").select_related("recipient"):
        thread = Thread.objects.select_related("space").get(pk=notice.group_key.partition(":")[2])
        assert notice.recipient == thread.author
        assert can_view_thread(notice.recipient, thread)
        assert (notice.why == "back") == thread.is_answered(), notice.why


def check_read_by_nobody(pages: dict) -> None:
    """No page holds words of a post that is gone; for moderators but of those they removed."""
    for post in Post.objects.gone().prefetch_related("edits"):
        texts = [post.body, *(edit.body for edit in post.edits.all())]
        for (who, address), (_status, html) in pages.items():
            removed = post.removed_by == Post.RemovedBy.MODERATOR and post.deleted_at is None
            if who == MODERATOR and removed:
                continue
            assert not [text for text in texts if text.rpartition(" ")[2] in html], (who, address)


def lines_of(html: str) -> list[str]:
    return [line for line in html.splitlines() if line.strip()]


def addresses() -> list[str]:
    talked_of = Thread.objects.order_by("pk")[:5]
    lists = ["/forum/", "/forum/unanswered/?order=oldest", "/forum/answered/", "/forum/topics/", "/forum/topics/fire/"]
    histories = [f"/forum/{one.thread_id}/posts/{one.number}/history/" for one in Post.objects.order_by("pk")[:6]]
    return [*lists, *histories, *(one.get_absolute_url() for one in (*talked_of, *Space.objects.all()))]


@pytest.fixture
def check_pages(client_of, alice, morag, acts, forget):
    """`check_pages()`: nobody sees a page that an act should have made anew."""
    people = {None: ["/", "/forum/feed/", "/people/bob/"]}
    people |= {one: ["/forum/following/", "/forum/unread/", "/forum/mine/"] for one in (alice, morag)}
    clients = {one: client_of(one) for one in people}

    def read() -> dict:
        pages = {}
        for one, more in people.items():
            for address in [*addresses(), *more]:
                with acts():
                    answer = clients[one].get(address)
                pages[str(one), address] = (answer.status_code, OTHER_EACH_TIME.sub("", answer.content.decode()))
        return pages

    def check() -> None:
        read()  # what is read by this is not new any more
        kept = read()
        check_read_by_nobody(kept)
        forget()
        for page, (status, html) in read().items():
            assert kept[page][0] == status, page
            lines = difflib.unified_diff(lines_of(kept[page][1]), lines_of(html), "kept", "anew", n=0, lineterm="")
            assert list(lines) == [], page

    return check


def test_nothing_that_is_done_leaves_anything_untrue(
    cast, council, space, members_space, group_space, acts, check_pages, settings
):
    settings.ANONYMOUS_CACHE = True
    dora = MemberFactory(display_name="Dora Dent", handle="dora", organisation=council)
    doings = Doings(SEED, [dora, *(one for one in cast.values() if one.pk)])
    with time_machine.travel(NOW, tick=False) as clock:
        for step in range(STEPS):
            clock.shift(0.1)  # all of it is "just now"
            with acts():
                doings.do_something()
            check_notices()
            check_lost()
            if step % 10 == 9:
                check_counters()
            if step % 40 == 39:
                check_pages()
    assert Notice.objects.filter(kind=notices.LOST).exists()  # else too little was done
