"""News for who follows: a briefing is out, a date moved, a change came a stage further."""

from django.urls import reverse
from django.utils.html import format_html, linebreaks

from core.models import PageTopic
from horizon.actions import following as acts
from horizon.models import BriefingPage, Development, DevelopmentTopic, Follow, MilestoneMove, Stage, StageChange
from horizon.noticekinds.moves import Moved, together
from horizon.notices import BRIEFING, MOVED, PREFIXES, STAGE
from horizon.querysets import follows
from members.models import Member
from members.pages import page_visible_to, pages_visible_to
from notifications import kinds
from notifications.kinds import FollowList, Group, Kind, MailContent, MailItem, Switch
from reference.glossary import titled

MOST_IN_MAIL = 5
MOST_LISTED = 50
WHYS = {
    "development": "You follow this change.",
    "category": "You follow changes of this kind.",
    "topic": "You follow one of its topics.",
}


def number_of(notice) -> int:
    """The number in its group key: 7 of "moved:7"; 0 where there is none."""
    number = notice.group_key.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def prefetch_pages(notices: list) -> None:
    """Hang on each notice its briefing (`page`) and, where all go to one member, whether they may read it.

    Two or three queries for all.
    """
    pages = BriefingPage.objects.select_related("development").prefetch_related("answers__sector")
    found = pages.in_bulk({number_of(notice) for notice in notices})
    readers = {notice.recipient_id for notice in notices}
    seen = _seen_by(readers.pop(), list(found)) if len(readers) == 1 else None
    for notice in notices:
        notice.page = found.get(number_of(notice))
        notice.readable = None if seen is None else number_of(notice) in seen


def _seen_by(member: int, pages: list[int]) -> set[int]:
    reader = Member.objects.get(pk=member)
    return set(pages_visible_to(BriefingPage.objects.filter(pk__in=pages), reader).values_list("pk", flat=True))


def may_read(member, notice) -> bool:
    """Whether the briefing is still there, out, and the member may read it."""
    if not hasattr(notice, "page"):
        prefetch_pages([notice])
    if notice.page is None:
        return False
    return page_visible_to(notice.page, member) if notice.readable is None else notice.readable


def prefetch_developments(notices: list) -> None:
    """Hang on each notice its development (`development`): one query for all."""
    found = Development.objects.in_bulk({number_of(notice) for notice in notices})
    for notice in notices:
        notice.development = found.get(number_of(notice))


def may_see(member, notice) -> bool:
    """Whether the development is still there, and shown to the member."""
    if not hasattr(notice, "development"):
        prefetch_developments([notice])
    return notice.development is not None and notice.development.is_visible_to(member)


# --- The switch beside it -----------------------------------------------------------------------------


def prefetch_topics(notices: list) -> None:
    """Hang on notices told for a topic which topic that was (`topic`): two queries for all."""
    told = [notice for notice in notices if notice.why == "topic"]
    if not told:
        return
    followed: dict[int, list] = {}
    for one in Follow.objects.filter(member__in={n.recipient_id for n in told}, topic__isnull=False).select_related(
        "topic"
    ):
        followed.setdefault(one.member_id, []).append(one.topic)
    abouts = _topics_of(told)
    for notice in told:
        mine = followed.get(notice.recipient_id, [])
        notice.topic = next((topic for topic in mine if topic.pk in abouts[notice.pk]), None)


def _topics_of(notices: list) -> dict[int, set[int]]:
    """The numbers of the topics each notice is about: two queries."""
    developments = {notice.pk: _development_of(notice) for notice in notices}
    pages = {notice.pk: notice.page.pk for notice in notices if getattr(notice, "page", None)}
    of_developments = DevelopmentTopic.objects.filter(content_object__in={pk for pk in developments.values() if pk})
    of_pages = PageTopic.objects.filter(content_object__in=set(pages.values()))
    links = {
        "development": set(of_developments.values_list("content_object", "tag")),
        "page": set(of_pages.values_list("content_object", "tag")),
    }
    return {
        pk: {tag for thing, tag in links["development"] if thing == developments[pk]}
        | {tag for thing, tag in links["page"] if thing == pages.get(pk)}
        for pk in developments
    }


def _development_of(notice) -> int | None:
    if getattr(notice, "page", None):
        return notice.page.development_id
    return number_of(notice) if notice.kind != BRIEFING else None


def stop(notice) -> Switch:
    """The switch that ends what made them hear: following this change, its category or a topic."""
    url = reverse("horizon:follow")
    development = getattr(notice, "development", None) or getattr(getattr(notice, "page", None), "development", None)
    topic = getattr(notice, "topic", None)
    if notice.why == "topic" and topic is not None:
        return Switch(f"Stop following “{titled(topic.name)}”", url, {"topic": topic.slug, "on": ""})
    if notice.why == "category" and development is not None:
        words = development.get_category_display().lower()
        return Switch(f"Stop following {words}", url, {"category": development.category, "on": ""})
    if notice.why == "development" and development is not None:
        return Switch("Stop following this change", url, {"development": development.slug, "on": ""})
    return Switch("Stop telling me about these", reverse("notifications:stop-kind"), {"kind": notice.kind})


