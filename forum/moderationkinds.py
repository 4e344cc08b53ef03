"""The kinds of notice that tell members what moderators did to their posts and threads, with the reason given.

Its item is the entry of the log: that has the act and the whole reason, which the subject has no room for.
"""

from django.utils.html import format_html
from wagtail.models import ModelLogEntry

from core.quoting import ended
from forum.models import Post, Space, Thread
from forum.notices import url_now, url_of_own
from forum.permissions import can_view_space, can_view_thread
from notifications.kinds import Group, Kind, MailContent, register

NOUNS = {Post.Kind.OPENING: "opening post", Post.Kind.ANSWER: "answer to", Post.Kind.COMMENT: "comment in"}

TAKEN, LEFT = "forum.remove, deleted", "forum.restore, deleted"  # of what its author had deleted before
TOLD = "/notifications/"  # where notices of older releases lead whose thread can't be read any more

# Of each act: how the subject of its mail begins, what comes of it, and what the mail's button says.
ACTS = {
    "forum.lock": ("Locked", "It can still be read, but takes no new answers or comments.", "Read it"),
    "forum.unlock": ("Unlocked", "It takes answers and comments again.", "Read it and reply"),
    "forum.remove": ("Removed", "Only you and moderators can read it now.", "See where it stood"),
    TAKEN: ("Removed", "You had deleted it; now you can’t put it back yourself.", "See where it stood"),
    "forum.restore": ("Back again", "It can be read again where it was.", "Read it"),
    LEFT: ("Deleted, as you left it", "You can read it, and may put it back yourself.", "Read what you wrote"),
}


def prefetch(notices: list) -> None:
    """Hang on each notice the `entry` of the log, the thread (`about`) and the `post`: three queries for all."""
    entries = ModelLogEntry.objects.filter(action__in=ACTS).in_bulk(
        {notice.last_item_id for notice in notices} - {None}
    )
    of_post = {notice.pk: _number(notice) for notice in notices if notice.kind == "forum.removed"}
    posts = Post.objects.in_bulk(set(of_post.values()))
    about = {notice.pk: _number(notice) for notice in notices if notice.pk not in of_post}
    about |= {pk: posts[post].thread_id for pk, post in of_post.items() if post in posts}
    threads = Thread.objects.select_related("space").in_bulk(set(about.values()))
    for notice in notices:
        notice.post = posts.get(of_post.get(notice.pk, 0))
        notice.about = threads.get(about.get(notice.pk, 0))
        entry = entries.get(notice.last_item_id)
        notice.entry = entry if entry and notice.about and entry.object_id == str(notice.about.pk) else None


def _number(notice) -> int:
    """What its group key names: a thread, or for what was removed a post."""
    number = notice.group_key.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _ready(notice):
    if not hasattr(notice, "entry"):
        prefetch([notice])
    return notice


def may_see_removed(member, notice) -> bool:
    """Whether they may read the space: what was removed, nobody but moderators can."""
    about = _ready(notice).about
    return about is not None and can_view_space(member, about.space)


def may_see_locked(member, notice) -> bool:
    about = _ready(notice).about
    return about is not None and can_view_thread(member, about)


def _act(notice) -> str:
    """The act; what an older notice of the kind told when it has no entry."""
    entry = _ready(notice).entry
    if entry is None:
        return {"forum.removed": "forum.remove"}.get(notice.kind, "forum.lock")
    return f"{entry.action}, deleted" if entry.data.get("deleted") else entry.action


def _title(notice) -> str:
    return notice.about.title if _ready(notice).entry else notice.subject


def _what(notice) -> str:
    """What was moderated, its title in bold: “your answer to **May we share it?**”."""
    title = format_html("<strong>{}</strong>", _title(notice))
    if notice.kind == "forum.locked" or notice.post is None:
        return title
    if notice.post.kind == Post.Kind.OPENING:
        return format_html("your {} {}", notice.about.get_kind_display().lower(), title)
    return format_html("your {} {}", NOUNS[notice.post.kind], title)


def _why(notice) -> str:
    return notice.entry.data.get("why", "") if notice.entry else ""


def said(notice, *, with_reason: bool = True) -> str:
    """“A moderator locked **May we share it?** Their reason: It repeats another.”"""
    words = {
        "forum.lock": "A moderator locked {}",
        "forum.unlock": "A moderator unlocked {}",
        "forum.remove": "A moderator removed {}",
        TAKEN: "A moderator removed {}",
        "forum.restore": "A moderator put {} back",
        LEFT: "A moderator took back that they removed {}",
    }[_act(notice)]
    what, why = format_html(words, _what(notice)), _why(notice)
    end = "" if words.endswith("{}") and ended(_title(notice)) == _title(notice) else "."
    if not (why and with_reason):
        return format_html("{}{}", what, end)
    return format_html("{}{} Their reason: {}", what, end, why)


def mail(notice) -> MailContent:
    """What was done and what comes of it; a space that mails links only keeps even the reason for the bell."""
    begin, note, button = ACTS[_act(notice)]
    thread = notice.about
    if thread is not None and notice.post is not None and notice.url == url_of_own(thread, notice.post):
        button = "Read what you wrote"
    only_link = thread is not None and thread.space.mail_policy == Space.MailPolicy.LINK
    return MailContent(
        subject=f"{begin}: {thread.title if thread else notice.subject}",
        thread_key=f"thread-{thread.pk}" if thread else "",
        sentence=said(notice, with_reason=not only_link),
        link=url_now(thread, notice.url) if thread else notice.url,
        link_words="See all you were told" if notice.url == TOLD else button,
        note=note,
    )


register(
    Kind(
        name="forum.removed",
        title="A moderator removes something you wrote, or puts it back",
        priority=90,
        sentence=said,
        whys={"author": "You wrote it."},
        can_still_see=may_see_removed,
        mail=mail,
        prefetch=prefetch,
        icon="flag",
        group=Group.QUESTIONS,
    )
)
register(
    Kind(
        name="forum.locked",
        title="A moderator locks or unlocks a thread you started",
        priority=85,
        sentence=said,
        whys={"asker": "You started it."},
        can_still_see=may_see_locked,
        mail=mail,
        prefetch=prefetch,
        icon="lock",
        group=Group.QUESTIONS,
    )
)
