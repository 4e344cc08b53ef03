"""The kinds of notice there are: their words, their reasons, their switches. Each app registers its own.

A kind's functions get a `Notice`. Before a page or a batch of mails asks them anything, `prefetch(notices)`
of the kind is called once with all notices of the kinds that have the same: it may hang what it needs on them
(`notice.about = thread`), so that a page of 20 notices costs a constant number of queries.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple


class Group(Enum):
    """What kinds are about: the headings of the preferences page, in this order."""

    QUESTIONS = "Your questions and answers"
    FOLLOWED = "What you follow"
    KNOWLEDGE = "Guidance and templates"
    HORIZON = "What is coming"
    EVENTS = "Events"
    ACCOUNT = "Your account"
    OTHER = "Everything else"
    AUTHORS = "For authors and the core team"


class Switch(NamedTuple):
    """A button that stops something: its words, where it posts, and the hidden fields it posts."""

    label: str
    url: str
    fields: dict[str, str] = {}


@dataclass(frozen=True)
class MailItem:
    """One thing a mail tells of, such as an answer; already cut to what its space lets a mail carry.

    `text` is plain words, `html` the sanitised HTML of the same; both empty: the mail only links to it.
    """

    who: str
    detail: str = ""
    text: str = ""
    html: str = ""

    @property
    def colon(self) -> str:
        """What leads from who to the text: a colon, where a name stands; nothing after a whole sentence."""
        return "" if (self.detail or self.who).endswith((".", "!", "?")) else ":"


class MailFile(NamedTuple):
    """A file that goes with a mail, such as an entry for a calendar: its name, its text, its type with parameters."""

    name: str
    text: str
    type: str


@dataclass(frozen=True)
class MailContent:
    """What the mail of a notice says. Mails with the same `thread_key` ("thread-12") hang together."""

    subject: str
    items: tuple[MailItem, ...] = ()
    more: int = 0  # items left out
    thread_key: str = ""
    link: str = ""  # where it leads, if not where the notice does
    link_words: str = "Read it and reply"
    sentence: str = ""  # its first words, if not those of the bell
    note: str = ""  # a sentence below the items, such as why only a link is sent
    files: tuple[MailFile, ...] = ()


def _nothing(notices) -> None:
    return None


def _everyone(member, notice) -> bool:
    return True


def _anyone(member) -> bool:
    return True


def writers(member) -> bool:
    """For `reaches`: only those who write in the admin."""
    return member.is_writer


@dataclass(frozen=True)
class Mute:
    """How a member stops hearing of one thing: `act(member, pk)` stops it.

    `title(member, pk, viewer)` names it (“the question “…””) as far as `viewer` may see it: the unsubscribe link of a
    mail is opened without sign-in, and by whomever the mail was passed on to.
    """

    act: Callable[[Any, int], object]
    title: Callable[[Any, int, Any], str]


@dataclass(frozen=True)
class Behind:
    """What somebody follows that brought a notice, and how that ends.

    `of(notice)` → the ids of it when its mail goes: they are signed into the link there, for what the notice is about
    may be filed elsewhere by the time somebody clicks. `act(member, ids)` ends it. `title(member, ids, viewer)` names
    it as `Mute.title` does.
    """

    of: Callable[[Any], list[int]]
    act: Callable[[Any, list[int]], object]
    title: Callable[[Any, list[int], Any], str]


@dataclass(frozen=True)
class Kind:
    """A kind of notice.

    - `name`: "forum.answered"; `title`: a row of the preferences page, "Someone answers your question".
    - `priority`: when several events merge into one unread notice, the highest kind words it.
    - `sentence(notice)` → words for the bell and the inbox; safe HTML (`format_html`) may bold names and titles.
    - `whys`: why a member got it, by code: {"asker": "You asked this question."}.
    - `follows`: by the code of `why`, the follow that brings ever new things: one click in a mail ends that instead of
      muting the one thing.
    - `stop(notice)` → the one `Switch` that stops such notices; without it, the kind's own bell switch.
    - `can_still_see(member, notice)` → asked again when the inbox shows it and when mail is sent.
    - `mail(notice)` → a `MailContent` about the items after `notice.mailed_item_id` up to
      `notice.mail_mark()`, or about `notice.events_to_mail()`; None when nothing is left to tell.
      Without it no mail is sent for the kind.
    - `face(notice)` → {"initials", "colour", "hidden"} or None for `icon`.
    - `group`: where it stands on the preferences page; `reaches(member)`: whether it can ever reach them, else its row
      is left out.
    - `common`: stands there at once; the others of a group that has some wait folded under them.
    - `bell`, `mail_at_once`: the channels a member gets it on who never chose.
    - `urgent`: its mail does not wait.
    """

    name: str
    title: str
    sentence: Callable[[Any], str]
    whys: dict[str, str] = field(default_factory=dict)
    priority: int = 10
    follows: dict[str, Behind] = field(default_factory=dict)
    stop: Callable[[Any], Switch] | None = None
    can_still_see: Callable[[Any, Any], bool] = _everyone
    mail: Callable[[Any], MailContent | None] | None = None
    face: Callable[[Any], dict | None] = _nothing
    prefetch: Callable[[list], None] = _nothing
    icon: str = "bell"
    group: Group = Group.OTHER
    reaches: Callable[[Any], bool] = _anyone
    common: bool = False
    bell: bool = True
    mail_at_once: bool = True
    urgent: bool = False
    hint: str = ""  # a second line on the preferences page


class UnknownKind(LookupError):
    """No app registered a kind of this name."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; called when apps start. Raises ValueError for a name taken by another kind."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"two kinds of notice are called {kind.name!r}")
    _kinds[kind.name] = kind
    return kind


