"""The law a page or a template stands on, told to `reference`, so that a change of that law finds its owner."""

from django.db import transaction
from wagtail.models import Page

from cms.library import may_confirm
from cms.models import Template
from cms.pages.content import ContentPage
from core import caching
from members.actions.refusals import NotAllowed
from members.models import Member
from reference.actions import citing
from reference.recognising import provisions_in


@transaction.atomic
def cite_law_of_page(*, page: Page) -> None:
    """Make the citations of a published page those it names, owned by its keeper; an unpublished one has none."""
    if not isinstance(page, ContentPage):
        return
    provisions = [link.provision for link in page.provision_links.select_related("provision")] if page.live else []
    citing.cite(target=page, provisions=provisions, owner=page.keeper)
    caching.touch(f"page:{page.pk}")


@transaction.atomic
def cite_law_of_template(*, template: Template) -> None:
    """Make the citations of a template the provisions its own words name."""
    words = f"{template.summary}\n{template.fixed_parts}\n{template.free_parts}"
    citing.cite(target=template, provisions=provisions_in(words), owner=template.keeper)


def forget(*, page: Page) -> None:
    """A page is deleted, and what it cited with it."""
    citing.cite(target=page, provisions=[], owner=None)


@transaction.atomic
def still_right(*, by: Member, page: ContentPage) -> None:
    """Say that a page still holds though the law it stands on changed. Raises NotAllowed."""
    if not isinstance(page, ContentPage) or not may_confirm(page, by):
        raise NotAllowed("Its owner, moderators and the core team can say so.")
    citing.confirm(by=by, target=page)
    caching.touch(f"page:{page.pk}")
