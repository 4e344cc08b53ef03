"""Wagtail finds page models here; they live one by one in `cms.pages`."""

from cms.pages.home import HomePage
from cms.pages.standard import StandardPage

__all__ = ["HomePage", "StandardPage"]
