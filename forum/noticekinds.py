"""The kinds of notice the forum sends: their words, their reasons, their switches, their mails."""

import functools

from django.utils.html import format_html, linebreaks

from core import markdown
from core.quoting import ended
from forum import bylines, noticewords, querysets
from forum.actions import following
from forum.models import Post, Space, Thread
from forum.notices import ACCEPTED, LOST, url_now
from forum.permissions import can_view_thread, viewable
from notifications.kinds import (
    Behind,
    Follow,
    FollowList,
    Group,
    Kind,
    MailContent,
    MailItem,
    Switch,
    register,
    register_follow_list,
    register_mute,
)

EXCERPT = 280
MOST_IN_MAIL = 5

WHYS = {
    "asker": "You asked this.",
    "author": "You wrote the post it is about.",
    "mentioned": "You were mentioned by name.",
    "following": "You follow this thread.",
    "space": "You follow the space it is in.",
    "topic": "You follow one of its topics.",
    "keeper": "You look after the page it is about.",
}


def prefetch(notices: list) -> None:
    """Hang on each notice its thread (`about`), the post it starts at (`post`), the question which of all their
    threads somebody may read (`readable`), and the topics by which somebody hears of a new one (`topics`).

    Two queries for all, one more if a thread is in a private group, and one if somebody hears of it by a topic.
    """
    numbers = {notice.pk: _thread_number(notice) for notice in notices}
    threads = Thread.objects.for_list().in_bulk([n for n in numbers.values() if n])
    posts = Post.objects.for_page().in_bulk({n.last_item_id for n in notices} | {n.item_id for n in notices} - {None})
    for notice in notices:
        newest = posts.get(notice.last_item_id) if notice.count > 1 and notice.kind != "forum.new_thread" else None
        notice.post = newest or posts.get(notice.item_id)
        notice.about = threads.get(numbers[notice.pk]) or _thread_of(notice.post)
    abouts = [notice.about for notice in notices if notice.about]
    readable = functools.cache(lambda member: {thread.pk for thread in viewable(member, abouts)})
    by_topic = {numbers[notice.pk] for notice in notices if notice.why == "topic"} & set(threads)
    topics = querysets.topics_on(by_topic) if by_topic else {}
    for notice in notices:
        notice.readable = readable
        notice.topics = topics.get(numbers[notice.pk] or 0, [])


def _thread_number(notice) -> int | None:
    prefix, _, number = notice.group_key.partition(":")
    return int(number) if prefix in ("thread", "lost") and number.isdigit() else None


def _thread_of(post: Post | None) -> Thread | None:
    return Thread.objects.select_related("space").filter(pk=post.thread_id).first() if post else None


def _with_thread(notice):
    if not hasattr(notice, "readable"):
        prefetch([notice])
    return notice


def can_still_see(member, notice) -> bool:
    """Whether the thread may still be read by the member."""
    _with_thread(notice)
    return notice.about is not None and notice.about.pk in notice.readable(member)


def mute_switch(notice) -> Switch:
    """The switch that stops notices of this thread."""
    number = _thread_number(notice)
    return Switch("Mute this thread", f"/forum/{number}/follow/", {"follow": "muted"})


def place_switch(notice) -> Switch:
    """The switch that stops notices of new threads: the space's, unless a topic was the reason."""
    about = getattr(notice, "about", None)
    if notice.why == "space" and about is not None:
        return Switch(
            f"Stop following {about.space.name}", f"/forum/spaces/{about.space.slug}/follow/", {"follow": "default"}
        )
    return mute_switch(notice)


def mail(notice) -> MailContent | None:
    """What is new in the thread since the last mail, cut to what its space lets a mail carry."""
    thread = _with_thread(notice).about
    if thread is None:
        return None
    posts = list(_posts_to_mail(notice, thread)[: MOST_IN_MAIL + 1])
    if not posts:
        return None
    return MailContent(
        subject=thread.title if posts[0].kind == Post.Kind.OPENING else f"Re: {thread.title}",
        items=tuple(_item(post, thread.space) for post in posts[:MOST_IN_MAIL]),
        more=max(len(posts) - MOST_IN_MAIL, 0),
        thread_key=f"thread-{thread.pk}",
        link=url_now(thread, notice.url),
        note="This space lets us send a link only." if thread.space.mail_policy == Space.MailPolicy.LINK else "",
    )


