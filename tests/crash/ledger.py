"""What the database of a site says after the crashes. Called in a process of that site (`forks.py`)."""

import datetime as dt
from collections import Counter

from django.utils import timezone

from core.models import OutboxItem
from forum.models import Post, Reading, Thread
from members.models import Member
from notifications.models import Notice


def prepare(handles: list[str]) -> list[int]:
    """Let these members follow both public threads, with nothing told of yet; the threads' numbers."""
    Notice.objects.all().delete()
    threads = list(Thread.objects.filter(space__visibility="public").order_by("pk")[:2])
    for thread in threads:
        for handle in handles:
            Reading.objects.update_or_create(
                member=Member.objects.get(handle=handle), thread=thread, defaults={"follow": "following"}
            )
    return [thread.pk for thread in threads]


def waiting() -> dict[str, int]:
    """What is not carried out yet."""
    return {
        "outbox": OutboxItem.objects.filter(done_at=None).count(),
        "mail": Notice.objects.filter(mail_due_at__isnull=False).count(),
    }


def end_leases() -> None:
    """Let the leases of killed workers run out now instead of in a minute or two. Only rows that nobody alive holds
    are due at once; taking one from a worker that lives is what a lease that ran out does too."""
    past = timezone.now() - dt.timedelta(seconds=1)
    OutboxItem.objects.filter(done_at=None, leased_until__isnull=False).update(leased_until=past)
    Notice.objects.filter(mail_leased_until__isnull=False).update(mail_leased_until=past)


def posts(threads: list[int]) -> dict:
    """The posts of the threads by their text, and whether numbers and counters are what they should be."""
    found = Post.objects.filter(thread__in=threads)
    wrong = []
    for thread in Thread.objects.filter(pk__in=threads):
        numbers = sorted(thread.posts.values_list("number", flat=True))
        seen = thread.posts.visible()
        answers = seen.answers()
        told = (thread.highest_number, thread.highest_visible_number, thread.answer_count, thread.peer_answer_count)
        highest = max(seen.values_list("number", flat=True))
        true = (len(numbers), highest, answers.count(), answers.exclude(author=thread.author).count())
        if numbers != list(range(1, len(numbers) + 1)) or told != true:
            wrong.append([thread.pk, told, true])
    return {"bodies": Counter(found.values_list("body", flat=True)), "wrong": wrong}


def notices(threads: list[int], handles: list[str], since: dict[str, int]) -> list:
    """Each follower and thread whose unread notices are not exactly one that counts what others posted."""
    wrong = []
    for number in threads:
        for handle in handles:
            member = Member.objects.get(handle=handle)
            found = list(member.notices.filter(group_key=f"thread:{number}").values_list("read_at", "count"))
            by_others = Post.objects.filter(thread=number, pk__gt=since[str(number)]).exclude(author=member)
            due = [(None, by_others.count())] if by_others.exists() else []
            if found != due:
                wrong.append([number, handle, [list(row) for row in found], [list(row) for row in due]])
    strange = Notice.objects.exclude(recipient__handle__in=handles).count()
    return [*wrong, *([["notices of others", strange]] if strange else [])]


def newest_posts(threads: list[int]) -> dict[str, int]:
    """The id of the newest post of each thread, by the thread's number as text."""
    newest = {}
    for number in threads:
        newest[str(number)] = Post.objects.filter(thread=number).order_by("-pk").values_list("pk", flat=True)[0]
    return newest


def failures() -> list[str]:
    """What the worker wrote down as failed."""
    return list(OutboxItem.objects.exclude(last_error="").values_list("last_error", flat=True)[:5])
