"""Which law the demo's answers stand on: what they name themselves, and what the file adds to accepted ones."""

import datetime as dt

from django.utils import timezone

from forum.models import Post, Thread
from portal.demo.files import threads, toml
from reference import recognising
from reference.actions import citing
from reference.models import Citation, Provision

LOOKED_AFTER = dt.timedelta(days=1)  # who answers looks up the law; later changes of it ask them again


def load() -> int:
    """Write the citations of answers that have none yet; how many answers."""
    provisions = {(one.law, one.provision): one for one in Provision.objects.all()}
    found = toml("knowledge/cites.toml")
    named = {row["thread"]: row["provisions"] for row in found["answer"]}
    by = {(row["thread"], row["by"]): row["provisions"] for row in found["other_answer"]}
    answers = Post.objects.answers().visible().filter(thread__in=_demo_threads()).select_related("thread", "author")
    cited = set(
        Citation.objects.of_many(Post, answers.values_list("pk", flat=True)).values_list("target_id", flat=True)
    )
    count = 0
    for answer in answers:
        title, accepted = answer.thread.title, answer.thread.accepted_answer_id == answer.pk
        keys = [*(named.get(title, []) if accepted else []), *by.get((title, answer.author.handle), [])]
        wanted = {one.pk: one for one in [*(provisions[tuple(key)] for key in keys), *_named_in(answer)]}
        if wanted and answer.pk not in cited:
            on = timezone.localdate(min(answer.created_at + LOOKED_AFTER, timezone.now()))
            citing.cite(target=answer, provisions=wanted.values(), owner=answer.author, today=on)
            count += 1
    return count


def _demo_threads():
    return Thread.objects.filter(title__in=[row["title"] for row in threads()])


def _named_in(answer: Post) -> list[Provision]:
    return recognising.provisions_in(answer.body)
