"""Static files of a running site: one style sheet out of many, names with hashes, compressed."""

import re
from functools import partial
from io import BytesIO

from django.core.files.base import File
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# `@import "tokens.css" layer(tokens);` in css/site.css becomes the file's text in `@layer tokens { … }`.
IMPORT = re.compile(r'^@import "(?P<name>[\w./-]+)" layer\((?P<layer>\w+)\);\s*$', re.MULTILINE)
BUNDLE = "css/site.css"
THEIRS = ("wagtail", "admin/", "taggit", "rest_framework")


class BundledStorage(CompressedManifestStaticFilesStorage):
    """Writes the bundle into the collected css/site.css, then hashes and compresses everything."""

    manifest_strict = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.addresses: dict[str, str] = {}

    def url(self, name, force=False):
        """Each is looked up once: what is collected does not change under a running site."""
        if name not in self.addresses:
            self.addresses[name] = super().url(name, force)
        return self.addresses[name]

    def post_process(self, paths, dry_run=False, **options):
        self.addresses.clear()
        if BUNDLE in paths and not dry_run:
            self._bundle(paths)
        yield from super().post_process(paths, dry_run, **options)

    def compress_files(self, paths):
        """Compress what is served by its hashed name; by brotli only our own, as Wagtail's take ten seconds."""
        served = set(paths) & set(self.hashed_files.values())
        ours = {path for path in served if not path.startswith(THEIRS)}
        yield from super().compress_files(ours)
        self.create_compressor = partial(Compressor, use_brotli=False)
        yield from super().compress_files(served - ours)
        del self.create_compressor

    def _bundle(self, paths) -> None:
        storage, path = paths[BUNDLE]
        folder = BUNDLE.rsplit("/", 1)[0]

        def text_of(match):
            source, name = paths[f"{folder}/{match['name']}"]
            with source.open(name) as file:
                return f"@layer {match['layer']} {{\n{_without_comments(file.read().decode())}\n}}\n"

        with storage.open(path) as file:
            bundle = IMPORT.sub(text_of, file.read().decode())
        if self.exists(BUNDLE):
            self.delete(BUNDLE)
        self._save(BUNDLE, File(BytesIO(bundle.encode()), name=BUNDLE))
        paths[BUNDLE] = (self, BUNDLE)


def _without_comments(css: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()
