"""The shared body of a thread page: its posts, the same for all of an audience, kept by the thread's last change."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from django.template import Context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import mark_safe

from core.quoting import ended
from forum import querysets
from forum.bylines import byline
from forum.models import Post, Thread
from forum.pages import mentions
from forum.pages.shared import MEMBERS, PUBLIC, STAFF, VERSION
from reference.glossary import explain
from reference.models import Citation

SIZE = 20  # answers on a page
COMMENTS = 5  # shown under a post; the others are folded, so that they are printed and found in the page
MOST_COMMENTS = 100  # of a post on the page; all of more stand at an address of their own
KNOWS = 2  # topics beside a byline


@dataclass(frozen=True)
class Place:
    """Which part of a thread: a page by number, or a place in the most helpful order; one post's comments in full."""

    page: int = 1
    helpful: bool = False
    after: tuple[int, int] | None = None  # helpful count and number of the last one seen
    all_comments_on: int | None = None  # a post's number

    @property
    def is_first(self) -> bool:
        return self.page == 1 and self.after is None

    def key(self) -> str:
        after = f"{self.after[0]}-{self.after[1]}" if self.after else ""
        return f"{self.page}:{'h' if self.helpful else 'n'}{after}:{self.all_comments_on or ''}"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader's own marks need to know of a post that is shown."""

    number: int
    pk: int
    author: int | None
    is_comment: bool
    folded_under: int = 0  # the number of the post whose first comments alone are open
    back_until: dt.datetime | None = None  # until when its author may put it back, having deleted it


@dataclass
class Body:
    """A rendered part of a thread, and what the page around it needs to know."""

    html: str
    marks: list[Mark]
    pages: int  # of answers by number
    next_after: str  # the next place in the most helpful order, or ""
    read_to: int  # all posts up to this number are shown here, or on an earlier page; 0: can't say


def body_key(thread: Thread, audience: str, place: Place, *others: str) -> str:
    """Where the body of a page is kept; `others` are the versions of what else it shows: members, law, glossary."""
    return f"thread:{thread.pk}:{thread.change_no}:{VERSION}:{':'.join(others)}:{audience}:{place.key()}"


