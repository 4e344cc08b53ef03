"""Shapes of what people send: signing up, their details, the directory's filters."""

import datetime as dt
import re
import unicodedata

from allauth.account import forms as allauth_forms
from django import forms
from django.utils import timezone
from django.utils.text import slugify

from core.formwords import speak_plainly
from members import actions
from members.models import Duty, Member, Organisation
from members.models.member import Audience, valid_handle

MOST_TOPICS, LONGEST_TOPIC = 8, 40
# A sign-up form that comes again within this time is the same person pressing twice.
SENT_TWICE = dt.timedelta(minutes=10)
# Characters that turn the direction of the text around them: a name with one could pass for another.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_line(text: str) -> str:
    """One line without control or turning characters, spaces made single."""
    kept = "".join(letter if unicodedata.category(letter) != "Cc" else " " for letter in TURNING.sub("", text))
    return " ".join(kept.split())


class NameField(forms.CharField):
    """A person's name: one line, with a letter in it, and nothing that reads like an address."""

    default_error_messages = {
        "required": "Write your name, as colleagues know you.",
        "address": "Write a name, not an address.",
        "letters": "Write your name with at least one letter.",
    }

    def clean(self, value):
        name = clean_line(super().clean(value))
        if "://" in name or "@" in name or "www." in name.lower():
            raise forms.ValidationError(self.error_messages["address"], code="address")
        if not any(letter.isalpha() for letter in name):
            raise forms.ValidationError(self.error_messages["letters"], code="letters")
        return name


class OrganisationField(forms.CharField):
    """An organisation by any of its names. Cleans to an Organisation people may sign up to, or None.

    A list of names helps where the browser shows it; typing one is enough.
    """

    widget = forms.TextInput(attrs={"list": "organisation-names", "autocomplete": "organization"})

    def clean(self, value):
        name = clean_line(super().clean(value))
        if not name:
            return None
        found, near = Organisation.objects.joinable().called(name)
        if found:
            return found
        if near:
            names = " or ".join(filter(None, [", ".join(f"“{one}”" for one in near[:-1]), f"“{near[-1]}”"]))
            error = forms.ValidationError(f"We don’t know “{name}”. Did you mean {names}?", code="near")
            error.near = near
            raise error
        raise forms.ValidationError(
            f"We don’t know “{name}”. Empty this field, and write the name in the next one.", code="unknown"
        )


