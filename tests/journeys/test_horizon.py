"""From a briefing to an answer that is looked at again: the core team publishes, a follower's bell rings, a task is
ticked, the law has changed, and whoever stands on it says that it still holds."""

import json
import re

import pytest

from tests.journeys import steps

pytestmark = [pytest.mark.timeout(180)]

# Run in the site: law that an accepted answer of bob's stands on since long ago, and a draft that says it changes.
DRAFT = """
import datetime as dt
import json
from core import outbox
from forum.actions import accepting, asking, posting
from forum.models import Space
from horizon.models import BriefingProvision, Development, TaskDone
from members import roles
from members.models import Member
from reference.actions import citing
from tests.factories import OrganisationFactory, knowledge
from tests.factories.horizon import briefing
roles.set_up_groups()
alice, bob = (Member.objects.get(handle=name) for name in ("alice", "bob"))
law = knowledge.ProvisionFactory(law="Lantern Act 1911", provision="s.3", slug="lantern-act")
thread = asking.ask(by=alice, space=Space.objects.get(name="Lawful sharing"), kind="question",
                    title="Who may hold the list of lanterns?", body="We found three lists.", topics_named=["fire"])
answer = posting.answer(by=bob, thread=thread, body="The lamp office, under section 3.")
accepting.accept(by=alice, post=answer)
citing.cite(target=answer, provisions=[law], owner=bob, today=dt.date(2025, 1, 6))
page = briefing("Lanterns: what the new rules ask", development=Development.objects.get(title="A duty to share"),
                answers=[(alice.organisation.sector, "yes", "You hold the list."), (None, "no", "Nothing changes.")],
                tasks=[("Count the lanterns", dt.date.today() + dt.timedelta(days=20))], publish=False)
page.law_changes.add(BriefingProvision(provision=law, what="Towns may hold it too."))
page.save()
page.save_revision()
for _ in range(4):
    TaskDone.objects.create(briefing=page, key=page.tasks.get().key, organisation=OrganisationFactory())
print(json.dumps({"page": page.pk, "slug": page.slug, "thread": f"/forum/{thread.pk}/{thread.slug}/"}))
"""

LONG = """
import datetime as dt
from members.models import Sector
from horizon.models import BriefingSource
from tests.factories import SectorFactory
from tests.factories.horizon import briefing
sectors = [SectorFactory(name=f"Kind of work {n}", in_words="a body") for n in range(7)]
words = "Tell the people you work with, and write down what was agreed in a line or two. " * 2
answers = [(one, "yes", words) for one in sectors] + [(None, "not_yet", words)]
page = briefing("A long briefing about everything that is about to change for all of us", answers=answers,
                summary=words, meanings=[(one, "", words) for one in sectors] + [(None, "dpo", words)],
                tasks=[("Name one person", dt.date(2027, n, 1)) for n in range(1, 5)], chance=words, threat=words,
                confidence_why=words, changing=[("text", f"<p>{words}</p><p>{words}</p>")] * 6)
for task in page.tasks.all():
    task.how, task.who, task.effort = words, "dpo", "Half a day"
page.sources = [BriefingSource(title=f"Source {n}", url="https://example.org/act", official=True) for n in range(4)]
page.save_revision().publish()
"""


@pytest.fixture(scope="module")
def draft(live_site) -> dict:
    return json.loads(live_site.python_once(DRAFT).splitlines()[-1])


@pytest.fixture(scope="module")
def long(live_site) -> None:
    live_site.python_once(LONG)


def at(live_site, window, handle: str | None, **options):
    """A page of somebody's own window."""
    made = window(**options)
    made.forgive("404 (Not Found)")  # what is not published yet
    if handle:
        made.sign_in(live_site, handle)
    return made.page()


def test_from_the_publish_button_to_still_right(live_site, window, draft):
    for name in ("alice", "bob"):
        steps.read_everything(live_site, name)
    follower = steps.open_live(at(live_site, window, "alice"), live_site.url + "/forum/")
    owner = steps.open_live(at(live_site, window, "bob"), live_site.url + draft["thread"])
    stranger = at(live_site, window, None)
    assert stranger.goto(f"{live_site.url}/horizon/{draft['slug']}/").status == 404
    assert owner.get_by_text("Check this").count() == 0

    editor = at(live_site, window, "cora")
    editor.goto(f"{live_site.url}/admin/pages/{draft['page']}/edit/")
    editor.locator("footer [data-w-dropdown-target=toggle]").first.click()
    editor.locator("button[name=action-publish]").first.click()
    editor.locator(".messages .success").wait_for()

    steps.bell_becomes(follower, 1)
    steps.bell_becomes(owner, 1)
    assert steps.was_not_reloaded(follower)
    follower.goto(live_site.url + "/notifications/")
    follower.get_by_role("link", name=re.compile("Lanterns: what the new rules ask")).first.click()
    follower.get_by_role("heading", name="Lanterns: what the new rules ask", level=1).wait_for()
    assert follower.locator(".verdict").inner_text().split("\n")[0] == "Yes"

    assert follower.get_by_text("organisations have done it").count() == 0
    follower.get_by_role("button", name=re.compile("^We have done this ?: Count the lanterns$")).click()
    follower.get_by_text("Your organisation has done this: Alice Amory").wait_for()
    follower.get_by_text("5 organisations have done it").wait_for()
    stranger.goto(f"{live_site.url}/horizon/{draft['slug']}/")
    assert stranger.get_by_text("5 organisations have done it").count() == 1
    assert stranger.locator(".verdict__word").inner_text() == "No"

    owner.goto(live_site.url + draft["thread"])
    owner.get_by_text("Check this").first.wait_for()
    owner.goto(live_site.url + "/notifications/")
    owner.get_by_role("link", name=re.compile("The law changed: Lanterns: what the new rules ask")).first.click()
    owner.get_by_role("heading", name="To check").wait_for()
    row = owner.locator(".check", has_text="Lantern Act 1911, s.3")
    assert "Towns may hold it too." in row.inner_text()
    row.get_by_role("button", name=re.compile("^Still right")).click()
    owner.get_by_text("Thank you. It no longer says “check this”.").wait_for()
    stranger.goto(live_site.url + draft["thread"])
    assert stranger.get_by_text("Check this").count() == 0


@pytest.mark.parametrize("handle", [None, "alice"])
def test_a_leader_prints_one_page(live_site, window, long, handle):
    """However long it is on the screen: what doesn't fit stands behind the address at its end."""
    page = at(live_site, window, handle)
    page.goto(live_site.url + "/horizon/a-long-briefing-about-everything-that-is-about-to-change-for-all-of-us/")
    sides = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    printed = page.pdf(format="A4", margin=sides)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.emulate_media(media="print")
    assert page.get_by_text("The whole briefing, as it stands today:").is_visible()


def test_without_scripts_a_stranger_chooses_a_sector_and_reads_on(live_site, window, draft):
    page = at(live_site, window, None, scripts=False)
    page.goto(live_site.url + "/horizon/what-the-duty-asks-of-you/")
    assert page.locator(".verdict__word").inner_text() == "Not yet"
    page.get_by_label("See the answer for your sector").select_option(label="Local government")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile(r"\?sector="))
    assert page.locator(".verdict__word").inner_text() == "Yes"
    assert page.get_by_role("button", name="One page to print").count() == 0
    assert page.get_by_text("Sector you chose").count() + page.get_by_text("The sector you chose").count() >= 1
