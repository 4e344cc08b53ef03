from core.models.media import CustomDocument, CustomImage, CustomRendition
from core.models.outbox import Heartbeat, OutboxItem, Schedule
from core.models.page import AbstractPage
from core.models.topic import PageTopic, Topic

__all__ = [
    "AbstractPage",
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "Heartbeat",
    "OutboxItem",
    "PageTopic",
    "Schedule",
    "Topic",
]
