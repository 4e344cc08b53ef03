"""The page of a thread for one reader: the shared body filled with their marks, and what stands around it."""

from dataclasses import dataclass

from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from forum import permissions, querysets
from forum.joins import pages_beside
from forum.models import Post, Thread
from forum.pages.posts import SIZE, Body, Mark, Place, body_key, make_body, new_posts
from forum.pages.shared import KEEP, VERSION, audience_of, fill, parts, stand_in, versions
from forum.similar import heading_of, similar_to


@dataclass
class Rail:
    """The similar threads beside a thread, as everyone of an audience may see them; kept until any thread changes."""

    html: SafeString
    numbers: list[int]


@dataclass
class ThreadPage:
    """What `forum/thread_detail.html` shows."""

    thread: Thread
    url: str
    html: SafeString
    body: Body
    place: Place
    may: dict[str, bool]
    why_not: str  # why the reader can't answer, or ""
    follow: str
    pager: dict | None
    first_new: int | None
    rail: Rail

    @property
    def is_tail(self) -> bool:
        """The newest posts are at the end of this page: what comes in can be put under them."""
        return not self.place.helpful and self.place.page == self.body.pages


def thread_page(thread: Thread, reader, place: Place) -> ThreadPage:
    """The page of a thread that `reader` may see. Raises Http404 for a page that doesn't exist.

    The thread comes from `for_thread_page(reader)`.
    """
    # asked before anything is made and kept: a stranger may ask for any number of pages
    if place.page > max(-(-thread.highest_number // SIZE), 1):
        raise Http404("There is no such page.")
    audience = audience_of(reader)
    people, law, words, forum = versions("members", "law", "glossary", "forum")
    body, rail = parts({
        body_key(thread, audience, place, people, law, words): lambda: make_body(thread.pk, audience, place),
        f"rail:{thread.pk}:{VERSION}:{forum}:{audience}": lambda: _make_rail(thread, audience),
    }, keep=300 if place.after or place.all_comments_on else KEEP)  # fmt: skip
    if place.page > body.pages:
        raise Http404("There is no such page.")
    may = _may(thread, reader)
    marks, first_new = _marks(thread, reader, body.marks, may, place)
    return ThreadPage(
        thread=thread,
        url=f"/forum/{thread.pk}/{thread.slug}/",
        html=fill(body.html, marks),
        body=body,
        place=place,
        may=may,
        why_not=_why_not(thread, reader, may),
        follow=getattr(thread, "my_follow", None) or "default",
        pager=_pager(thread, body, place),
        first_new=first_new,
        rail=rail,
    )


def _make_rail(thread: Thread, audience: str) -> Rail:
    viewer = stand_in(audience)
    similar, pages = similar_to(thread, viewer), pages_beside(thread, viewer)
    html = render_to_string(
        "forum/_beside_thread.html", {"similar": similar, "heading": heading_of(similar), "pages": pages}
    )
    return Rail(mark_safe(html), [other.pk for other in similar])


def fresh_posts(thread: Thread, reader, above: int) -> tuple[SafeString, int]:
    """The posts above a number as `reader` sees them, and the highest number among them (`above` if there are none)."""
    html, marks = new_posts(thread, audience_of(reader), above)
    shown, _ = _marks(thread, reader, marks, _may(thread, reader), Place(helpful=True))
    shown |= {f"new:{mark.number}": True for mark in marks if mark.author != reader.pk}
    return fill(html, shown), max([above, *(mark.number for mark in marks)])


def place_of(thread: Thread, reader, query) -> Place:
    """Which part of a thread an address asks for: `?page=2`, `?post=31`, `?at=new`, `?sort=helpful&after=4-12`."""
    full = number_of(query.get("comments"))
    full = full if full and full <= thread.highest_number else None
    if query.get("sort") == "helpful":
        count, _, number = query.get("after", "").partition("-")
        start = number_of(number)
        after = (number_of(count) or 0, start) if start else None
        return Place(helpful=True, after=after, all_comments_on=full)
    stands = None
    if query.get("at") == "new" and reader.is_authenticated:
        stands = _where_stands(Post.objects.first_new_to(thread, reader, above=thread.my_number or 0))
    elif number := number_of(query.get("post")):
        stands = _place_of_post(thread, number)
    page, comments_on = stands or (number_of(query.get("page")) or 1, None)
    return Place(page=page, all_comments_on=full or comments_on)


def _place_of_post(thread: Thread, number: int) -> tuple[int, int | None] | None:
    """The same by a post's number, kept until the thread changes: links to a post are followed by many."""
    if number > thread.highest_number:
        return None
    key = f"place:{thread.pk}:{thread.change_no}:{SIZE}:{number}"
    return parts({key: lambda: _where_stands(querysets.post_numbered(thread, number))})[0]


def _where_stands(post) -> tuple[int, int | None] | None:
    """On which page a post stands, and the number of what it comments on, whose comments are then all shown."""
    if post is None:
        return None
    holder = post.parent or post
    page = 1 if holder.number == 1 else post.answers_before // SIZE + 1
    return page, holder.number if post.parent_id else None


def number_of(text: str | None) -> int | None:
    """A number as post numbers are, or None for anything else a stranger may send."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _may(thread: Thread, reader) -> dict[str, bool]:
    return {
        "answer": permissions.can_answer(reader, thread),
        "accept": permissions.can_accept(reader, thread),
        "us_too": permissions.can_us_too(reader, thread),
        "follow": permissions.can_follow(reader, thread),
        "moderate": permissions.can_moderate(reader, thread),
    }


def _marks(thread: Thread, reader, shown: list[Mark], may: dict[str, bool], place: Place) -> tuple[dict, int | None]:
    """What of the body holds for this reader, and the number of the first post that is new to them."""
    if not reader.is_authenticated:
        return {}, None
    asker = thread.author_id == reader.pk
    marks = {"asker": asker, "accepter": may["accept"], "may-answer": may["answer"]}
    said = getattr(thread, "my_us_too", False)
    marks |= {"may-follow": may["follow"], f"follow:{getattr(thread, 'my_follow', None) or 'default'}": may["follow"]}
    marks |= {"sees-us-too": may["us_too"], "us-too": may["us_too"] and said, "may-us-too": may["us_too"] and not said}
    pressed = _pressed(reader, shown)
    for mark in shown:
        own = mark.author == reader.pk
        marks[f"{'own' if own else 'pressed' if mark.pk in pressed else 'free'}:{mark.number}"] = True
        marks[f"may-edit:{mark.number}"] = own and may["answer"]
        if own and mark.back_until and may["answer"]:
            marks[f"may-put-back:{mark.number}"] = mark.back_until > timezone.now()
        if mark.number > 1 and not mark.is_comment:
            marks[f"may-cite:{mark.number}"] = may["follow"] and (own or asker or may["moderate"])
    first_new = None if place.helpful else _first_new(thread, reader, shown)
    if first_new:
        marks[f"line:{first_new}"] = True
        new = [mark for mark in shown if mark.number >= first_new and mark.author != reader.pk]
        marks |= {f"new:{mark.number}": True for mark in new}
        marks |= {f"unfold:{mark.folded_under}": True for mark in new if mark.folded_under}
    return {name: True for name, holds in marks.items() if holds}, first_new


def _pressed(reader, shown: list[Mark]) -> set[int]:
    posts = [mark.pk for mark in shown if not mark.is_comment and mark.number > 1]
    return querysets.found_helpful_by(reader, posts)


def _first_new(thread: Thread, reader, shown: list[Mark]) -> int | None:
    """The first post here above the reader's mark, by somebody else; None on a first visit, where all is new."""
    if not thread.my_number or thread.my_number >= thread.highest_visible_number:
        return None
    new = (mark.number for mark in shown if mark.number > thread.my_number and mark.author != reader.pk)
    return min(new, default=None)


WAITING = {
    "unconfirmed": "Confirm your e-mail address first; then you can answer and ask.",
    "waiting": "You can answer as soon as the core team has confirmed where you work. We will e-mail you.",
}


def _why_not(thread: Thread, reader, may: dict[str, bool]) -> str:
    return "" if may["answer"] or not reader.is_authenticated else why_shut(thread, reader)


def why_shut(thread: Thread, reader, what: str = "new answers") -> str:
    """Why a thread takes no answers, or `what`, of somebody signed in who may not answer it."""
    if not reader.is_taking_part():
        return WAITING.get(reader.standing, "Your account can read here, but not post.")
    if thread.is_withheld():
        return "What this thread is about was made private. Only moderators see it."
    if thread.is_removed():
        return "This thread was removed. Only moderators see it."
    return f"A moderator has locked this thread: it can be read, but takes no {what}."


def acceptance_since(thread: Thread, known: int | None) -> str:
    """What became of a question's accepted answer since a page showed the one with the id `known`: 0 for none, None for
    a page that can't tell. "" where nothing did."""
    now = thread.accepted_answer_id or 0
    if known is None or known == now or not thread.is_question():
        return ""
    if not now:
        return "This question no longer has an accepted answer. Show it as it is now"
    return f"{'Another' if known else 'An'} answer was accepted. Show the question as it is now"


def _pager(thread: Thread, body: Body, place: Place) -> dict | None:
    """Page numbers of the thread, or the next step of the most helpful order."""
    url = f"/forum/{thread.pk}/{thread.slug}/"
    if place.helpful:
        if not body.next_after:
            return None
        return {"back": "", "pages": [], "next": f"{url}?sort=helpful&after={body.next_after}#answers"}
    if body.pages == 1:
        return None

    def link(page: int) -> str:
        return f"{url}?page={page}#answers" if page > 1 else f"{url}#answers"

    shown = sorted({1, 2, body.pages, *range(place.page - 1, place.page + 2)} & set(range(1, body.pages + 1)))
    pages: list[dict] = []
    for page in shown:
        if pages and page - 1 not in shown:
            pages.append({"gap": True})
        pages.append({"number": page, "url": link(page), "current": page == place.page})
    return {
        "back": link(place.page - 1) if place.page > 1 else "",
        "pages": pages,
        "next": link(place.page + 1) if place.page < body.pages else "",
    }
