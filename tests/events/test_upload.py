"""Sending slides: by a speaker’s link without an account, signed in, and what is refused."""

import datetime as dt

import pytest
from django.utils import timezone

from core import outbox, private
from events.actions import chasing
from events.actions import materials as acts
from events.models.material import Material, MaterialFile
from members.actions.refusals import NotAllowed
from tests.factories import events
from tests.factories import events_materials as files

pytestmark = pytest.mark.django_db


@pytest.fixture
def edith():
    """Speaks, and has no account."""
    return events.speaker(email="edith@hollowdale.example.org")


@pytest.fixture
def talk(event, edith):
    return events.session(event, "Write it down", room="Hall", speakers=[edith])


@pytest.fixture
def link(talk, edith, cora):
    return files.path_of(files.ask(talk, edith, cora))


def form(**changes) -> dict:
    said = {"kind": "slides", "audience": "public", "licence": "ogl", "release": "now", "file": files.file()}
    return {name: value for name, value in (said | changes).items() if value is not None}


# --- The link -------------------------------------------------------------------------------------------


def test_the_page_says_who_it_is_for_and_what_is_taken(link, client_of):
    page = client_of().get(link)
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Edith Marlow",
        "Write it down",
        "PDF, PPTX, ODP, DOCX or TXT, up to 50 MB",
        "DOCX, PDF or TXT, up to 50 MB",
    ):
        assert words in text
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_a_speaker_without_an_account_sends_slides(link, client_of, talk, edith):
    answer = client_of().post(link, form(file=files.file("My talk (final).pdf"), copy=files.file("words.docx")))
    assert (answer.status_code, answer["Location"]) == (302, f"{link}#sent")
    sent = Material.objects.get()
    assert (sent.session, sent.kind, sent.title, sent.name) == (talk, "slides", "Write it down", "write-it-down")
    assert (sent.newest.sent_name, sent.newest.extension, sent.newest.speaker) == ("My talk (final).pdf", "pdf", edith)
    assert (sent.copy.extension, sent.newest.number, sent.newest.size) == ("docx", 1, len(files.PDF))
    assert sent.newest.file.read() == files.PDF
    assert "My talk (final).pdf" in client_of().get(link).content.decode()


def test_files_are_kept_below_no_open_address(link, client_of, settings):
    client_of().post(link, form())
    path = Material.objects.get().newest.file.path
    assert not path.startswith(str(settings.MEDIA_ROOT))
    with pytest.raises(ValueError, match="no address of its own"):
        _address = Material.objects.get().newest.file.url


def test_after_my_talk_follows_the_talk(link, client_of, talk):
    client_of().post(link, form(release="after"))
    assert Material.objects.get().released_at == talk.ends_at
    talk.starts_at, talk.ends_at = talk.starts_at + dt.timedelta(hours=1), talk.ends_at + dt.timedelta(hours=1)
    talk.save()
    acts.let_out(now=timezone.now())
    assert Material.objects.get().released_at == talk.ends_at


def test_replacing_keeps_the_address_and_deletes_the_old_file(link, client_of):
    client = client_of()
    client.post(link, form())
    first = Material.objects.get()
    old = first.newest.file.name
    client.post(link, form(file_of=first.pk, file=files.file("new.pptx"), kind=None))
    again = Material.objects.get()
    assert (again.pk, again.get_absolute_url()) == (first.pk, first.get_absolute_url())
    assert (again.newest.extension, again.newest.number) == ("pptx", 2)
    outbox.drain()
    assert not private.storage().exists(old)
    assert private.storage().exists(again.newest.file.name)
    history = list(again.files.values_list("number", "extension", "sha256"))
    assert [one[:2] for one in history] == [(2, "pptx"), (1, "pdf")]
    assert len({digest for *_rest, digest in history}) == 2


def test_the_button_pressed_twice_sends_once(link, client_of):
    for _press in (1, 2):
        assert client_of().post(link, form()).status_code == 302
    assert Material.objects.count() == MaterialFile.objects.count() == 1
    outbox.drain()
    assert client_of().get(Material.objects.get().get_absolute_url()).status_code == 200


