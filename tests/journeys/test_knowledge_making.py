"""Those who make what the network knows: authors, approvers, moderators and the core team, in the admin; and readers,
in other windows, who see it come and go."""

import json
import re

import pytest

from tests.journeys import steps

pytestmark = [pytest.mark.timeout(180)]

# Run in the site: groups, the workflow, two who write; sessions by handle and numbers on the last line.
DESK = """
import json
from cms.models import GuidanceIndexPage, Template
from cms.workflow import set_up_editing
from core.models import CustomDocument
from django.core.files.base import ContentFile
from forum.actions import citing
from forum.models import Post
from members import roles
from members.models import Member, Organisation
from reference.models import Provision
from tests.factories import MemberFactory, knowledge
from tests.parts.cast import session_of
council = Organisation.objects.get(name="Thornmere District Council")
made = [MemberFactory(display_name=f"{name} Writer", handle=name.lower(), organisation=council, role="author")
        for name in ("Wren", "Ada")]
roles.set_up_groups()
set_up_editing()
law = knowledge.ProvisionFactory(law="Water Towers Act 1970", provision="s.2", slug="water-towers-act")
knowledge.template("Key register", keeper=Member.objects.get(handle="cora"))
CustomDocument.objects.create(title="Key register, second", file=ContentFile(b"Keys", name="keys-2.txt"))
print(json.dumps({"sessions": {one.handle: session_of(one) for one in made}, "law": law.pk,
                  "library": GuidanceIndexPage.objects.get().pk,
                  "template": Template.objects.get(title="Key register").pk}))
"""


@pytest.fixture(scope="module")
def desk(live_site) -> dict:
    """The live site with authors: numbers to make addresses of."""
    made = json.loads(live_site.python_once(DESK).splitlines()[-1])
    live_site.sessions |= made["sessions"]
    return made


@pytest.fixture
def at(live_site, window):
    """`at("cora", "/admin/")` → a page where somebody is, with their session."""

    def go(handle: str | None, path: str, **options):
        made = window(**options)
        if handle:
            made.sign_in(live_site, handle)
        page = made.page()
        page.goto(live_site.url + path)
        return page

    return go


def choose(page, field: str, title: str) -> None:
    """Choose something in one of Wagtail's choosers."""
    page.locator(f"#{field}-chooser [data-chooser-action-choose]").first.click()
    page.locator(".modal-body").get_by_role("link", name=title).first.click()
    page.locator(f"#{field}-chooser [data-chooser-title]", has_text=title).wait_for()


def press(page, action: str) -> None:
    """Press one of the buttons at the foot of Wagtail's editor: "action-publish", "action-submit"."""
    toggle = page.locator("footer [data-w-dropdown-target=toggle]").first
    button = page.locator(f"button[name={action}]").first
    if not button.is_visible():
        toggle.click()
    button.click()


def test_local_guidance_is_refused_without_parent_then_approved_and_read(live_site, desk, at):
    """Written and sent by its author, refused in plain words with nothing lost, agreed to by its approver, read."""
    title, words = "Sharing with the water company here", "Who to ring, and what to say."
    author = at("wren", f"/admin/pages/add/cms/guidancepage/{desk['library']}/")
    author.fill("#id_title", title)
    author.fill("#id_summary", words)
    author.select_option("#id_level", "local")
    assert author.locator("button[name=action-publish]").count() == 0
    press(author, "action-submit")
    author.get_by_text(
        "Local guidance stands under a law, the regulator or national guidance. Choose which."
    ).wait_for()
    assert author.get_by_text("Somebody approves local guidance before it is published. Choose who.").count() == 1
    assert (author.input_value("#id_title"), author.input_value("#id_summary")) == (title, words)
    assert author.input_value("#id_level") == "local"
    assert author.get_by_text("There are no words yet. Write the guidance, or say where it is published.").count() == 1
    author.fill("#id_source_url", "https://water.example.org/who-to-ring")
    choose(author, "id_national_parent", "Sharing to keep people safe")
    choose(author, "id_approver", "Ada Writer")
    press(author, "action-submit")
    author.locator(".messages .success").wait_for()
    reader = at(None, "/guidance/")
    assert reader.get_by_role("link", name=title).count() == 0

    approver = at("ada", "/notifications/")
    approver.get_by_role("link", name=re.compile(f"asks you to approve {title}")).click()
    approver.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    approver.locator("footer [data-w-dropdown-target=toggle]").first.click()
    approver.get_by_role("button", name="Approve and publish").first.click()
    approver.get_by_text("You approved “").wait_for()

    reader.goto(live_site.url + "/guidance/")
    reader.get_by_role("link", name=title).click()
    reader.get_by_role("heading", name=title, level=1).wait_for()
    said = reader.inner_text("main")
    assert "Ada Writer" in said
    assert reader.get_by_role("link", name="Sharing to keep people safe").count() > 0
    author.goto(f"{live_site.url}/notifications/")
    assert author.get_by_role("link", name=re.compile(f"approved {title}")).count() == 1


