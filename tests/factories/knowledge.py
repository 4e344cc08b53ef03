"""Provisions, terms and pages for tests: what the network knows."""

import factory
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.text import slugify
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Collection, Locale, Page, Site

from cms.models import (
    GuidanceIndexPage,
    GuidancePage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    StartIndexPage,
    StartPage,
    StoryIndexPage,
    StoryPage,
    Template,
    TemplateVersion,
)
from core.models import CustomDocument
from reference.models import Provision, Term
from tests.factories.published import put_below
from tests.parts.remembered import remembered


class ProvisionFactory(factory.django.DjangoModelFactory):
    """A power anyone may use."""

    class Meta:
        model = Provision
        django_get_or_create = ("law", "provision")
        skip_postgeneration_save = True

    law = factory.Sequence(lambda number: f"Sharing Act {1900 + number}")
    provision = "s.1"
    slug = factory.LazyAttribute(lambda one: slugify(f"{one.law} {one.provision}".replace(".", "-"))[:120])
    kind = Provision.Kind.POWER
    who_can_use_it = "Any person, to a council"
    purpose = "Share information where it is needed to keep people safe."
    limits = "It does not override confidentiality."
    extent = "E&W"

    @factory.post_generation
    def topics(one, create, value):  # noqa: N805
        if create and value:
            one.topics.add(*value)


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term
        django_get_or_create = ("term",)

    term = factory.Sequence(lambda number: f"Term {number}")
    slug = factory.LazyAttribute(lambda one: slugify(one.term))
    definition = "What it means, in plain words."


INDEXES = {
    "stories": (StoryIndexPage, "Success stories"),
    "guidance": (GuidanceIndexPage, "Guidance"),
    "start-here": (StartIndexPage, "Start here"),
    "news": (NewsIndexPage, "News"),
}


def make_roots() -> Page:
    """Wagtail's own first rows, where a test that commits has swept the database clean; the root of all pages."""
    Locale.objects.get_or_create(language_code=get_supported_content_language_variant(settings.LANGUAGE_CODE))
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    return Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))


@remembered(HomePage)
def make_site() -> HomePage:
    """The home page with the index of each kind of page below it, served at localhost. Safe to repeat."""
    home = HomePage.objects.first()
    if home is None:
        root = make_roots()
        home = root.add_child(
            instance=HomePage(
                title="Folkmoot", slug="folkmoot-home", headline="Can we share this?", intro="Ask people who have.",
                often_looked_for="fire, retention", joining_title="How to join",
                joining_steps="<ol><li>Choose your organisation.</li></ol>",
            )
        )  # fmt: skip
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    for slug, (model, title) in INDEXES.items():
        if not model.objects.exists():
            home.add_child(instance=model(title=title, slug=slug, intro="What the network knows."))
    return home


def add_page(model, *, topics=(), publish=True, **fields):
    """A page of a kind below its index, published unless told otherwise."""
    index = next(kind for kind, _title in INDEXES.values() if model in kind.allowed_subpage_models())
    make_site()
    fields.setdefault("summary", f"{fields['title']}, told in short.")
    fields.setdefault("slug", slugify(fields["title"]))
    return put_below(index.objects.get(), model(**fields), topics=topics, publish=publish)


def story(title="Matching records together", **fields) -> StoryPage:
    fields.setdefault("problem", [("text", "<p>Records were 18 months old.</p>")])
    fields.setdefault("approach", [("text", "<p>We matched them every night.</p>")])
    fields.setdefault("impact", [("text", "<p>Crews knew who to help.</p>")])
    fields.setdefault("advice", [("text", "<p>Ask first.</p>")])
    return add_page(StoryPage, title=title, **fields)


def guidance(title="Sharing to keep children safe", level="national", **fields) -> GuidancePage:
    fields.setdefault("body", [("text", "<p>You may share to protect a child.</p>")])
    return add_page(GuidancePage, title=title, level=level, **fields)


def news(title="A new page of words", **fields) -> NewsPage:
    fields.setdefault("body", [("text", "<p>It explains what we mean.</p>")])
    return add_page(NewsPage, title=title, **fields)


def start(title="New to information governance", **fields) -> StartPage:
    fields.setdefault("role", "information governance specialist")
    return add_page(StartPage, title=title, **fields)


def template(title="Sharing protocol", *, versions=1, **fields) -> Template:
    """A template with so many versions, each a small text file."""
    fields.setdefault("summary", "Four pages with named duties.")
    made = Template.objects.create(title=title, slug=slugify(title), **fields)
    for number in range(1, versions + 1):
        file = ContentFile(f"{title}, version {number}".encode(), name=f"{made.slug}-{number}.txt")
        document = CustomDocument.objects.create(title=f"{title}, version {number}", file=file)
        TemplateVersion.objects.create(
            template=made, number=number, document=document, change_note=f"What is new in version {number}."
        )
    return made
