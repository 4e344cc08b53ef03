"""Posts a reply for each line it reads, in a process of its own, and says when it began and when it was committed."""

import json
import sys
import time

import django


def main() -> None:
    from bench.replies import BODY, watched_thread
    from forum.actions import posting
    from forum.models import Thread
    from members.models import Member

    asker, author = Member.objects.taking_part().with_organisation().filter(role="member").order_by("pk")[:2]
    thread = watched_thread(asker, 0)

    def event_no() -> int:
        return Thread.objects.values_list("change_no", flat=True).get(pk=thread.pk)

    print(json.dumps([f"thread.{thread.pk}", event_no()]), flush=True)
    for _ in sys.stdin:
        began = time.time()
        posting.answer(by=author, thread=thread, body=BODY)
        committed = time.time()
        print(json.dumps([began, committed, event_no()]), flush=True)


if __name__ == "__main__":
    django.setup()
    main()
