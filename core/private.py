"""Files without an address: kept apart from the media folder, handed out only by views that ask who asks."""

import hashlib
import os
import uuid
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

BLOCK = 64 * 1024  # bytes read at once


class PrivateStorage(FileSystemStorage):
    """PRIVATE_ROOT, a folder nothing is served from: asking for an address is a mistake."""

    @property
    def base_location(self):
        return settings.PRIVATE_ROOT

    @property
    def location(self):
        return os.path.abspath(self.base_location)

    def url(self, name):
        raise ValueError("a private file has no address of its own")


def storage() -> Storage:
    """Where they are kept. Given to a FileField as it is, so that no migration names a folder."""
    return storages["private"]


def new_name(folder: str, extension: str) -> str:
    """A name nobody can guess and nothing is said by: "slides/3f/3f2a….pdf"."""
    key = uuid.uuid4().hex
    return f"{folder}/{key[:2]}/{key}.{extension}"


def digest_of(file: BinaryIO | File) -> str:
    """The SHA-256 of a file in hexadecimal, read in blocks. It is left at its beginning."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(BLOCK):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def forget(name: str) -> None:
    """Delete a file. Safe to repeat: one that is gone is gone."""
    if name:
        storage().delete(name)
