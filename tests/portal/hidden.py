"""What the network knows and keeps to itself: pages, files and templates that not everyone may see, with canaries.

Each hidden thing says `heron`, which people may search, and a canary nobody sends. A canary begins with `kvxq`
and says for whom it is: `m` for members, `g` for a group, `u` for nobody yet (or any more).
"""

import datetime as dt
from dataclasses import dataclass, field
from io import BytesIO

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction
from wagtail.search.backends import get_search_backend

from cms import jobs
from cms.actions import drafting, templates
from cms.models import (
    Excerpt,
    FeaturedStory,
    GuidancePage,
    HomePage,
    NewsPage,
    StartItem,
    StartPage,
    StoryPage,
    Template,
    TemplateVersion,
)
from core import outbox
from core.models import CustomDocument, CustomImage
from events.models.material import Material
from events.models.programme import Session, Speaker
from events.pages.event import EventPage
from forum import about
from forum.actions import asking, discussing, editing, posting, reacting
from forum.actions.refusals import NotAllowed
from forum.models import PageThread, Thread
from horizon.models import BriefingLink, BriefingPage, Development
from members import roles
from members.models import Member, Organisation
from reference.actions.provisions import mark_changed
from reference.models import PageProvision, Provision, Term
from tests.factories import SpaceFactory, events, events_materials, horizon, knowledge

MAKERS = {
    "guide": knowledge.guidance, "story": knowledge.story, "news": knowledge.news, "start": knowledge.start,
    "brief": horizon.briefing,
}  # fmt: skip
LONG_AFTER = dt.date(2099, 1, 31)
# What a hidden page holds: its title, its words, its topic; and its slug, where nothing else of it is said.
PARTS = ("title", "body", "slug")
EVENT_PARTS = ("event", "session", "speaker", "slides")


@dataclass
class Hidden:
    """Everything there is, and what must be asked for to find it."""

    public: dict[str, Page] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    documents: dict[str, CustomDocument] = field(default_factory=dict)
    pictures: dict[str, CustomImage] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    old_addresses: list[str] = field(default_factory=list)
    excerpts: list[int] = field(default_factory=list)
    events: dict[str, EventPage] = field(default_factory=dict)
    provision: Provision | None = None
    development: Development | None = None  # which all briefings are about
    unseen: Development | None = None  # which the core team alone sees

    def objects(self) -> int:
        """How many things are hidden."""
        more = len(self.documents) + len(self.pictures) + len(self.templates) + len(self.threads) - 1
        more += len(self.events) * len(EVENT_PARTS)
        return (
            len(self.pages) + more + len(self.excerpts) + len(self.old_addresses) + 3
        )  # a version, a change, a development


def canaries_of(kind: str) -> set[str]:
    """The canaries of the four hidden pages of a kind ("m", "g", "u1" …)."""
    return {f"kvxq{kind}{name}{part}" for name in MAKERS for part in PARTS if (name, part) != ("start", "body")}


def canaries_of_event(kind: str) -> set[str]:
    """Those of the hidden event of a kind ("m", "g", or "u": a draft)."""
    return {f"kvxq{kind}{part}" for part in EVENT_PARTS}


def hide(people: dict[str, Member]) -> Hidden:
    """Make all of it, by the acts that make it on the site."""
    hidden = Hidden()
    roles.set_up_groups()
    horizon.make_horizon()
    SpaceFactory(name="Lawful sharing")
    SpaceFactory(name="Only members", slug="only-members", visibility="members")
    make_law(hidden)
    group = Group.objects.create(name="Pilots")
    for name in ("iris", "gwen", "charlie"):  # charlie is of the group, but waits to be vouched for
        people[name].groups.add(group)
    make_threads(hidden, people)
    make_pages(hidden, people, group)
    make_unpublished(hidden)
    make_events(hidden, people, group)
    _files(hidden, group)
    _templates(hidden, people)
    _public_pages_that_name_them(hidden)
    _talk(hidden, people)
    _excerpts(hidden, people)
    mark_changed(by=people["cora"], provision=hidden.provision, what="It names schools now.")
    jobs.remind_of_reviews()
    outbox.drain()
    people["gwen"].groups.remove(group)
    index()
    return hidden


