from notifications.models.notice import Notice
from notifications.models.preference import Preference

__all__ = ["Notice", "Preference"]
