"""The kinds of notice that events send: their words, their reasons, their switches, their mails."""

from events.noticekinds import after, audience, bookings, materials, sessions

__all__ = ["after", "audience", "bookings", "materials", "sessions"]
