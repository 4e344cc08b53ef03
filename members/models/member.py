from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.search import index

from core.clock import DAY, working_hours
from core.models import Topic
from members.models.organisation import Organisation
from members.querysets import MemberQuerySet

valid_handle = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$",
    "Use small letters, numbers and hyphens, such as “priya-nair”; 40 characters at most.",
)


class MemberManager(BaseUserManager.from_queryset(MemberQuerySet)):
    def create_user(self, email, password=None, **fields):
        """Create a member; `handle` is made from the display name when it is not given."""
        fields.setdefault("display_name", email.split("@")[0])
        if not fields.get("handle"):
            fields["handle"] = self.free_handle(fields["display_name"])
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email, password=None, **fields):
        fields |= {"is_superuser": True, "role": Member.Role.CORE_TEAM, "standing": Member.Standing.VOUCHED}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Audience(models.TextChoices):
    """Who may see a field of a member's page."""

    EVERYONE = "everyone", "Everyone"
    MEMBERS = "members", "Members"
    NOBODY = "nobody", "Only me and the core team"


class Duty(models.TextChoices):
    """A part in information sharing that organisations name somebody for."""

    LEAD_CONTACT = "lead_contact", "Lead contact"
    IG_LEAD = "ig_lead", "Information governance lead"
    DPO = "dpo", "Data protection officer"
    SIRO = "siro", "Senior information risk owner"
    CALDICOTT = "caldicott", "Caldicott Guardian"
    INFORMATION_OWNER = "information_owner", "Information owner"


class Member(index.Indexed, AbstractBaseUser, PermissionsMixin):
    """A person with an account. Signs in with an e-mail address; works at an organisation that vouches for them."""

    class Role(models.TextChoices):
        MEMBER = "member", "Member"
        AUTHOR = "author", "Author"
        MODERATOR = "moderator", "Moderator"
        CORE_TEAM = "core_team", "Core team"

    class Standing(models.TextChoices):
        """Whether the employer is vouched for, and so whether this person may take part."""

        UNCONFIRMED = "unconfirmed", "Address not confirmed"
        WAITING = "waiting", "Waiting for the core team"
        VOUCHED = "vouched", "Vouched for"
        DECLINED = "declined", "Declined"
        LEFT = "left", "Left"
        BANNED = "banned", "Banned"

    STAFF = (Role.MODERATOR, Role.CORE_TEAM)
    # Who gets into the admin to write: authors and moderators as drafts, the core team to publish.
    WRITERS = (Role.AUTHOR, Role.MODERATOR, Role.CORE_TEAM)
    OUT = (Standing.LEFT, Standing.BANNED)

    email = models.EmailField("e-mail address", unique=True)
    display_name = models.CharField("name", max_length=80)
    handle = models.CharField(max_length=40, unique=True, validators=[valid_handle])
    job_title = models.CharField(max_length=80, blank=True)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    bio = models.TextField("about you", max_length=600, blank=True)
    expertise = TaggableManager(
        "what you know about", through="members.Expertise", blank=True, help_text="Topics others may ask you about."
    )
    # values of Duty; their own word, so that what is written for their part comes first
    duties = models.JSONField("your part in information sharing", default=list, blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.UNCONFIRMED)
    standing_why = models.TextField("why", blank=True, help_text="The reason last given for the standing.")
    is_active = models.BooleanField("may sign in", default=True)
    # Asked for once and of no use yet: every time on a page, in a mail or kept for many is the site's own.
    time_zone = models.CharField(max_length=40, default="Europe/London")

    show_name = models.CharField(max_length=8, choices=Audience.choices[:2], default=Audience.EVERYONE)
    show_job_title = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    show_organisation = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    show_bio = models.CharField(max_length=8, choices=Audience, default=Audience.MEMBERS)
    show_expertise = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    show_answers = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    show_email = models.CharField(max_length=8, choices=Audience, default=Audience.NOBODY)

    date_joined = models.DateTimeField(default=timezone.now)
    # Threads quiet since then count as read: the floor under the read marks.
    caught_up_at = models.DateTimeField(default=timezone.now)
    # Raised under this row's lock with every change of the inbox: the event number of the bell.
    inbox_no = models.PositiveBigIntegerField(default=0)

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    search_fields = [
        index.SearchField("public_search_text"),
        index.FilterField("standing"),
        index.FilterField("is_active"),
    ]

    class Meta:
        ordering = ["display_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_member_per_address",
                violation_error_message="Somebody has an account with this address already.",
            ),
            models.CheckConstraint(
                condition=models.Q(handle=Lower("handle")),
                name="handle_in_small_letters",
                violation_error_message="Write the handle in small letters.",
            ),
        ]

    def __str__(self):
        return self.display_name

    def get_absolute_url(self):
        return reverse("portal:person", args=[self.handle])

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.display_name.split()[0]

    def clean(self):
        super().clean()
        self.email = self.email.lower()

    @property
    def first_name(self) -> str:
        """What Wagtail's side bar calls them, instead of their address."""
        return self.get_short_name()

    @property
    def initials(self) -> str:
        words = self.display_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def sector_colour(self) -> str:
        return self.organisation.sector.colour if self.organisation else "core"

    @property
    def is_staff(self) -> bool:
        """Moderators and the core team: what Wagtail and allauth mean by staff."""
        return self.role in self.STAFF

    @property
    def is_core_team(self) -> bool:
        return self.role == self.Role.CORE_TEAM

    @property
    def is_moderator(self) -> bool:
        """May moderate: moderators, and the core team."""
        return self.role in self.STAFF

    @property
    def is_writer(self) -> bool:
        """May draft pages in the admin, and approve those they are named for."""
        return self.role in self.WRITERS

    def is_taking_part(self) -> bool:
        """May read members' spaces and post: vouched for and not shut out. Twin of `taking_part()`."""
        return self.is_active and self.standing == self.Standing.VOUCHED

    def is_kept_waiting(self, *, now=None) -> bool:
        """Waits to be vouched for longer than the working day we promise. Reads `waits_since` if it was loaded."""
        since = getattr(self, "waits_since", self.date_joined)
        return self.standing == self.Standing.WAITING and working_hours(since, now or timezone.now()) > DAY

    def shows(self, field: str, *, to) -> bool:
        """Whether `field` ("name", "bio", …) of this member may be shown to a member or anonymous user `to`."""
        audience = getattr(self, f"show_{field}")
        if audience == Audience.EVERYONE:
            return True
        if not to.is_authenticated:
            return False
        if to.pk == self.pk or to.is_core_team:
            return True
        return audience == Audience.MEMBERS and to.is_taking_part()

    def public_search_text(self) -> str:
        """What search may find a member by: only what they show to everyone who may see their page."""
        parts = [self.display_name]
        if self.show_job_title != Audience.NOBODY:
            parts.append(self.job_title)
        if self.show_expertise != Audience.NOBODY:
            parts += self.expertise.names()
        if self.show_organisation != Audience.NOBODY and self.organisation:
            parts.append(self.organisation.name)
        return " ".join(parts)


class Expertise(ItemBase):
    """A topic a member knows about."""

    content_object = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="expertise_links")
    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="experts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="one_expertise_per_topic")]


class RetiredHandle(models.Model):
    """A handle someone had once. It is never given to anyone else."""

    handle = models.CharField(max_length=40, unique=True)
    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="old_handles")

    def __str__(self):
        return self.handle
