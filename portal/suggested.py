"""What a search offers where it found nothing: the first topics, and answered questions that many share."""

from typing import NamedTuple

from django.urls import reverse

from forum.pages.shared import parts, versions
from forum.querysets import groups_of
from portal import querysets

KEEP = 600  # seconds
TOPICS = 12


class Suggested(NamedTuple):
    """A question or a topic; `words` say of a question how many answered."""

    title: str
    url: str
    words: str = ""


def suggested(viewer) -> dict[str, list[Suggested]]:
    """{"topics": …, "top_questions": …} of threads `viewer` may read.

    Kept until any thread changes, for all who are in the same private groups. One query for who is signed in.
    """
    groups = ",".join(map(str, groups_of(viewer)))
    key = ":".join(("suggested", groups, *versions("forum")))
    return parts({key: lambda: _made(viewer)}, keep=KEEP)[0]


def _made(viewer) -> dict[str, list[Suggested]]:
    return {
        "topics": [
            Suggested(topic.name, reverse("forum:topic", args=[topic.slug]))
            for topic in querysets.topics_known_to(viewer)[:TOPICS]
        ],
        "top_questions": [
            Suggested(thread.title, thread.get_absolute_url(), thread.replies_in_words())
            for thread in querysets.top_questions(viewer)
        ],
    }
