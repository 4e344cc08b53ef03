"""What a member chose to be told by bell and by mail."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from members.models import Member
from notifications import kinds
from notifications.kinds import Kind
from notifications.models import Preference


@dataclass(frozen=True)
class Choice:
    """A row of the preferences page: a kind, and whether this member gets it by bell and by mail."""

    kind: Kind
    bell: bool
    mail: bool


def address_of(name: str) -> str:
    """Where the switches of a kind stand: its row on the preferences page, opened if it is folded."""
    return f"{reverse('notifications:preferences')}?{urlencode({'kind': name})}#{row_of(name)}"


def row_of(name: str) -> str:
    """The id of a kind's row: “forum.answered” → “kind-forum-answered”."""
    return f"kind-{name.replace('.', '-')}"


def default_mail(kind: Kind) -> str:
    """A value of Preference.Mail: how the kind is mailed to who never chose."""
    return Preference.Mail.AT_ONCE if kind.mail and kind.mail_at_once else Preference.Mail.NONE


def choices_of(member: Member) -> tuple[list[Choice], bool]:
    """(one Choice for each kind that can reach this member, whether all mail is off): one query."""
    chosen = {one.kind: one for one in member.notice_preferences.all()}
    rows = []
    for kind in filter(lambda kind: kind.reaches(member), kinds.all_kinds()):
        one = chosen.get(kind.name)
        bell = one.bell if one else kind.bell
        mail = one.mail if one else default_mail(kind)
        rows.append(Choice(kind, bell, kind.mail is not None and mail == Preference.Mail.AT_ONCE))
    every = chosen.get(Preference.EVERY)
    return rows, every is not None and every.mail == Preference.Mail.NONE


def choose(member: Member, kind: str, **channels) -> None:
    """Set one or both channels (`bell`, `mail`) of a kind; what is not given stays, or is the kind's own."""
    defaults = {}
    if kind != Preference.EVERY:
        one = kinds.get(kind)
        defaults = {"bell": one.bell, "mail": default_mail(one)}
    Preference.objects.update_or_create(
        member=member, kind=kind, defaults=channels, create_defaults=defaults | channels
    )


@transaction.atomic
def choose_all(member: Member, rows: list[Choice], *, all_mail_off: bool) -> None:
    """Keep the whole preferences page. Turning mail off also drops the mail that waits."""
    mail = {True: Preference.Mail.AT_ONCE, False: Preference.Mail.NONE}
    wanted = [Preference(member=member, kind=row.kind.name, bell=row.bell, mail=mail[row.mail]) for row in rows]
    wanted.append(Preference(member=member, kind=Preference.EVERY, mail=mail[not all_mail_off]))
    Preference.objects.bulk_create(
        wanted, update_conflicts=True, unique_fields=["member", "kind"], update_fields=["bell", "mail"]
    )
    off = [row.kind.name for row in rows if not row.mail]
    drop_mail(member) if all_mail_off else drop_mail(member, kind__in=off)


def drop_mail(member: Member, **which) -> None:
    """Mail that waits for `member` does not go."""
    member.notices.filter(mail_due_at__isnull=False, **which).update(mail_due_at=None, mail_leased_until=None)