def index() -> None:
    """Put everything into the search index, as the worker does."""
    others = (Development, Template, Thread, Organisation, Member, Provision, Term, Session, Speaker, Material)
    for model in (*PAGE_TYPES, *others):
        get_search_backend().add_bulk(model, list(model.objects.all()))


PAGE_TYPES = (BriefingPage, EventPage, GuidancePage, NewsPage, StartPage, StoryPage)


def make_law(hidden: Hidden) -> None:
    hidden.provision = knowledge.ProvisionFactory(
        law="Heron Act 1998", provision="s.1", slug="heron-act", topics=["waders"], who=["council"], whom=["fire"],
        purposes=["crime"],
    )  # fmt: skip
    knowledge.TermFactory(term="Heron", definition="A bird that stands and waits.")
    hidden.development = horizon.DevelopmentFactory(
        title="Herons move", topics=["waders"], provisions=[hidden.provision], steps=[("They land", "2099-05")]
    )


def make_threads(hidden: Hidden, people) -> None:
    public = asking.ask(by=people["alice"], space=SpaceFactory(name="Lawful sharing"), kind="question",
                        title="Who sees the list?", body="A heron stands.", topics_named=["waders"])  # fmt: skip
    posting.answer(by=people["bob"], thread=public, body="Ask the warden of the heron.")
    reacting.us_too(by=people["gwen"], thread=public)
    hidden.threads.append(public)


def _page(hidden: Hidden, kind: str, name: str, **fields) -> Page:
    """A page full of canaries, which cites the law and belongs with the public thread."""
    canary = f"kvxq{kind}{name}"
    words = [("text", f"<p>heron {canary}body</p>")]
    fields |= {"problem": words} if name == "story" else {"body": words} if name in {"guide", "news"} else {}
    if name == "brief":
        fields |= {"changing": words, "development": hidden.development, "tasks": [(f"heron {canary}body", LONG_AFTER)]}
    topic = f"heron {canary}title"
    slug = f"old-{canary}slug"
    page = MAKERS[name](
        title=f"Heron {canary}title", slug=slug, summary=f"heron {canary}title", topics=[topic, "waders"], **fields
    )
    hidden.topics.append(topic.replace(" ", "-"))
    page.provision_links.add(PageProvision(provision=hidden.provision))
    page.thread_links.add(PageThread(thread=hidden.threads[0], made_from=True))
    page.save()
    hidden.old_addresses.append(page.url)
    page.slug = f"heron-{canary}slug"
    page.save_revision()
    page.save()
    hidden.pages[f"{kind}{name}"] = page
    return page


def make_pages(hidden: Hidden, people, group: Group, *, kinds=("m", "g")) -> None:
    """Pages for members, and pages for a group: one of each type."""
    for kind in kinds:
        for name in MAKERS:
            page = _page(hidden, kind, name, publish=False, keeper=people["gwen"], review_on=timezone.localdate())
            restriction = PageViewRestriction.objects.create(
                page=page, restriction_type="login" if kind == "m" else "groups"
            )
            if kind == "g":
                restriction.groups.add(group)
            page.get_latest_revision().publish()
            page.refresh_from_db()
            Redirect.objects.update_or_create(
                old_path=hidden.old_addresses[-1].rstrip("/"), defaults={"redirect_page": page}
            )


def make_unpublished(hidden: Hidden) -> None:
    """Drafts, what is to come, what is over, what a page is to say next, a change that readers do not see yet."""
    now = timezone.now()
    hidden.unseen = horizon.DevelopmentFactory(
        title="Heron kvxqudevelopment", summary="heron kvxqudevelopment", shown=False, provisions=[hidden.provision],
        topics=["waders", "heron kvxqudevelopment"], steps=[("heron kvxqustep", "2099-05")],
    )  # fmt: skip
    hidden.topics.append("heron-kvxqudevelopment")
    for name in MAKERS:
        _page(hidden, "u1", name, publish=False)
        later = _page(hidden, "u2", name, publish=False)
        later.go_live_at = now + dt.timedelta(days=1)
        later.save_revision().publish()
        over = _page(hidden, "u3", name)
        over.expire_at = now - dt.timedelta(seconds=1)
        over.save_revision().publish()
        type(over).objects.filter(pk=over.pk).update(live=True, expired=False)
    jobs.publish_scheduled()
    changing = hidden.public["changing"] = knowledge.guidance("What herons need")
    changing.title, changing.slug = "Heron kvxquchange", "kvxquchange"
    changing.body = [("text", "<p>heron kvxquchange</p>")]
    changing.save_revision()


