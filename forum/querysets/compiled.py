"""The reads of every page of the forum, compiled once (ADR 7)."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef

from core.prepared import Prepared, Values
from forum.querysets.counting import MOST_COUNTED, UpTo
from members.permissions import takes_part

_MOST_ROWS = 25  # a page of a list, and its notices
_MOST_POSTS = 24  # a page of a thread


def _marks(member, *threads):
    from forum.models import Post, Reading

    above = Post.objects.filter(thread=OuterRef("thread"), number__gt=OuterRef("last_read_number"))
    new = UpTo(above.visible().exclude(author=member).values("pk")[:MOST_COUNTED])
    marks = Reading.objects.filter(member=member, thread__in=threads)
    return marks.annotate(new=new).values_list("thread_id", "last_read_number", "new")


def _groups(member):
    from forum.models import SpaceMembership

    return SpaceMembership.objects.filter(member=member).order_by("space_id").values_list("space_id")


def _helpful(member, *posts):
    from forum.models import Helpful

    return Helpful.objects.filter(member=member, post__in=posts).values_list("post_id")


def _draft(member, thread):
    from forum.models import Draft

    return Draft.objects.filter(member=member, thread=thread, on=None, edits=None)


def _thread_for(role: str, standing: str):
    """The thread of a page as any reader of this role and standing gets it."""

    def make(number, member, organisation):
        from forum.models import Thread
        from members.models import Member

        reader = Member(pk=member, organisation_id=organisation, role=role, standing=standing)
        return Thread.objects.visible_to(reader).for_thread_page(reader).filter(pk=number)

    return make


def _numbered(thread, number):
    from forum.models import Post

    return Post.objects.filter(thread=thread, number=number).with_answers_before()


def _about(kind, number):
    from forum.models import Thread

    return Thread.objects.listed().filter(about_type=kind, about_id=number).select_related("space")


def _posts(thread):
    from forum.models import Post

    return (
        Post.objects.new_in(thread, above=0).order_by().values("thread").annotate(many=Count("pk")).values_list("many")
    )


def _named(*threads):
    from forum.models import Thread

    return Thread.objects.visible_to(AnonymousUser()).listed().filter(pk__in=threads)


def _named_to_members(member, *threads):
    from forum.models import Thread
    from members.models import Member

    reader = Member(pk=member, standing=Member.Standing.VOUCHED)
    return Thread.objects.visible_to(reader).listed().filter(pk__in=threads)


_numbered_in = Prepared(_numbered)
_thread_about = Prepared(_about)
_posts_in = Values(_posts)
_named_by = Prepared(_named)
_named_to = Prepared(_named_to_members)
_marks_of = Values(_marks)
_groups_of = Values(_groups)
_helpful_of = Values(_helpful)
_draft_of = Prepared(_draft)
_threads_for: dict[tuple[str, str], Prepared] = {}


def numbers_read_by(member, threads: list[int]) -> dict[int, tuple[int, int]]:
    """Up to which number a member has read each of some threads (ids, 25 at most), and how many posts of others stand
    above it, MOST_COUNTED at most; those never opened are left out."""
    padded = [*threads, *[0] * (_MOST_ROWS - len(threads))]
    return {thread: (number, new) for thread, number, new in _marks_of(member.pk, *padded)}


def groups_of(member) -> list[int]:
    """The private groups a member is in (space ids); [-1] for who does not take part: they read as the public does."""
    if not takes_part(member):
        return [-1]
    return [space for (space,) in _groups_of(member.pk)]


def found_helpful_by(member, among: list[int]) -> set[int]:
    """Which of some posts (ids) the member called helpful."""
    found: set[int] = set()
    for start in range(0, len(among), _MOST_POSTS):
        some = among[start : start + _MOST_POSTS]
        padded = [*some, *[0] * (_MOST_POSTS - len(some))]
        found.update(post for (post,) in _helpful_of(member.pk, *padded))
    return found


def post_numbered(thread, number: int):
    """The post of a thread by its number, with what it is on and `answers_before`; None when there is none."""
    return _numbered_in.first(thread.pk, number)


def thread_about(about):
    """As `Thread.objects.talking_about`: asked by every page that can be talked about."""
    from forum.about import content_type

    return _thread_about.first(content_type(about.name).pk, about.pk)


def count_of_posts(thread) -> int:
    """How many visible posts a thread has. One query."""
    found = _posts_in(thread.pk)
    return found[0][0] if found else 0


def threads_named(numbers: list[int], reader) -> dict:
    """Those of some threads that are not removed and that `reader` may read, by number. One query for each 25."""
    found = {}
    for start in range(0, len(numbers), _MOST_ROWS):
        some = numbers[start : start + _MOST_ROWS]
        padded = [*some, *[0] * (_MOST_ROWS - len(some))]
        rows = _named_to(reader.pk, *padded) if takes_part(reader) else _named_by(*padded)
        found |= {one.pk: one for one in rows}
    return found


def draft_of(member, thread):
    """What a member has typed as an answer to `thread` (of `thread_for_page`), or None: then it costs no query."""
    return _draft_of.first(member.pk, thread.pk) if getattr(thread, "has_draft", False) else None


def thread_for_page(member, number: int):
    """The thread `member` may see, with their marks (`for_thread_page`), or None."""
    from forum.models import Thread

    if number >= 2**63:
        return None
    if not member.is_authenticated:
        return Thread.objects.visible_to(member).for_thread_page(member).filter(pk=number).first()
    standing = member.standing if member.is_active else "banned"
    read = _threads_for.setdefault((member.role, standing), Prepared(_thread_for(member.role, standing)))
    return read.first(number, member.pk, member.organisation_id or 0)
