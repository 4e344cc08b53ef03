"""What else happens when pages and other things are made private, or are open to more again."""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet
from wagtail.models import Collection, Page, PageViewRestriction

from cms.joining import sessions_talked_about
from cms.models import Template, TemplateVersion
from core import caching
from core.models import CustomDocument
from core.retrying import retried
from events.models.programme import Session
from forum import joins
from forum.about import content_type
from forum.actions import discussing
from forum.models import Thread
from forum.pages.shared import MEMBERS, PUBLIC, stand_in
from horizon.models import Development
from members.pages import pages_visible_to

AT_ONCE = 200  # threads looked at in one transaction of the worker


@retried
def access_changed(page: Page, *, alone: bool = False) -> None:
    """A page, and so all below it (but `alone`), is now for others, or stands elsewhere: threads about it follow."""
    below = Page.objects.filter(pk=page.pk) if alone else Page.objects.filter(path__startswith=page.path)
    about_pages = Thread.objects.filter(about_type=content_type("page"), about_id__in=below.values("pk"))
    discussing.bring_along(about_pages | sessions_talked_about(below.values("pk")))


def goes_with_its_page(origin) -> bool:
    """Whether a restriction is deleted because its page is. `origin`: what was to be deleted, a row or a queryset.

    The page's row is still there at that moment, and would look as if it were open to more people now. Threads about
    a page that is gone stay for whom they were.
    """
    model = getattr(origin, "model", type(origin))
    return origin is not None and not issubclass(model, PageViewRestriction)


def files_changed(documents: QuerySet) -> None:
    """Some documents are for others now, or stand elsewhere: threads about templates with a version of them follow."""
    versions = TemplateVersion.objects.filter(document__in=documents.values("pk"))
    templates_changed(versions.values("template"))


def collection_changed(number: int) -> None:
    """A collection of files, and so all below it, is for others now, or stands elsewhere."""
    for collection in Collection.objects.filter(pk=number):
        files_changed(CustomDocument.objects.filter(collection__path__startswith=collection.path))


@retried
def templates_changed(templates: Iterable | QuerySet) -> None:
    """Some templates (their ids) are for others now: threads about them follow, and say what they are about anew."""
    threads = Thread.objects.filter(about_type=content_type("template"), about_id__in=templates)
    caching.touch(*(f"about:template:{pk}" for pk in threads.values_list("about_id", flat=True)))
    discussing.bring_along(threads)


@retried
def development_changed(development: Development) -> None:
    """A change on the Horizon is shown, or is no more: its thread follows."""
    about_it = Thread.objects.filter(about_type=content_type("development"), about_id=development.pk)
    discussing.bring_along(about_it)


def bring_some_along(*, after: int) -> int | None:
    """Of all threads about things, those that follow number `after`: the number of the last looked at, if any."""
    threads = Thread.objects.filter(about_id__isnull=False, pk__gt=after).order_by("pk")
    numbers = list(threads.values_list("pk", flat=True)[:AT_ONCE])
    discussing.bring_along(Thread.objects.filter(pk__in=numbers))
    return numbers[-1] if numbers else None


def audiences_of(threads: Iterable[Thread]) -> dict[Thread, str]:
    """For whom the thing is that each thread is about: "public", "members", or "few".

    Those about anything else, a page that is not out, or what is gone, are left as they are. Asked of all at once.
    """
    audiences = {}
    for name, audiences_by_number in KINDS.items():
        about_it = [thread for thread in threads if thread.about_type_id == content_type(name).pk]
        found = audiences_by_number({thread.about_id for thread in about_it}) if about_it else {}
        audiences |= {thread: found[thread.about_id] for thread in about_it if thread.about_id in found}
    return audiences


def _pages(numbers: Iterable) -> dict[int, str]:
    pages = Page.objects.filter(pk__in=numbers, live=True)
    return _seen(pages, lambda viewer: pages_visible_to(pages, viewer))


def _sessions(numbers: Iterable) -> dict[int, str]:
    events: dict = dict(Session.objects.filter(pk__in=numbers).values_list("pk", "event"))
    audiences = _pages(set(events.values()))
    return {number: audiences[event] for number, event in events.items() if event in audiences}


def _templates(numbers: Iterable) -> dict[int, str]:
    templates = Template.objects.filter(pk__in=numbers)
    return _seen(templates, templates.visible_to)


def _developments(numbers: Iterable) -> dict[int, str]:
    developments = Development.objects.filter(pk__in=numbers)
    return _seen(developments, developments.visible_to)


def _seen(things: QuerySet, visible_to: Callable) -> dict[int, str]:
    """Of each thing, the most people who see it."""
    audiences = dict.fromkeys(things.values_list("pk", flat=True), "few")
    for audience in (MEMBERS, PUBLIC):
        audiences |= dict.fromkeys(visible_to(stand_in(audience)).values_list("pk", flat=True), audience)
    return audiences


KINDS = {"page": _pages, "session": _sessions, "template": _templates, "development": _developments}
joins.tell_audiences(audiences_of)
