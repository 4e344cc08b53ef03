"""Slides in the admin: asking for them, sending on behalf, releasing now, taking back."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from events import times
from events.models.material import Material, MaterialAsk
from tests.events.post import deliver
from tests.factories import events as made

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


@pytest.fixture
def event(db):
    return made.event(starts_in=dt.timedelta(days=20))


@pytest.fixture
def talk(event):
    return made.session(event, speakers=[made.speaker("Edith Marlow", email="edith@hollowdale.example.org")])


def at(name: str, event, *more) -> str:
    return reverse(f"event_desk:{name}", args=[event.pk, *more])


def sent(core, event, talk, **fields) -> Material:
    typed = {
        "session": talk.pk, "kind": "slides", "title": "", "licence": "ogl", "audience": "delegates",
        "release": "held", "day": "", "file": SimpleUploadedFile("talk.pdf", PDF, "application/pdf"), **fields,
    }  # fmt: skip
    core.post(at("slides-send", event), typed)
    return Material.objects.get()


def test_everybody_who_has_sent_nothing_is_asked_by_a_day(core, event, talk):
    silent = made.session(event, "Ask first", starts_after=dt.timedelta(hours=1), speakers=[made.speaker("Jo Tindall")])
    day = timezone.localdate() + dt.timedelta(days=9)
    page = core.post(at("slides", event), {"due_on": day.isoformat()}, follow=True).content.decode()
    ask = MaterialAsk.objects.get()
    assert (ask.session, ask.speaker.name, ask.due_on) == (talk, "Edith Marlow", day)
    assert "We have no address for Jo Tindall." in page
    assert f"Jo Tindall, “{silent.title}”" in page


def test_the_button_asks_those_not_asked_yet_and_nobody_else(core, event, talk):
    day = timezone.localdate() + dt.timedelta(days=9)
    page = core.post(at("slides", event), {"due_on": day.isoformat()}, follow=True).content.decode()
    assert "1 asked: Edith Marlow." in page
    assert "Ask those not asked yet" not in page
    made.session(event, "Ask first", speakers=[made.speaker("Jo Tindall", email="jo@hollowdale.example.org")])
    page = core.get(at("slides", event)).content.decode()
    assert "Members sign in to send theirs; others get a link of their own by mail" in page
    sooner = timezone.localdate() + dt.timedelta(days=2)
    page = core.post(at("slides", event), {"due_on": sooner.isoformat()}, follow=True).content.decode()
    assert "1 asked: Jo Tindall." in page
    assert sorted(MaterialAsk.objects.values_list("due_on", flat=True)) == [sooner, day]
    page = core.post(at("slides", event), {"due_on": sooner.isoformat()}, follow=True).content.decode()
    assert "Nobody is left to ask" in page


def test_slides_are_wanted_before_the_event_is_over(core, event, talk):
    last = timezone.localdate(event.ends_at)
    answer = core.post(at("slides", event), {"due_on": (last + dt.timedelta(days=1)).isoformat()})
    said = answer.context["form"].errors["due_on"]
    assert said == [f"The event is over by then. Choose {times.day(event.ends_at)}, or an earlier day."]
    core.post(at("slides", event), {"due_on": last.isoformat()})
    assert MaterialAsk.objects.get().due_on == last


@pytest.mark.parametrize(("days", "said"), [(-1, ["This day is past. Choose today or a later one."]), (0, [])])
def test_nobody_is_asked_by_a_day_that_is_past(core, event, talk, days, said):
    day = timezone.localdate() + dt.timedelta(days=days)
    answer = core.post(at("slides", event), {"due_on": day.isoformat()})
    assert (answer.context["form"].errors.get("due_on", []) if answer.context else []) == said
    assert MaterialAsk.objects.count() == (0 if said else 1)


def test_the_day_of_one_already_asked_is_changed_and_told_once_with_both(core, event, talk, cora):
    today = timezone.localdate()
    days = [today + dt.timedelta(days=many) for many in (9, 12)]
    core.post(at("slides", event), {"due_on": days[0].isoformat()})
    deliver()
    ask = MaterialAsk.objects.get()
    assert "Change the day" in core.get(at("slides", event)).content.decode()
    for day in (days[1], days[1], today - dt.timedelta(days=1)):
        core.post(at("slides-ask", event, ask.pk), {"verb": "day", "due_on": day.isoformat()})
    (letter,) = [one.body for one in deliver()]
    ask.refresh_from_db()
    assert ask.due_on == days[1]
    first, second = (f"{day:%A} {day.day} {day:%B}" for day in days)
    assert f"The day has changed: it was {first}" in " ".join(letter.split())
    assert second in " ".join(letter.split())


def test_a_day_they_had_before_is_told_again(core, event, talk, cora):
    days = [timezone.localdate() + dt.timedelta(days=many) for many in (9, 12, 9)]
    core.post(at("slides", event), {"due_on": days[0].isoformat()})
    ask, letters = MaterialAsk.objects.get(), [*deliver()]
    for day in days[1:]:
        core.post(at("slides-ask", event, ask.pk), {"verb": "day", "due_on": day.isoformat()})
        letters += deliver()
    ask.refresh_from_db()
    assert (ask.due_on, len(letters)) == (days[2], 3)
    assert f"it was {days[1]:%A} {days[1].day} {days[1]:%B}" in " ".join(letters[2].body.split())


def test_whoever_is_not_asked_any_more_can_be_asked_again(core, event, talk, cora):
    ask = MaterialAsk.objects.create(
        session=talk, speaker=talk.speakers.get(), due_on=timezone.localdate(), by=cora, stopped_at=timezone.now()
    )
    assert "Ask again" in core.get(at("slides", event)).content.decode()
    core.post(at("slides-ask", event, ask.pk), {"verb": "again"})
    ask.refresh_from_db()
    assert ask.stopped_at is None


def test_what_is_out_says_since_when_and_is_not_released_again(core, event, talk):
    material = sent(core, event, talk, release="at", day="2027-03-01")
    page = core.get(at("slides", event)).content.decode()
    assert "At a time of its own: 1 March 2027, 09:00" in page
    assert "Release now" in page
    Material.objects.filter(pk=material.pk).update(released_at=timezone.make_aware(dt.datetime(2026, 1, 5, 17, 25)))
    page = core.get(at("slides", event)).content.decode()
    assert "Out since 5 January 2026, 17:25" in page
    assert "Release now" not in page
    assert "At a time of its own" not in page


def test_the_day_offered_is_a_week_before(core, event, talk):
    form = core.get(at("slides", event)).context["form"]
    assert form.initial["due_on"] == timezone.localtime(event.starts_at).date() - dt.timedelta(days=7)


def test_who_is_late_is_marked_and_said_on_the_desk(core, talk, cora):
    event = talk.event
    day = timezone.localdate() - dt.timedelta(days=1)
    MaterialAsk.objects.create(session=talk, speaker=talk.speakers.get(), due_on=day, by=cora)
    assert "<b>Late</b>" in core.get(at("slides", event)).content.decode()
    type(event).objects.filter(pk=event.pk).update(starts_at=timezone.now() + dt.timedelta(days=3))
    assert "1 session has no slides yet. Ask for them." in core.get(at("desk", event)).content.decode()


def test_a_new_link_and_asking_no_more(core, event, talk, cora):
    ask = MaterialAsk.objects.create(session=talk, speaker=talk.speakers.get(), due_on=timezone.localdate(), by=cora)
    core.post(at("slides-ask", event, ask.pk), {"verb": "new_link"})
    ask.refresh_from_db()
    assert ask.link_number == 2
    core.post(at("slides-ask", event, ask.pk), {"verb": "stop"})
    ask.refresh_from_db()
    assert ask.stopped_at is not None


def test_an_old_page_takes_up_nothing_that_a_colleague_stopped(core, event, talk, cora):
    today = timezone.localdate()
    ask = MaterialAsk.objects.create(session=talk, speaker=talk.speakers.get(), due_on=today, by=cora)
    core.post(at("slides-ask", event, ask.pk), {"verb": "stop"})
    for sent in ({"verb": "day", "due_on": (today + dt.timedelta(days=3)).isoformat()}, {"verb": "new_link"}):
        page = core.post(at("slides-ask", event, ask.pk), sent, follow=True).content.decode()
        assert "Edith Marlow is not asked any more, so nothing changed. “Ask again” takes it up." in page
    ask.refresh_from_db()
    assert (ask.due_on, ask.stopped_at is None, deliver()) == (today, False, [])


def test_a_day_changed_back_before_they_heard_says_that_no_letter_goes(core, event, talk, cora):
    days = [timezone.localdate() + dt.timedelta(days=many) for many in (9, 12, 9)]
    core.post(at("slides", event), {"due_on": days[0].isoformat()})
    deliver()
    ask, said = MaterialAsk.objects.get(), []
    for day in days[1:]:
        sent = {"verb": "day", "due_on": day.isoformat()}
        said.append(core.post(at("slides-ask", event, ask.pk), sent, follow=True).content.decode())
    assert "Edith Marlow has another day now, and is told of it once." in said[0]
    assert "Edith Marlow has the day again that they were told of. No letter goes." in said[1]


def test_an_ask_of_another_event_is_404(core, talk, cora):
    ask = MaterialAsk.objects.create(session=talk, speaker=talk.speakers.get(), due_on=timezone.localdate(), by=cora)
    assert core.post(at("slides-ask", made.event("Another"), ask.pk), {"verb": "stop"}).status_code == 404


def test_a_file_is_sent_for_a_speaker_and_released_now(core, event, talk):
    material = sent(core, event, talk)
    assert (material.session, material.audience, material.is_out(now=timezone.now())) == (talk, "delegates", False)
    core.post(at("slides-file", event, material.pk), {"verb": "now"})
    material.refresh_from_db()
    assert (material.audience, material.is_out(now=timezone.now())) == ("delegates", True)


def test_a_day_of_its_own_is_nine_in_the_morning(core, event, talk):
    material = sent(core, event, talk)
    typed = {"licence": "cc_by", "audience": "public", "release": "at", "day": ""}
    assert list(core.post(at("slides-file", event, material.pk), typed).context["form"].errors) == ["day"]
    core.post(at("slides-file", event, material.pk), typed | {"day": "2027-03-01"})
    material.refresh_from_db()
    assert (material.licence, timezone.localtime(material.released_at)) == (
        "cc_by",
        timezone.make_aware(dt.datetime(2027, 3, 1, 9)),
    )


def test_a_file_is_taken_back(core, event, talk):
    material = sent(core, event, talk)
    core.post(at("slides-file", event, material.pk), {"verb": "take_back"})
    material.refresh_from_db()
    assert material.is_there() is False


def test_what_is_no_such_file_is_refused_in_words(core, event, talk):
    typed = {
        "session": talk.pk, "kind": "slides", "licence": "ogl", "audience": "public", "release": "now",
        "file": SimpleUploadedFile("talk.exe", b"MZ"),
    }  # fmt: skip
    form = core.post(at("slides-send", event), typed).context["form"]
    assert form.errors["file"][0].startswith("We take PDF")
    assert Material.objects.count() == 0


def test_the_form_says_what_it_takes_before_a_file_is_chosen(core, event):
    form = core.get(at("slides-send", event)).content.decode()
    for taken in ("PDF, PPTX, ODP, DOCX or TXT, up to 50 MB.", "DOCX, PDF or TXT, up to 50 MB."):
        assert taken in form
