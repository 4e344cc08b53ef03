"""`{% part %}`: rendered once for what it is given, and blind to everything else."""

import pytest
from django.template import Context, TemplateSyntaxError, engines
from django.utils.safestring import mark_safe


def rendered(text: str, **context) -> str:
    return engines["django"].engine.from_string(text).render(Context(context))


def test_a_part_sees_what_it_is_given_and_nothing_else():
    text = '{% part "frame/_you.html" handle=handle %}'
    assert 'href="/people/alice/"' in rendered(text, handle="alice", writer=True)
    assert "/admin/" not in rendered(text, handle="alice", writer=True)


def test_the_same_part_for_another_is_another():
    text = "{% for name in names %}{% part \"frame/_who.html\" name=name initials='AB' colour='core' %}{% endfor %}"
    html = rendered(text, names=["Alice", "Bob", "Alice"])
    assert [html.count(name) for name in ("Alice", "Bob")] == [2, 1]


def test_words_that_are_safe_html_are_not_those_that_are_not():
    text = '{% for name in names %}{% part "frame/_who.html" name=name %}{% endfor %}'
    html = rendered(text, names=[mark_safe("<b>Bo</b>"), "<b>Bo</b>", mark_safe("<b>Bo</b>"), "<b>Bo</b>"])
    assert (html.count("<b>Bo</b>"), html.count("&lt;b&gt;Bo&lt;/b&gt;")) == (2, 2)


def test_what_is_given_must_not_change():
    with pytest.raises(TypeError):
        rendered('{% part "frame/_sections.html" sections=sections %}', sections=[{"title": "Forum"}])


@pytest.mark.parametrize("text", ["{% part name %}", '{% part "frame/_who.html" name %}', "{% part %}"])
def test_a_part_that_is_not_well_said_is_refused(text):
    with pytest.raises((TemplateSyntaxError, ValueError)):
        rendered(text)
