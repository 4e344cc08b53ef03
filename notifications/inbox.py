"""Telling members something, and what they have read of it."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, Case, CharField, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from core import caching, live
from core.bulk import Conflict, OnlyIf, hold, insert_select, raise_counter
from core.prepared import Source, Values
from members.models import Member
from notifications import kinds, told
from notifications.models import Notice, Preference

HINT_SIZE = 2000  # member ids in one hint
MOST_COUNTED = 100
UNREAD_KEPT = 3600  # seconds

_newer = "excluded.priority >= old.priority"
_higher = "excluded.priority > old.priority"

# One unread notice each: what happens to it when more is told of the same thing.
MERGE = Conflict(
    columns=("recipient_id", "group_key"),
    where="read_at IS NULL",
    update={
        "kind": f"CASE WHEN {_higher} THEN excluded.kind ELSE old.kind END",
        "why": f"CASE WHEN {_higher} THEN excluded.why ELSE old.why END",
        "url": f"CASE WHEN {_higher} THEN excluded.url ELSE old.url END",
        "actor_id": f"CASE WHEN {_newer} THEN excluded.actor_id ELSE old.actor_id END",
        "priority": f"CASE WHEN {_higher} THEN excluded.priority ELSE old.priority END",
        "subject": "excluded.subject",
        "count": told.COUNTED,
        "told": told.ADDED,
        "told_number": told.NUMBERED,
        "last_item_id": "CASE WHEN old.last_item_id > excluded.last_item_id THEN old.last_item_id "
        "ELSE COALESCE(excluded.last_item_id, old.last_item_id) END",
        "in_bell": "CASE WHEN excluded.in_bell THEN excluded.in_bell ELSE old.in_bell END",
        # a mail already due keeps its time, unless it is on its way and can't take this item along
        "mail_due_at": "CASE WHEN excluded.mail_due_at IS NULL THEN old.mail_due_at "
        "WHEN old.mail_due_at IS NULL OR old.mail_leased_until IS NOT NULL THEN excluded.mail_due_at "
        "WHEN excluded.mail_due_at < old.mail_due_at THEN excluded.mail_due_at ELSE old.mail_due_at END",
        "seen_at": "NULL",
        "updated_at": "excluded.updated_at",
    },
)


def notify(
    kind: kinds.Kind | str,
    *,
    recipients: QuerySet | Source,
    group_key: str,
    subject: str,
    url: str,
    why: Any,
    actor: Member | None = None,
    item_id: int | None = None,
    listed: bool = False,
    by_mail: bool = True,
    now: dt.datetime | None = None,
) -> int:
    """Tell `recipients` (a Member queryset, or a `Source` of one) that something of `kind` happened; how many hear.

    Two statements, whatever the number of recipients, in the caller's transaction: their inbox
    numbers are raised, then one row each is inserted or merged into the unread one of `group_key`
    ("thread:12"). Who wants neither bell nor mail for the kind gets no row. `why` is a code of
    `kind.whys`, or an expression over Member that gives one (not with a `Source`, whose SQL is put
    together once). The caller leaves out whoever did it,
    and, when it calls this more than once in a transaction, calls `hold_inboxes` first.
    `listed`: notices of this group key keep a list of what they told, so that an item can be taken back and an older
    one told again: all of `kind`s that share the key are, or none. Without `by_mail` no mail goes because of this.
    `subject` is cut at 200 characters. Raises kinds.UnknownKind.
    """
    kind = kinds.get(kind) if isinstance(kind, str) else kind
    now = now or timezone.now()
    due = (now if kind.urgent else now + dt.timedelta(seconds=settings.MAIL_WAIT_SECONDS)) if by_mail else None
    if isinstance(recipients, Source):
        people: QuerySet | Source = Source(_wanting(kind.name, recipients.make), recipients.numbers)
    else:
        people = wanting(kind, recipients)
    with transaction.atomic(savepoint=False):
        changed = raise_counter(people, "inbox_no")
        if not changed:
            return 0
        count = insert_select(
            Notice,
            people,
            {
                "recipient": F("pk"), "kind": kind.name, "priority": kind.priority, "group_key": group_key,
                "count": 1, "subject": subject[:200], "url": url[:300], "actor": actor.pk if actor else None,
                "why": why, "item_id": item_id, "last_item_id": item_id,
                "told": told.first(kind.name, item_id, why) if listed and item_id else "",
                "told_number": 1 if listed else 0, "mailed_item_id": 1 if listed and not by_mail else None,
                "created_at": now, "updated_at": now,
                "in_bell": F("wants_bell"), "mail_attempts": 0, "mail_due_at": OnlyIf("wants_mail", due),
            },
            conflict=MERGE,
        )  # fmt: skip
        _ring([pk for pk, _ in changed])
    return count


@functools.cache
def _wanting(kind: str, make: Callable[..., QuerySet]) -> Callable[..., QuerySet]:
    """The function that gives those of the people of `make` who want a kind: one each, as SQL is kept by it."""
    return lambda *numbers: wanting(kind, make(*numbers))


def wanting(kind: kinds.Kind | str, recipients: QuerySet) -> QuerySet:
    """Those of `recipients` who get the kind by bell or mail, each once, with `wants_bell` and `wants_mail`.

    Raises kinds.UnknownKind.
    """
    kind = kinds.get(kind) if isinstance(kind, str) else kind
    default = Preference.Mail.AT_ONCE if kind.mail and kind.mail_at_once else Preference.Mail.NONE
    people = Member.objects.filter(pk__in=recipients.order_by().values("pk"), is_active=True)
    people = people.alias(
        chosen=FilteredRelation("notice_preferences", condition=Q(notice_preferences__kind=kind.name)),
        every=FilteredRelation("notice_preferences", condition=Q(notice_preferences__kind=Preference.EVERY)),
    )
    mail: Any = Coalesce("chosen__mail", Value(default.value), output_field=CharField())
    if kind.mail is None:
        mail = Value(Preference.Mail.NONE.value)
    people = people.alias(mail_choice=mail)
    wanted = Q(mail_choice=Preference.Mail.AT_ONCE.value) & (Q(every__mail=None) | ~Q(every__mail="none"))
    return people.alias(
        wants_bell=Coalesce("chosen__bell", Value(kind.bell), output_field=BooleanField()),
        wants_mail=Case(When(wanted, then=Value(True)), default=Value(False), output_field=BooleanField()),
    ).filter(Q(wants_bell=True) | Q(wants_mail=True))


def hold_inboxes(*recipients: QuerySet) -> None:
    """Lock the inboxes of all `recipients` (Member querysets) until the transaction ends.

    For an act that notifies more than once: two acts that tell the same people in another order
    then wait for each other instead of failing.
    """
    everyone = Q()
    for people in recipients:
        everyone |= Q(pk__in=people.order_by().values("pk"))
    hold(Member.objects.filter(everyone))


def _ring(member_ids: list[int]) -> None:
    """After the commit: one hint to the open tabs of these members, in pieces when they are many."""

    def announce():
        for start in range(0, len(member_ids), HINT_SIZE):
            live.announce({"members": member_ids[start : start + HINT_SIZE], "inbox": True})

    transaction.on_commit(announce, robust=True)


def _mark_read(notices: QuerySet, member: Member, now: dt.datetime | None) -> int:
    # asked first, so that reading costs no write when nothing is unread
    return _rewrite(notices, member, **_as_read(now)) if notices.exists() else 0


def _as_read(now: dt.datetime | None) -> dict[str, Any]:
    return {"read_at": now or timezone.now(), "mail_due_at": None, "mail_leased_until": None}


def _rewrite(notices: QuerySet, member: Member, **fields) -> int:
    with transaction.atomic(savepoint=False):
        # the inbox first, then its notices: the order `notify` locks in
        changed = raise_counter(Member.objects.filter(pk=member.pk), "inbox_no")
        # the page being made carries it, so that its tab does not ask for the bell once more
        member.inbox_no = changed[0][1] if changed else member.inbox_no
        count = notices.update(**fields)
        _ring([member.pk])
    return count


def read(member: Member, *group_keys: str, now: dt.datetime | None = None) -> int:
    """`member` has read what `group_keys` ("thread:12") name: its mail no longer goes. How many were unread.

    One query when nothing is unread.
    """
    found = _unread_of.setdefault(len(group_keys), Values(_any_unread))
    if not found(member.pk, *group_keys):
        return 0
    return _mark_read(member.notices.unread().filter(group_key__in=group_keys), member, now)


def _any_unread(member: int, *group_keys: str) -> QuerySet:
    found = Notice.objects.unread().filter(recipient=member, group_key__in=group_keys)
    return found.order_by().values_list("pk")[:1]


_unread_of: dict[int, Values] = {}  # by how many keys are asked for at once: its SQL is put together once


def read_as_shown(
    member: Member, group_key: str, *, unshown: Callable[[set[int]], dict[int, str]], now: dt.datetime | None = None
) -> bool:
    """`member` was shown some of what the unread notice of `group_key` lists: that is told no more. Whether it was any.

    `unshown` gives, of items, those that were not shown, with their addresses: the notice tells of them as if it had
    told of nothing else, and their mail goes. When there are none, it is read. Two queries when nothing was shown.
    """
    for pk, words in _unread_lists(member.pk, group_key):
        found = told.events(words)
        urls = unshown(told.items(found)) if found else {}
        left = [event for event in found if event.item in urls]
        if found and len(left) == len(found):
            return False
        same = Notice.objects.unread().filter(pk=pk, told=words)
        fields = _left(found, left, urls) if left else _as_read(now)
        # told of more meanwhile: that may have been shown too, or not
        return bool(_rewrite(same, member, **fields)) or read_as_shown(member, group_key, unshown=unshown, now=now)
    return False


def _lists_of_unread(member: int, group_key: str) -> QuerySet:
    found = Notice.objects.unread().filter(recipient=member, group_key=group_key)
    return found.order_by().values_list("pk", "told")


_unread_lists = Values(_lists_of_unread)


def read_one(notice: Notice, *, now: dt.datetime | None = None) -> int:
    """The recipient opened this notice."""
    return _mark_read(Notice.objects.unread().filter(pk=notice.pk), notice.recipient, now)


def read_all(member: Member, *, now: dt.datetime | None = None) -> int:
    """`member` has read everything; how many were unread."""
    return _mark_read(member.notices.unread(), member, now)


def see(member: Member, *, now: dt.datetime | None = None) -> int:
    """`member` opened the bell: what it shows has been seen, not read. How many were new."""
    unseen = member.notices.for_inbox(member).unread().filter(seen_at=None)
    return unseen.order_by().update(seen_at=now or timezone.now())


def withdraw(*group_keys: str, members: QuerySet | None = None) -> int:
    """Take back unread notices of `group_keys`, from everybody or from `members` who may no longer see them."""
    notices = Notice.objects.unread().filter(group_key__in=group_keys)
    if members is not None:
        notices = notices.filter(recipient__in=members.order_by().values("pk"))
    with transaction.atomic(savepoint=False):
        changed = raise_counter(Member.objects.filter(pk__in=notices.values("recipient")), "inbox_no")
        if changed:
            _ring([pk for pk, _ in changed])
            notices.delete()
    return len(changed)


def withdraw_unseen(member: Member) -> int:
    """Take back the unread notices of what `member` may not see any more; how many."""
    unread = kinds.prefetch(member.notices.unread().select_related("actor"))
    gone = [one.group_key for one in unread if not kinds.get(one.kind).can_still_see(member, one)]
    if gone:
        withdraw(*gone, members=Member.objects.filter(pk=member.pk))
    return len(gone)


def mail_waits(group_key: str) -> QuerySet:
    """The unread notices of `group_key` whose mail is still to go."""
    return Notice.objects.unread().filter(group_key=group_key, mail_due_at__isnull=False)


def take_back(group_key: str, item_id: int, *, kind: str = "", urls: Callable[[set[int]], dict[int, str]]) -> int:
    """Take an item, or only that it was told as `kind`, out of the unread notices that list it; out of how many.

    Those that tell of nothing else go. The others say what they would if it had never been told; `urls` gives the
    addresses of items. Members who were told the same share one statement.
    """
    notices = Notice.objects.unread().filter(group_key=group_key, told__contains=told.holding(item_id, kind))
    with transaction.atomic(savepoint=False):
        # the inboxes first: nothing is told or read of these notices until the end
        changed = raise_counter(Member.objects.filter(pk__in=notices.values("recipient")), "inbox_no")
        if not changed:
            return 0
        _ring([pk for pk, _ in changed])
        lists = {words: told.events(words) for words in notices.order_by().values_list("told", flat=True)}
        left = {words: told.without(found, item_id, kind) for words, found in lists.items()}
        found_urls = urls({told.wording(events).item for events in left.values() if events})
        for words, events in left.items():
            same = Notice.objects.unread().filter(group_key=group_key, told=words)
            if events:
                same.update(**_left(lists[words], events, found_urls))
            else:
                same.delete()
    return len(changed)


def _left(before: list[told.Event], events: list[told.Event], urls: dict[int, str]) -> dict[str, Any]:
    """The fields of notices that told `before` and tell of `events`, as telling them one by one would leave them."""
    event = told.wording(events)
    lost = len(told.items(before)) - len(told.items(events))
    return {
        "count": F("count") - lost,
        "told": told.words(events), "kind": event.kind, "why": event.why, "priority": kinds.get(event.kind).priority,
        "url": urls[event.item][:300], "item_id": events[0].item, "last_item_id": max(told.items(events)),
        "actor": None,
    }  # fmt: skip


def look_again(member: Member) -> None:
    """`member`, loaded in this request, learns the inbox number of now. Who tells them something now is waited for, and
    who comes later knows all that was committed until now. One query."""
    with transaction.atomic(savepoint=False):
        ((member.inbox_no,),) = _inbox_now(member.pk)


_inbox_now = Values(lambda pk: Member.objects.select_for_update(no_key=True).filter(pk=pk).values_list("inbox_no"))


def unread_count(member: Member) -> int:
    """Unread notices the bell of `member` shows, at most 100 (shown as "99+"): one short query."""
    return member.notices.unread().filter(in_bell=True).order_by()[:MOST_COUNTED].count()


def bell_count(member: Member) -> int:
    """`unread_count`, kept under the member's inbox number: whatever changes the inbox raises that first."""
    return sum(in_bell for _, in_bell in _unread(member))


def may_be_unread(member: Member, group_key: str) -> bool:
    """False when `member`, loaded in this request, has surely nothing unread of `group_key`: spares `read` a query."""
    unread = _unread(member)
    return len(unread) >= MOST_COUNTED or any(key == group_key for key, _ in unread)


def _unread(member: Member) -> list[tuple[str, bool]]:
    """(group key, whether the bell shows it) of the unread notices, at most 100, kept under the inbox number."""
    key = f"unread:{member.pk}:{member.inbox_no}"
    kept = caching.recall(key, near=caching.near_for(UNREAD_KEPT))
    if key not in kept:
        kept[key] = list(member.notices.unread().order_by().values_list("group_key", "in_bell")[:MOST_COUNTED])
        caching.remember(kept, UNREAD_KEPT)
    return kept[key]
