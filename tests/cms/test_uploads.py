"""Files are what their names say, and a template's versions stay as they are."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection

from core import filetypes
from core.models import CustomDocument
from members.roles import set_up_groups
from tests.factories import knowledge


def packed(**parts) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


DOCX = packed(word__document_xml="<w/>")
GOOD = [
    ("pdf", b"%PDF-1.7\n..."),
    ("docx", DOCX),
    ("xlsx", packed(xl__workbook_xml="<w/>")),
    ("pptx", packed(ppt__presentation_xml="<w/>")),
    ("odt", packed(mimetype="application/vnd.oasis.opendocument.text")),
    ("ods", packed(mimetype="application/vnd.oasis.opendocument.spreadsheet")),
    ("zip", packed(a_txt="x")),
    ("txt", "Überall\n".encode()),
    ("csv", b"a,b\n1,2\n"),
]
BAD = [
    ("pdf", b"<html><script>alert(1)</script>"),
    ("docx", packed(xl__workbook_xml="<w/>")),
    ("docx", b"PK\x03\x04 not really"),
    ("docx", b""),
    ("odt", packed(mimetype="text/html")),
    ("odt", packed(a="b")),
    ("txt", b"  <!DOCTYPE html><p>"),
    ("txt", b"\xef\xbb\xbf<svg onload=alert(1)>"),
    ("csv", b"MZ\x00\x01"),
    ("svg", b"<svg/>"),
    ("", b"x"),
]


@pytest.mark.parametrize(("extension", "content"), GOOD)
def test_a_file_that_is_what_it_says_is_taken(extension, content):
    file = io.BytesIO(content)
    filetypes.check(file, extension)
    assert file.tell() == 0


@pytest.mark.parametrize(("extension", "content"), BAD)
def test_a_file_that_is_something_else_is_refused(extension, content):
    with pytest.raises(filetypes.NotWhatItSays):
        filetypes.check(io.BytesIO(content), extension)


def test_a_file_with_macros_is_refused_in_so_many_words():
    with pytest.raises(filetypes.NotWhatItSays, match="macros"):
        filetypes.check(io.BytesIO(packed(word__document_xml="<w/>", word__vbaProject_bin="x")), "docx")


@pytest.fixture
def editor(client_of, cora):
    """The core team at the admin."""
    set_up_groups()
    return client_of(cora)


@pytest.mark.django_db
def test_the_admin_refuses_a_page_dressed_as_a_pdf(editor):
    file = SimpleUploadedFile("report.pdf", b"<html><script>alert(1)</script>", content_type="application/pdf")
    response = editor.post("/admin/documents/add/", {"title": "Report", "file": file, "collection": 1})
    assert "what is in it is something else" in response.content.decode()
    assert not CustomDocument.objects.exists()


@pytest.mark.django_db
def test_the_file_of_a_version_can_not_be_replaced(editor):
    document = knowledge.template().versions.get().document
    before = document.file.read()
    file = SimpleUploadedFile("new.txt", b"Other words.")
    address = f"/admin/documents/edit/{document.pk}/"
    response = editor.post(address, {"title": "New", "file": file, "collection": document.collection_id})
    assert "Add a new version to the template instead" in response.content.decode()
    assert CustomDocument.objects.get(pk=document.pk).file.read() == before


@pytest.mark.django_db
def test_a_document_that_is_too_big_is_refused_for_its_size_alone(editor, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 10
    file = SimpleUploadedFile("minutes.pdf", b"%PDF-1.7\n" + b"0" * 100)
    collection = Collection.get_first_root_node()
    answer = editor.post("/admin/documents/add/", {"title": "Minutes", "file": file, "collection": collection.pk})
    text = answer.content.decode()
    assert ("This file is too big" in text, "We take no files that end in" in text) == (True, False)
