"""Makes the demo look lived in for the people to sign in as: things unread, things followed, notices in the bell."""

import datetime as dt

from django.utils import timezone

from forum.models import Post, Reading, Space, SpaceFollow, Thread, TopicFollow
from forum.notices import url_of
from forum.querysets import topics_of
from members.models import Member
from notifications import kinds, told
from notifications.models import Notice
from portal.demo.members import FOUR

READ_BACK = 4  # of the threads someone took part in, how many have posts they have not seen yet


def load() -> int:
    """Leave the newest of their threads partly unread and tell them of it; how many notices.

    Only for people who have no notice yet: a second run changes nothing.
    """
    told = set(Notice.objects.values_list("recipient__handle", flat=True))
    handles = [handle for _, handle in FOUR] + ["desmond-ruck", "liv-sorensen"]
    people = Member.objects.taking_part().filter(handle__in=handles).exclude(handle__in=told)
    return sum(_tell(member) for member in people.order_by("pk"))


def _tell(member: Member) -> int:
    _follow(member)
    _look_in(member)
    threads = Thread.objects.visible_to(member).filter(readings__member=member).order_by("-last_activity_at")
    notices: list[Notice] = []
    for number, thread in enumerate(threads[: READ_BACK * 2]):
        news = _news(thread, member)
        if news and len(notices) < READ_BACK + 2:
            unread = number < READ_BACK
            notices.append(_notice(member, thread, news, unread=unread))
            if unread:
                Reading.objects.filter(member=member, thread=thread).update(last_read_number=news[0].number - 1)
    Notice.objects.bulk_create(notices)
    return len(notices)


def _follow(member: Member) -> None:
    """Follow a space and what they know about and most is said of, so that "Following" has something to show."""
    space = Space.objects.visible_to(member).first()
    if space is not None:
        SpaceFollow.objects.get_or_create(member=member, space=space, defaults={"follow": "following"})
    topics = sorted(topics_of(member), key=lambda topic: (-topic.total, topic.name))
    for topic in [topic for topic in topics if topic.total][:2]:
        TopicFollow.objects.get_or_create(member=member, topic=topic, defaults={"follow": "following"})


def _look_in(member: Member) -> None:
    """Follow a few of the newest threads by others too, read to the end."""
    others = Thread.objects.visible_to(member).exclude(readings__member=member).filter(answer_count__gt=1)
    Reading.objects.bulk_create(
        Reading(member=member, thread=thread, last_read_number=thread.highest_number, follow="following")
        for thread in others.order_by("-last_activity_at")[:READ_BACK]
    )


def _news(thread: Thread, member: Member) -> list[Post]:
    """The last posts by others after the member's own last one; at most two."""
    own = thread.posts.filter(author=member).order_by("-number").values_list("number", flat=True).first() or 0
    return list(thread.posts.visible().filter(number__gt=own).exclude(author=member).order_by("-number")[:2])[::-1]


def _notice(member: Member, thread: Thread, news: list[Post], *, unread: bool) -> Notice:
    mine = thread.author_id == member.pk
    answered = mine and news[0].kind == Post.Kind.ANSWER
    name, why = ("forum.answered", "asker") if answered else ("forum.new_post", "following")
    kind, first, last = kinds.get(name), news[0], news[-1]
    at = last.created_at
    later = [told.Event(number, "forum.new_post", post.pk, "following") for number, post in enumerate(news[1:], 2)]
    events = [told.Event(1, name, first.pk, why), *later]
    return Notice(
        recipient=member, kind=kind.name, priority=kind.priority, group_key=f"thread:{thread.pk}", count=len(news),
        subject=thread.title[:200], url=url_of(thread, first),
        actor_id=last.author_id, why=why, item_id=first.pk, last_item_id=last.pk, created_at=first.created_at,
        updated_at=at, seen_at=None if unread else at, mailed_item_id=len(news),
        told=told.words(events), told_number=len(news),
        read_at=None if unread else min(at + dt.timedelta(hours=3), timezone.now()),
    )  # fmt: skip