# --- A briefing is out --------------------------------------------------------------------------------


def prefetch_briefings(notices: list) -> None:
    prefetch_pages(notices)
    prefetch_topics(notices)


def briefing_sentence(notice) -> str:
    return format_html("New briefing: <strong>{}</strong>", notice.subject)


def briefing_mail(notice) -> MailContent | None:
    """Its summary, and what it answers the reader's sector."""
    if not hasattr(notice, "page"):
        prefetch_pages([notice])
    page = notice.page
    if page is None or notice.mailed_item_id:
        return None
    text = "\n\n".join(part for part in (page.summary, _answer(page, notice.recipient)) if part)
    item = MailItem(page.title, "new briefing", text=text, html=linebreaks(text, autoescape=True))
    return MailContent(
        subject=f"New briefing: {page.title}", items=(item,), thread_key=f"briefing-{page.pk}",
        link_words="Read the briefing",
    )  # fmt: skip


def _answer(page: BriefingPage, member: Member) -> str:
    """“Does this change what you do? Not yet. …”, as it answers this member's sector, else everybody."""
    sector = member.organisation.sector_id if member.organisation else None
    answers = list(page.answers.all())
    own = [one for one in answers if one.sector_id and one.sector_id == sector]
    general = [one for one in answers if not one.sector_id]
    if not (own or general):
        return ""
    one = (own or general)[0]
    return f"Does this change what you do? {one.get_answer_display()}. {one.why}"


# --- A date moved -------------------------------------------------------------------------------------


def prefetch_moves(notices: list) -> None:
    """Hang on each notice its development and the moves it tells of (`moved`): two more queries for all."""
    prefetch_developments(notices)
    prefetch_topics(notices)
    first = min((notice.item_id or 0 for notice in notices), default=0)
    moves = MilestoneMove.objects.filter(milestone__development__in={number_of(n) for n in notices}, pk__gte=first)
    rows = list(moves.select_related("milestone").order_by("pk"))
    for notice in notices:
        notice.moves = [
            row
            for row in rows
            if row.milestone.development_id == number_of(notice)
            and (notice.item_id or 0) <= row.pk <= (notice.last_item_id or notice.item_id or 0)
        ]


def moved_of(notice, *, after: int = 0) -> list[Moved]:
    """What moved, as the notice tells of it; only moves after the one of this number."""
    if not hasattr(notice, "moves"):
        prefetch_moves([notice])
    return together(move for move in notice.moves if move.pk > after)


def move_sentence(notice) -> str:
    moved = moved_of(notice)
    title = format_html("“<strong>{}</strong>”", notice.subject)
    if not moved:
        return format_html("A date of {} moved", title)
    if gone := [one for one in moved if one.called_off]:
        return _gone_sentence(title, gone, others=len(moved) - len(gone))
    if len(moved) == 1:
        return format_html("A date of {} moved: {}, {}", title, moved[0].what, moved[0].in_words())
    words = f"{moved[0].what}, {moved[0].in_words()}"
    return format_html("{} dates of {} moved: {}; and {} more", len(moved), title, words, len(moved) - 1)


def _gone_sentence(title: str, gone: list[Moved], *, others: int) -> str:
    """What will not happen, before all that only moved."""
    before = f" (it was {gone[0].was.words()})" if len(gone) == 1 and gone[0].was else ""
    what = format_html("{} will not happen{}", _quoted([one.what for one in gone]), before)
    if not others:
        return format_html("{}: {}", title, what)
    return format_html("{}: {}; and {} moved", title, what, "another date" if others == 1 else f"{others} other dates")


def _quoted(names: list[str]) -> str:
    """“A”, “B” and “C”."""
    said = [f"“{name}”" for name in names]
    return f"{', '.join(said[:-1])} and {said[-1]}" if said[1:] else said[0]


def move_mail(notice) -> MailContent | None:
    """Each step that moved since the last mail, with its date before and now."""
    moved = moved_of(notice, after=notice.mailed_item_id or 0)
    if notice.development is None or not moved:
        return None
    items = [MailItem(one.what, text=_sentence(one), html=format_html("<p>{}</p>", _sentence(one))) for one in moved]
    title = notice.development.title
    gone = _quoted([one.what for one in moved if one.called_off]) if moved[0].called_off else ""
    told = f"{gone} will not happen" if gone else f"{'A date' if len(moved) == 1 else f'{len(moved)} dates'} moved"
    return MailContent(
        subject=f"{told}: {title}",
        items=tuple(items[:MOST_IN_MAIL]), more=max(len(items) - MOST_IN_MAIL, 0),
        thread_key=f"development-{notice.development.pk}", link_words="See all its dates",
    )  # fmt: skip


def _sentence(moved: Moved) -> str:
    words = moved.in_words()
    return f"{words[:1].upper()}{words[1:]}."


