"""Every reusable read of the forum. Whatever may be private starts at `visible_to`."""

from forum.querysets.compiled import (
    draft_of,
    found_helpful_by,
    groups_of,
    numbers_read_by,
    post_numbered,
    thread_for_page,
)
from forum.querysets.counting import MOST_COUNTED, UpTo, bounded
from forum.querysets.drafts import DraftQuerySet
from forum.querysets.following import counts_for, space_follows_of, thread_follows_of
from forum.querysets.people import expertise_of, faces, people_named_like
from forum.querysets.posts import PostQuerySet
from forum.querysets.spaces import SpaceQuerySet, readable_by
from forum.querysets.threads import ThreadQuerySet, events_for, topics_on
from forum.querysets.topics import topic_name, topics_like, topics_of, topics_seen_by, topics_with_totals

__all__ = [
    "MOST_COUNTED",
    "DraftQuerySet",
    "PostQuerySet",
    "SpaceQuerySet",
    "ThreadQuerySet",
    "UpTo",
    "bounded",
    "counts_for",
    "draft_of",
    "events_for",
    "expertise_of",
    "faces",
    "found_helpful_by",
    "groups_of",
    "numbers_read_by",
    "people_named_like",
    "post_numbered",
    "readable_by",
    "space_follows_of",
    "thread_follows_of",
    "thread_for_page",
    "topic_name",
    "topics_like",
    "topics_of",
    "topics_on",
    "topics_seen_by",
    "topics_with_totals",
]