def test_terms_alone_can_be_changed(link, client_of):
    client = client_of()
    client.post(link, form())
    one = Material.objects.get()
    answer = client.post(link, form(file_of=one.pk, file=None, audience="delegates", licence="rights", kind=None))
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.audience, one.licence, one.newest.number) == ("delegates", "rights", 1)


def test_taking_back_deletes_the_file_and_the_same_address_comes_again(link, client_of):
    client = client_of()
    client.post(link, form())
    one = Material.objects.get()
    name, address = one.newest.file.name, one.get_absolute_url()
    assert client.get(address).status_code == 200
    client.post(link, {"verb": "take_back", "file_of": one.pk})
    assert client.get(address).status_code == 404
    outbox.drain()
    assert not private.storage().exists(name)
    client.post(link, form())
    assert Material.objects.count() == 1
    assert client.get(address).status_code == 200


def test_a_stopped_link_an_old_link_and_a_forged_one_open_nothing(link, client_of, cora, talk, edith):
    ask = talk.material_asks.get()
    chasing.new_link(ask=ask, by=cora)
    newer = files.path_of(ask)
    assert newer != link
    assert [client_of().get(one).status_code for one in (link, newer)] == [404, 200]
    assert client_of().post(link, form()).status_code == 404
    chasing.stop(ask=ask, by=cora)
    assert [client_of().get(one).status_code for one in (newer, "/events/upload/x/", f"{newer[:-2]}x/")] == [404] * 3
    assert Material.objects.count() == 0


def test_a_link_ends_when_somebody_else_gives_the_talk(link, client_of, talk):
    talk.speakings.all().delete()
    assert client_of().get(link).status_code == 404


def test_a_link_reaches_no_file_of_another_talk(link, client_of, event, cora):
    other = files.material(event, cora, events.session(event, "Another", starts_after=dt.timedelta(hours=2)))
    assert client_of().get(f"{link}?file_of={other.pk}").status_code == 404
    assert client_of().post(link, {"verb": "take_back", "file_of": other.pk}).status_code == 404
    assert client_of().post(link, form(file_of=other.pk)).status_code == 404
    other.refresh_from_db()
    assert other.is_there()


# --- What is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("slides.exe", b"MZ", "We take PDF, PPTX, ODP, DOCX or TXT"),
        ("slides.html", b"<html>", "We take PDF, PPTX, ODP, DOCX or TXT"),
        ("slides.svg", b"<svg/>", "We take PDF, PPTX, ODP, DOCX or TXT"),
        ("slides.pptm", files.office("pptx", also="ppt/vbaProject.bin"), "Save it without macros"),
        ("slides.pptx", files.office("pptx", also="ppt/vbaProject.bin"), "This file has macros in it"),
        ("slides.odp", files.office("odp", also="Basic/script-lc.xml"), "This file has macros in it"),
        ("slides.pptx", files.office("docx"), "called .pptx, but what is in it is something else"),
        ("slides.pdf", b"<html>", "called .pdf, but what is in it is something else"),
        ("slides.txt", b"<script>", "called .txt, but what is in it is something else"),
        ("slides.odp", b"PK\x03\x04broken", "called .odp, but what is in it is something else"),
        ("slides.pdf", b"", "This file is empty"),
        ("slides", b"%PDF-1.7", "We take PDF, PPTX, ODP, DOCX or TXT"),
    ],
)
def test_files_are_asked_what_they_are(link, client_of, name, content, words):
    answer = client_of().post(link, form(file=files.file(name, content), audience="members", licence="cc_by"))
    text = answer.content.decode()
    assert answer.status_code == 400
    assert words in text
    assert 'value="members" id="id_audience_1" checked' in text.replace(" required", "")  # what was chosen stays
    assert Material.objects.count() == 0


@pytest.mark.parametrize("ending", ["pdf", "pptx", "odp", "docx", "txt"])
def test_each_kind_we_name_is_taken(link, client_of, ending):
    assert client_of().post(link, form(file=files.file(f"slides.{ending}"))).status_code == 302


def test_a_file_that_is_too_large_is_refused(link, client_of, monkeypatch):
    monkeypatch.setattr(acts, "MOST", 1000)
    answer = client_of().post(link, form())
    assert answer.status_code == 400
    assert "we take up to 50 MB. Make its pictures smaller, then send it again." in answer.content.decode()


