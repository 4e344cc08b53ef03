"""Answers that cite the law, as its pages list them."""

from forum.models import Post, Thread
from reference import citing
from reference.citing import CitingItem


def items(ids: list[int], viewer) -> dict[int, CitingItem]:
    """The answers `viewer` may read, by id: visible ones of threads visible to them. One query."""
    threads = Thread.objects.visible_to(viewer).listed()
    posts = Post.objects.visible().filter(pk__in=ids, thread__in=threads).select_related("thread")
    return {
        post.pk: CitingItem(
            "Accepted answer" if post.thread.accepted_answer_id == post.pk else "Answer", post.thread.title,
            post.get_absolute_url(),
        )
        for post in posts
    }  # fmt: skip


def names(ids: list[int]) -> list[str]:
    """What is touched when one of these answers is shown differently, or to others."""
    return [f"thread:{number}" for number in Post.objects.filter(pk__in=ids).values_list("thread_id", flat=True)]


def standing(ids: list[int]) -> list[int]:
    """Those that were not removed: for others nobody is asked to check the law again. One query."""
    posts = Post.objects.visible().filter(pk__in=ids, thread__in=Thread.objects.listed())
    return list(posts.values_list("pk", flat=True))


citing.register(Post, items, names, standing)