# --- It came a stage further --------------------------------------------------------------------------


def prefetch_stages(notices: list) -> None:
    """Hang on each notice its development and the stage it came to (`change`): two queries for all."""
    prefetch_developments(notices)
    prefetch_topics(notices)
    found = StageChange.objects.in_bulk({notice.last_item_id or notice.item_id or 0 for notice in notices})
    for notice in notices:
        notice.change = found.get(notice.last_item_id or notice.item_id or 0)


def _stage_words(notice) -> str:
    """“is now in force”, “has now been made”; "" when it is not known any more."""
    if not hasattr(notice, "change"):
        prefetch_stages([notice])
    return STAGE_WORDS.get(notice.change.stage, "") if notice.change else ""


STAGE_WORDS = {
    Stage.IDEA: "is an idea again",
    Stage.CONSULTATION: "is now out for consultation",
    Stage.BILL: "is now a bill",
    Stage.MADE: "has now been made",
    Stage.IN_FORCE: "is now in force",
    Stage.DONE: "is now done",
}


def stage_sentence(notice) -> str:
    words = _stage_words(notice) or "came a stage further"
    return format_html("The change “<strong>{}</strong>” {}", notice.subject, words)


def stage_mail(notice) -> MailContent | None:
    words = _stage_words(notice)
    if notice.development is None or not words or notice.mailed_item_id == notice.last_item_id:
        return None
    one = notice.development
    item = MailItem(one.title, words, text=one.summary, html=format_html("<p>{}</p>", one.summary))
    return MailContent(
        subject=f"“{one.title}” {words}", items=(item,), thread_key=f"development-{one.pk}",
        link_words="See where it stands",
    )  # fmt: skip


def _register(name: str, title: str, priority: int, **options) -> None:
    kinds.register(
        Kind(name=name, title=title, priority=priority, whys=WHYS, stop=stop, group=Group.HORIZON, **options)
    )


_register(
    BRIEFING, "A briefing is out on what you follow", 30, sentence=briefing_sentence, can_still_see=may_read,
    mail=briefing_mail, prefetch=prefetch_briefings, icon="timeline", common=True,
    hint="What is coming, what it means for you, and what to do by when.",
)  # fmt: skip
_register(
    MOVED, "A date you follow moves", 32, sentence=move_sentence, can_still_see=may_see, mail=move_mail,
    prefetch=prefetch_moves, icon="calendar", common=True, hint="With the date it was, and the date it is now.",
)  # fmt: skip
_register(
    STAGE, "A change you follow comes a stage further", 28, sentence=stage_sentence, can_still_see=may_see,
    mail=stage_mail, prefetch=prefetch_stages, icon="timeline", mail_at_once=False,
    hint="Such as from a bill to a law that is made, or in force.",
)  # fmt: skip


# --- One click in a mail ------------------------------------------------------------------------------


def _leading(member: Member, prefix: str, pk: int) -> list:
    """The follows by which this member hears of what the mail was about."""
    if prefix == PREFIXES[BRIEFING]:
        page = BriefingPage.objects.select_related("development").filter(pk=pk).first()
        return list(follows.follows_leading_to(member, page=page)) if page else []
    development = Development.objects.filter(pk=pk).first()
    return list(follows.follows_leading_to(member, development=development)) if development else []


def _register_mute(prefix: str) -> None:
    def act(member: Member, pk: int) -> None:
        # no standing is asked: whoever got a mail may stop it
        acts.stop_following(by=member, follows=_leading(member, prefix, pk))

    def title(member: Member, pk: int, viewer) -> str:
        names = [
            one.title
            for one in _leading(member, prefix, pk)
            if one.development is None or one.development.is_visible_to(viewer)
        ]
        if not names:
            return "this change"
        return _quoted(names)

    kinds.register_mute(prefix, act=act, title=title)


for _prefix in (PREFIXES[BRIEFING], PREFIXES[MOVED], PREFIXES[STAGE]):
    _register_mute(_prefix)


# --- What a member follows, for the preferences page ---------------------------------------------------


@kinds.register_follow_list
def follow_lists(member) -> list[FollowList]:
    """What a member follows on the Horizon, each with the switch that ends it. One query."""
    listed = [_listed(one) for one in follows.follows_of(member)]
    if not listed:
        return []
    more = max(len(listed) - MOST_LISTED, 0)
    return [FollowList("What you follow on the Horizon", listed[:MOST_LISTED], more=more)]


def _listed(one: Follow) -> kinds.Follow:
    back = {"on": "", "back": reverse("notifications:preferences")}
    if one.development:
        url, fields = one.development.get_absolute_url(), {"development": one.development.slug}
    elif one.topic:
        url, fields = f"/horizon/?topic={one.topic.slug}", {"topic": one.topic.slug}
    else:
        url, fields = f"/horizon/?category={one.category}", {"category": one.category}
    return kinds.Follow(one.title, url, "Following", Switch("Stop following", reverse("horizon:follow"), fields | back))