def _posts_to_mail(notice, thread: Thread):
    events = notice.events_to_mail()
    posts = thread.posts.visible().for_page().defer(None).by_number().filter(pk__in={event.item for event in events})
    # an acceptance that a mail told of before is told by the bell alone
    accepted = {event.item for event in events} - {event.item for event in events if event.kind != ACCEPTED}
    return posts.exclude(pk__in=accepted, acceptance_mailed_at__isnull=False) if accepted else posts


def _item(post: Post, space: Space) -> MailItem:
    byline = bylines.byline(post, bylines.MEMBERS)
    if space.mail_policy == Space.MailPolicy.LINK:
        return MailItem(byline.name, byline.detail)
    if space.mail_policy == Space.MailPolicy.EXCERPT:
        words = markdown.in_lines(post.html, EXCERPT)
        return MailItem(byline.name, byline.detail, text=words, html=linebreaks(words, autoescape=True))
    return MailItem(byline.name, byline.detail, text=post.body, html=post.html)


_LOST = {
    "deleted": "The answer you accepted to {title} was deleted by the person who wrote it. {open}",
    "removed": "A moderator removed the answer you accepted to {title}{stop} {open}",
    "back": "The answer you had accepted to {title} is back, and accepted again.",
}
_OPEN = "Your question is open again: accept another answer, or ask on."


def _lost_sentence(notice) -> str:
    about = getattr(notice, "about", None)
    title = about.title if about else notice.subject
    bold, stop = format_html("<strong>{}</strong>", title), ended(title)[len(title) :]
    return format_html(_LOST.get(notice.why, _LOST["deleted"]), title=bold, stop=stop, open=_OPEN)


def _lost_mail(notice) -> MailContent | None:
    if not hasattr(notice, "about"):
        prefetch([notice])
    if notice.about is None:
        return None
    back = notice.why == "back"
    return MailContent(
        subject=f"{'Accepted again' if back else 'Open again'}: {notice.about.title}",
        thread_key=f"thread-{notice.about.pk}",
        link=url_now(notice.about, notice.url),
        link_words="Read the answer" if back else "See your question",
    )


def _mute(member, number: int) -> None:
    # no standing is asked: whoever got a mail may stop it
    if _numbered(number):
        following.mute(by=member, number=number)


def _numbered(number: int) -> Thread | None:
    return Thread.objects.select_related("space").filter(pk=number).first()


def _title(_member, number: int, viewer) -> str:
    thread = _numbered(number)
    return f"“{thread.title}”" if thread is not None and can_view_thread(viewer, thread) else "this thread"


def _its_space(notice) -> list[int]:
    return [notice.about.space_id] if _with_thread(notice).about else []


def _end_space_follows(member, pks: list[int]) -> None:
    following.end_follows(by=member, spaces=pks)


def _space_title(_member, pks: list[int], viewer) -> str:
    name = Space.objects.visible_to(viewer).filter(pk__in=pks).values_list("name", flat=True).first()
    return name or "the space that it is in"


def _its_topics(notice) -> list[int]:
    return [topic.pk for topic in _with_thread(notice).topics]


def _end_topic_follows(member, pks: list[int]) -> None:
    following.end_follows(by=member, topics=pks)


def _topics_title(member, pks: list[int], viewer) -> str:
    followed = member.topic_follows.filter(follow="following", topic__in=pks).values("topic")
    seen = querysets.topics_seen_by(viewer).filter(pk__in=followed).order_by("name")
    return " and ".join(seen.values_list("name", flat=True)) or "the topics that it is about"


def _register(
    name: str, title: str, priority: int, one: str, many: str, *, gone: str = "",
    many_gone: str = "", why: tuple[str, ...], group: Group = Group.QUESTIONS, **options,
) -> None:  # fmt: skip
    options = {"stop": mute_switch, "can_still_see": can_still_see, "mail": mail, "face": noticewords.face} | options
    register(
        Kind(
            name=name,
            title=title,
            priority=priority,
            sentence=noticewords.sentence(one, many, gone=gone, many_gone=many_gone),
            prefetch=prefetch,
            whys={code: WHYS[code] for code in why},
            icon="comment",
            group=group,
            **options,
        )
    )


