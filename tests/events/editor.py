"""The editor of an event, as a form that is opened, changed and sent."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import querydict_from_html


def send(client, event, *, action="publish", follow=False, **fields):
    """What comes of opening the editor, changing these fields (times are aware) and pressing “publish” or “draft”."""
    url = reverse("wagtailadmin_pages:edit", args=[event.pk])
    data = querydict_from_html(client.get(url).content.decode(), form_id="page-edit-form")
    for name, value in fields.items():
        data[name] = f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else value
    data.update({"about-count": "0", "report-count": "0"})
    for name in ("draft", "publish"):
        data.pop(f"action-{name}", None)
    if action == "publish":
        data["action-publish"] = "yes"
    return client.post(url, data, follow=follow)


def wrong(client, event, **more) -> dict[str, list[str]]:
    """The errors of the form; {} when it went through."""
    response = send(client, event, **more)
    return {} if response.status_code == 302 else dict(response.context["form"].errors)