def make_events(hidden: Hidden, people, group: Group, *, kinds=("m", "g", "u")) -> None:
    """Events for members, for a group and not yet for anybody, each with a talk, who gives it and its slides."""
    for kind in kinds:
        canary = f"kvxq{kind}"
        event = events.event(f"Heron {canary}event", publish=False, topics=["waders"])
        if kind != "u":
            restriction = PageViewRestriction.objects.create(
                page=event, restriction_type="login" if kind == "m" else "groups"
            )
            if kind == "g":
                restriction.groups.add(group)
            event.get_latest_revision().publish()
        talk = events.session(event, f"Heron {canary}session", speakers=[events.speaker(f"Heron {canary}speaker")])
        events_materials.material(event, people["cora"], talk, title=f"Heron {canary}slides")
        hidden.events[kind] = event


def _files(hidden: Hidden, group: Group) -> None:
    root = Collection.get_first_root_node()
    for kind in ("m", "g"):
        collection = root.add_child(name=f"Heron kvxq{kind}collection")
        restriction = CollectionViewRestriction.objects.create(
            collection=collection, restriction_type="login" if kind == "m" else "groups"
        )
        if kind == "g":
            restriction.groups.add(group)
        # below it, to see that what holds above holds here
        inner = Collection.objects.get(pk=collection.pk).add_child(name=f"Heron kvxq{kind}inner")
        hidden.documents[kind] = document(f"kvxq{kind}file", inner)
        hidden.pictures[kind] = picture(f"kvxq{kind}picture", inner)
        hidden.pictures[kind].get_rendition("width-20")


def document(canary: str, collection) -> CustomDocument:
    file = ContentFile(f"heron {canary.replace('file', 'content')}".encode(), name=f"heron-{canary}.txt")
    return CustomDocument.objects.create(title=f"Heron {canary}", file=file, collection=collection)


def picture(canary: str, collection) -> CustomImage:
    data = BytesIO()
    Image.new("RGB", (40, 30), "green").save(data, "PNG")
    data.seek(0)
    file = ImageFile(data, name=f"heron-{canary}.png")
    return CustomImage.objects.create(title=f"Heron {canary}", file=file, collection=collection)


