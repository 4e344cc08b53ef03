"""What Wagtail says of approving, and of what is wrong in a form, is said in the product's own words."""

import gettext
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.images.fields import WagtailImageField

from cms.models import GuidancePage
from tests.cms.test_workflow import create, decide, edit_url

WORDS = Path(settings.BASE_DIR) / "locale/en_GB/LC_MESSAGES"
STOCK = re.compile(r"\b(moderation|workflows?|tasks?|submit\w*)\b", re.IGNORECASE)


def ours() -> dict[str, str]:
    """Wagtail's words → ours, as they stand in the file people edit."""
    text = (WORDS / "django.po").read_text(encoding="utf-8").replace('\\"', '"')
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, flags=re.MULTILINE))


def stock(response) -> list[str]:
    """Wagtail's own words among those that a page shows."""
    page = response.content.decode().partition("<main")[2]
    shown = strip_tags(re.sub(r"(?s)<(script|template|style).*?</\1>", " ", page))
    return [shown[max(0, hit.start() - 60) : hit.end() + 60] for hit in STOCK.finditer(shown)]


def test_what_is_read_is_what_was_written():
    with (WORDS / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    words = ours()
    assert len(words) > 50
    assert {ask: compiled.gettext(ask) for ask in words} == words, "Run msgfmt, as the head of django.po says."


def test_wagtail_and_django_still_say_what_we_put_in_other_words():
    """A new Wagtail or Django may word a thing anew: then ours has to follow."""
    import django
    import wagtail

    files = [
        *Path(wagtail.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po"),
        Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
    ]
    said = "".join(file.read_text(encoding="utf-8") for file in files).replace('"\n"', "").replace('\\"', '"')
    assert [ask for ask in ours() if f'msgid "{ask}"' not in said] == []


@pytest.mark.parametrize(("ask", "words"), ours().items())
def test_our_words_name_only_what_wagtail_gives(ask, words):
    names = r"%\(\w+\)s|\{\w+\}"
    assert set(re.findall(names, words)) <= set(re.findall(names, ask))
    assert not STOCK.search(re.sub(names, "", words))


def test_authors_and_approvers_meet_no_stock_words(client_of, author, approver, cora, parent):
    writes, answers = client_of(author), client_of(approver)
    create(writes, national_parent=parent.pk, approver=approver.pk, **{"action-submit": "1"})
    page = GuidancePage.objects.get(slug="fire")
    first = writes.get("/admin/")
    assert f"“{page.title}” is made, and was sent for approval." in first.content.decode()
    history, edit = reverse("wagtailadmin_pages:workflow_history", args=[page.pk]), edit_url(page)
    waits = [first, writes.get(edit), answers.get("/admin/"), answers.get(edit), writes.get(history)]
    decide(answers, page, "reject", "Say which crews.")
    back = [writes.get("/admin/"), writes.get(edit), writes.get(history)]
    log = writes.get(reverse("wagtailadmin_pages:history", args=[page.pk]))
    assert [one.status_code for one in (*waits, *back, log)] == [200] * 9
    assert "Changes asked for" in log.content.decode()
    assert [stock(one) for one in (*waits, *back, log)] == [[]] * 9


def test_what_is_wrong_in_a_form_is_said_in_our_voice():
    class Stock(forms.Form):
        name = forms.CharField()
        page = forms.URLField(assume_scheme="https")
        many = forms.IntegerField(min_value=1)
        short = forms.CharField(max_length=3)
        kind = forms.ChoiceField(choices=[("a", "A")])
        picture = WagtailImageField()

    file = SimpleUploadedFile("cat.png", b"meow")
    typed = Stock({"page": "here", "many": "0", "short": "longer", "kind": "b"}, {"picture": file})
    assert {name: said[0] for name, said in typed.errors.items()} == {
        "name": "This can’t stay empty.",
        "page": "Write a whole web address, such as https://www.example.org/page.",
        "many": "Choose 1 or more.",
        "short": "Write 3 letters at most: this has 6.",
        "kind": "“b” is not in the list. Choose one that is.",
        "picture": "This is not a picture, or the file is damaged. Save it anew as JPEG or PNG, and try again.",
    }
