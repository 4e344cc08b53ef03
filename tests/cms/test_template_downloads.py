"""Downloads of templates are counted, but for those of robots, and each count says what it counts."""

import pytest

from tests.factories import knowledge


def downloads(template):
    return list(template.versions.order_by("number").values_list("downloads", flat=True))


def test_a_download_is_counted_and_leads_to_the_file(client, db):
    template = knowledge.template("Sharing protocol", versions=2)
    browser = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    response = client.get("/templates/sharing-protocol/1/download/", follow=True, **browser)
    assert response.getvalue() == b"Sharing protocol, version 1"
    client.get("/templates/sharing-protocol/1/download/", **browser)
    client.head("/templates/sharing-protocol/1/download/", **browser)
    client.post("/templates/sharing-protocol/1/download/", **browser)
    assert downloads(template) == [2, 0]
    assert client.get("/templates/").context["templates"][0].downloads == 2


@pytest.mark.parametrize("robot", ["", "Googlebot/2.1 (+http://www.google.com/bot.html)", "Slurp", "archive crawler 1"])
def test_robots_may_fetch_but_do_not_count(client, db, robot):
    template = knowledge.template("Sharing protocol")
    response = client.get("/templates/sharing-protocol/1/download/", HTTP_USER_AGENT=robot)
    assert (response.status_code, downloads(template)) == (302, [0])


def test_each_count_of_downloads_says_what_it_counts(client, db):
    template = knowledge.template(versions=2)
    for number, downloads in ((1, 5), (2, 3)):
        template.versions.filter(number=number).update(downloads=downloads)
    knowledge.template("Only once").versions.update(downloads=7)
    shown = {
        "/templates/sharing-protocol/": [
            "3 downloads of this version, 8 of all versions.",
            "5 downloads of this version",
        ],
        "/templates/sharing-protocol/1/": ["5 downloads of this version, 8 of all versions."],
        "/templates/": ["8 downloads of all versions<", "7 downloads<"],
        "/templates/only-once/": ["7 downloads so far."],
        "/templates/only-once/1/": ["7 downloads of this version."],
    }
    for path, counts in shown.items():
        page = client.get(path).content.decode()
        assert [count in page for count in counts] == [True] * len(counts), path


def test_the_shown_count_follows_the_downloads(client, settings, db, django_capture_on_commit_callbacks):
    settings.ANONYMOUS_CACHE = True
    knowledge.template("Sharing protocol")
    assert "0 downloads so far" in client.get("/templates/sharing-protocol/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.get("/templates/sharing-protocol/1/download/", HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0")
    assert "1 download so far" in client.get("/templates/sharing-protocol/").content.decode()
