"""Range requests: which bytes are meant, and what answers are streamed under both kinds of server."""

import asyncio
import io

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core import ranges, streaming

pytestmark = pytest.mark.django_db  # the end of an answer closes what the database left open
SIZE = 1000


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, 999),
        ("bytes=10-19", 10, 19),
        ("bytes=990-5000", 990, 999),
        ("bytes=-1", 999, 999),
        ("bytes=-5000", 0, 999),
        ("Bytes=5-6", 5, 6),
    ],
)
def test_one_range_is_understood(header, first, last):
    assert ranges.read(header, SIZE) == ranges.Range(first, last)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-4",
        "lines=0-1",
        "bytes=0-1,5-6",
        "bytes=0x1-2",
        "bytes=٣-٤",
    ],
)
def test_what_is_not_understood_asks_for_all_of_it(header):
    assert ranges.read(header, SIZE) is None


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=1000-", SIZE), ("bytes=-0", SIZE), ("bytes=0-", 0), ("bytes=-1", 0)]
)
def test_a_range_outside_the_file_is_refused(header, size):
    with pytest.raises(ranges.NotThere):
        ranges.read(header, size)


@given(st.text(max_size=60), st.integers(min_value=0, max_value=10**12))
def test_no_header_breaks_it(header, size):
    try:
        found = ranges.read(header, size)
    except ranges.NotThere:
        return
    assert found is None or 0 <= found.first <= found.last < size


class File(io.BytesIO):
    """Counts what is read at once."""

    largest = 0

    def read(self, size=-1):
        self.largest = max(self.largest, size if size >= 0 else 10**9)
        return super().read(size)


def answer(content=b"0123456789", method="get", **headers):
    file = File(content)
    request = getattr(RequestFactory(), method)("/", headers=headers)
    return file, streaming.file_response(request, file, size=len(content), etag="7-1")


def test_all_of_it_in_blocks():
    file, response = answer(b"x" * 300_000)
    assert (response.status_code, response["Content-Length"], response["ETag"]) == (200, "300000", '"7-1"')
    assert b"".join(response) == b"x" * 300_000
    assert (file.largest, file.closed) == (streaming.BLOCK, True)


def test_a_part_of_it():
    file, response = answer(Range="bytes=2-4")
    assert (response.status_code, b"".join(response)) == (206, b"234")
    assert (response["Content-Range"], response["Content-Length"]) == ("bytes 2-4/10", "3")
    assert file.closed


def test_a_part_that_is_not_there():
    file, response = answer(Range="bytes=10-")
    assert (response.status_code, response["Content-Range"], file.closed) == (416, "bytes */10", True)


@pytest.mark.parametrize(("header", "status"), [('"7-1"', 206), ('"7-0"', 200), ("Sun, 22 Nov 2026 10:00:00 GMT", 200)])
def test_a_part_of_another_file_is_not_given(header, status):
    _file, response = answer(**{"Range": "bytes=2-4", "If-Range": header})
    assert response.status_code == status


@pytest.mark.parametrize(
    ("header", "status"), [('"7-1"', 304), ('W/"7-1"', 304), ('"1", "7-1"', 304), ("*", 304), ('"7-0"', 200)]
)
def test_who_has_it_gets_nothing_again(header, status):
    file, response = answer(**{"If-None-Match": header})
    assert response.status_code == status
    assert file.closed == (status == 304)


def test_head_reads_nothing():
    file, response = answer(method="head", Range="bytes=2-4")
    assert (response.status_code, response["Content-Length"], response.content, file.closed) == (206, "3", b"", True)


def test_an_asynchronous_server_gets_it_in_blocks_too():
    file, response = answer(b"x" * 300_000)

    async def read():
        return [len(block) async for block in response]

    assert asyncio.run(read()) == [65536, 65536, 65536, 65536, 37856]
    assert file.closed


def test_who_goes_away_leaves_no_open_file():
    file, response = answer(b"x" * 300_000)
    next(iter(response))
    response.close()
    assert file.closed
    later, response = answer(b"x" * 300_000)

    async def leave():
        async for _block in response:
            break

    asyncio.run(leave())
    response.close()
    assert later.closed


def test_who_never_reads_leaves_no_open_file():
    file, response = answer()
    response.close()
    assert file.closed


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("slides.pdf", "attachment; filename=\"slides.pdf\"; filename*=UTF-8''slides.pdf"),
        ('a"b\r\nc.pdf', "attachment; filename=\"a_b__c.pdf\"; filename*=UTF-8''a%22b%0D%0Ac.pdf"),
        ("Überblick.pdf", "attachment; filename=\"_berblick.pdf\"; filename*=UTF-8''%C3%9Cberblick.pdf"),
    ],
)
def test_names_are_safe_in_a_header(name, header):
    assert streaming.disposition(name) == header
