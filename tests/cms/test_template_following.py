"""Who follows a template hears once of each new version they may fetch, and can undo it."""

import pytest

from cms.actions import templates as acts
from members.actions.refusals import NotAllowed
from notifications.delivery import mail as mails
from notifications.models import Notice
from tests.cms.test_templates import add_version, private, tell
from tests.factories import knowledge


def test_a_member_is_told_of_new_versions_and_can_undo_it(client_of, db, bob):
    template = knowledge.template("Sharing protocol")
    client = client_of(bob)
    assert client.get("/templates/sharing-protocol/").context["follows"] is False
    for _twice in range(2):
        response = client.post("/templates/sharing-protocol/follow/", {"follow": "following"}, follow=True)
        assert response.redirect_chain == [("/templates/sharing-protocol/", 302)]
        assert response.context["follows"] is True
    assert template.follows.count() == 1
    response = client.post("/templates/sharing-protocol/follow/", {"follow": "default"}, follow=True)
    assert (response.context["follows"], template.follows.count()) == (False, 0)


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("charlie", 403), ("bob", 302), ("cora", 302)])
def test_who_may_follow_a_template(request, client_of, db, who, status):
    template = knowledge.template("Sharing protocol")
    viewer = request.getfixturevalue(who) if who else None
    response = client_of(viewer).post("/templates/sharing-protocol/follow/", {"follow": "following"})
    assert response.status_code == status
    assert template.follows.count() == (1 if who in {"bob", "cora"} else 0)


@pytest.mark.parametrize("data", [{}, {"follow": "x"}, {"follow": "muted"}, {"follow": "\0"}])
def test_a_follow_that_makes_no_sense_is_refused_in_words(client_of, db, bob, data):
    knowledge.template("Sharing protocol")
    assert client_of(bob).post("/templates/sharing-protocol/follow/", data).status_code == 400


def test_following_needs_a_post_and_a_template_one_may_see(client_of, db, bob):
    private(knowledge.template("Shut away").versions.get(), "password")
    assert client_of(bob).get("/templates/shut-away/follow/").status_code == 405
    assert client_of(bob).post("/templates/shut-away/follow/", {"follow": "following"}).status_code == 404


def test_only_members_are_told(db, charlie):
    with pytest.raises(NotAllowed):
        acts.follow(by=charlie, template=knowledge.template("Sharing protocol"), follow=True)


def test_followers_hear_once_what_changed_by_bell_and_mail(client_of, db, bob, alice, mailoutbox):
    template = knowledge.template("Sharing protocol")
    tell(template)
    acts.follow(by=bob, template=template, follow=True)
    version = add_version(template, note="The law has a box of its own.")
    assert (tell(template), tell(template)) == (1, 0)
    notice = Notice.objects.get(kind="cms.template_version")
    assert (notice.recipient, notice.count, notice.url) == (bob, 1, version.get_absolute_url())
    content = mails.kinds.get(notice.kind).mail(notice)
    assert content.subject == "Sharing protocol: version 2"
    assert [item.text for item in content.items] == ["The law has a box of its own."]
    inbox = client_of(bob).get("/notifications/").content.decode()
    assert "<strong>Sharing protocol</strong> has version 2" in inbox
    assert "You asked to be told about new versions." in inbox


def test_two_versions_make_one_notice_that_says_both(db, bob):
    template = knowledge.template("Sharing protocol")
    tell(template)
    acts.follow(by=bob, template=template, follow=True)
    for note in ("First change.", "Second change."):
        add_version(template, note=note)
        tell(template)
    notice = Notice.objects.get(recipient=bob)
    assert notice.count == 2
    content = mails.kinds.get(notice.kind).mail(notice)
    assert [item.text for item in content.items] == ["First change.", "Second change."]


def test_reading_the_template_reads_its_notice(client_of, db, bob):
    template = knowledge.template("Sharing protocol")
    acts.follow(by=bob, template=template, follow=True)
    tell(template)
    assert Notice.objects.unread().count() == 1
    client_of(bob).get("/templates/sharing-protocol/")
    assert Notice.objects.unread().count() == 0


def test_nobody_is_told_of_a_version_they_may_not_fetch(client_of, db, bob):
    template = knowledge.template("Sharing protocol")
    tell(template)
    acts.follow(by=bob, template=template, follow=True)
    private(add_version(template, note="Canary words."), "password")
    tell(template)
    assert Notice.objects.count() == 0
    # and one who was told hears no more of it once it is shut
    open_one = add_version(template, note="Canary two.")
    tell(template)
    assert Notice.objects.count() == 1
    private(open_one, "password")
    assert "has version" not in client_of(bob).get("/notifications/").content.decode()


def test_the_preferences_list_templates_a_member_follows_with_their_switch(client_of, db, bob):
    template = knowledge.template("Sharing protocol")
    acts.follow(by=bob, template=template, follow=True)
    client = client_of(bob)
    page = client.get("/notifications/preferences/").content.decode()
    assert "Templates you follow" in page
    assert "A template you follow has a new version" in page
    back = "/notifications/preferences/"
    response = client.post("/templates/sharing-protocol/follow/", {"follow": "default", "back": back})
    assert (response.url, template.follows.count()) == (back, 0)
    elsewhere = {"follow": "default", "back": "https://elsewhere.example/"}
    assert client.post("/templates/sharing-protocol/follow/", elsewhere).url == "/templates/sharing-protocol/"
