"""The guidance library, the templates with their documents, and the core team's words on topics."""

import datetime as dt

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection

from cms.actions.citing import cite_law_of_page, cite_law_of_template
from cms.actions.templates import changed
from cms.models import GuidanceIndexPage, GuidancePage, HomePage, Template, TemplateTopic, TemplateVersion, TopicGuide
from core.models import CustomDocument
from members.models import Member
from portal.demo import docx, files
from portal.demo.members import topics_named
from portal.demo.streams import stream
from reference.models import Citation, PageProvision, Provision

INTRO = "What the law, the regulator and government say, told in short, and what we agreed here beneath it."


@transaction.atomic
def load() -> int:
    """Add what is not there yet; how many items of guidance, templates and topic guides."""
    people = {person.handle: person for person in Member.objects.all()}
    return _guidance(people) + _templates(people) + _topic_guides()


# --- Guidance ---------------------------------------------------------------------------------------


def _guidance(people: dict[str, Member]) -> int:
    rows = files.toml("knowledge/guidance.toml")["guidance"]
    there = {page.slug: page for page in GuidancePage.objects.all()}
    new = [row for row in rows if row["slug"] not in there]
    if not new:
        return 0
    parent = _library()
    topics = topics_named({name for row in new for name in row["topics"]})
    for row in sorted(new, key=lambda row: row["level"] == "local"):  # what they stand under comes first
        page = _page(row, people, there)
        for name in dict.fromkeys(name.lower() for name in row["topics"]):
            page.topics.add(topics[name])
        page.provision_links = [
            PageProvision(provision=provision, sort_order=place) for place, provision in enumerate(_provisions(row))
        ]
        parent.add_child(instance=page)
        there[page.slug] = page
        page.save_revision().publish()
        _date(page, row)
        cite_law_of_page(page=page)
        Citation.objects.of(page).update(checked_on=timezone.localdate(_ago(row["published_days_ago"])))
    return len(new)


def _library() -> GuidanceIndexPage:
    found = GuidanceIndexPage.objects.first()
    if found is None:
        found = GuidanceIndexPage(title="Guidance", slug="guidance", intro=INTRO)
        HomePage.objects.get().add_child(instance=found)
    return found


def _page(row: dict, people: dict[str, Member], there: dict[str, GuidancePage]) -> GuidancePage:
    today, published = timezone.localdate(), _ago(row["published_days_ago"])
    approver = people.get(row.get("approver", ""))
    older = there.get(row.get("supersedes", ""))
    return GuidancePage(
        slug=row["slug"], title=row["title"], summary=row["summary"], level=row["level"],
        source_name=row.get("source_name", ""), source_url=row.get("source_url", ""),
        keeper=people.get(row.get("keeper", "")), reviewed_on=timezone.localdate(published),
        review_on=today + dt.timedelta(days=row["review_in_days"]),
        national_parent=there.get(row.get("national_parent", "")), approver=approver,
        approved_at=published if approver else None, supersedes=older,
        supersedes_note="" if older else row.get("supersedes", ""), body=stream(row["body"]),
    )  # fmt: skip


def _provisions(row: dict) -> list[Provision]:
    """Those the register has; a wrong name in the content file is a mistake to be seen."""
    pairs = list(dict.fromkeys(tuple(pair) for pair in row.get("provisions", [])))
    return [Provision.objects.get(law=law, provision=provision) for law, provision in pairs]


def _date(page: GuidancePage, row: dict) -> None:
    """As if it had been published then."""
    at = _ago(row["published_days_ago"])
    GuidancePage.objects.filter(pk=page.pk).update(
        first_published_at=at, last_published_at=at, latest_revision_created_at=at
    )


# --- Templates --------------------------------------------------------------------------------------


def _templates(people: dict[str, Member]) -> int:
    rows = files.toml("knowledge/templates.toml")["template"]
    there = set(Template.objects.values_list("slug", flat=True))
    new = [row for row in rows if row["slug"] not in there]
    topics = topics_named({name for row in new for name in row["topics"]})
    keepers = [people[handle] for handle in ("desmond-ruck", "joanna-tye") if handle in people]
    for number, row in enumerate(new):
        template = Template.objects.create(
            slug=row["slug"], title=row["title"], summary=row["summary"], fixed_parts=row.get("fixed", ""),
            free_parts=row.get("free", ""), keeper=keepers[number % len(keepers)] if keepers else None,
            review_on=timezone.localdate() + dt.timedelta(days=45 + 60 * number),
        )  # fmt: skip
        TemplateTopic.objects.bulk_create(
            TemplateTopic(content_object=template, tag=topics[name])
            for name in dict.fromkeys(name.lower() for name in row["topics"])
        )
        for place, version in enumerate(row["versions"], start=1):
            _version(template, place, version, newest=place == len(row["versions"]))
        changed(template=template)
        cite_law_of_template(template=template)
    return len(new)


def _version(template: Template, number: int, row: dict, *, newest: bool) -> None:
    """A version with its document; its downloads are what such a community may have had by now."""
    name = f"{template.slug}-{number}.docx"
    title = f"{template.title}, version {number}"
    document = CustomDocument(title=title, collection=Collection.get_first_root_node())
    document.file.save(name, ContentFile(docx.document(template.title, row["document"])), save=False)
    document.save()
    at = _ago(row["published_days_ago"])
    TemplateVersion.objects.create(
        template=template, number=number, document=document, change_note=row["change_note"], published_at=at,
        told_at=at, downloads=_downloads(template, row["published_days_ago"], newest),
    )  # fmt: skip


def _downloads(template: Template, days: int, newest: bool) -> int:
    """About two a week for the protocol, fewer for the rest."""
    weeks = days / 7 if newest else 26
    return int(weeks * (2.1 if "protocol" in template.slug else 0.9)) + len(template.title) % 5


# --- Topics -----------------------------------------------------------------------------------------


def _topic_guides() -> int:
    rows = files.toml("knowledge/topic_guides.toml")["topic"]
    topics = topics_named({row["name"] for row in rows})
    there = set(TopicGuide.objects.values_list("topic__name", flat=True))
    guides = [
        TopicGuide(topic=topics[row["name"].lower()], intro=row["intro"], ask_team=row.get("ask_core_team", ""))
        for row in rows
        if row["name"].lower() not in there
    ]
    return len(TopicGuide.objects.bulk_create(guides))


def _ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)
