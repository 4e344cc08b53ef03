"""The blocks authors choose from: each previewed, each plain HTML, none telling a reader what is not theirs."""

import re
from decimal import Decimal

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, Page

from cms.blocks.reading import reading_blocks, story_blocks
from cms.models import NewsPage
from core.blocks.chart import ChartBlock, drawn
from core.blocks.image import SaidImageBlock
from core.blocks.table import TableBlock
from core.models import CustomDocument, CustomImage
from members import roles
from reference.models import Term
from tests.cms import desk
from tests.factories import ThreadFactory

BLOCKS = [name for name, _ in reading_blocks()]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


@pytest.fixture
def home(db):
    return desk.make_desk()


@pytest.fixture
def editor(cora, client_of, home):
    roles.follow_role(cora)
    return client_of(cora)


def shown(client, *blocks) -> str:
    """The page of a piece of news with these blocks, as `client` gets it."""
    page = NewsPage.objects.first() or desk.news("With blocks")
    page.body = list(blocks)
    page.save()
    return client.get(page.url).content.decode()


def test_there_are_a_dozen_blocks_and_more_each_in_a_file_of_its_own():
    modules = [type(block).__module__ for _, block in reading_blocks()]
    assert len(BLOCKS) >= 12
    assert len(set(modules)) == len(modules)
    assert [name for name, _ in story_blocks()] == BLOCKS


@pytest.mark.parametrize("name", BLOCKS)
def test_each_block_says_what_it_is_and_has_a_preview(name, editor, space, alice):
    ThreadFactory(space=space, author=alice)
    Term.objects.create(term="Retention", slug="retention", definition="How long something is kept.")
    CustomDocument.objects.create(title="Sheet", file=ContentFile(b"a,b", name="sheet.csv"))
    CustomImage.objects.create(title="Dot", file=ImageFile(ContentFile(PIXEL, name="dot.png")))
    block = NewsPage.body.field.stream_block.child_blocks[name]
    assert block.label
    assert block.get_description()
    assert block.meta.icon != "placeholder"
    assert block.is_previewable
    preview = editor.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    assert preview.status_code == 200
    assert "css/site" in preview.content.decode()


def test_every_editor_opens(editor):
    """The blocks' editing forms can be drawn: one that can't breaks the editor of every page."""
    for page in (desk.story(), desk.news(), desk.national()):
        response = editor.get(f"/admin/pages/{page.pk}/edit/")
        assert response.status_code == 200
        files = set(re.findall(r'(?:src|href)="/static/([^"?]+\.(?:js|css))', response.content.decode()))
        assert len(files) > 10
        assert [file for file in files if finders.find(file) is None] == []


def test_blocks_are_escaped(client, home):
    bad = "<script>alert(1)</script>"
    html = shown(
        client,
        ("heading", bad),
        ("quote", {"text": bad, "who": bad}),
        ("steps", {"title": bad, "items": [bad, bad]}),
        ("checklist", {"title": bad, "items": [bad, bad]}),
        ("dos", {"do": [bad], "dont": [bad]}),
        (
            "chart",
            {"bars": [{"label": bad, "value": 1, "shown_as": bad[:16], "own": True}], "unit": bad, "caption": bad},
        ),
    )
    assert "alert(1)" in html
    assert bad not in html


# --- Words explained -------------------------------------------------------------------------------


def test_a_term_is_explained_at_its_first_use_on_the_page_only(client, home):
    term = Term.objects.create(term="Retention", slug="retention", definition="How long something is kept.")
    html = shown(
        client,
        ("heading", "Retention first"),
        ("text", "<p>Think of retention.</p>"),
        ("note", "<p>Retention again.</p>"),
        ("steps", {"title": "", "items": ["Settle retention.", "Done."]}),
    )
    assert html.count(f'id="term-{term.pk}"') == 1
    assert "Think of <span" in html


def test_a_definition_stands_for_the_tooltip(client, home):
    term = Term.objects.create(term="Retention", slug="retention", definition="How long something is kept.")
    html = shown(client, ("definition", term), ("text", "<p>Think of retention.</p>"))
    assert html.count("How long something is kept.") == 1
    assert 'href="/glossary/retention/"' in html


# --- What is not everyone's ------------------------------------------------------------------------


def test_a_thread_is_named_to_those_who_may_read_it(client_of, bob, charlie, home, group_space):
    thread = ThreadFactory(title="What the pilot found", space=group_space)
    desk.news("With blocks")
    for person, sees in ((None, False), (charlie, False), (bob, True)):
        html = shown(client_of(person), ("thread", thread))
        assert ("What the pilot found" in html) == sees


def test_a_document_is_named_to_those_who_may_fetch_it(client_of, bob, charlie, home):
    private = Collection.get_first_root_node().add_child(name="For members")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    for collection, everyone in ((private, False), (Collection.get_first_root_node(), True)):
        document = desk.document("Secret sheet", collection=collection)
        block = ("download", {"document": document, "title": "The sheet", "note": "To copy."})
        for person in (None, charlie, bob):
            html = shown(client_of(person), block)
            assert ("The sheet" in html) == (everyone or person is bob)
            assert (document.url in html) == (everyone or person is bob)


