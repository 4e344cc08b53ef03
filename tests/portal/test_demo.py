"""The demo: whole, true to its files, safe to load twice; and the large set on top of it."""

import csv
import json
import re
from itertools import islice
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import F, Q
from django.utils import timezone
from wagtail.blocks import StreamValue

from forum.models import Post, Reading, Space, Thread
from forum.querysets import topics_of
from members.models import Member, Organisation, OtherName
from notifications.models import Notice
from portal.demo import files, members
from portal.demo.paragraphs import paragraphs, titles

QUESTIONS = Path(__file__).with_name("questions.txt").read_text(encoding="utf-8").splitlines()


def everything() -> dict[str, list]:
    """Every row of every table that is not about the run itself."""
    left_out = {"django_tasks_db", "sessions", "contenttypes", "auth"}
    tables = [model for model in apps.get_models() if model._meta.app_label not in left_out]
    return {
        model._meta.label: sorted(_spelled(row) for row in model._base_manager.values_list())
        for model in tables
        if model._meta.managed
    }


def _spelled(row: tuple) -> str:
    """A row in letters; the blocks of a page as they are stored, not as objects of this moment."""
    return repr([list(value.raw_data) if isinstance(value, StreamValue) else value for value in row])


# --- the content files -------------------------------------------------------------------------------


def test_every_question_of_the_community_is_a_thread():
    there = {thread["title"] for thread in files.threads()}
    assert [title for title in QUESTIONS if title not in there] == []
    assert len(QUESTIONS) == 26


def test_answers_are_of_a_readable_length():
    lengths = {
        (thread["title"], answer["by"]): len(answer["body"].split())
        for thread in files.threads()
        if thread["title"] in QUESTIONS
        for answer in thread.get("answers", [])
    }
    assert {where: words for where, words in lengths.items() if not 80 <= words <= 250} == {}


def test_answered_threads_have_at_least_two_voices_besides_the_asker():
    for thread in files.threads():
        if answers := thread.get("answers", []):
            voices = {answer["by"] for answer in answers}
            voices |= {comment["by"] for answer in answers for comment in answer.get("comments", [])}
            assert len(voices | {thread["asker"]}) >= 2, thread["title"]


def test_no_sentence_stands_in_two_threads():
    seen: dict[str, str] = {}
    for thread in files.threads():
        own = set()
        texts = [thread["body"], *(comment["body"] for comment in thread.get("comments", []))]
        for answer in thread.get("answers", []):
            texts += [answer["body"], *(comment["body"] for comment in answer.get("comments", []))]
        for text in texts:
            sentences = re.split(r"(?<=[.!?])\s+|\n+", text)
            own |= {" ".join(one.lower().split()) for one in sentences if len(one.split()) >= 5}
        shared = {sentence: seen[sentence] for sentence in own & set(seen)}
        assert shared == {}, thread["title"]
        seen |= dict.fromkeys(own, thread["title"])


def test_no_title_or_plain_line_has_a_straight_quote():
    """Posts are typeset when they are rendered; what is shown as it stands has to be written right."""
    shown = [thread["title"] for thread in files.threads()]
    shown += [
        member[field]
        for member in files.toml("members.toml")["member"]
        for field in ("bio", "job_title")
        if field in member
    ]
    for name in ("gateways", "glossary"):
        with (files.CONTENT / f"knowledge/{name}.csv").open(encoding="utf-8", newline="") as file:
            shown += [cell for row in csv.reader(file) for cell in row]
    assert len(shown) > 500
    assert [words for words in shown if re.search("[\"']", words)] == []


def test_all_the_files_name_each_other_rightly():
    people = {row["handle"]: row for row in files.toml("members.toml")["member"]}
    rooms = {row["slug"] for row in files.toml("spaces.toml")["space"]}
    bodies = {row["slug"] for row in files.toml("invented_organisations.toml")["organisation"]}
    named = {handle for row in files.toml("spaces.toml")["space"] for handle in row.get("people", [])}
    for thread in files.threads():
        assert thread["space"] in rooms
        named |= {thread["asker"], *thread.get("us_too", [])}
        for entry in [*thread.get("answers", []), *thread.get("comments", [])]:
            named |= {entry["by"], *entry.get("helpful", []), *(one["by"] for one in entry.get("comments", []))}
    assert named - set(people) == set()
    assert {row["organisation"] for row in people.values()} - bodies == set()
    assert len(people) >= 60
    assert len(rooms) == 6
    assert len(list(files.real_organisations())) == 84
    assert 14 <= len(bodies) <= 18


