"""Forms of the admin: what the core team keeps about members and organisations."""

from itertools import chain, count

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminTagWidget

from core import caching
from members.actions.standing import NOWHERE
from members.forms import NameField
from members.models import EmailDomain, Member, Organisation, OtherName
from members.querysets import SHARED_DOMAINS


class MemberAdminForm(WagtailAdminModelForm):
    """A member's details. Address, password and role are not here: they have acts of their own."""

    display_name = NameField(label="Name", max_length=80)

    class Meta:
        model = Member
        fields = ["display_name", "job_title", "organisation", "bio", "expertise"]
        widgets = {"bio": forms.Textarea(attrs={"rows": 4}), "expertise": AdminTagWidget}

    def __init__(self, *args, for_user=None, **kwargs):
        super().__init__(*args, for_user=for_user, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.order_by("name")
        self.fields["expertise"].required = False

    @transaction.atomic
    def save(self, commit=True):
        """Write only what was changed here: a ban since the page was opened must not be undone."""
        member = super().save(commit=False)
        if commit:
            member.save(update_fields=[name for name in self.changed_data if name != "expertise"])
            self.save_m2m()
            caching.touch("members")
        return member


def lines(text: str) -> list[str]:
    """The lines of a text that say something, each once."""
    return list(dict.fromkeys(line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line))


class OrganisationAdminForm(WagtailAdminModelForm):
    """An organisation with its other names and domains, one a line."""

    former_names = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="One a line. Shown on its page."
    )
    also_called = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Other names people use, one a line. Search and sign-up find it by them.",
    )
    domains = forms.CharField(
        label="E-mail domains",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, such as essex.gov.uk. An address there, or below it, vouches for a person at once.",
    )

    website = forms.URLField(required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = [
            "name", "short_name", "slug", "sector", "type", "area", "status", "public_note", "website",
            "role_mailbox", "joined_on", "parent", "successors", "replaced_on", "invented", "editor_note",
        ]  # fmt: skip
        widgets = {
            "public_note": forms.Textarea(attrs={"rows": 3}),
            "editor_note": forms.Textarea(attrs={"rows": 3}),
            "joined_on": forms.DateInput(attrs={"type": "date"}),
            "replaced_on": forms.DateInput(attrs={"type": "date"}),
        }

    field_order = ["name", "short_name", "slug", "former_names", "also_called", "domains"]

    def __init__(self, *args, for_user=None, **kwargs):
        super().__init__(*args, for_user=for_user, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = "The end of its address: /partners/…/. Made from the name when empty."
        body = self.instance
        for name in ("parent", "successors"):
            self.fields[name].queryset = Organisation.objects.exclude(pk=body.pk).order_by("name")
        if body.pk:
            for name, kind in (("former_names", OtherName.Kind.FORMER), ("also_called", OtherName.Kind.ALIAS)):
                self.initial[name] = "\n".join(body.other_names.filter(kind=kind).values_list("name", flat=True))
            self.initial["domains"] = "\n".join(body.email_domains.values_list("domain", flat=True))

    def clean_name(self):
        name = self.cleaned_data["name"]
        same = Organisation.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).first()
        if same:
            link = reverse("organisation:edit", args=[same.pk])
            raise ValidationError(
                format_html('<a href="{}">{}</a> is in the directory already.', link, same), code="twice"
            )
        return name

    def clean_slug(self):
        """What was typed, or a free one made from the name."""
        typed, base = self.cleaned_data["slug"], slugify(self.data.get("name", ""))[:76] or "organisation"
        others = Organisation.objects.exclude(pk=self.instance.pk)
        if typed:
            if same := others.filter(slug=typed).first():
                raise ValidationError(f"{same} has this address already. Leave it empty, or choose another.")
            return typed
        taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
        return next(one for one in chain([base], (f"{base}-{number}" for number in count(2))) if one not in taken)

    def _clean_names(self, field: str) -> list[str]:
        names = lines(self.cleaned_data[field])
        for name in names:
            if len(name) > 160:
                raise ValidationError(f"“{name[:40]}…” is longer than 160 characters.")
        return names

    def clean_former_names(self):
        return self._clean_names("former_names")

    def clean_also_called(self):
        return self._clean_names("also_called")

    def clean_domains(self):
        """Every line that is wrong is named, not only the first."""
        found, wrong = [], []
        for line in lines(self.cleaned_data["domains"]):
            try:
                found.append(self._domain_in(line))
            except ValidationError as error:
                wrong += error.messages
        if wrong:
            raise ValidationError(wrong)
        return list(dict.fromkeys(found))

    def _domain_in(self, line: str) -> str:
        """The domain in a line. Raises ValidationError with why it can't be this organisation's."""
        one = EmailDomain(domain=line)
        one.clean()
        if one.domain in SHARED_DOMAINS:
            raise ValidationError(f"Many bodies share {one.domain}, so it can't vouch for one employer.")
        owner = EmailDomain.objects.filter(domain=one.domain).exclude(organisation=self.instance.pk).first()
        if owner:
            raise ValidationError(f"{one.domain} belongs to {owner.organisation} already.")
        if len(one.domain) > 120:
            raise ValidationError(f"{one.domain[:40]}… is too long for a domain.")
        return one.domain

    def clean(self):
        data = super().clean()
        if both := set(data.get("former_names", ())) & set(data.get("also_called", ())):
            self.add_error("also_called", f"“{sorted(both)[0]}” is among the former names already.")
        if data.get("status") == Organisation.Status.REPLACED and not data.get("successors"):
            self.add_error("successors", "Say which body replaced it.")
        return data

    @transaction.atomic
    def save(self, commit=True):
        body = super().save(commit=commit)
        self._keep(body.other_names.filter(kind=OtherName.Kind.FORMER), "name", "former_names", kind="former")
        self._keep(body.other_names.filter(kind=OtherName.Kind.ALIAS), "name", "also_called", kind="alias")
        self._keep(body.email_domains.all(), "domain", "domains")
        caching.touch("members")
        return body

    def _keep(self, rows, column: str, field: str, **fixed) -> None:
        """Make `rows` say what the field says: drop what went, add what came."""
        wanted = self.cleaned_data[field]
        rows.exclude(**{f"{column}__in": wanted}).delete()
        there = set(rows.values_list(column, flat=True))
        for value in wanted:
            if value not in there:
                rows.model.objects.update_or_create(organisation=self.instance, **{column: value}, defaults=fixed)


class DecideForm(forms.Form):
    """Why; for a role, which; and for a yes or no to where somebody works, what the page said of that."""

    why = forms.CharField(label="Reason", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, verb: str, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        if verb in {"vouch", "decline"}:
            self.fields["known"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=member.organisation_id or 0
            )
        if verb == "vouch" and member.organisation_id is None:
            self.fields["organisation"] = forms.ModelChoiceField(
                Organisation.objects.joinable().order_by("name"), label="Organisation", empty_label="Choose one",
                help_text="Where they work. If it is not in the list, add it to the directory first.",
                error_messages={"required": f"Choose the organisation {member.display_name} works for."},
            )  # fmt: skip
            self.order_fields(["organisation", "why"])
        if verb == "role":
            self.fields["role"] = forms.ChoiceField(choices=Member.Role.choices, initial=member.role, label="Role")
            self.order_fields(["role", "why"])
        if verb in {"decline", "ban"}:
            self.fields["why"].required = True
            self.fields["why"].error_messages["required"] = "Write the reason: the person is told it."
            self.fields["why"].help_text = "Logged, and told to the person by mail."
        else:
            self.fields["why"].help_text = "Logged for the core team."
        if verb == "let_back_in":
            self.fields["why"].required = True
            self.fields["why"].error_messages["required"] = "Write the reason. It is logged."

    def clean_known(self) -> int:
        """The number of the organisation the page named, 0 for none; NOWHERE when it says nothing of it."""
        return number_of(self.cleaned_data["known"])


def number_of(text: str) -> int:
    """The number of an organisation; NOWHERE when it is none the database could hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else NOWHERE


class TickedField(forms.ModelMultipleChoiceField):
    """Rows chosen by their numbers. What is no number the database could hold is no row of it."""

    def clean(self, value):
        if not all(one.isascii() and one.isdigit() and len(one) < 19 for one in value or ()):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class VouchForManyForm(forms.Form):
    """Whom the core team vouches for, and why."""

    members = TickedField(
        queryset=Member.objects.with_organisation().order_by("date_joined", "pk"),
        error_messages={
            "required": "Tick at least one person.",
            "invalid_choice": "One of them is not there any more. Choose again.",
        },
    )
    why = forms.CharField(
        label="Reason", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Logged for the core team, with each of them.",
    )  # fmt: skip

    def known(self) -> dict[int, int]:
        """Where each works as the page said: their number, and that of their organisation (`known-12` = 34)."""
        sent = ((member.pk, self.data.get(f"known-{member.pk}", "")) for member in self.cleaned_data["members"])
        return {pk: number_of(text) for pk, text in sent}
