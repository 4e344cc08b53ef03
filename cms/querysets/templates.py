"""Reads of templates and their versions. Who may fetch a version is said by its document's collection."""

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils import timezone
from wagtail.models import BaseViewRestriction, CollectionViewRestriction

from members.pages import documents_visible_to


class TemplateQuerySet(models.QuerySet):
    def visible_to(self, viewer):
        """Those with a version the viewer may fetch. Twin of `template_visible_to`."""
        from cms.models import TemplateVersion

        versions = TemplateVersion.objects.visible_to(viewer).filter(template=OuterRef("pk"))
        return self.filter(Exists(versions))

    def with_versions_for(self, viewer):
        """With `shown_versions`, newest first: those `viewer` may fetch. Two queries more."""
        from cms.models import TemplateVersion

        versions = TemplateVersion.objects.visible_to(viewer).select_related("document").order_by("-number")
        return self.prefetch_related(Prefetch("versions", queryset=versions, to_attr="shown_versions"))

    def with_topics(self):
        return self.prefetch_related("template_topics__tag")

    def about(self, topic):
        return self.filter(template_topics__tag=topic)


class TemplateVersionQuerySet(models.QuerySet):
    def visible_to(self, viewer, *, now=None):
        """Those that are out, with a document the viewer may fetch. Twin of `version_visible_to`."""
        from core.models import CustomDocument

        documents = documents_visible_to(CustomDocument.objects.all(), viewer)
        return self.filter(published_at__lte=now or timezone.now(), document__in=documents.values("pk"))

    def newest_first(self):
        return self.order_by("-number")

    def untold(self):
        """Those whose followers have not been told of them yet."""
        return self.filter(told_at=None)


def followers_who_may_fetch(version):
    """Members who ticked “tell me about new versions” of its template, take part, and may fetch this version.

    The queryset's twin of `document_visible_to` with the member turned about.
    """
    from members.models import Member

    people = Member.objects.taking_part().filter(template_follows__template=version.template_id)
    for restriction in _restrictions_on(version.document.collection):
        if restriction.restriction_type == BaseViewRestriction.PASSWORD:
            return people.none()
        if restriction.restriction_type == BaseViewRestriction.GROUPS:
            inside = Q(groups__in=restriction.groups.values("pk"))
            people = people.filter(inside | Q(is_superuser=True))
    return people.distinct()


def _restrictions_on(collection):
    """The view restrictions on a collection or one above it."""
    paths = [collection.path[:end] for end in range(collection.steplen, len(collection.path) + 1, collection.steplen)]
    return CollectionViewRestriction.objects.filter(collection__path__in=paths).prefetch_related("groups")


def list_for(viewer) -> list:
    """The templates `viewer` may fetch, by title, each with `shown_versions`, `shown_topics` and `newest`."""
    from cms.models import Template

    found = Template.objects.visible_to(viewer).with_versions_for(viewer).with_topics().order_by("title")
    templates = [template for template in found if template.shown_versions]
    for template in templates:
        template.newest = template.shown_versions[0]
        template.newest.template = template
        template.downloads = sum(version.downloads for version in template.shown_versions)
        template.shown_topics = sorted((link.tag for link in template.template_topics.all()), key=lambda one: one.name)
    return templates


def template_for(viewer, slug: str):
    """The template of an address with its `shown_versions` and its owner, or None when `viewer` may fetch none."""
    from cms.models import Template

    found = Template.objects.visible_to(viewer).with_versions_for(viewer).with_topics()
    template = found.select_related("keeper__organisation__sector").filter(slug=slug).first()
    return template if template is not None and template.shown_versions else None


def template_visible_to(template, viewer) -> bool:
    """Whether `viewer` may fetch a version of a template. Twin of `visible_to`."""
    return template.versions.visible_to(viewer).exists()


def provisions_of(template) -> list:
    """The provisions of law a template stands on, each with its `citation`."""
    from reference.models import Citation

    found = []
    for citation in Citation.objects.of(template):
        citation.provision.citation = citation
        found.append(citation.provision)
    return found


def newest_versions(viewer, *, most: int) -> list:
    """The last published versions `viewer` may fetch, newest first, each with its template."""
    from cms.models import TemplateVersion

    versions = TemplateVersion.objects.visible_to(viewer).select_related("template")
    return list(versions.order_by("-published_at", "-pk")[:most])
