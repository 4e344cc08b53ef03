from forum.models.draft import ASKING, Draft, Place
from forum.models.following import SpaceFollow, TopicFollow
from forum.models.page_thread import PageThread
from forum.models.post import Helpful, Mention, Post, PostEdit
from forum.models.reading import Reading
from forum.models.space import Space, SpaceMembership
from forum.models.thread import Thread, ThreadTopic, UsToo

__all__ = [
    "ASKING",
    "Draft",
    "Helpful",
    "Mention",
    "PageThread",
    "Place",
    "Post",
    "PostEdit",
    "Reading",
    "Space",
    "SpaceFollow",
    "SpaceMembership",
    "Thread",
    "ThreadTopic",
    "TopicFollow",
    "UsToo",
]
