"""Wagtail finds page models here; they live one by one in `cms.pages`."""

from cms.pages.home import HomePage

__all__ = ["HomePage"]
