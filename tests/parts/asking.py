"""The form that asks a question: what a browser sends of it, and what it says is wrong."""

import re
import uuid
from html.parser import HTMLParser

ASK = "/forum/ask/"


class Forms(HTMLParser):
    """The forms of a page as a browser would send them: `forms[action] = {name: value}`."""

    def __init__(self, html: str):
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._by_id: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._text = ""
        self.feed(html.replace("\r\n", "\n"))  # as HTML parsers do

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self._form = self.forms.setdefault(told.get("action", ""), {})
            self._by_id[told.get("id", "")] = self._form
        elif tag == "input" and told.get("name") and (told.get("type") != "radio" or "checked" in told):
            form = self._by_id[told["form"]] if "form" in told else self._form
            form[told["name"]] = told.get("value", "")
        elif tag == "textarea":
            self._text = told["name"]
            self._form[self._text] = ""
        elif tag == "select":
            self._select = told["name"]
            self._form[self._select] = ""
        elif tag == "option" and "selected" in told:
            self._form[self._select] = told["value"]

    def handle_data(self, data):
        if self._text:
            self._form[self._text] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._form[self._text] = self._form[self._text].removeprefix("\r\n").removeprefix("\n")
            self._text = ""
        elif tag == "form":
            self._form = {}


def sent_by(response, action=ASK) -> dict[str, str]:
    return Forms(response.content.decode()).forms[action]


def typed(room, **other) -> dict:
    """A whole question, as a browser would send it."""
    return {
        "title": "May we send the list of home oxygen users to the fire service?",
        "body": "They asked us **on Monday**.\r\n\r\nWe are a charity.",
        "space": str(room.pk),
        "topics": "Fire  Safety, consent",
        "kind": "question",
        "once_key": str(uuid.uuid4()),
        "draft_version": "0",
    } | other


def errors_of(response) -> list[str]:
    """What the error summary says, in its order."""
    summary = re.search(r'class="error-summary__list">(.*?)</ul>', response.content.decode(), re.S)
    return (
        [re.sub(r"<[^>]+>", "", item).strip() for item in re.findall(r"<li>(.*?)</li>", summary[1], re.S)]
        if summary
        else []
    )
