"""Files go out in blocks: nobody's download is read into memory whole."""

import pytest
from asgiref.sync import async_to_sync
from django.core.files.base import ContentFile
from django.test import AsyncClient
from wagtail.models import Collection

from core.models import CustomDocument
from core.streaming import BLOCK

CONTENT = bytes(range(256)) * 800  # over three blocks


@pytest.fixture
def document(db):
    file = ContentFile(CONTENT, name="herons.zip")
    return CustomDocument.objects.create(title="Herons", file=file, collection=Collection.get_first_root_node())


def test_a_document_is_read_block_by_block_as_it_is_sent(document):
    async def fetch() -> tuple[bool, list[bytes]]:
        response = await AsyncClient().get(document.url)
        return response.is_async, [block async for block in response.streaming_content]

    is_async, blocks = async_to_sync(fetch)()
    assert is_async, "Django reads all of it before it sends the first byte"
    assert b"".join(blocks) == CONTENT
    assert max(map(len, blocks)) == BLOCK


def test_without_asgi_it_is_the_same_file(document, client):
    assert client.get(document.url).getvalue() == CONTENT
