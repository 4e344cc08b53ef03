from collections.abc import Iterable

from core import caching
from core.models import Topic
from forum import notices
from forum.actions.refusals import NotAllowed
from forum.models import Reading, Space, SpaceFollow, Thread, TopicFollow
from forum.models.reading import Follow
from forum.permissions import can_follow, can_view_space
from members.models import Member
from members.permissions import takes_part
from notifications.choices import drop_mail


def follow_thread(*, by: Member, thread: Thread, follow: str) -> None:
    """Follow a thread ("following"), mute it ("muted") or neither ("default"). Raises NotAllowed."""
    if not can_follow(by, thread):
        raise NotAllowed("You can't follow this thread.")
    Reading.objects.update_or_create(member=by, thread=thread, defaults={"follow": Follow(follow)})
    if Follow(follow) == Follow.MUTED:
        drop_mail(by, group_key=notices.group_key(thread))
    caching.touch(f"marks:{by.pk}")


def mute(*, by: Member, number: int) -> None:
    """Stop hearing of a thread, by its number: the one thing that needs no standing, as a mail's stop link does it."""
    Reading.objects.update_or_create(member=by, thread_id=number, defaults={"follow": Follow.MUTED})
    caching.touch(f"marks:{by.pk}")


def end_follows(*, by: Member, spaces: Iterable[int] = (), topics: Iterable[int] = ()) -> None:
    """Follow these spaces and topics (ids) no more; what is muted stays so. As `mute` does, it needs no standing."""
    by.space_follows.filter(space__in=spaces, follow=Follow.FOLLOWING).delete()
    by.topic_follows.filter(topic__in=topics, follow=Follow.FOLLOWING).delete()
    caching.touch(f"marks:{by.pk}")


def follow_space(*, by: Member, space: Space, follow: str) -> None:
    """Follow or mute a space, or neither ("default"). Raises NotAllowed."""
    if not takes_part(by) or not can_view_space(by, space):
        raise NotAllowed("You can't follow this space.")
    if Follow(follow) == Follow.DEFAULT:
        SpaceFollow.objects.filter(member=by, space=space).delete()
    else:
        SpaceFollow.objects.update_or_create(member=by, space=space, defaults={"follow": follow})
    caching.touch(f"marks:{by.pk}")


def follow_topic(*, by: Member, topic: Topic, follow: str) -> None:
    """Follow or mute a topic, or neither ("default"). Raises NotAllowed."""
    if not takes_part(by):
        raise NotAllowed("Only members can follow topics.")
    if Follow(follow) == Follow.DEFAULT:
        TopicFollow.objects.filter(member=by, topic=topic).delete()
    else:
        TopicFollow.objects.update_or_create(member=by, topic=topic, defaults={"follow": follow})
    caching.touch(f"marks:{by.pk}")
