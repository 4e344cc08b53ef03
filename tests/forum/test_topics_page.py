"""The page of all topics: what it lists, and what it costs."""

import re

import pytest

from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db


def test_the_topics_page_costs_the_same_with_one_and_with_three(client_of, alice, space, django_assert_max_num_queries):
    client, counted = client_of(alice), []
    client.get("/forum/topics/")
    for names in (["consent"], ["retention", "fraud"]):
        ThreadFactory(space=space, topics=names)
        with django_assert_max_num_queries(5) as queries:
            client.get("/forum/topics/")
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_topics_page_lists_topics_under_their_letters_with_true_counts(client_of, space):
    ThreadFactory(space=space, topics=["consent", "retention"])
    ThreadFactory(space=space, topics=["consent"])
    page = client_of(None).get("/forum/topics/").content.decode()
    found = re.findall(r'<a href="/forum/topics/([\w-]+)/">[^<]+</a> <span class="quiet">(\d+)', page)
    assert found == [("consent", "2"), ("retention", "1")]