# What a thread does not tell of a story, written into the draft.
REST = """
from cms.models import StoryPage
draft = StoryPage.objects.get(title="{title}").get_latest_revision_as_object()
draft.problem = draft.impact = [("text", "<p>We asked the neighbours first.</p>")]
draft.save_revision(clean=False)
"""


def answer_consent(page, site, yes: bool) -> None:
    """Open the newest question whether one may be quoted, and answer it."""
    page.goto(f"{site.url}/notifications/")
    page.get_by_role("link", name=re.compile("May we quote you")).first.click()
    page.get_by_role("heading", name="May we quote you?").wait_for()
    page.get_by_role("button", name="Yes, you may quote me" if yes else "No, please don’t").click()
    page.get_by_text("Your words may be quoted." if yes else "You will not be quoted.").first.wait_for()


def test_a_thread_becomes_a_story_that_quotes_only_who_said_yes(live_site, desk, at):
    """Morag makes the draft; bob says yes, cora no; the story is out; bob, who pressed “us too”, is told."""
    title, yes, no = "Who reads the meter when nobody is in?", "The neighbour signs for it.", "We sent a card to each."
    thread = steps.send_question(live_site, "alice", title)
    number = steps.number_of(thread)
    for handle, words in (("bob", yes), ("cora", no)):
        assert steps.send_answer(live_site, handle, number, words).status_code == 302
    with steps.browser_of(live_site, "bob") as client:
        assert steps.send(client, f"/forum/{number}/us-too/", us_too="yes").status_code == 302

    morag = at("morag", thread)
    morag.get_by_role("link", name="Make a story or guidance of this").click()
    morag.get_by_role("heading", name="Make a story or guidance of this thread").wait_for()
    morag.get_by_label("A success story").check()
    for box in morag.locator("input[name=posts]").all():
        if box.is_checked() != (box.get_attribute("value") in {"2", "3"}):
            morag.locator(f"label[for={box.get_attribute('id')}]").click()
    morag.get_by_role("button", name="Make the draft").click()
    morag.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    edit = re.search(r"/admin/pages/\d+/edit/", morag.url)[0]

    live_site.python(REST.format(title=title))
    bob, cora = at("bob", "/forum/", scripts=False), at("cora", "/forum/")
    answer_consent(bob, live_site, yes=True)
    answer_consent(cora, live_site, yes=False)
    cora.goto(live_site.url + edit)
    cora.fill("#id_summary", "A card did less than a neighbour.")
    press(cora, "action-publish")
    cora.locator(".messages .success").wait_for()

    bob.goto(f"{live_site.url}/notifications/")
    bob.get_by_role("link", name=re.compile(f"A question you share is now a page: {re.escape(title)}")).click()
    bob.get_by_role("heading", name=title, level=1).wait_for()
    assert "/stories/" in bob.url
    quote = bob.locator(".quote--forum")
    assert quote.count() == 1
    assert yes in quote.inner_text()
    assert "Bob Barley" in quote.inner_text()
    said = bob.inner_text("main")
    assert (no in said, "Cora Coates, " in bob.locator(".story, article").first.inner_text()) == (False, False)
    bob.get_by_role("link", name=title).first.click()
    bob.wait_for_url(re.compile(rf"/forum/{number}/"))
    assert bob.locator('main a[href^="/stories/"], aside a[href^="/stories/"]', has_text=title).count() == 1


NEWS = """
import datetime as dt
from django.utils import timezone
from core.models import Schedule
from tests.factories import knowledge
# not by chance before we have looked ourselves
Schedule.objects.filter(name="publish scheduled pages").update(next_run=timezone.now() + dt.timedelta(hours=1))
over = knowledge.news("The tower is closed today", slug="over")
soon = knowledge.news("The tower opens tomorrow", slug="soon", publish=False)
# time enough to be published before, on a busy machine too
over.expire_at = soon.go_live_at = timezone.now() + dt.timedelta(seconds=4)
over.save_revision().publish()
soon.save_revision().publish()
"""
LOOK = """
from django.utils import timezone
from core.models import Schedule
Schedule.objects.filter(name="publish scheduled pages").update(next_run=timezone.now())
"""