def test_nobody_invented_writes_before_they_joined_or_while_they_wait():
    people = {row["handle"]: row for row in files.toml("members.toml")["member"]}
    for thread in files.threads():
        writers = {thread["asker"]: thread["days_ago"]}
        for answer in thread.get("answers", []):
            for entry in [answer, *answer.get("comments", [])]:
                writers[entry["by"]] = thread["days_ago"] - entry["hours_after"] / 24
        assert [who for who, ago in writers.items() if people[who]["joined_days_ago"] < ago] == [], thread["title"]
        assert [who for who in writers if people[who].get("standing", "vouched") != "vouched"] == [], thread["title"]
        assert [who for who, ago in writers.items() if ago < 0] == [], thread["title"]


# --- loading -----------------------------------------------------------------------------------------


def test_loading_twice_changes_nothing(demo):
    before = everything()
    call_command("load_demo", verbosity=0)
    after = everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}


def test_no_invented_person_works_at_a_real_body(demo):
    assert Member.objects.filter(organisation__invented=False).count() == 0
    assert Organisation.objects.filter(invented=False).count() == 84
    assert Organisation.objects.filter(invented=False, email_domains__isnull=False).count() == 0


def test_former_names_are_known_and_editors_notes_kept(demo):
    assert (
        OtherName.objects.get(name="Southend-on-Sea Borough Council").organisation.name
        == "Southend-on-Sea City Council"
    )
    assert Organisation.objects.exclude(editor_note="").filter(invented=False).count() > 10


def test_the_counters_are_what_the_acts_would_have_made(demo):
    for thread in Thread.objects.prefetch_related("posts"):
        posts = list(thread.posts.all())
        answers = [post for post in posts if post.kind == "answer"]
        assert [post.number for post in posts] == list(range(1, len(posts) + 1))
        assert thread.highest_number == thread.highest_visible_number == len(posts)
        assert thread.answer_count == len(answers)
        assert thread.peer_answer_count == sum(post.author_id != thread.author_id for post in answers)
        assert thread.voice_count == len({post.author_id for post in posts})
        assert thread.last_activity_at == max(post.created_at for post in posts)
        assert thread.us_too_count == thread.us_too.count()
        assert thread.us_too.filter(organisation=thread.organisation_then).count() == 0
        assert all(post.helpful_count == post.helpful.count() for post in answers)
        assert all(post.parent is None or post.parent.number < post.number for post in posts)
        slug = thread.slug
        thread.save()
        assert thread.slug == slug


def test_nothing_is_dated_in_the_future(demo):
    now = timezone.now()
    assert Post.objects.filter(created_at__gt=now).count() == 0
    assert Thread.objects.filter(Q(accepted_at__gt=now) | Q(accepted_at__lt=F("created_at"))).count() == 0
    assert Notice.objects.filter(Q(created_at__gt=now) | Q(updated_at__gt=now)).count() == 0


def test_some_wait_some_are_answered_and_every_space_has_something(demo):
    assert Thread.objects.unanswered().count() >= 4
    assert Thread.objects.answered().count() >= 10
    assert Space.objects.filter(threads__isnull=True).count() == 0


def test_the_people_to_sign_in_as_can_and_have_things_to_see(demo, client):
    for who, name, email in members.four():
        assert client.login(email=email, password=members.PASSWORD), who
        member = Member.objects.get(email=email)
        assert member.emailaddress_set.get().verified
        if member.is_taking_part():
            assert Notice.objects.for_inbox(member).unread().count() >= 2, name
            assert Thread.objects.visible_to(member).unread_by(member).count() >= 2, name
            assert Thread.objects.followed_by(member).count() >= 2, name
    assert len(members.four()) == 4


def test_notices_of_the_demo_send_no_mail(demo):
    assert Notice.objects.filter(mail_due_at__isnull=False).count() == 0


