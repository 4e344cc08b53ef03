from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from core import caching, ratelimits
from forum import about, notices, querysets
from forum.actions import posting, reading
from forum.actions.refusals import Refused
from forum.forms.posting import PostForm, ReplyForm
from forum.joins import thread_links
from forum.models import Place, Post, Thread
from forum.pages.lists import one_row
from forum.pages.threads import acceptance_since, fresh_posts, number_of, place_of, thread_page
from forum.permissions import can_answer
from forum.views.previews import preview_of
from forum.views.typed import marks_of_draft, refused, writes_there
from members.access import public
from notifications import inbox


@public
def thread_detail(request, number, slug=""):
    """A thread. Reading it moves the reader's mark and reads its notices: the view's only writes."""
    caching.depends_on(request, f"thread:{number}", "members", "law", "glossary")
    thread = get_thread(request, number)
    if slug != thread.slug:
        query = f"?{urlencode(request.GET, doseq=True)}" if request.GET else ""
        return redirect(thread.get_absolute_url() + query)
    draft = querysets.draft_of(request.user, thread)
    form = _form_of(thread)(initial={"body": draft.typed()["body"]} if draft else None)
    page = _page(request, thread, form, draft=draft)
    # a script that puts an act in place (static/js/thread.js) takes one post of the page: nobody sees the others
    if request.user.is_authenticated and request.method == "GET" and "X-In-Place" not in request.headers:
        body = page["page"].body
        read(request.user, thread, body.read_to, shown=[mark.pk for mark in body.marks])
    return render(request, "forum/thread_detail.html", page)


def get_thread(request, number) -> Thread:
    """The thread, with the reader's marks. Raises Http404 when the reader may not see it."""
    thread = querysets.thread_for_page(request.user, number)
    if thread is None:
        raise Http404
    return thread


def read(member, thread: Thread, number: int, *, shown: Iterable[int] = ()) -> None:
    """The posts up to a number are read, and what was told of them; of those `shown` (ids), too."""
    if number > (thread.my_number or 0):
        reading.read_up_to(by=member, thread=thread, number=number)
    if inbox.may_be_unread(member, notices.group_key(thread)):
        notices.posts_shown(thread, member, up_to=number, and_these=shown)


def _page(request, thread, form, *, draft=None, preview=None, wait=0) -> dict:
    """The context of a thread's page."""
    page = thread_page(thread, request.user, place_of(thread, request.user, request.GET))
    caching.depends_on(request, *(f"thread:{number}" for number in page.rail.numbers))
    if name := about.cache_name(thread):
        caching.depends_on(request, name)
    return {
        "page": page,
        "about": about.about_of(thread, request.user),
        "acts": thread_links(thread, request.user) if page.may["moderate"] else [],
        "thread": thread,
        "form": form,
        "draft": draft,
        "preview": preview,
        "minutes": -(-wait // 60),
    }


@require_POST
@writes_there
def answer(request, number):
    """Answer a thread; a form that can't be posted comes back with everything typed."""
    thread = get_thread(request, number)
    if not can_answer(request.user, thread):
        return refused(request, Place.answer(thread))
    form = _form_of(thread)(request.POST)
    if request.POST.get("do") == "preview":
        body = request.POST.get("body", "")[:20_000].replace("\x00", "")
        html, status = preview_of(body, request, space=thread.space)
        form = _form_of(thread)(initial={"body": body, "once_key": request.POST.get("once_key")})
        return _again(request, thread, form, html, status=status)
    if not form.is_valid():
        return _again(request, thread, form)
    try:
        ratelimits.check("post", request)
        fields = form.cleaned_data
        post = posting.answer(by=request.user, thread=thread, body=fields["body"], once_key=fields["once_key"])
    except ratelimits.TooOften as often:
        return _again(request, thread, form, wait=often.wait, status=429)
    except Refused as refusal:
        return refused(request, Place.answer(get_thread(request, number)), str(refusal))
    messages.success(request, _posted(thread, request.user))
    return redirect(post)


def _form_of(thread) -> type[PostForm]:
    """A question is answered; everything else is replied to."""
    return PostForm if thread.is_question() else ReplyForm


def _posted(thread, writer) -> str:
    if not thread.is_question():
        return "Your reply is posted."
    return "Your answer is posted." + (" The person who asked has been told." if thread.author_id != writer.pk else "")


def _again(request, thread, form, preview=None, *, wait=0, status=200):
    page = _page(request, thread, form, draft=marks_of_draft(request), preview=preview, wait=wait)
    return render(request, "forum/thread_detail.html", page, status=status)


@require_GET
@public
def thread_new(request, number):
    """The live bar: how many posts came in above `?after=`, and what became of the answer `?accepted=`.

    With `inline` it brings the posts in, else it leads to them.
    """
    thread = get_thread(request, number)
    bar = _live_bar(request, thread, after=_after(request), inline="inline" in request.GET)
    new = Post.objects.new_to(thread, request.user, above=bar["after"])
    return render(request, "forum/thread_new.html", bar | {"new": new})


def _live_bar(request, thread: Thread, *, after: int, inline: bool) -> dict:
    """What `forum/_live_bar.html` shows of a thread on a page that knows the posts up to `after`."""
    known = number_of(request.GET.get("accepted"))
    accepted = (thread.accepted_answer_id or 0) if known is None else known
    since = acceptance_since(thread, known)
    return {"thread": thread, "after": after, "inline": inline, "accepted": accepted, "since": since}


@require_GET
@public
def thread_posts(request, number):
    """The posts above `?after=`, to be put under those that are shown; and a live bar that knows of them."""
    thread = get_thread(request, number)
    after = _after(request)
    html, highest = fresh_posts(thread, request.user, after)
    # only what joins on to what is read already: a gap would hide what is unread in it
    if request.user.is_authenticated and highest > after <= (thread.my_number or 0):
        read(request.user, thread, highest)
    bar = _live_bar(request, thread, after=highest, inline=True)
    return render(request, "forum/thread_posts.html", bar | {"html": html})


def _after(request) -> int:
    return number_of(request.GET.get("after")) or 0


@require_GET
@public
def thread_row(request, number):
    """The row of a thread in a list, as it is now; nothing once the reader may not see it."""
    return HttpResponse(one_row(number, request.user) or "")