def test_a_scheduled_page_appears_by_itself_and_an_expired_one_goes(live_site, at):
    """The scheduler of the running site does it; only when it looks next is ours to say."""
    live_site.python(NEWS)
    with steps.browser_of(live_site, None) as reader:
        before = {slug: reader.get(f"/news/{slug}/").status_code for slug in ("over", "soon")}
        page = at(None, "/news/over/")
        steps.wait_until(page, lambda: looked(live_site, reader), "the scheduler did nothing")
        page.goto(f"{live_site.url}/news/")
        assert page.get_by_role("link", name="The tower opens tomorrow").count() == 1
        assert page.get_by_role("link", name="The tower is closed today").count() == 0
        page.goto(f"{live_site.url}/news/soon/")
        page.get_by_role("heading", name="The tower opens tomorrow", level=1).wait_for()
    assert before == {"over": 200, "soon": 404}


def looked(site, reader) -> bool:
    """Let the scheduler look now; whether it has changed both pages."""
    site.python(LOOK)
    return (reader.get("/news/over/").status_code, reader.get("/news/soon/").status_code) == (404, 200)


def test_a_law_that_changed_flags_the_answer_until_its_author_says_it_is_still_right(live_site, desk, at):
    """The core team marks it in the admin; bob's bell rings in another window; he looks, and it is gone."""
    steps.read_everything(live_site, "bob")
    thread = steps.send_question(live_site, "alice", "Who may climb the water tower?")
    number = steps.number_of(thread)
    steps.send_answer(live_site, "bob", number, "The company, under its own act.")
    with steps.browser_of(live_site, "bob") as client:
        assert steps.send(client, f"/forum/{number}/posts/2/cite/", provisions=str(desk["law"])).status_code == 302
    bob = at("bob", "/")
    steps.open_live(bob, live_site.url + thread)
    assert bob.get_by_text("Check this").count() == 0
    before = steps.bell(bob)
    cora = at("cora", f"/admin/snippets/reference/provision/edit/{desk['law']}/")
    cora.goto(f"{live_site.url}/admin/snippets/reference/provision/{desk['law']}/mark-changed/")
    cora.get_by_label("What changed?").fill("Towers below ten metres are left out.")
    cora.get_by_role("button", name=re.compile("Mark")).last.click()
    cora.get_by_text("1 thing says “check this” now; their owners are told.").wait_for()
    steps.bell_becomes(bob, before + 1)
    assert steps.was_not_reloaded(bob)
    bob.goto(live_site.url + thread)
    flagged = bob.locator(".post__cites--check")
    assert "Towers below ten metres are left out." in flagged.inner_text()
    flagged.get_by_role("button", name="Still right").click()
    bob.locator(".post__cites--check").wait_for(state="detached")
    bob.goto(f"{live_site.url}/gateways/mine/")
    assert bob.get_by_role("link", name="Who may climb the water tower?").count() == 0
    reader = at(None, thread)
    assert "Stands on" in reader.inner_text("#post-2")
    assert reader.get_by_text("Check this").count() == 0


def test_who_ticked_is_told_what_changed_in_a_template_and_its_old_address_says_so(live_site, desk, at):
    """Alice ticks; the core team adds a version in the admin; her bell rings; the old link leads to the new one."""
    steps.read_everything(live_site, "alice")
    alice = at("alice", "/templates/key-register/", scripts=False)
    alice.get_by_role("button", name=re.compile("[Tt]ell me")).click()
    alice.get_by_text("We tell you when it changes.").first.wait_for()
    watching = at("alice", "/")
    steps.open_live(watching, f"{live_site.url}/forum/")
    before = steps.bell(watching)

    cora = at("cora", f"/admin/snippets/cms/template/edit/{desk['template']}/")
    cora.get_by_role("button", name="Add version").click()
    choose(cora, "id_versions-1-document", "Key register, second")
    cora.fill("#id_versions-1-change_note", "A column for who has the second key.")
    cora.get_by_role("button", name="Save").first.click()
    cora.locator(".messages .success").wait_for()

    steps.bell_becomes(watching, before + 1)
    alice.goto(f"{live_site.url}/notifications/")
    alice.get_by_role("link", name=re.compile("Key register has version 2")).click()
    alice.get_by_text("A column for who has the second key.").first.wait_for()
    old = at(None, "/templates/key-register/1/", scripts=False)
    assert "You have version 1. Version 2 is the newest." in old.inner_text("main")
    assert "A column for who has the second key." in old.inner_text("main")
    old.get_by_role("link", name="Version 2").first.click()
    old.get_by_role("heading", name="Key register", level=1).wait_for()
