from horizon.models.development import (
    Category,
    Development,
    DevelopmentSource,
    DevelopmentTopic,
    GoneDate,
    Milestone,
    MilestoneMove,
    Stage,
    StageChange,
    Urgency,
)
from horizon.models.follow import Follow
from horizon.models.signal import Signal
from horizon.models.task import FollowersTold, LawMarking, TaskDone, TaskReminder
from horizon.pages.briefing import (
    BriefingAnswer,
    BriefingLink,
    BriefingMeaning,
    BriefingPage,
    BriefingProvision,
    BriefingSource,
    BriefingTask,
)
from horizon.pages.index import HorizonIndexPage

__all__ = [
    "BriefingAnswer",
    "BriefingLink",
    "BriefingMeaning",
    "BriefingPage",
    "BriefingProvision",
    "BriefingSource",
    "BriefingTask",
    "Category",
    "Development",
    "DevelopmentSource",
    "DevelopmentTopic",
    "Follow",
    "FollowersTold",
    "GoneDate",
    "HorizonIndexPage",
    "LawMarking",
    "Milestone",
    "MilestoneMove",
    "Signal",
    "Stage",
    "StageChange",
    "TaskDone",
    "TaskReminder",
    "Urgency",
]
