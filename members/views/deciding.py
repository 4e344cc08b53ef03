"""The core team's decisions on a member, in Wagtail's admin."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from members import actions
from members.access import requires
from members.actions.standing import APPLIES_TO, must_apply, vouched_by_address
from members.admin_forms import DecideForm
from members.models import Member


@dataclass(frozen=True)
class Verb:
    """A decision: its button, what the page asks and says, what the message says, and who may take it."""

    title: str
    then: str
    done: str
    icon: str
    permission: str
    serious: bool = False


VERBS = {
    "vouch": Verb(
        "Vouch for {name}", "They can post at once, and are told by mail.", "{name} can now take part.",
        "check", "members.vouch",
    ),
    "decline": Verb(
        "Decline {name}", "They stay able to read public pages, and are told your reason by mail.",
        "{name} was told that we can’t vouch for them.", "cross", "members.decline", serious=True,
    ),
    "ban": Verb(
        "Ban {name}", "They can’t sign in any more, and are signed out everywhere now. Their posts stay.",
        "{name} is shut out.", "lock", "members.ban", serious=True,
    ),
    "leave": Verb(
        "{name} has left their employer", "Their access ends now. Their posts stay.", "{name}’s access has ended.",
        "logout", "members.ban", serious=True,
    ),
    "let_back_in": Verb(
        "Let {name} back in", "They can sign in, and wait until the core team vouches for them.",
        "{name} can sign in, and waits to be vouched for.",
        "lock-open", "members.ban",
    ),
    "role": Verb(
        "Change {name}’s role", "Moderators remove and lock. The core team may do everything here.",
        "{name}’s role is changed.", "group", "members.give_role",
    ),
}  # fmt: skip


def offered(by: Member, member: Member) -> list[tuple[str, Verb]]:
    """The decisions `by` may take on `member` now."""
    return [
        (name, verb)
        for name, verb in VERBS.items()
        if member.standing in APPLIES_TO[name] and by.has_perm(verb.permission, member)
    ]


def _carry_out(name: str, *, by: Member, member: Member, role: str = "", why: str = "") -> None:
    if name == "role":
        actions.give_role(by=by, member=member, role=role, why=why)
    else:
        getattr(actions, name)(by=by, member=member, why=why)


@requires("members.vouch")
def decide(request, pk: int, verb: str):
    """Ask for the reason, then do it. What does not apply (any more) leads back, and says so."""
    if verb not in VERBS:
        raise Http404
    member = get_object_or_404(Member.objects.with_organisation(), pk=pk)
    words = VERBS[verb]
    if not request.user.has_perm(words.permission, member):
        raise PermissionDenied
    form = DecideForm(request.POST if request.method == "POST" else None, verb=verb, member=member)
    try:
        must_apply(verb, member)
        if request.method == "POST" and form.is_valid():
            _carry_out(verb, by=request.user, member=member, **form.cleaned_data)
            messages.success(request, words.done.format(name=member.display_name))
            return redirect("wagtailusers_users:edit", member.pk)
    except actions.DoesNotApply as refusal:
        messages.error(request, str(refusal))
        return redirect("wagtailusers_users:edit", member.pk)
    except (actions.NotAllowed, actions.WhyMissing) as refusal:
        form.add_error(None, str(refusal))
    return _asked(request, member, form, words)


def _asked(request, member: Member, form: DecideForm, words: Verb):
    """The page that shows whom it is about and asks for the reason."""
    context = {
        "member": member,
        "form": form,
        "verb": words,
        "title": words.title.format(name=member.display_name),
        "address_matches": vouched_by_address(member),
    }
    return render(request, "members/decide.html", context)