def test_nothing_chosen(link, client_of):
    answer = client_of().post(link, form(file=None))
    assert "Choose the file with your slides." in answer.content.decode()


def test_a_wrong_copy_does_not_lose_the_slides(link, client_of):
    answer = client_of().post(link, form(copy=files.file("words.exe", b"MZ")))
    text = answer.content.decode()
    assert "Your file has arrived. Its accessible copy has not" in text
    one = Material.objects.get()
    assert (one.newest.number, one.copy) == (1, None)
    assert f'name="file_of" value="{one.pk}"' in text  # the next try adds the copy to it


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\edith\\talk.pdf", "talk.pdf"),
        ("a\x00b\r\n<c>.pdf", "a_b___c_.pdf"),
        ("talk\u202efdp.pdf", "talkfdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("...", "file"),
        (None, "file"),
    ],
)
def test_names_of_files_are_made_safe(sent, kept):
    assert acts.safe_name(sent) == kept


def test_too_many_are_stopped(link, client_of, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"upload": (1, 3600)}
    assert client_of().post(link, form()).status_code == 302
    answer = client_of().post(link, form())
    assert answer.status_code == 400
    assert "That was a lot in a short time" in answer.content.decode()


def test_a_failed_act_leaves_no_file(talk, edith, monkeypatch, tmp_path, settings):
    from core import caching

    def broken(*names):
        raise RuntimeError("the lights went out")

    before = MaterialFile.objects.count()
    kept = []
    real = private.storage().save
    monkeypatch.setattr(
        type(private.storage()), "save", lambda self, name, file: kept.append(real(name, file)) or kept[-1]
    )
    monkeypatch.setattr(caching, "touch", broken)
    with pytest.raises(RuntimeError):
        acts.send(event=talk.event, session=talk, file=files.file(), speaker=edith)
    assert MaterialFile.objects.count() == before
    assert [private.storage().exists(name) for name in kept] == [False]


# --- Signed in --------------------------------------------------------------------------------------------


def test_a_speaker_with_an_account_sends_from_the_talk(client_of, bob, alice, cora, charlie, event):
    talk = events.session(event, "Say it", speakers=[events.speaker("Bob Barley", member=bob)])
    path = f"/events/{event.pk}/files/{talk.pk}/"
    assert client_of(bob).get(path).status_code == 200
    assert client_of(bob).post(path, form()).status_code == 302
    assert Material.objects.get().newest.member == bob
    assert [client_of(who).get(path).status_code for who in (alice, charlie, cora)] == [403, 403, 200]
    assert client_of(alice).post(path, form()).status_code == 403
    assert client_of().get(path).status_code == 302
    assert client_of(cora).post(path, {"verb": "take_back", "file_of": Material.objects.get().pk}).status_code == 302
    assert not Material.objects.get().is_there()


def test_a_talk_of_a_draft_is_not_there_for_its_speaker(client_of, bob):
    hidden = events.event("Hidden", publish=False)
    talk = events.session(hidden, "Say it", speakers=[events.speaker("Bob Barley", member=bob)])
    assert client_of(bob).get(f"/events/{hidden.pk}/files/{talk.pk}/").status_code == 404


def test_only_speakers_and_the_core_team_may(talk, edith, alice, event, cora):
    stranger = events.speaker("Somebody Else")
    for who in ({"by": alice}, {"speaker": stranger}, {}):
        with pytest.raises(NotAllowed):
            acts.send(event=event, session=talk, file=files.file(), **who)
    with pytest.raises(NotAllowed):  # of another event
        acts.send(event=events.event("Other"), session=talk, file=files.file(), by=cora)
    one = files.material(event, cora, talk)
    for act in (acts.replace, acts.take_back):
        with pytest.raises(NotAllowed):
            act(material=one, by=alice)
    with pytest.raises(NotAllowed):
        acts.settle(material=one, terms=acts.Terms(), by=alice)


def test_the_core_team_holds_a_file(talk, event, cora, client_of):
    one = files.material(event, cora, talk)
    acts.settle(material=one, terms=acts.Terms(release="held"), by=cora)
    one.refresh_from_db()
    assert (one.released_at, one.release) == (None, "held")
    assert client_of().get(one.get_absolute_url()).status_code == 404
