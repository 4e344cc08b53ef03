"""Reads of briefings: what a page of one shows, and which change the law on a day."""

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from core.addresses import with_addresses
from core.prepared import Prepared


def sectors() -> dict:
    """Every sector by its number, in the order of lists. One query."""
    from members.models import Sector

    return {sector.pk: sector for sector in Sector.objects.all()}


def is_about_something_hidden(page) -> bool:
    """Whether readers do not see the development a briefing is about."""
    from horizon.models import Development

    everybody = Development.objects.visible_to(AnonymousUser())
    return bool(page.development_id) and not everybody.filter(pk=page.development_id).exists()


def _keeper(number: int):
    from members.models import Member

    return Member.objects.with_organisation().filter(pk=number)


def keeper_of(page):
    """Who looks after a page, with where they work; None for nobody."""
    return _keepers.first(page.keeper_id) if page.keeper_id else None


_keepers = Prepared(_keeper)


def law_changes_of(page) -> list:
    """What a briefing says it changes, with the provisions, in its order; drafts too. One query."""
    return list(page.law_changes.select_related("provision"))


def citations_of(page) -> dict:
    """What a published briefing cites, by provision. One query."""
    from reference.models import Citation

    return {one.provision_id: one for one in Citation.objects.of(page)} if page.pk else {}


def pages_linked(page, links) -> list:
    """The pages that go with a briefing by its `links`, each with its `address`, in the order chosen.

    Whether somebody may see them is asked where they are shown. At most one query.
    """
    from wagtail.models import Page

    numbers = [link.page_id for link in links]
    if not numbers:
        return []
    found = {one.pk: one for one in with_addresses(Page.objects.filter(pk__in=numbers))}
    return [found[pk] for pk in numbers if pk in found and pk != page.pk]


def with_law_due(today: dt.date):
    """The live briefings with a change of the law whose day has come, and that was not carried out yet."""
    from horizon.models import BriefingPage, BriefingProvision, LawMarking

    done = LawMarking.objects.filter(briefing=OuterRef("page"), provision=OuterRef("provision"))
    due = BriefingProvision.objects.filter(~Exists(done), page__live=True, from_on__lte=today)
    return BriefingPage.objects.filter(pk__in=due.values("page")).order_by("pk")


def law_marked_by(page) -> set[int]:
    """The provisions that were marked as changed on the word of a briefing."""
    from horizon.models import LawMarking

    return set(LawMarking.objects.filter(briefing=page.pk).values_list("provision", flat=True))
