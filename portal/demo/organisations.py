"""Sectors and organisations: the real bodies fill the directory; invented ones are where the members work."""

from django.utils.text import slugify

from members.models import EmailDomain, Organisation, OtherName, Sector
from portal.demo import files


def load() -> int:
    """Add the sectors and organisations that are not there yet; how many organisations."""
    sectors = _sectors()
    there = set(Organisation.objects.values_list("slug", flat=True))
    rows = [*_real(sectors), *_invented(sectors)]
    fresh = [(body, former) for body, former in rows if body.slug not in there]
    Organisation.objects.bulk_create([body for body, _ in fresh])
    OtherName.objects.bulk_create(OtherName(organisation=body, name=name) for body, former in fresh for name in former)
    EmailDomain.objects.bulk_create(
        EmailDomain(organisation=body, domain=f"{body.slug}.example.org") for body, _ in fresh if body.invented
    )
    return len(fresh)


def _sectors() -> dict[str, Sector]:
    """The sectors by the words the content files use for them."""
    by_word: dict[str, Sector] = {}
    for order, row in enumerate(files.toml("sectors.toml")["sector"]):
        values = {name: row[name] for name in ("name", "short_name", "in_words", "colour")}
        sector, _ = Sector.objects.get_or_create(slug=slugify(row["name"]), defaults=values | {"order": order})
        by_word |= dict.fromkeys([row["name"], *row["csv_names"]], sector)
    return by_word


def _real(sectors: dict[str, Sector]):
    for row in files.real_organisations():
        former = [name.strip() for name in row["former_names"].split(";") if name.strip()]
        yield _body(row, sectors), former


def _invented(sectors: dict[str, Sector]):
    for row in files.toml("invented_organisations.toml")["organisation"]:
        body = _body(row, sectors)
        body.invented = True
        yield body, row.get("former_names", [])


def _body(row: dict, sectors: dict[str, Sector]) -> Organisation:
    names = ("name", "short_name", "type", "area", "public_note", "editor_note")
    values = {name: row.get(name, "").strip() for name in names}
    slug = row.get("slug") or slugify(row["name"])[:80].strip("-")
    return Organisation(slug=slug, sector=sectors[row["sector"]], **values)
