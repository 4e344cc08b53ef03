"""The way from a provision or the finder to a question in the forum, its words filled in."""

from urllib.parse import urlencode

from reference.finder import ANYONE, BODIES, PURPOSES
from reference.models import Provision

ASK = "/forum/ask/"


def about_provision(provision: Provision) -> str:
    """The ask page with this provision in the title, its first topic, and what the thread is about."""
    topics = list(provision.topics.all())
    return _url(
        title=f"Can we use {provision.provision} of the {provision.law}?"[:140]
        if provision.provision[:1].isupper() or "." in provision.provision
        else f"Can we rely on the {provision.provision}?",
        topic=topics[0].slug if topics else "",
        about=f"provision:{provision.pk}",
    )


def about_answers(who: str, whom: str, purpose: str) -> str:
    """The ask page with the reader's three answers in the title."""
    aim = PURPOSES.get(purpose, "")
    sharer, receiver = BODIES.get(who, ""), BODIES.get(whom, "")
    title = f"Which law lets {_named(sharer, who)} share with {_named(receiver, whom)}"
    title += f": {aim[0].lower()}{aim[1:]}?" if aim else "?"
    return _url(title=title[:140], topic="legal-gateway")


def _named(label: str, key: str) -> str:
    if not label or key == ANYONE:
        return "another body" if key == ANYONE else "us"
    return label[0].lower() + label[1:]


def _url(**fields: str) -> str:
    return f"{ASK}?{urlencode({key: value for key, value in fields.items() if value})}"