def make_body(number: int, audience: str, place: Place) -> Body:
    """The body of a page of thread `number`, made now with six queries, and one or two where people are mentioned."""
    thread = Thread.objects.for_body().get(pk=number)
    maker = _Maker(thread, audience, place)
    around, answers, following = _most_helpful(thread, place) if place.helpful else _by_number(thread, place)
    opening = next((post for post in around if post.number == 1), None)
    pinned = next((post for post in around if post.pk == thread.accepted_answer_id and post.is_visible()), None)
    maker.load({post.pk: post for post in (opening, pinned, *answers) if post})
    pinned = pinned if place.is_first else None
    html = maker.render("forum/_thread_body.html", {
        "opening": maker.view(opening) if opening else None,
        "pinned": maker.view(pinned) if pinned else None,
        "answers": [
            maker.stub(post) if post == pinned else maker.view(post)
            for place, post in enumerate(answers)
            if post != pinned or place  # right under itself it needs no line that says where it is
        ],
    })  # fmt: skip
    last = answers[-1] if answers else None
    if place.helpful:
        read_to = thread.highest_number if place.is_first and not following else 0
    else:
        read_to = following.number - 1 if following else thread.highest_number
    return Body(
        html=html,
        marks=maker.marks,
        pages=max(-(-thread.answer_total // SIZE), 1),
        next_after=f"{last.helpful_count}-{last.number}" if place.helpful and following else "",
        read_to=read_to,
    )


def _by_number(thread: Thread, place: Place) -> tuple[list[Post], list[Post], Post | None]:
    """Opening and accepted answer; the answers of the page; the first answer of the next page."""
    start = (place.page - 1) * SIZE
    found = list(Post.objects.slice_of(thread, start=start, size=SIZE + 1))
    answers = [post for post in found if post.kind == Post.Kind.ANSWER]
    # the accepted answer came along, wherever it stands: is it one of the page's own?
    if len(answers) > max(min(SIZE + 1, thread.answer_total - start), 0):
        answers = [post for post in answers if post.pk != thread.accepted_answer_id]
    return found, answers[:SIZE], answers[SIZE] if len(answers) > SIZE else None


def _most_helpful(thread: Thread, place: Place) -> tuple[list[Post], list[Post], Post | None]:
    found = list(Post.objects.slice_of(thread, start=0, size=0))
    answers = list(Post.objects.helpful_after(thread, after=place.after, size=SIZE + 1))
    return found, answers[:SIZE], answers[SIZE] if len(answers) > SIZE else None


def new_posts(thread: Thread, audience: str, above: int) -> tuple[str, list[Mark]]:
    """The visible posts above a number, two pages of them: new answers as in the body; new comments, each saying what
    it is on."""
    thread = Thread.objects.for_body().get(pk=thread.pk)
    maker = _Maker(thread, audience, Place())
    posts = list(
        Post.objects.new_in(thread, above=max(above, 1)).for_page().select_related("parent").by_number()[: 2 * SIZE]
    )
    answers = {post.pk: post for post in posts if post.kind == Post.Kind.ANSWER}
    maker.load(answers, beside=posts)
    if len(posts) == 2 * SIZE:
        maker.leave_out_above(posts[-1].number)
    views = []
    for post in posts:
        if post.pk in answers:
            views.append({"answer": maker.view(post)})
        elif post.parent_id not in answers:
            views.append({"comment": maker.comment(post), "on": post.parent.number})
    return maker.render("forum/_new_posts.html", {"posts": views}), maker.marks


class _Maker:
    """Makes the views of posts for one audience, and notes what readers' own marks need."""

    def __init__(self, thread: Thread, audience: str, place: Place):
        self.thread, self.audience, self.place = thread, audience, place
        self.face = PUBLIC if audience == PUBLIC else MEMBERS
        self.marks: list[Mark] = []
        self.explained: set[int] = set()  # terms of the glossary used so far on this page
        self.asker = byline(thread, self.face)
        self.url = f"/forum/{thread.pk}/{thread.slug}/"

    def load(self, posts: dict[int, Post], *, beside: Iterable[Post] = ()) -> None:
        """What hangs on the posts: their comments, their authors' topics; the thread's topics. Four queries.

        Of those `beside` them, too: which of the people they mention the audience may see.
        """
        full = next((post.pk for post in posts.values() if post.number == self.place.all_comments_on), None)
        self.comments: dict[int, list[Post]] = {}
        for post in Post.objects.comments_on(list(posts), first=MOST_COMMENTS, all_on=full):
            self.comments.setdefault(post.parent_id, []).append(post)
        authors = {post.author for post in posts.values() if post.author and post.kind == Post.Kind.ANSWER}
        shown = [author.pk for author in authors if self._shows_expertise(author)]
        self.knows = querysets.expertise_of(shown) if shown else {}
        self.topics = querysets.topics_on([self.thread.pk])[self.thread.pk]
        self.cited: dict[int, list[Citation]] = {}
        for citation in Citation.objects.of_many(Post, list(posts)):
            self.cited.setdefault(citation.target_id, []).append(citation)
        shown_here = [*posts.values(), *chain.from_iterable(self.comments.values()), *beside]
        self.linked = mentions.open_to(self.face, [post.html for post in shown_here])

    def leave_out_above(self, number: int) -> None:
        """The comments above a number come when what stands before them has come."""
        self.comments = {on: [one for one in those if one.number <= number] for on, those in self.comments.items()}

    def _shows_expertise(self, author) -> bool:
        shown = author.show_expertise == "everyone" or (author.show_expertise == "members" and self.face != PUBLIC)
        return shown and author.is_taking_part()

    def render(self, template: str, context: dict) -> str:
        thread = self.thread
        body = {
            "thread": thread, "url": self.url, "place": self.place, "asker": self.asker,
            "topics": [{"name": topic.name, "url": f"/forum/topics/{topic.slug}/"} for topic in self.topics],
            "asked": _moment(thread.created_at), "members": self.audience != PUBLIC, "staff": self.audience == STAFF,
            "accepted_on": _date(thread.accepted_at) if thread.accepted_at else "",
            "several": thread.answer_count > 1,
        }  # fmt: skip
        return cast(Any, get_template(template)).template.render(Context(context | {"body": body}))

    def view(self, post: Post) -> dict:
        """What `forum/_post.html` shows of the opening or an answer."""
        self._mark(post)
        line = byline(post, self.face)
        comments = self.comments.get(post.pk, [])
        seen = len(comments) if post.number == self.place.all_comments_on else COMMENTS
        of = cast(Any, comments[0]).of if comments else 0
        return {
            "number": post.number,
            "is_opening": post.number == 1,
            "is_accepted": post.pk == self.thread.accepted_answer_id,
            "byline": line,
            "knows": [
                {"name": topic.name, "url": f"/forum/topics/{topic.slug}/"}
                for topic in ([] if line.hidden else self.knows.get(post.author_id or 0, [])[:KNOWS])
            ],
            "gone": self._gone(post),
            "restorable": self.audience == STAFF and post.removed_by == Post.RemovedBy.MODERATOR,
            "back_until": _back_until(post),
            "html": explain(self._words(post), self.explained) if self._may_read(post) else "",
            "when": _moment(post.created_at),
            "iso": post.created_at.isoformat(),
            "edited": _moment(post.edited_at) if post.edited_at else "",
            "cites": [_cited(one) for one in self.cited.get(post.pk, [])],
            "check": any(one.needs_check() for one in self.cited.get(post.pk, [])),
            "helpful_count": post.helpful_count,
            "acts": f"/forum/{self.thread.pk}/posts/{post.number}/",
            "comments": [self.comment(comment) for comment in comments[:seen]],
            "folded": [self.comment(comment, folded_under=post.number) for comment in comments[seen:]],
            "on_page": len(comments),
            "more_comments": of if of > len(comments) else 0,
        }

    def stub(self, post: Post) -> dict:
        """The line that stands in the place of the accepted answer, which is shown above."""
        return {"stub": True, "number": post.number}

    def comment(self, post: Post, *, folded_under: int = 0) -> dict:
        """What `forum/_comment.html` shows."""
        self._mark(post, folded_under)
        line = byline(post, self.face)
        return {
            "number": post.number,
            "gone": self._gone(post),
            "restorable": self.audience == STAFF and post.removed_by == Post.RemovedBy.MODERATOR,
            "back_until": _back_until(post),
            "html": mark_safe(self._words(post)) if post.is_visible() else "",
            "byline": line,
            # a sector is shown exactly where the organisation is
            "by": f"{line.name}, {post.organisation_then.name}" if line.sector_name else line.name,
            "when": _moment(post.created_at),
            "iso": post.created_at.isoformat(),
            "edited": bool(post.edited_at),
            "acts": f"/forum/{self.thread.pk}/posts/{post.number}/",
        }

    def _words(self, post: Post) -> str:
        return mentions.as_seen(post.html, self.linked)

    def _mark(self, post: Post, folded_under: int = 0) -> None:
        is_comment, until = post.kind == Post.Kind.COMMENT, post.put_back_until()
        self.marks.append(Mark(post.number, post.pk, post.author_id, is_comment, folded_under, until))

    def _may_read(self, post: Post) -> bool:
        # what its author had deleted no moderator reads, by removing it either
        removed = post.removed_by == Post.RemovedBy.MODERATOR and post.deleted_at is None
        return post.is_visible() or (self.audience == STAFF and removed)

    def _gone(self, post: Post) -> str:
        """The words of a tombstone; "" for a post that is there."""
        if post.is_visible():
            return ""
        noun = {"opening": "opening post", "answer": "answer", "comment": "comment"}[post.kind]
        if post.kind == Post.Kind.OPENING and self.thread.is_question():
            noun = "question"
        if post.removed_by == Post.RemovedBy.AUTHOR:
            return f"This {noun} was deleted by the person who wrote it."
        on = _date(post.removed_at) if post.removed_at else ""
        return f"This {noun} was removed by a moderator on {on}: {ended(post.removed_why)}"


def _back_until(post: Post) -> str:
    """The last day on which its author may put back what they deleted; "" for none."""
    until = post.put_back_until()
    return _date(until) if until and until > timezone.now() else ""


def _cited(citation: Citation) -> dict:
    """What a post shows of a provision it cites."""
    provision = citation.provision
    changed = provision.changed_on if citation.needs_check() else None
    return {
        "title": provision.title,
        "url": provision.get_absolute_url(),
        "changed": f"{changed.day} {changed:%B %Y}" if changed else "",
        "what": provision.changed_what if changed else "",
    }


def _date(moment: dt.datetime) -> str:
    """“Tue 17 Nov”; with the year when it is another: what is kept a day must not say "today"."""
    moment = timezone.localtime(moment)
    return f"{moment:%a} {moment.day} {moment:%b}" + _year(moment)


def _moment(moment: dt.datetime) -> str:
    """“Tue 17 Nov, 10:12”."""
    moment = timezone.localtime(moment)
    return f"{moment:%a} {moment.day} {moment:%b}{_year(moment)}, {moment:%H:%M}"


def _year(moment: dt.datetime) -> str:
    return "" if moment.year == timezone.localtime().year else f" {moment:%Y}"
