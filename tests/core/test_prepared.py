"""A query compiled once gives what the query gives, on both engines."""

import pytest
from django.db.models import F

from core.prepared import Prepared
from events.models.booking import Booking
from members.models import Member
from tests.factories import MemberFactory, events

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_it_gives_what_the_queryset_gives(alice, bob, django_assert_num_queries):
    read = Prepared(lambda pk: Member.objects.with_organisation().filter(pk=pk).annotate(place=F("organisation__name")))
    for member in (alice, bob, alice):
        with django_assert_num_queries(1):
            [found] = read(member.pk)
            assert (found, found.organisation.sector, found.place) == (
                member, member.organisation.sector, member.organisation.name,
            )  # fmt: skip
        fresh = Member.objects.get(pk=member.pk)
        shown = {field.attname: getattr(found, field.attname) for field in Member._meta.concrete_fields}
        assert shown == {field.attname: getattr(fresh, field.attname) for field in Member._meta.concrete_fields}


def test_it_takes_several_numbers_and_gives_none_for_no_row(alice, bob):
    read = Prepared(lambda one, other: Member.objects.filter(pk__in=[one, other]).order_by("pk"))
    assert read(alice.pk, bob.pk) == [alice, bob]
    assert read.first(0, 0) is None


def test_a_missing_organisation_is_none():
    loner = MemberFactory(organisation=None)
    read = Prepared(lambda pk: Member.objects.with_organisation().filter(pk=pk))
    assert read.first(loner.pk).organisation is None


def test_an_argument_that_is_no_parameter_is_refused(alice):
    with pytest.raises(ValueError, match="not among its parameters"):
        Prepared(lambda pk: Member.objects.all())(alice.pk)


def test_it_finds_by_a_word(alice, bob):
    read = Prepared(lambda handle: Member.objects.filter(handle=handle))
    assert [read.first(one.handle) for one in (alice, bob, alice)] == [alice, bob, alice]
    assert read.first("nobody's_%") is None


def test_it_finds_by_a_key_and_a_number(alice, bob):
    bookings = [events.booking(events.event(f"Event {one.handle}"), one) for one in (alice, bob)]
    read = Prepared(lambda key, member: Booking.objects.filter(key=key, member=member))
    for one in bookings:
        found = read.first(one.key, one.member_id)
        assert (found, found.key) == (one, one.key)
    assert read.first(bookings[0].key, bob.pk) is None
