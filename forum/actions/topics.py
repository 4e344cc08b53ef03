from django.db import IntegrityError, transaction
from django.utils.text import slugify

from core.models import Topic
from forum.models import Thread, ThreadTopic

MOST = 5


def normalised(names: list[str]) -> list[str]:
    """Topic names in small letters, single-spaced, each once, at most MOST."""
    cleaned = (" ".join(name.lower().split())[:60] for name in names)
    return list(dict.fromkeys(name for name in cleaned if slugify(name)))[:MOST]


def named(names: list[str]) -> list[Topic]:
    """The topics of these names, made where they are new. Two people may make the same one at once."""
    wanted = normalised(names)
    found = {topic.name: topic for topic in Topic.objects.filter(name__in=wanted)}
    for name in sorted(wanted):  # in one order: two people who make the same two wait for each other
        if name not in found:
            try:
                with transaction.atomic():
                    found[name] = Topic.objects.create(name=name)
            except IntegrityError:
                found[name] = Topic.objects.get(name=name)
    return [found[name] for name in wanted]


def set_topics(thread: Thread, names: list[str]) -> list[Topic]:
    """Give a thread exactly these topics."""
    topics = named(names)
    ThreadTopic.objects.filter(content_object=thread).exclude(tag__in=topics).delete()
    ThreadTopic.objects.bulk_create(
        [ThreadTopic(content_object=thread, tag=topic) for topic in topics], ignore_conflicts=True
    )
    return topics


def are_other(thread: Thread, names: list[str]) -> bool:
    """Whether these are not just the topics that a thread has."""
    return set(normalised(names)) != set(thread.topics.names())
