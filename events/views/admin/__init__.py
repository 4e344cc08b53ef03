"""The core team's desk for events, in Wagtail's admin."""
