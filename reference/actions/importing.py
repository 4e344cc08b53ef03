"""Taking in a whole list of provisions or terms: all of it, or nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.search import index

from core import caching
from core.models import Topic
from members.models import Member
from reference.actions import provisions as acts
from reference.actions.refusals import NotAllowed, Refused
from reference.glossary import is_everyday
from reference.models import Provision, Term, TermName
from reference.permissions import may_keep
from reference.plans import Line, Plan
from reference.spellings import slug_for


class HasTroubles(Refused):
    """A plan with errors is not carried out, not even in part."""


class MovedOn(Refused):
    """Somebody changed what the plan was made of: it is planned anew and shown again, never carried out half."""

    def __init__(self):
        super().__init__("Somebody changed the list meanwhile.")


def _allowed(by: Member, plan: Plan) -> None:
    if not may_keep(by):
        raise NotAllowed("Only the core team can import a list.")
    if plan.troubles:
        raise HasTroubles("Put the errors right first. Nothing was imported.")


@contextmanager
def _one_at_a_time(model: type[models.Model]) -> Iterator[None]:
    """All or nothing, and no two lists of a kind at once. Raises MovedOn for what a form wrote meanwhile."""
    try:
        with transaction.atomic():
            # the row that stands for the model; whoever only points at it is not held up
            kind = ContentType.objects.get_for_model(model).pk
            ContentType.objects.select_for_update(no_key=True).get(pk=kind)
            yield
    except IntegrityError as error:
        raise MovedOn from error


def _still_standing(model: type[models.Model], lines: list[Line]) -> dict:
    """What would be changed, locked, by pk. Raises MovedOn when it is not as the plan found it."""
    standing = model._default_manager.select_for_update().in_bulk([line.pk for line in lines])
    for line in lines:
        one = standing.get(line.pk)
        if one is None or any(getattr(one, name) != value for name, value in line.before.items()):
            raise MovedOn
    return standing


def import_provisions(*, by: Member, plan: Plan, source: str = "") -> int:
    """Write what a plan of provisions says; how many are new or changed. Raises NotAllowed, HasTroubles, MovedOn."""
    _allowed(by, plan)
    with _one_at_a_time(Provision):
        return _import_provisions(by, plan, source)


def _import_provisions(by: Member, plan: Plan, source: str) -> int:
    lines = [*plan.new, *plan.changed]
    standing = _still_standing(Provision, plan.changed)
    topics = _topics({name for line in lines for name in line.lists["topics"]})
    slugs = set(Provision.objects.values_list("slug", flat=True))
    written = []
    for line in lines:
        one = (
            standing[line.pk]
            if line.pk
            else Provision(slug=_free(slug_for(line.fields["law"], line.fields["provision"]), slugs))
        )
        for name, value in line.fields.items():
            setattr(one, name, value)
        _note_check(one, line, by)
        one.edited_at = timezone.now()
        one.save()
        one.topics.set([topics[name] for name in line.lists["topics"]])
        written.append(one)
        _log(one, line, by, source)
    for one in written:  # once more, now that it has its topics
        index.insert_or_update_object(one)
    acts.changed(*written)
    return len(written)


def _note_check(one: Provision, line: Line, by: Member) -> None:
    """When, and by whom, its words were checked."""
    if line.checked_now:
        one.checked_by, one.checked_on = by, timezone.localdate()
    elif one.checked == Provision.Checked.NO:
        one.checked_by = one.checked_on = None


def import_terms(*, by: Member, plan: Plan, source: str = "") -> int:
    """Write what a plan of terms says; how many are new or changed. Raises NotAllowed, HasTroubles, MovedOn."""
    _allowed(by, plan)
    with _one_at_a_time(Term):
        return _import_terms(by, plan, source)


def _import_terms(by: Member, plan: Plan, source: str) -> int:
    lines = [*plan.new, *plan.changed]
    standing = _still_standing(Term, plan.changed)
    slugs = set(Term.objects.values_list("slug", flat=True))
    written = []
    for line in lines:
        one = standing[line.pk] if line.pk else Term(slug=_free(slugify(line.fields["term"])[:90], slugs))
        for name, value in line.fields.items():
            setattr(one, name, value)
        one.save()
        written.append((one, line))
        _log(one, line, by, source)
    _name(written)
    _point(written)
    for one, _line in written:
        index.insert_or_update_object(Term.objects.get(pk=one.pk))
    caching.touch("glossary")
    return len(written)


def _log(one, line: Line, by: Member, source: str) -> None:
    changes = [[change.column, change.before, change.after] for change in line.changes]
    log(instance=one, action="reference.import", user=by, data={"source": source[:100], "changes": changes})


def _topics(names: Iterable[str]) -> dict[str, Topic]:
    """Topics by name; those that are not there yet are made."""
    there = {topic.name: topic for topic in Topic.objects.filter(name__in=list(names))}
    return there | {name: Topic.objects.create(name=name) for name in names if name not in there}


def _free(slug: str, taken: set[str]) -> str:
    """A slug nobody has, which is taken now."""
    free, number = slug or "law", 1
    while free in taken:
        number += 1
        free = f"{slug[:80]}-{number}"
    taken.add(free)
    return free


def _name(written: list[tuple[Term, Line]]) -> None:
    """Give the terms their other names; those that go are freed before others take them."""
    there = {name.name.casefold(): name for name in TermName.objects.filter(term__in=[one for one, _ in written])}
    wanted = {name.casefold(): (one, name) for one, line in written for name in line.lists["also_called"]}
    TermName.objects.filter(pk__in=[row.pk for key, row in there.items() if key not in wanted]).delete()
    for key, (one, name) in wanted.items():
        row = there.get(key) or TermName(name=name, everyday=is_everyday(name))
        row.term, row.name = one, name
        row.save()


def _point(written: list[tuple[Term, Line]]) -> None:
    """Let the terms point at those to see, by name or short form."""
    by_name: dict[str, Term] = {}
    for one in Term.objects.all():
        by_name.setdefault(one.short_form.casefold(), one)
    by_name |= {one.term.casefold(): one for one in Term.objects.all()}
    for one, line in written:
        seen = [by_name.get(name.casefold()) for name in line.lists["see_also"]]
        if None in seen:
            raise MovedOn
        one.see_also.set(seen)
