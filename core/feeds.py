"""Atom feeds that no text can break."""

import re

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed

# What XML 1.0 can't hold (https://www.w3.org/TR/xml/#charsets): Django's writer raises on most of it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(value):
    if isinstance(value, str):
        return _NOT_XML.sub("", value)
    if isinstance(value, (list, tuple)):
        return [_clean(one) for one in value]
    return value


class Atom(Atom1Feed):
    """Django's Atom, without the characters that XML forbids, whatever people typed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*map(_clean, args), **{name: _clean(value) for name, value in kwargs.items()})

    def add_item(self, *args, **kwargs):
        super().add_item(*map(_clean, args), **{name: _clean(value) for name, value in kwargs.items()})


class AtomFeed(Feed):
    """The base of every feed of the site."""

    feed_type = Atom
