import factory
from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from members.models import Member, Organisation, Sector

PASSWORD = "seven green lanterns"


class SectorFactory(factory.django.DjangoModelFactory):
    """A sector; asking twice for the same name gives the same one."""

    class Meta:
        model = Sector
        django_get_or_create = ("slug",)

    name = "Local government"
    slug = factory.LazyAttribute(lambda sector: slugify(sector.name))
    short_name = factory.LazyAttribute(lambda sector: sector.name.split()[0])
    in_words = factory.LazyAttribute(lambda sector: sector.name.lower())
    colour = Sector.Colour.COUNCILS


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A partner body with one mail domain, `<slug>.example.org`."""

    class Meta:
        model = Organisation
        django_get_or_create = ("slug",)
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Tarn Valley Trust {number}")
    slug = factory.LazyAttribute(lambda body: slugify(body.name))
    sector = factory.SubFactory(SectorFactory)
    invented = True

    @factory.post_generation
    def domain(body, create, value):  # noqa: N805
        if create and value is not False and not body.email_domains.exists():
            body.email_domains.create(domain=value or f"{body.slug}.example.org")


class MemberFactory(factory.django.DjangoModelFactory):
    """A vouched-for member with a job, an organisation and a confirmed address."""

    class Meta:
        model = Member
        django_get_or_create = ("handle",)
        skip_postgeneration_save = True

    display_name = factory.Sequence(lambda number: f"Robin Marsh {number}")
    handle = factory.LazyAttribute(lambda member: slugify(member.display_name))
    email = factory.LazyAttribute(lambda member: f"{member.handle}@{_domain(member)}")
    job_title = "Information governance officer"
    organisation = factory.SubFactory(OrganisationFactory)
    standing = Member.Standing.VOUCHED
    role = Member.Role.MEMBER
    password = factory.Transformer(PASSWORD, transform=make_password)

    @factory.post_generation
    def confirmed(member, create, value):  # noqa: N805
        """`confirmed=False` leaves the address unconfirmed, as straight after signing up."""
        if create and not member.emailaddress_set.exists():
            member.emailaddress_set.create(email=member.email, verified=value is not False, primary=True)

    @factory.post_generation
    def knows(member, create, value):  # noqa: N805
        """`knows=["housing", "fraud"]`: the member's expertise."""
        if create and value:
            member.expertise.add(*value)


def _domain(member) -> str:
    return f"{member.organisation.slug}.example.org" if member.organisation else "example.org"