_register(
    ACCEPTED,
    "Your answer is accepted",
    80,
    "{name} accepted your answer to {title}",
    "{name} accepted your answer to {title}; and {others}",
    why=("author",),
    common=True,
)
_register(
    "forum.mentioned",
    "Someone mentions you",
    70,
    "{name} mentioned you in {title}",
    "You were mentioned in {title}; and {others}, {last}",
    gone="A post that mentioned you has gone from {title}",
    why=("mentioned",),
    common=True,
)
register(
    Kind(
        name=LOST,
        title="The answer you accepted is deleted or removed, or comes back",
        priority=65,
        sentence=_lost_sentence,
        whys=dict.fromkeys(_LOST, "You accepted it."),
        stop=mute_switch,
        can_still_see=can_still_see,
        mail=_lost_mail,
        prefetch=prefetch,
        icon="comment",
        group=Group.QUESTIONS,
    )
)
_register(
    "forum.answered",
    "Someone answers your question, or replies to what you started",
    60,
    "{name} {answered} {title}",
    "{count} new posts in {title}, {last}",
    gone="{an_answer} has gone from {title}",
    why=("asker",),
    common=True,
)
_register(
    "forum.commented",
    "Someone comments on what you wrote",
    50,
    "{name} commented on your post in {title}",
    "{count} new posts in {title}, {last}",
    gone="A comment on your post has gone from {title}",
    why=("author",),
    common=True,
)
_register(
    "forum.new_thread",
    "New in a space or topic you follow",
    30,
    "{name} started {title}",
    "{name} started {title}; and {others}",
    gone="The first post has gone from {title}",
    many_gone="{title} was started; and {others}",
    why=("space", "topic", "keeper"),
    stop=place_switch,
    follows={
        "space": Behind(_its_space, _end_space_follows, _space_title),
        "topic": Behind(_its_topics, _end_topic_follows, _topics_title),
    },
    group=Group.FOLLOWED,
)
_register(
    "forum.new_post",
    "New in a thread you follow",
    20,
    "{name} replied to {title}",
    "{count} new posts in {title}, {last}",
    gone="{an_answer} has gone from {title}",
    why=("following",),
    group=Group.FOLLOWED,
)


register_mute("thread", act=_mute, title=_title)


# --- What a member follows and mutes, for the preferences page ---------------------------------------

MOST_LISTED = 50
BACK = "/notifications/preferences/"


@register_follow_list
def follow_lists(member) -> list[FollowList]:
    """The spaces, topics and threads `member` follows or mutes, each with the switch that ends it. Three queries."""
    return [
        one
        for one in (
            _list("Spaces you follow or mute", [_space(follow) for follow in querysets.space_follows_of(member)]),
            _list(
                "Topics you follow or mute", [_topic(follow) for follow in member.topic_follows.select_related("topic")]
            ),
            _list(
                "Threads you follow or mute",
                [_thread(mark) for mark in querysets.thread_follows_of(member, most=MOST_LISTED + 1)],
            ),
        )
        if one.follows
    ]


def _list(title: str, follows: list[Follow]) -> FollowList:
    return FollowList(title, follows[:MOST_LISTED], more=max(len(follows) - MOST_LISTED, 0))


def _follow(title: str, url: str, follow: str, to: str) -> Follow:
    muted = follow == "muted"
    words = "Hear of it again" if muted else "Stop following"
    return Follow(title, url, "Muted" if muted else "Following", Switch(words, to, {"follow": "default", "back": BACK}))


def _space(follow) -> Follow:
    url = follow.space.get_absolute_url()
    return _follow(follow.space.name, url, follow.follow, f"{url}follow/")


def _topic(follow) -> Follow:
    url = f"/forum/topics/{follow.topic.slug}/"
    return _follow(follow.topic.name, url, follow.follow, f"{url}follow/")


def _thread(mark) -> Follow:
    return _follow(mark.thread.title, mark.thread.get_absolute_url(), mark.follow, f"/forum/{mark.thread_id}/follow/")
