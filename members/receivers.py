"""Bridges from allauth's events to our actions."""

from allauth.account import signals
from allauth.account.authentication import get_authentication_records
from django.dispatch import receiver

from members import actions
from members.models import Member


@receiver(signals.email_confirmed)
def address_confirmed(request, email_address, **kwargs):
    _forget_a_strangers_password(request, email_address.user)
    actions.confirm(member=email_address.user)


@receiver(signals.email_changed)
def address_changed(request, user, from_email_address, to_email_address, **kwargs):
    if from_email_address and from_email_address.email != to_email_address.email:
        actions.change_address(member=user, was=from_email_address.email)


def _forget_a_strangers_password(request, member: Member) -> None:
    """Who confirms an address by a sign-in code may not be who signed up with it: that password goes.

    Else a stranger could sign up with your address, wait for you to sign in by code, and come in after you.
    """
    methods = {record["method"] for record in get_authentication_records(request, member)}
    if member.standing == Member.Standing.UNCONFIRMED and "code" in methods and "password" not in methods:
        member.set_unusable_password()
        member.save(update_fields=["password"])
