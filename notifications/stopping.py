"""Stopping mail with one click, without signing in: what the link at the foot of every mail does."""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from members.models import Member
from notifications import kinds
from notifications.choices import choose, drop_mail
from notifications.models import Notice, Preference

SALT = "notifications.stop"


@dataclass(frozen=True)
class Stop:
    """What a link may stop: what brings such (a follow), one thing ("thread:12"), one kind, or all mail of a member."""

    member: Member
    group_key: str
    kind: str
    why: str = ""
    follows: tuple[int, ...] = ()  # what brought it, as `kinds.Behind.of` gave it

    def follow_behind(self) -> kinds.Behind | None:
        return kinds.follow_behind(self.kind, self.why) if self.follows else None

    def choices(self, viewer) -> list[tuple[str, str]]:
        """(scope, words) of what can be stopped, naming only what `viewer` may see: first what one click stops.

        Mails are passed on: whoever opens the link need not be the member.
        """
        found = []
        if behind := self.follow_behind():
            found.append(("follow", f"Stop following {behind.title(self.member, list(self.follows), viewer)}"))
        if mute := kinds.mute_for(self.group_key):
            found.append(("thread", f"Stop telling me about {mute[0].title(self.member, mute[1], viewer)}"))
        if self.kind in {kind.name for kind in kinds.all_kinds()}:
            title = kinds.get(self.kind).title
            found.append(("kind", f"Stop e-mail when {title[:1].lower()}{title[1:]}"))
        return [*found, ("all", "Stop all e-mail about notifications")]

    def address(self, viewer) -> str:
        """The member's e-mail address, whole for themselves; for who else holds the mail as “p…@m…”."""
        if viewer == self.member:
            return self.member.email
        name, _, host = self.member.email.partition("@")
        return f"{name[:1]}…@{host[:1]}…"


def url_for(notice: Notice) -> str:
    """The address that stops the mails a notice belongs to; good as long as the site's key is."""
    behind = kinds.follow_behind(notice.kind, notice.why)
    follows = behind.of(notice) if behind else []
    about = [notice.recipient_id, notice.group_key, notice.kind, notice.why, follows]
    token = signing.Signer(salt=SALT).sign_object(about)
    return reverse("notifications:stop", args=[token])


def read(token: str) -> Stop | None:
    """What a link from a mail is about; None for anything we did not sign, or a member who is gone."""
    try:
        member_id, *about = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    member = Member.objects.filter(pk=member_id).first()
    return Stop(member, *about) if member else None


def stop(stop: Stop, scope: str) -> str:
    """Stop it; the scope that was stopped. A scope that makes no sense, or none, stops the first there is."""
    scopes = [name for name, _ in stop.choices(stop.member)]
    if scope not in scopes:
        scope = scopes[0]
    if scope == "follow":
        kinds.get(stop.kind).follows[stop.why].act(stop.member, list(stop.follows))
        drop_mail(stop.member, group_key=stop.group_key, kind=stop.kind)
    elif scope == "thread":
        mute, pk = kinds.mute_for(stop.group_key)
        mute.act(stop.member, pk)
        drop_mail(stop.member, group_key=stop.group_key)
    elif scope == "kind":
        choose(stop.member, stop.kind, mail=Preference.Mail.NONE)
        drop_mail(stop.member, kind=stop.kind)
    else:
        choose(stop.member, Preference.EVERY, mail=Preference.Mail.NONE)
        drop_mail(stop.member)
    return scope