@pytest.mark.parametrize(
    "path",
    ["/", "/how-this-works/", "/partners/southend-on-sea-city-council/", "/people/priya-nair/", "/search/?q=Saffend"],
)
def test_its_pages_stand(path, demo, client):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Saffend", "Southend-on-Sea City Council"),
        ("Southend Borough Council", "Southend-on-Sea City Council"),
        ("virgin care", "HCRG Care Group"),
        ("eput", "Essex Partnership University NHS Foundation Trust"),
        ("fire service", "Essex County Fire and Rescue Service"),
    ],
)
def test_partners_are_found_by_the_names_people_use(query, name, demo, found):
    assert name in found(query)["partners"]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("safegaurding", "Can our charity tell the council about a worried tenant without asking first?"),
        (
            "can i share without consent",
            "Can our charity tell the council about a worried tenant without asking first?",
        ),
        ("wrried tennant", "Can our charity tell the council about a worried tenant without asking first?"),
        ("fraud mathcing", "Does anyone have a short protocol for a monthly fraud-matching file?"),
        ("electoral register", "Can we use the full electoral register to trace families?"),
    ],
)
def test_questions_are_found_by_the_words_people_use(query, title, demo, found):
    assert title in found(query)["questions"]


def test_who_one_signs_in_as_follows_topics_that_hold_something(demo):
    followed = {
        handle: {topic.name: topic.total for topic in topics_of(Member.objects.get(handle=handle)) if topic.followed}
        for _, handle in members.FOUR[1:]
    }
    assert {handle: len(topics) for handle, topics in followed.items()} == dict.fromkeys(followed, 2)
    assert [name for topics in followed.values() for name, total in topics.items() if not total] == []


# --- sessions and the large set ----------------------------------------------------------------------


def test_sessions_are_written_for_load_runs(demo, client, tmp_path):
    call_command("load_demo", sessions=3, cookies=tmp_path / "cookies", verbosity=0)
    lines = [json.loads(line) for line in (tmp_path / "cookies").read_text().splitlines()]
    assert len(lines) == 3
    name, _, key = lines[1]["cookie"].partition("=")
    client.cookies[name] = key
    assert client.get("/").wsgi_request.user.handle == lines[1]["handle"]


def test_sessions_are_refused_on_a_real_site(demo, settings, tmp_path):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo", sessions=3, cookies=tmp_path / "cookies", verbosity=0)
    assert not (tmp_path / "cookies").exists()


def test_there_are_two_thousand_different_paragraphs_and_titles():
    texts = paragraphs(2400)
    assert len(set(texts)) == 2400
    assert all(150 <= len(text) <= 900 for text in texts)
    assert not [text for text in texts if "{" in text]
    assert len({sentence for text in texts for sentence in text.split(". ")}) > 5000
    assert len(set(islice(titles(), 20_000))) == 20_000


def test_the_large_set_has_what_was_asked_for_and_true_counters(demo, found):
    before, made = Post.objects.count(), 100 - Thread.objects.count()
    call_command("load_demo", scale=100, posts=6, members=80, long=120, watchers=90, verbosity=0)
    assert Thread.objects.count() == 100
    assert Post.objects.count() - before == made * 6 + 114
    assert Member.objects.taking_part().count() >= 88
    longest = Thread.objects.order_by("-highest_number").first()
    assert longest.highest_number == 120
    assert Reading.objects.filter(thread=longest, follow="following").count() >= 88
    for thread in Thread.objects.order_by("-pk")[:40].prefetch_related("posts"):
        posts = list(thread.posts.all())
        answers = [post for post in posts if post.kind == "answer"]
        assert thread.highest_visible_number == len(posts)
        assert (thread.answer_count, thread.voice_count) == (len(answers), len({post.author_id for post in posts}))
        assert thread.peer_answer_count == sum(post.author_id != thread.author_id for post in answers)
        assert thread.accepted_answer is None or thread.accepted_answer in answers
        assert thread.last_activity_at == posts[-1].created_at
        assert found(thread.title, thread.author)["questions"]
    call_command("load_demo", scale=100, posts=6, members=80, long=120, verbosity=0)
    assert Thread.objects.count() == 100
    new = Thread.objects.create(title="After it", space=Space.objects.first(), author=Member.objects.first())
    assert new.pk > longest.pk
