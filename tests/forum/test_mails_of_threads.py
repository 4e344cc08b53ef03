"""Mails about threads: their links, what they carry of a post, and what their stop link tells whom."""

import re

import pytest

from core import outbox
from forum.actions import asking, posting
from notifications import stopping
from notifications.models import Notice
from tests.forum.test_told_of import mails

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def asked(alice, space):
    return asking.ask(by=alice, space=space, kind="question", title="May we share it?", body="We were asked.")


def test_links_in_a_mail_lead_to_the_site(asked, alice, bob, settings):
    posting.answer(by=bob, thread=asked, body="Ask @alice, or see [our guide](/guidance/x/).")
    page = mails(alice)[0].alternatives[0][0]
    links = re.findall(r'href="([^"]*)"', page)
    assert f"{settings.SITE_URL}/guidance/x/" in links
    assert not [one for one in links if not one.startswith(("http", "mailto:"))]


def test_the_stop_link_tells_who_was_sent_the_mail_by_another_nothing_new(alice, bob, group_space, client, client_of):
    thread = asking.ask(by=alice, space=group_space, kind="question", title="Secret", body="Hello @bob")
    url = stopping.url_for(Notice.objects.get(recipient=bob))
    type(bob).objects.filter(pk=bob.pk).update(email="new.private@elsewhere.example.org")
    type(thread).objects.filter(pk=thread.pk).update(title="Renamed since")
    page = client.get(url).content.decode()
    assert [words in page for words in ("new.private", "elsewhere", "Renamed since")] == [False] * 3
    assert "mail to n…@e…" in page
    own = client_of(bob).get(url).content.decode()
    assert "new.private@elsewhere.example.org" in own
    assert "Renamed since" in own


def test_a_mail_that_carries_the_beginning_only_keeps_its_paragraphs_and_items(alice, bob, space):
    space.mail_policy = "excerpt"
    space.save()
    thread = asking.ask(by=alice, space=space, kind="question", title="May we share it?", body="We were asked.")
    posting.answer(
        by=bob, thread=thread, body="As last year:\n\n1. Ring the duty line\n2. Write it down\n\n" + "So. " * 99
    )
    outbox.drain()
    (sent,) = mails(alice)
    assert "As last year:\n\n1. Ring the duty line\n2. Write it down\n\nSo. So." in sent.body
    assert "<p>1. Ring the duty line<br>2. Write it down</p>" in sent.alternatives[0][0]
    assert "So. " * 70 not in sent.body
