"""Files of talks that come out: who is told and when, and what other pages then show."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail as mailbox
from django.utils import timezone

from core import outbox
from events.actions import materials as acts
from events.models.material import SlidesTold
from events.permissions import can_get_material
from tests.events.post import deliver
from tests.factories import events
from tests.factories import events_materials as files

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


# --- Coming out -----------------------------------------------------------------------------------------------


def test_a_file_comes_out_at_its_time_and_pages_are_made_anew(event, talk, cora, client_of):
    now = timezone.now()
    one = files.material(event, cora, talk, release="at", at=now + HOUR)
    assert acts.let_out(now=now) == 0
    assert not can_get_material(AnonymousUser(), one, now=now)
    later = now + 2 * HOUR
    assert can_get_material(AnonymousUser(), one, now=later)
    assert [acts.let_out(now=later), acts.let_out(now=later)] == [1, 0]
    one.refresh_from_db()
    assert one.out_at == later


NOON = dt.datetime(2030, 3, 5, 12, tzinfo=dt.UTC)


@pytest.fixture
def told_event(db, cora, dora):
    """An event on the day before NOON with a member and a guest who have places."""
    event = events.event("Say it plainly", starts_at=NOON - 28 * HOUR)
    events.booking(event, dora)
    events.booking(event)
    return event


def test_people_with_a_place_hear_once_a_day(told_event, cora, dora, alice):
    files.material(told_event, cora, title="First", now=NOON - HOUR)
    assert acts.tell(now=NOON) == 2
    assert acts.tell(now=NOON + HOUR) == 0
    files.material(told_event, cora, title="Second", now=NOON)
    assert acts.tell(now=NOON + HOUR) == 0  # not twice on a day
    assert acts.tell(now=NOON + 24 * HOUR) == 2
    assert list(SlidesTold.objects.values_list("count", flat=True)) == [1, 1]
    assert (dora.notices.filter(kind="events.slides_out").count(), alice.notices.count()) == (1, 0)


def test_nobody_hears_at_night_or_while_the_event_goes_on(told_event, cora):
    files.material(told_event, cora, now=NOON - 27 * HOUR)
    assert acts.tell(now=told_event.starts_at + HOUR) == 0
    assert acts.tell(now=NOON.replace(hour=22)) == 0
    assert acts.tell(now=NOON) == 2


def test_what_is_held_is_told_to_nobody(told_event, cora):
    files.material(told_event, cora, release="held", now=NOON)
    assert acts.tell(now=NOON) == 0


def test_a_guest_hears_by_mail(told_event, cora):
    files.material(told_event, cora, now=NOON - HOUR)
    acts.tell(now=NOON)
    mails = [one for one in deliver() if one.to[0].endswith("@visitors.example.org")]
    assert [one.subject for one in mails] == ["Slides to read: Say it plainly"]
    assert f"/events/{told_event.pk}/slides/" in mails[0].body
    assert "/open/" in mails[0].body
    assert mailbox.outbox == []
    assert outbox.drain() == 0


# --- On other pages ---------------------------------------------------------------------------------------------


def test_a_guest_hears_of_slides_from_a_row_that_an_older_release_left(event):
    guest = events.booking(event)
    outbox.put("events.tell_guest_of_slides", booking=guest.pk, count=2)
    (letter,) = deliver()
    assert (letter.to, letter.subject) == ([guest.guest_email], f"Slides to read: {event.title}")


def test_a_talks_page_offers_its_speaker_to_send_slides(event, talk, sam, alice, cora, client_of):
    path = f"/events/{event.pk}/sessions/{talk.pk}/{talk.slug}/"
    offered = f'href="/events/{event.pk}/files/{talk.pk}/"'
    said = {name: offered in client_of(who).get(path).content.decode() for name, who in
            (("sam", sam), ("cora", cora), ("alice", alice), ("nobody", None))}  # fmt: skip
    assert said == {"sam": True, "cora": True, "alice": False, "nobody": False}


def test_a_talks_page_names_only_stories_one_may_see(event, talk, cora, client_of, forget):
    from tests.factories import knowledge

    story = knowledge.make_site()
    acts.tell_story(session=talk, page=story, by=cora)
    path = f"/events/{event.pk}/sessions/{talk.pk}/{talk.slug}/"
    assert "Read on: <a" in client_of().get(path).content.decode()
    story.live = False
    story.save()
    forget()
    assert "Read on" not in client_of().get(path).content.decode()


def test_only_the_core_team_joins_stories_and_talks(talk, alice):
    from members.actions.refusals import NotAllowed
    from tests.factories import knowledge

    with pytest.raises(NotAllowed):
        acts.tell_story(session=talk, page=knowledge.make_site(), by=alice)


def test_search_shows_each_reader_what_they_may_fetch(event, talk, cora, dora, client_of):
    mine = files.material(event, cora, talk, audience="delegates", title="Four pages of protocol")
    files.material(event, cora, talk, release="held", kind="handout", title="A held protocol")
    said = {name: client_of(who).get("/search/?q=protocol").content.decode() for name, who in
            (("dora", dora), ("nobody", None))}  # fmt: skip
    assert mine.get_absolute_url() in said["dora"]
    assert mine.get_absolute_url() not in said["nobody"]
    assert all("A held" not in text for text in said.values())
