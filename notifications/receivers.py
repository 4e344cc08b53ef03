"""From code we don't own: signing out and changing a password close the sockets of the sessions they end."""

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from core import live


@receiver(user_logged_out)
def on_signed_out(sender, request, user, **kwargs):
    if user is not None and request.session.session_key:
        live.session_over(user.pk, request.session.session_key)


@receiver([password_changed, password_reset, password_set])
def on_password(sender, user, **kwargs):
    live.access_changed(user.pk)