def _templates(hidden: Hidden, people) -> None:
    """One whose only file is private, for each kind; one whose second version is, and whose third is to come."""
    for kind in ("m", "g"):
        one = Template.objects.create(
            title=f"Heron kvxq{kind}template", slug=f"heron-kvxq{kind}template", summary=f"heron kvxq{kind}template",
            fixed_parts=f"heron kvxq{kind}template",
        )  # fmt: skip
        one.topics.add(f"heron kvxq{kind}template", "waders")
        hidden.topics.append(f"heron-kvxq{kind}template")
        TemplateVersion.objects.create(template=one, number=1, document=hidden.documents[kind], change_note="heron")
        hidden.templates.append(one.slug)
    both = knowledge.template("Heron form")
    both.topics.add("waders")
    templates.follow(by=people["gwen"], template=both, follow=True)
    templates.follow(by=people["dan"], template=both, follow=True)
    TemplateVersion.objects.create(
        template=both, number=2, document=hidden.documents["g"], change_note="heron kvxqgversion"
    )
    TemplateVersion.objects.create(
        template=both, number=3, document=document("form", Collection.get_first_root_node()),
        change_note="heron kvxquversion", published_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    templates.changed(template=both)
    hidden.templates.append(both.slug)


def _public_pages_that_name_them(hidden: Hidden) -> None:
    """Pages anyone may see, joined to what is hidden in every way there is."""
    pages, body = hidden.pages, []
    for kind in ("m", "g"):
        file, image = hidden.documents[kind], hidden.pictures[kind]
        body += [
            ("text", f'<p><a linktype="document" id="{file.pk}">fetch it</a></p>'),
            ("download", {"document": file, "title": f"Heron kvxq{kind}download", "note": f"kvxq{kind}download"}),
            ("image", {"image": _shown(image), "caption": f"heron kvxq{kind}caption"}),
        ]
    body += [("text", f'<p><a linktype="page" id="{page.pk}">read it</a></p>') for page in pages.values()]
    national = hidden.public["guide"] = knowledge.guidance(
        "What everyone knows of herons", topics=["waders"], body=body, supersedes=pages["mguide"]
    )
    for kind in ("m", "g"):
        guide = pages[f"{kind}guide"]
        type(guide).objects.filter(pk=guide.pk).update(supersedes=national, national_parent=national)
    story = hidden.public["story"] = knowledge.story("A heron saved", topics=["waders"], problem=body)
    story.thread_links.add(PageThread(thread=hidden.threads[0]))
    story.save()
    hidden.public["news"] = knowledge.news("Herons are back", topics=["waders"], body=body)
    start = hidden.public["start"] = knowledge.start("New to herons")
    for page in (pages["mguide"], pages["gstory"], pages["u1news"], pages["u3start"], national):
        start.items.add(StartItem(linked_page=page, why="Read it."))
    start.save()
    brief = hidden.public["brief"] = horizon.briefing(
        "What herons ask", development=hidden.development, topics=["waders"], changing=[
            ("text", f'<p><a linktype="page" id="{page.pk}">read it</a></p>') for page in pages.values()
        ],
    )  # fmt: skip
    for page in pages.values():
        brief.links.add(BriefingLink(page=page))
    brief.save_revision().publish()
    hidden.public["unseen"] = horizon.briefing("What only the core team knows", development=hidden.unseen)
    home = HomePage.objects.get()
    for name in ("mstory", "gstory", "u1story", "u2story", "u3story"):
        home.featured_stories.add(FeaturedStory(story=pages[name]))
    home.save()


def _shown(image: CustomImage) -> CustomImage:
    image.contextual_alt_text, image.decorative = "heron", False
    return image


def _talk(hidden: Hidden, people) -> None:
    """Words about hidden pages, said by who may see them; and a public thread about one of them."""
    for kind, by in (("m", people["alice"]), ("g", people["iris"])):
        for name in ("guide", "news"):
            thing = about.look_up("page", hidden.pages[f"{kind}{name}"].pk, by)
            try:
                said = discussing.say(by=by, about=thing, body=f"heron kvxq{kind}talk")
            except NotAllowed:
                continue
            hidden.threads.append(said.thread)
    kept = hidden.pages["mstory"]
    thread = asking.ask(
        by=people["alice"], space=SpaceFactory(name="Lawful sharing"), kind="question", title="Is that so of herons?",
        body="heron", topics_named=[], about=about.look_up("page", kept.pk, people["alice"]),
    )  # fmt: skip
    hidden.threads.append(thread)


def _excerpts(hidden: Hidden, people) -> None:
    """A public story with words of a private thread: asked for, refused, and agreed to but removed since."""
    inside = [people[name] for name in ("alice", "bob", "morag")]
    room = SpaceFactory(name="Heron room", slug="heron-room", visibility="group", people=inside)
    thread = asking.ask(by=people["alice"], space=room, kind="question", title="Heron question", body="heron",
                        topics_named=[])  # fmt: skip
    posts = [
        posting.answer(by=people["bob"], thread=thread, body=f"heron kvxqn{word}")
        for word in ("asked", "refused", "removed")
    ]
    story = drafting.draft_from_thread(by=people["morag"], thread=thread, kind=drafting.STORY, posts=posts)
    excerpts = list(Excerpt.objects.filter(page=story).order_by("post__number"))
    for excerpt, agree in zip(excerpts[1:], (False, True), strict=True):
        drafting.answer(by=people["bob"], excerpt=excerpt, agree=agree)
    editing.delete(by=people["bob"], post=posts[2])
    story = story.specific
    story.title, story.summary = "What herons taught us", "heron"
    story.problem = story.impact = [("text", "<p>heron</p>")]
    story.save_revision().publish()
    hidden.public["quoting"] = story
    hidden.excerpts = [excerpt.pk for excerpt in excerpts]
    hidden.threads.append(thread)