def test_threads_and_documents_cost_the_same_however_many(client, home, space, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(many):
        blocks = [("thread", ThreadFactory(space=space)) for _ in range(many)]
        blocks += [("download", {"document": desk.document(), "title": "", "note": ""}) for _ in range(many)]
        shown(client, *blocks)
        with CaptureQueriesContext(connection) as queries:
            client.get(NewsPage.objects.get().url)
        return len(queries)

    assert count(1) == count(3)


# --- Pictures and tables ----------------------------------------------------------------------------


def test_an_image_says_what_it_shows_or_that_it_decorates(db):
    block = SaidImageBlock()
    image = CustomImage.objects.create(title="Dot", file=ImageFile(ContentFile(PIXEL, name="dot.png")))
    for alt, decorative, good in (("", False, False), ("  ", False, False), ("A queue", False, True), ("", True, True)):
        image.contextual_alt_text, image.decorative = alt, decorative
        if good:
            assert block.clean(image) == image
        else:
            with pytest.raises(ValidationError):
                block.clean(image)


def test_an_image_has_its_words_and_its_size(client, home):
    image = CustomImage.objects.create(title="Dot", file=ImageFile(ContentFile(PIXEL, name="dot.png")))
    value = {"image": image, "caption": "The hall at nine."}
    image.contextual_alt_text, image.decorative = "A full hall", False
    html = shown(client, ("image", value))
    assert 'alt="A full hall"' in html
    assert 'width="1"' in html
    assert "The hall at nine." in html
    image.contextual_alt_text, image.decorative = "", True
    assert 'alt=""' in shown(client, ("image", value))


def bars(*rows):
    return [
        {"label": label, "value": Decimal(value), "shown_as": shown, "own": own} for label, value, shown, own in rows
    ]


def test_bars_are_as_long_as_their_numbers():
    found = drawn(bars(("National", "18", "18+", False), ("County", "9", "", True), ("None", "0", "", False)))
    assert [(bar.width, bar.value) for bar in found] == [(396, "18+"), (198, "9"), (2, "0")]
    assert [bar.own for bar in found] == [False, True, False]


def test_numbers_are_written_plainly_and_long_labels_take_two_lines():
    (bar,) = drawn(bars(("Households that asked for help once", "1500000.50", "", False)))
    assert bar.value == "1,500,000.5"
    assert bar.label == ("Households that asked", "for help once")
    assert drawn(bars(("Tens", "20", "", False)))[0].value == "20"


def test_a_chart_has_a_table_of_the_same_numbers_and_no_inline_style(client, home):
    rows = bars(("National exercise", "18", "18+", False), ("County sharing", "1", "", True))
    value = {"bars": rows, "unit": "Months old", "caption": "Fresh data helps.", "source": "The proposal"}
    html = shown(client, ("chart", value))
    assert '<th scope="row">National exercise</th><td class="table__number">18+</td>' in html
    assert 'aria-label="Fresh data helps."' in html
    assert "style=" not in html.split('<figure class="figure chart">')[1].split("</figure>")[0]


def test_a_chart_of_nothing_is_refused():
    block = ChartBlock()
    value = block.to_python({"bars": [{"label": "None", "value": "0"}], "caption": "Nothing"})
    with pytest.raises(ValidationError):
        block.clean(value)


def test_a_table_needs_a_caption_and_names_its_rows(client, home):
    block = TableBlock()
    data = {"columns": [{"type": "words", "heading": "Body"}, {"type": "number", "heading": "Partners"}],
            "rows": [{"values": ["<p>Councils</p>", "19"]}], "caption": ""}  # fmt: skip
    with pytest.raises(ValidationError):
        block.clean(block.to_python(data))
    html = shown(client, ("table", block.to_python(data | {"caption": "Partners by kind"})))
    assert "<caption>Partners by kind</caption>" in html
    assert '<th role="rowheader" scope="row"><p>Councils</p></th>' in html.replace("\n", "")
    assert '<td role="cell" data-title="Partners" class="table__number">19</td>' in html


# --- Choosing in the admin --------------------------------------------------------------------------


def test_an_editor_is_offered_only_threads_they_may_read(editor, space, group_space):
    public, private = ThreadFactory(title="Open question", space=space), ThreadFactory(title="Pilot", space=group_space)
    offered = editor.get("/admin/thread_chooser/results/").content.decode()
    assert "Open question" in offered
    assert "Pilot" not in offered
    assert "Open question" in editor.get("/admin/thread_chooser/results/?q=quest+open").content.decode()
    assert "Open question" not in editor.get("/admin/thread_chooser/results/?q=closed").content.decode()
    assert editor.get(f"/admin/thread_chooser/chosen/{public.pk}/").status_code == 200
    assert editor.get(f"/admin/thread_chooser/chosen/{private.pk}/").status_code == 404


def test_a_private_groups_thread_is_not_named_in_the_editor(editor, group_space):
    page = desk.news()
    page.body = [("thread", ThreadFactory(title="What the pilot found", space=group_space))]
    page.save()
    assert "What the pilot found" not in editor.get(f"/admin/pages/{page.pk}/edit/").content.decode()


def test_members_are_chosen_by_name_or_organisation(editor, alice, bob, charlie):
    def offered(words):
        found = editor.get("/admin/member_chooser/results/", {"q": words}).content.decode()
        return [member.handle for member in (alice, bob, charlie) if member.display_name in found]

    assert offered("mardyke") == ["bob"]
    assert offered("amory") == ["alice"]
    assert offered("") == ["alice", "bob"]


def test_choosers_are_not_for_readers(client_of, bob, db):
    for person in (None, bob):
        assert client_of(person).get("/admin/member_chooser/").status_code in {302, 403}


def test_pages_can_be_below_their_index_only():
    assert [model.__name__ for model in NewsPage.allowed_parent_page_models()] == ["NewsIndexPage"]
    assert Page not in NewsPage.allowed_subpage_models()
