"""Slides: a speaker sends them by the link in a mail, the core team lets them out, who has a place gets them."""

import io
import json
import re
import zipfile

import pytest
from fpdf import FPDF

from tests.journeys import steps

pytestmark = [pytest.mark.timeout(240)]

# Run in the site: a conference with a talk whose speaker has no account, and a handout for all. alice has a place.
TALK = """
import json
from members import roles
from members.models import Member
from tests.factories import events
from tests.factories import events_materials as files
roles.set_up_groups()
alice, cora = (Member.objects.get(handle=name) for name in ("alice", "cora"))
day = events.event("A day of lantern slides", in_person=30)
edna = events.speaker("Edna Ember", email="edna@hollowdale.example.org")
talk = events.session(day, "The first lantern", room="Hall", speakers=[edna])
events.booking(day, alice, sessions=[talk])
files.material(day, cora, talk, kind="handout", title="A list of lanterns")
path = f"/events/{day.pk}/sessions/{talk.pk}/{talk.slug}/"
print(json.dumps({"pk": day.pk, "talk": path}))
"""


def pdf(words: str) -> bytes:
    """A real PDF file."""
    made = FPDF()
    made.add_page()
    made.set_font("helvetica", size=20)
    made.cell(text=words)
    return bytes(made.output())


def in_zip(answer) -> dict[str, bytes]:
    """The files of a ZIP that was answered, opened by a reader of its own."""
    with zipfile.ZipFile(io.BytesIO(answer.body())) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_from_the_speakers_link_to_the_delegates_file_and_to_nobody_else(live_site, window, tmp_path):
    event = json.loads(live_site.python(TALK).splitlines()[-1])
    talk, zipped, sent = (
        live_site.url + event["talk"],
        f"{live_site.url}/events/{event['pk']}/slides.zip",
        pdf("A lamp"),
    )
    (tmp_path / "My slides.pdf").write_bytes(sent)
    (tmp_path / "trick.pdf").write_bytes(b"MZ this is a programme")
    editor, delegate, outsider = (window().sign_in(live_site, one).page() for one in ("cora", "alice", "bob"))
    sender = window()
    sender.forgive("400 (Bad Request)")
    speaker, stranger = sender.page(), window().page()

    # the speaker is asked, and sends them by the link in the mail; what is not what its name says is not taken
    editor.goto(f"{live_site.url}/admin/events/{event['pk']}/slides/")
    editor.get_by_role("button", name="Ask them").click()
    editor.get_by_text("1 asked: Edna Ember.").wait_for()
    mail = steps.mail_to(stranger, live_site, "edna@", "Your slides for “The first lantern”")
    speaker.goto(re.search(r"https?://\S+/events/upload/\S+", mail)[0])
    speaker.get_by_label("The file").set_input_files(tmp_path / "trick.pdf")
    speaker.get_by_role("button", name="Send it").click()
    speaker.get_by_role("heading", name="There is a problem").wait_for()
    speaker.get_by_label("The file").set_input_files(tmp_path / "My slides.pdf")
    speaker.get_by_text("People with a place at the event", exact=True).click()
    speaker.get_by_role("button", name="Send it").click()
    speaker.get_by_text("Thank you. It is kept as you see below.").wait_for()
    assert "It comes out at" in speaker.locator(".upload-list__item", has_text="My slides.pdf").inner_text()

    # until it is out a delegate sees nothing of it; then she gets just what was sent
    delegate.goto(talk)
    assert delegate.locator(".material a").all_text_contents() == ["A list of lanterns, handout"]
    editor.reload()
    editor.get_by_role("button", name="Release now").click()
    editor.get_by_text("“The first lantern” can be had from now on.").wait_for()
    delegate.reload()
    link = delegate.locator(".material").get_by_role("link", name="The first lantern")
    address = live_site.url + link.get_attribute("href")
    with delegate.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "the-first-lantern.pdf"
    assert download.value.path().read_bytes() == sent
    part = delegate.request.get(address, headers={"Range": "bytes=4-11"})
    assert (part.status, part.body()) == (206, sent[4:12])
    assert sent in in_zip(delegate.request.get(zipped)).values()

    # nobody else: not by the page, not by its address, in part, by what it was, or with all the others
    for other in (outsider, stranger):
        other.goto(talk)
        assert other.locator(".material", has_text="Slides for people with a place").count() == 1
        assert other.locator(".material").get_by_role("link", name="The first lantern").count() == 0
        for more in ({}, {"Range": "bytes=0-0"}, {"If-None-Match": part.headers["etag"]}):
            assert other.request.get(address, headers=more).status == 404
        assert other.request.head(address).status == 404
        assert other.request.get(f"{address}/accessible").status == 404
        assert sent not in in_zip(other.request.get(zipped)).values()
