"""The core team's decisions on a member, in Wagtail's admin."""

import re
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from members import actions
from members.access import requires
from members.actions.standing import APPLIES_TO, lock, must_apply, vouched_by_address
from members.admin_forms import DecideForm
from members.models import Member, Organisation
from members.models.organisation import PUBLIC_MAIL_PROVIDERS
from members.querysets import SHARED_DOMAINS


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


@transaction.atomic
def _carry_out(name: str, *, by: Member, member: Member, organisation=None, **fields) -> None:
    """Take a decision with the `fields` of its form; `organisation` is where they work, if the page had to ask."""
    if organisation is not None:
        must_apply(name, lock(member))
        actions.place(by=by, member=member, organisation=organisation)
        fields["known"] = organisation.pk
    act = actions.give_role if name == "role" else getattr(actions, name)
    act(by=by, member=member, **fields)


def _back(member: Member) -> str:
    """Where a decision leads: to the others who wait, if they waited; else to their own form."""
    if member.standing == Member.Standing.WAITING:
        return f"{reverse('wagtailusers_users:index')}?standing={Member.Standing.WAITING}"
    return reverse("wagtailusers_users:edit", args=[member.pk])


def named_by(member: Member) -> str:
    """What somebody called their organisation, if it is not in the directory."""
    found = re.search("“(.+)”", member.standing_why) if member.organisation_id is None else None
    return found[1] if found else ""


def about_address(member: Member) -> str:
    """What their address says of where they work: why it vouches for them, or why it does not."""
    domain = member.email.rpartition("@")[2]
    body = member.organisation
    if vouched_by_address(member):
        return f"It is in one of the domains of {body}."
    if domain in PUBLIC_MAIL_PROVIDERS | SHARED_DOMAINS:
        return f"Anyone can have an address at {domain}, so it says nothing of an employer."
    if owner := Organisation.objects.vouching_for(member.email).first():
        return f"Addresses at {domain} belong to {owner}, not to the organisation they chose."
    if body is None:
        return f"No organisation in the directory has the domain {domain}."
    known = [one.domain for one in body.email_domains.all()]
    if not known:
        return f"The directory knows no domain of {body}."
    if len(known) == 1:
        return f"The domain of {body} is {known[0]}, not {domain}."
    return f"{body} has the domains {', '.join(known)}, and {domain} is not one of them."


@requires("members.vouch")
def decide(request, pk: int, verb: str):
    """Ask for the reason, then do it. What does not apply (any more) leads back, and says so."""
    if verb not in VERBS:
        raise Http404
    member = _member(pk)
    words = VERBS[verb]
    if not request.user.has_perm(words.permission, member):
        raise PermissionDenied
    form = DecideForm(request.POST if request.method == "POST" else None, verb=verb, member=member)
    back = _back(member)
    try:
        must_apply(verb, member)
        if request.method == "POST" and form.is_valid():
            _carry_out(verb, by=request.user, member=member, **form.cleaned_data)
            messages.success(request, words.done.format(name=member.display_name))
            return redirect(back)
    except actions.DoesNotApply as refusal:
        messages.error(request, str(refusal))
        return redirect("wagtailusers_users:edit", member.pk)
    except actions.WorksElsewhere as refusal:
        member = _member(pk)
        form = DecideForm(verb=verb, member=member, initial={"why": request.POST.get("why", "")})
        return _asked(request, member, form, words, changed=f"Nothing was done. {refusal}")
    except (actions.NotAllowed, actions.WhyMissing) as refusal:
        form.add_error(None, str(refusal))
    return _asked(request, member, form, words)


def _member(pk: int) -> Member:
    return get_object_or_404(Member.objects.with_organisation().with_waits_since(), pk=pk)


def _asked(request, member: Member, form: DecideForm, words: Verb, *, changed: str = ""):
    """The page that shows whom it is about and asks for the reason; `changed`: why it is asked again."""
    context = {
        "member": member,
        "form": form,
        "verb": words,
        "title": words.title.format(name=member.display_name),
        "about_address": about_address(member),
        "named": named_by(member),
        "back": _back(member),
        "changed": changed,
    }
    return render(request, "members/decide.html", context, status=409 if changed else 200)
