"""The kinds of notice Wagtail's side sends, a module for each group: their words, reasons, switches and mails."""

from cms.noticekinds import contacts, drafting, templates

__all__ = ["contacts", "drafting", "templates"]
