"""Many at once on the editors' side: nobody's act is lost because another's stands in its way."""

import pytest
from django.db import transaction

from cms.models import Excerpt
from cms.notices import drafting as notices
from forum.models import Post
from notifications.models import Notice
from tests.factories import MemberFactory, PostFactory, knowledge
from tests.parts.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_authors_asked_by_many_drafts_at_once_all_hear(thread, morag):
    authors = MemberFactory.create_batch(6)
    posts = [PostFactory(thread=thread, author=author, kind=Post.Kind.ANSWER) for author in authors]

    def asking(n):
        page = knowledge.story(f"Story {n}", publish=False)
        excerpts = [Excerpt.objects.create(page=page, post=post, words="So.") for post in posts]
        chosen = excerpts[n % 6 :] + excerpts[: n % 6]
        return lambda: transaction.atomic(notices.consent_asked)(page, chosen, by=morag)

    results = all_at_once([asking(n) for n in range(18)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Notice.objects.filter(kind=notices.ASKED).count() == 18 * 6
