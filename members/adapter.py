import datetime as dt

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

from members import actions
from members.notices import GOOD_FOR, put_mail

# Mails that hold a code: of no use once the code has run out.
CODE_MAILS = ("login_code", "email_confirmation", "email_confirmation_signup")


class AccountAdapter(DefaultAccountAdapter):
    """How allauth makes our members, writes our mails, and speaks to people."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed.",
        "duplicate_email": "That is your address already.",
        "email_password_mismatch": "That address and password don’t go together. Check both, or get a code by e-mail.",
        "email_taken": "That address can’t be used. Choose another one.",
        "enter_current_password": "That is not your password now. Type it again.",
        "incorrect_code": "That is not the code we sent. Check it, and mind that only the newest code works.",
        "incorrect_password": "That is not your password. Type it again.",
        "invalid_password_reset": "This link has run out or was used already. Ask for a new one.",
        "rate_limited": "That was a lot at once. Wait a minute, then try again.",
        "same_as_current": "That is your address already.",
        "too_many_login_attempts": "There were too many tries. Wait a few minutes, then try again.",
        "unverified_primary_email": "Confirm the new address first.",
    }

    def save_user(self, request, user, form, commit=True):
        """What the sign-up form says becomes an account whose address is not confirmed yet."""
        data = form.cleaned_data
        return actions.sign_up(
            name=data["display_name"],
            email=data["email"],
            organisation=data["organisation"],
            unlisted=data["unlisted"],
            job_title=data["job_title"],
            password=data.get("password1") or None,
        )

    def set_password(self, user, password):
        """Write nothing but the password: a ban since the page was opened must not be undone."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_mail(self, template_prefix, email, context):
        """Leave the mail in the outbox: it survives a mail server that is down, and costs every asker the same time."""
        words = {
            "email": email,
            "site_name": settings.SITE_NAME,
            "partnership": settings.PARTNERSHIP_NAME,
            "site_url": settings.SITE_URL,
            "core_team_email": settings.CORE_TEAM_EMAIL,
        }
        message = self.render_mail(template_prefix, email, words | context)
        code = template_prefix.rpartition("/")[2] in CODE_MAILS
        good_for = dt.timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT) if code else GOOD_FOR
        put_mail(to=email, subject=message.subject, text=f"{message.body.strip()}\n", good_for=good_for)

    def get_signup_redirect_url(self, request):
        return reverse("members:welcome")

    def get_email_verification_redirect_url(self, email_address):
        """After confirming a changed address: back to your details."""
        return reverse("members:account")

    def get_password_change_redirect_url(self, request):
        return reverse("members:account")
