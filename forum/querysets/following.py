"""What a member follows or mutes, and what the tabs count for them."""

from django.db.models import Subquery
from django.db.models.functions import Coalesce

from forum.querysets.counting import MOST_COUNTED, UpTo


def counts_for(member) -> dict[str, int]:
    """What the tabs count for a member, each up to MOST_COUNTED, in one query.

    `following`, `mine`: with something new; `unanswered`: questions waiting. And `newest`: the number of the
    newest thread, 0 when there is none.
    """
    from forum.models import Thread
    from members.models import Member

    visible = Thread.objects.visible_to(member).listed()
    counted = {
        "following": visible.followed_by(member).unread_by(member),
        "mine": visible.by(member).unread_by(member),
        "unanswered": visible.unanswered().filter(removed_at=None).order_by("-created_at"),
    }
    limited = {name: UpTo(threads.values("pk")[:MOST_COUNTED]) for name, threads in counted.items()}
    newest = Coalesce(Subquery(visible.order_by("-pk").values("pk")[:1]), 0)
    return Member.objects.filter(pk=member.pk).values(**limited, newest=newest).get()


def space_follows_of(member):
    """The spaces a member follows or mutes, of those they may read."""
    from forum.models import Space, SpaceFollow

    spaces = Space.objects.visible_to(member).values("pk")
    return SpaceFollow.objects.filter(member=member, space__in=spaces).select_related("space").order_by("space__name")


def thread_follows_of(member, *, most: int):
    """The marks of the threads a member follows or mutes, of those they may read; `most`, those of late first."""
    from forum.models import Reading, Thread

    threads = Thread.objects.visible_to(member).values("pk")
    marks = Reading.objects.filter(member=member, thread__in=threads).exclude(follow="default")
    return marks.select_related("thread").order_by("-thread__last_activity_at", "-pk")[:most]
