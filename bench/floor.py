"""The floor: the least a page of this kind can cost here. One indexed query, one flat template, about 16 kB."""

from django.shortcuts import render

from forum.models import Post
from members.access import public

ROWS = 20
CHARACTERS = 600


@public
def floor(request):
    """Twenty posts of the thread in `?thread=`, about 600 characters of each."""
    thread = int(request.GET.get("thread", 0))
    rows = Post.objects.filter(thread=thread, number__gt=1).order_by("number").values("number", "created_at", "body")
    posts = [row | {"body": row["body"][:CHARACTERS]} for row in rows[:ROWS]]
    return render(request, "bench/floor.html", {"posts": posts})
