import pytest

from members import actions
from members.models import Member, RetiredHandle
from members.models.member import Audience
from tests.factories import MemberFactory

URL = "/account/"


def details(member, **changed):
    """The form as it was filled in for `member`, with changes."""
    shown = {f"show_{name}": getattr(member, f"show_{name}") for name in
             ("name", "job_title", "organisation", "bio", "expertise", "answers", "email")}  # fmt: skip
    return (
        shown
        | {
            "display_name": member.display_name,
            "handle": member.handle,
            "job_title": member.job_title,
            "bio": member.bio,
            "expertise": ", ".join(member.expertise.names()),
        }
        | changed
    )


def test_saves_what_one_says(client_of, alice):
    sent = details(
        alice, display_name="Alice  Amory-Bell", job_title="Data lead", bio="I map data.",
        expertise="Housing, FRAUD ,fraud", show_bio="everyone", show_email="members",
    )  # fmt: skip
    assert client_of(alice).post(URL, sent).headers["Location"] == URL
    alice.refresh_from_db()
    assert (alice.display_name, alice.job_title, alice.bio) == ("Alice Amory-Bell", "Data lead", "I map data.")
    assert sorted(alice.expertise.names()) == ["fraud", "housing"]
    assert (alice.show_bio, alice.show_email) == ("everyone", "members")


def test_asks_for_no_time_zone_as_every_time_is_the_sites_own(client_of, core_client, alice):
    for page in (client_of(alice).get(URL), core_client.get(f"/admin/users/edit/{alice.pk}/")):
        assert (page.status_code, 'name="time_zone"' in page.content.decode()) == (200, False)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"expertise": "a,b,c,d,e,f,g,h,i"}, "expertise", "You wrote 9 topics. Keep the 8 you know best."),
        ({"expertise": "x" * 41}, "expertise", f"“{'x' * 30}…” is too long for a topic. Put commas between topics."),
        ({"expertise": "…"}, "expertise", "“…” is not a topic. Use words, with commas between."),
        (
            {"handle": "no spaces"},
            "handle",
            "Use small letters, numbers and hyphens, such as “priya-nair”; 40 characters at most.",
        ),
        ({"handle": "bob"}, "handle", "@bob is taken, or was someone's before. Handles are never used again."),
        (
            {"handle": "core-team"},
            "handle",
            "@core-team is taken, or was someone's before. Handles are never used again.",
        ),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(client_of, alice, bob, changed, field, words):
    page = client_of(alice).post(URL, details(alice, bio="Do not save me", **changed))
    assert page.context["form"].errors[field] == [words]
    assert "Do not save me" in page.content.decode()
    alice.refresh_from_db()
    assert (alice.handle, alice.bio) == ("alice", "")


def test_a_name_that_failed_does_not_show_in_the_masthead(client_of, alice):
    page = client_of(alice).post(URL, details(alice, display_name="Chief Constable", handle="no spaces"))
    assert page.context["request"].user.display_name == "Alice Amory"


def test_a_handle_is_never_used_again(client_of, alice, bob):
    client_of(alice).post(URL, details(alice, handle="alice-amory"))
    alice.refresh_from_db()
    assert alice.handle == "alice-amory"
    assert list(RetiredHandle.objects.values_list("handle", "member")) == [("alice", alice.pk)]
    with pytest.raises(actions.HandleTaken):
        actions.change_handle(by=bob, handle="alice")
    assert Member.objects.free_handle("Alice") == "alice-2"


def test_one_may_take_ones_own_old_handle_back(alice):
    actions.change_handle(by=alice, handle="alice-amory")
    alice.refresh_from_db()
    actions.change_handle(by=alice, handle="alice")
    assert list(RetiredHandle.objects.values_list("handle", flat=True)) == ["alice-amory"]


def test_a_member_edits_only_themselves_and_the_core_team_anyone(alice, bob, morag, cora):
    for other in (bob, morag):
        with pytest.raises(actions.NotAllowed):
            actions.update_details(by=other, member=alice, bio="Hacked")
    actions.update_details(by=cora, member=alice, bio="Mended")
    alice.refresh_from_db()
    assert alice.bio == "Mended"


@pytest.mark.parametrize("field", ["role", "standing", "is_superuser", "email", "password", "organisation"])
def test_what_is_no_detail_cannot_be_smuggled_in(client_of, alice, field):
    before = getattr(alice, field)
    client_of(alice).post(URL, details(alice, **{field: "core_team"}))
    alice.refresh_from_db()
    assert getattr(alice, field) == before
    with pytest.raises(TypeError):
        actions.update_details(by=alice, **{field: "core_team"})


FIELDS = ["job_title", "organisation", "bio", "expertise", "answers", "email"]


@pytest.mark.parametrize("audience", Audience.values)
@pytest.mark.parametrize("field", FIELDS)
def test_one_and_many_agree_on_who_sees_a_field(cast, audience, field):
    """`shows()` for one member and `showing()` for lists: 6 viewers × 6 fields × 3 audiences."""
    subject = MemberFactory(display_name="Subject Smith", **{f"show_{field}": audience})
    for name, viewer in cast.items():
        listed = Member.objects.showing(field, to=viewer).filter(pk=subject.pk).exists()
        assert listed == subject.shows(field, to=viewer), name


def test_details_need_signing_in(client):
    assert client.get(URL).headers["Location"] == "/accounts/login/?next=/account/"


def test_too_many_changes_are_slowed_down_and_nothing_typed_is_lost(client_of, alice, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"details": (2, 3600)}
    client = client_of(alice)
    pages = [client.post(URL, details(alice, bio=f"Text {number}")) for number in range(3)]
    assert [page.status_code for page in pages] == [302, 302, 429]
    assert "Text 2" in pages[2].content.decode()


def test_the_account_page_takes_few_queries(client_of, alice, django_assert_max_num_queries):
    client = client_of(alice)
    client.get(URL)
    with django_assert_max_num_queries(10):
        client.get(URL)


def test_says_ones_part_in_information_sharing(client_of, alice):
    client = client_of(alice)
    assert client.post(URL, details(alice, duties=["dpo", "siro"])).headers["Location"] == URL
    alice.refresh_from_db()
    assert alice.duties == ["dpo", "siro"]
    ticked = [option.data["value"] for option in client.get(URL).context["form"]["duties"] if option.data["selected"]]
    assert ticked == ["dpo", "siro"]
    client.post(URL, details(alice))
    alice.refresh_from_db()
    assert alice.duties == []


def test_there_is_no_part_but_those_listed(client_of, alice):
    response = client_of(alice).post(URL, details(alice, duties=["dpo", "king"]))
    assert list(response.context["form"].errors) == ["duties"]
    alice.refresh_from_db()
    assert alice.duties == []


def test_nobody_else_reads_ones_part(client_of, alice, bob):
    actions.update_details(by=alice, duties=["caldicott"])
    assert "Caldicott" not in client_of(bob).get("/people/alice/").content.decode()
