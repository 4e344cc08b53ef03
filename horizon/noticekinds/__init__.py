"""The kinds of notice the Horizon sends: their words, their reasons, their switches, their mails."""

from horizon.noticekinds import following, signals, tasks

__all__ = ["following", "signals", "tasks"]