def get(name: str) -> Kind:
    """The kind of this name. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"no kind of notice is called {name!r}") from None


def all_kinds() -> list[Kind]:
    """Every kind, those that matter most first."""
    return sorted(_kinds.values(), key=lambda kind: (-kind.priority, kind.title))


def prefetch(notices: Iterable) -> list:
    """Let kinds fetch at once what they need for their notices; the notices whose kind is known."""
    groups: dict[Callable, list] = {}
    known = [notice for notice in notices if notice.kind in _kinds]
    for notice in known:
        groups.setdefault(_kinds[notice.kind].prefetch, []).append(notice)
    for fetch, group in groups.items():
        fetch(group)
    return known


# --- Muting what a group key names, such as "thread:12" ---------------------------------------------


_mutes: dict[str, Mute] = {}


def register_mute(prefix: str, *, act: Callable[[Any, int], object], title: Callable[[Any, int, Any], str]) -> None:
    """Say how group keys that start with `prefix` ("thread") are muted: `act` and `title` as `Mute` has them."""
    _mutes[prefix] = Mute(act, title)


def mute_for(group_key: str) -> tuple[Mute, int] | None:
    """How to mute what "thread:12" names, and its number; None when nobody registered it."""
    prefix, _, pk = group_key.partition(":")
    mute = _mutes.get(prefix)
    return (mute, int(pk)) if mute and pk.isdigit() else None


def follow_behind(kind: str, why: str) -> Behind | None:
    """The follow that brings notices of a kind for a reason; None when there is no such."""
    return _kinds[kind].follows.get(why) if kind in _kinds else None


# --- What a member follows and mutes, for the preferences page -------------------------------------


class Follow(NamedTuple):
    """One thing a member follows or mutes: its title and address, "Following" or "Muted", and the switch."""

    title: str
    url: str
    state: str
    switch: Switch


class FollowList(NamedTuple):
    """A list of them under a heading: "Questions you follow"; `more`: how many are not shown."""

    title: str
    follows: list[Follow]
    more: int = 0


_follow_lists: list[Callable[[Any], Iterable[FollowList]]] = []


def register_follow_list(function: Callable[[Any], Iterable[FollowList]]):
    """Add `function(member)` → FollowLists to the preferences page."""
    if function not in _follow_lists:
        _follow_lists.append(function)
    return function


def follow_lists(member) -> list[FollowList]:
    """Everything a member follows or mutes, as the apps tell it."""
    return [one for function in _follow_lists for one in function(member)]