class WorksAtMixin(forms.Form):
    """The two fields that say where someone works, of which one must be filled in."""

    organisation = OrganisationField(
        label="Where you work",
        error_messages={"required": "Choose where you work, or write its name in the next field."},
        max_length=160,
        help_text="Start typing, and choose from the list. Short and former names will do.",
    )
    unlisted = forms.CharField(
        label="Not in the list? Its name",
        required=False,
        max_length=160,
        help_text="The core team will be in touch about adding it.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if meant := self.data.get("meant"):
            self.data = self.data.copy()
            self.data["organisation"] = meant
        if clean_line(self.data.get("unlisted", "")):
            self.fields["organisation"].required = False

    def organisation_names(self) -> list[str]:
        """What the browser may suggest: full names, and short ones."""
        return sorted({name for name, _pk in Organisation.objects.joinable().names()}, key=str.casefold)

    def meant(self) -> list[Organisation]:
        """Those that the name typed is nearly the name of, to choose from; sent as “meant”, one takes its place."""
        return [one for error in self.errors.as_data().get("organisation", []) for one in getattr(error, "near", [])]

    def clean_unlisted(self):
        return clean_line(self.cleaned_data["unlisted"])


class SignupForm(WorksAtMixin, allauth_forms.SignupForm):
    display_name = NameField(label="Your name", max_length=80, help_text="Shown beside what you post.")
    job_title = forms.CharField(
        label="Job title", max_length=80, required=False, help_text="Such as “Information governance officer”."
    )

    field_order = ("display_name", "email", "organisation", "unlisted", "job_title", "password1")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs |= {"autocomplete": "name"}
        self.fields["job_title"].widget.attrs |= {"autocomplete": "organization-title"}
        email, password = self.fields["email"], self.fields["password1"]
        email.label = "Work e-mail address"
        email.help_text = "We send a code to it. An address at your organisation lets you in at once."
        password.label = "Password"
        password.help_text = "At least 10 characters. Leave it empty to sign in with a code by e-mail each time."
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        speak_plainly(self)

    def clean_job_title(self):
        return clean_line(self.cleaned_data["job_title"])

    def try_save(self, request):
        """The same form sent twice makes one account, and sends its code again.

        Somebody else took the address this very moment: answer as if it had been taken all along.
        """
        if self.account_already_exists and (member := self._sent_before()):
            return member, None
        try:
            return super().try_save(request)
        except actions.AddressTaken:
            self.account_already_exists = True
            return super().try_save(request)

    def _sent_before(self) -> Member | None:
        """The account this very form made a moment ago (a button pressed twice), not confirmed yet."""
        data = self.cleaned_data
        member = Member.objects.signed_up_since(timezone.now() - SENT_TWICE, email=data["email"]).first()
        if member is None or (member.display_name, member.organisation) != (data["display_name"], data["organisation"]):
            return None
        password = data.get("password1")
        same = member.check_password(password) if password else not member.has_usable_password()
        return member if same else None


class PlainMixin:
    """allauth's form with our words: labels instead of placeholders, and errors that name the field."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
        speak_plainly(self)


class LoginForm(PlainMixin, allauth_forms.LoginForm):
    words = {"login": ("E-mail address", ""), "password": ("Password", "")}


class RequestLoginCodeForm(PlainMixin, allauth_forms.RequestLoginCodeForm):
    words = {"email": ("E-mail address", "")}


class CodeMixin(PlainMixin):
    words = {"code": ("Code", "Copy it from the e-mail. Capitals don’t matter.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = "Write the code from the e-mail."


class ConfirmLoginCodeForm(CodeMixin, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmAddressForm(CodeMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ResetPasswordForm(PlainMixin, allauth_forms.ResetPasswordForm):
    words = {"email": ("E-mail address", "")}


class NewPasswordForm(PlainMixin, allauth_forms.ResetPasswordKeyForm):
    words = {"password1": ("New password", "At least 10 characters."), "password2": ("New password again", "")}


class SetPasswordForm(PlainMixin, allauth_forms.SetPasswordForm):
    words = {"password1": ("Password", "At least 10 characters."), "password2": ("Password again", "")}


class ChangePasswordForm(PlainMixin, allauth_forms.ChangePasswordForm):
    words = {
        "oldpassword": ("Your password now", ""),
        "password1": ("New password", "At least 10 characters."),
        "password2": ("New password again", ""),
    }


class ReauthenticateForm(PlainMixin, allauth_forms.ReauthenticateForm):
    words = {"password": ("Password", "")}


class AddressForm(PlainMixin, allauth_forms.AddEmailForm):
    words = {"email": ("New e-mail address", "We send a code to it.")}


class DetailsForm(forms.ModelForm):
    """What a member's page says, and who sees each part."""

    display_name = NameField(label="Name", max_length=80)
    handle = forms.CharField(
        label="Handle",
        max_length=40,
        validators=[valid_handle],
        help_text="Colleagues mention you with it: @{}. It is also the address of your page.",
    )
    expertise = forms.CharField(
        label="What others may ask you about",
        required=False,
        max_length=400,
        help_text=f"Up to {MOST_TOPICS} topics, with commas between, such as “housing, fraud, legal gateway”.",
    )

    duties = forms.MultipleChoiceField(
        label="Your part in information sharing",
        required=False,
        choices=Duty.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Briefings then show first what is written for your part. Only you and the core team see this.",
    )

    class Meta:
        model = Member
        fields = [
            "display_name", "show_name", "handle", "job_title", "show_job_title", "bio", "show_bio",
            "show_organisation", "show_answers", "show_email",
        ]  # fmt: skip
        labels = {"job_title": "Job title", "bio": "About you"}
        help_texts = {"bio": "What you work on. 600 characters at most."}
        widgets = {"bio": forms.Textarea(attrs={"rows": 5})}

    show_expertise = forms.ChoiceField(label="Who sees it", choices=Audience.choices)

    def __init__(self, data=None, *, member: Member):
        # a row of its own: what fails here must not show in the masthead of the answer
        member = Member.objects.with_organisation().get(pk=member.pk)
        initial = {
            "expertise": ", ".join(sorted(member.expertise.names())), "show_expertise": member.show_expertise,
            "duties": member.duties,
        }  # fmt: skip
        super().__init__(data, instance=member, initial=initial)
        self.fields["handle"].help_text = self.fields["handle"].help_text.format(member.handle)
        words = {
            "show_name": "Who sees your name and may open your page",
            "show_job_title": "Who sees your job title",
            "show_bio": "Who sees this text",
            "show_expertise": "Who sees your topics",
            "show_organisation": "Where you work",
            "show_answers": "The answers you gave",
            "show_email": "Your e-mail address",
        }
        for name in self.fields:
            if name.startswith("show_"):
                self.fields[name].label = words[name]
        speak_plainly(self)

    def clean_handle(self):
        return self.cleaned_data["handle"].lower()

    def clean_job_title(self):
        return clean_line(self.cleaned_data["job_title"])

    def clean_expertise(self) -> list[str]:
        names = [clean_line(name).lower() for name in re.split(r"[,;\n]", self.cleaned_data["expertise"])]
        names = list(dict.fromkeys(name for name in names if name))
        if len(names) > MOST_TOPICS:
            raise forms.ValidationError(f"You wrote {len(names)} topics. Keep the {MOST_TOPICS} you know best.")
        for name in names:
            if len(name) > LONGEST_TOPIC:
                raise forms.ValidationError(f"“{name[:30]}…” is too long for a topic. Put commas between topics.")
            if not slugify(name):
                raise forms.ValidationError(f"“{name}” is not a topic. Use words, with commas between.")
        return names

    def _get_validation_exclusions(self):
        # the act itself finds out whether a handle is free
        return super()._get_validation_exclusions() | {"handle"}

    def keep(self, *, by: Member) -> Member:
        """Carry the details out. Raises HandleTaken, and changes nothing then."""
        data = dict(self.cleaned_data)
        handle, topics = data.pop("handle"), data.pop("expertise")
        actions.change_handle(by=by, handle=handle)
        return actions.update_details(by=by, expertise=topics, **data)


class WorksAtForm(WorksAtMixin):
    """Work somewhere else from now on."""

    def keep(self, *, by: Member) -> Member:
        data = self.cleaned_data
        return actions.change_organisation(by=by, organisation=data["organisation"], unlisted=data["unlisted"])


class CalendarAddressForm(forms.Form):
    """Make the secret address of one's calendar, or stop it. `instead_of`: the one that is shown, by its number."""

    act = forms.ChoiceField(choices=[("make", "Make"), ("stop", "Stop")])
    instead_of = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def carry_out(self, *, by: Member) -> None:
        """Raises NotAllowed."""
        if self.cleaned_data["act"] == "make":
            actions.give_calendar_address(by=by, instead_of=self.cleaned_data["instead_of"])
        else:
            actions.stop_calendar_address(by=by)


class LeaveForm(forms.Form):
    sure = forms.BooleanField(
        label="Close my account",
        error_messages={"required": "Tick the box if you want to close your account."},
    )
