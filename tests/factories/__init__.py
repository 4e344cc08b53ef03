"""Rows for tests, made straight in the database; acts with consequences are called, not made."""

from tests.factories import knowledge
from tests.factories.forum import PostFactory, SpaceFactory, ThreadFactory
from tests.factories.members import PASSWORD, MemberFactory, OrganisationFactory, SectorFactory

__all__ = [
    "PASSWORD",
    "MemberFactory",
    "OrganisationFactory",
    "PostFactory",
    "SectorFactory",
    "SpaceFactory",
    "ThreadFactory",
    "knowledge",
]
