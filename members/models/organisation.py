from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from wagtail.search import index

from members.models.sector import Sector
from members.querysets import OrganisationQuerySet

# Addresses anyone can have say nothing about an employer.
PUBLIC_MAIL_PROVIDERS = frozenset({
    "aol.com", "btinternet.com", "fastmail.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.com",
    "hotmail.co.uk", "icloud.com", "live.co.uk", "live.com", "mail.com", "me.com", "msn.com", "ntlworld.com",
    "outlook.com", "pm.me", "proton.me", "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com",
    "yahoo.co.uk", "yahoo.com", "ymail.com", "zoho.com",
})  # fmt: skip


class Organisation(index.Indexed, models.Model):
    """A body that belongs, belonged or asks to belong to the partnership. Replaced or closed, never deleted."""

    class Status(models.TextChoices):
        APPLIED = "applied", "Applied"
        PARTNER = "partner", "Partner"
        OBSERVER = "observer", "Observer"
        LEFT = "left", "Left"
        REPLACED = "replaced", "Replaced"

    LISTED = (Status.PARTNER, Status.OBSERVER, Status.REPLACED)
    JOINABLE = (Status.PARTNER, Status.OBSERVER)

    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80, unique=True)
    short_name = models.CharField(max_length=40, blank=True)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="organisations")
    type = models.CharField(max_length=80, blank=True, help_text="Such as “County council”.")
    area = models.CharField(max_length=120, blank=True, help_text="The places it works in.")
    public_note = models.TextField(blank=True, help_text="Shown on its page.")
    editor_note = models.TextField(blank=True, help_text="For editors only; never shown on the site.")
    website = models.URLField(blank=True)
    role_mailbox = models.EmailField(blank=True, help_text="A shared address, not a person's.")
    status = models.CharField(max_length=10, choices=Status, default=Status.PARTNER)
    joined_on = models.DateField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    successors = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="predecessors")
    replaced_on = models.DateField(null=True, blank=True)
    invented = models.BooleanField(default=False, help_text="Made up for the demonstration; its page says so.")

    objects = OrganisationQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=4),
        index.SearchField("short_name", boost=4),
        index.SearchField("other_names_text", boost=2),
        index.SearchField("type"),
        index.SearchField("area"),
        index.SearchField("public_note"),
        index.AutocompleteField("name"),
        index.FilterField("status"),
    ]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="one_organisation_per_name",
                violation_error_message="It is in the directory already.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("portal:organisation", args=[self.slug])

    @property
    def initials(self) -> str:
        """Two letters for its square: “Mardyke Food Bank” → “MF”."""
        words = [word for word in self.name.replace("-", " ").split() if word[0].isupper()]
        return "".join(word[0] for word in words[:2]).upper()

    def is_listed(self) -> bool:
        return self.status in self.LISTED

    def is_joinable(self) -> bool:
        """People may sign up as working here."""
        return self.status in self.JOINABLE

    def other_names_text(self) -> str:
        """Former and other names, for search."""
        return "; ".join(self.other_names.values_list("name", flat=True))


class OtherName(models.Model):
    """A former name, or one people use: search and sign-up find the organisation by it."""

    class Kind(models.TextChoices):
        FORMER = "former", "Former name"
        ALIAS = "alias", "Also called"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.FORMER)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_other_name_each")]

    def __str__(self):
        return self.name


class EmailDomain(models.Model):
    """A domain whose addresses vouch that a person works here. Subdomains count too."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="email_domains")
    domain = models.CharField(max_length=120, unique=True, help_text="Such as “essex.gov.uk”, without the @.")

    class Meta:
        ordering = ["domain"]

    def __str__(self):
        return self.domain

    def clean(self):
        self.domain = self.domain.strip().lower().removeprefix("@")
        if self.domain in PUBLIC_MAIL_PROVIDERS:
            raise ValidationError(
                {"domain": f"Anyone can have an address at {self.domain}, so it can't vouch for an employer."}
            )
        if "." not in self.domain or "@" in self.domain or " " in self.domain:
            wrong = f"“{self.domain[:40]}” is not a domain. Write one such as essex.gov.uk."
            raise ValidationError({"domain": wrong})
