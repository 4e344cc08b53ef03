"""What a notice may show and what lists show are the same: people × threads × kinds."""

import pytest
from django.utils import timezone

from forum.models import Thread
from notifications import kinds
from notifications.models import Notice
from tests.factories import PostFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def test_a_notice_may_be_seen_exactly_by_whom_its_thread_may_be_read(cast, space, members_space, group_space, bob):
    threads = [ThreadFactory(author=bob, space=place) for place in (space, members_space, group_space)]
    threads.append(ThreadFactory(author=bob, space=space, removed_at="2026-01-01T00:00:00Z"))
    posts = {thread: PostFactory(thread=thread, author=bob) for thread in threads}
    people = [member for name, member in cast.items() if name != "anyone"]
    checked = 0
    for kind in kinds.all_kinds():
        if not kind.name.startswith("forum.") or kind.name == "forum.removed":
            continue
        for member in people:
            readable = set(Thread.objects.visible_to(member))
            notices = Notice.objects.bulk_create(
                Notice(
                    recipient=member, kind=kind.name, group_key=f"thread:{thread.pk}", subject=thread.title, url="/",
                    why="", read_at=timezone.now(), item_id=posts[thread].pk, last_item_id=posts[thread].pk,
                )
                for thread in threads
            )  # fmt: skip
            kinds.prefetch(notices)
            for thread, notice in zip(threads, notices, strict=True):
                assert kind.can_still_see(member, notice) == (thread in readable), (kind.name, member.handle, thread)
                checked += 1
    assert checked == 8 * 5 * 4
