"""Forms of the admin as a tab of the browser opened them."""

from bs4 import BeautifulSoup


def opened(client, address) -> dict:
    """What the form of an admin page sends, as it was opened."""
    form = BeautifulSoup(client.get(address).content.decode(), "html5lib").select_one("#w-editor-form")
    return sent_by(form)


def sent_by(form) -> dict:
    fields = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        if "__prefix__" in one["name"] or (one.get("type") in {"checkbox", "radio"} and not one.has_attr("checked")):
            continue
        if one.name == "select":
            chosen = [option["value"] for option in one.select("option[selected]")]
            fields[one["name"]] = chosen if one.has_attr("multiple") else (chosen or [""])[0]
        else:
            fields[one["name"]] = one.text.removeprefix("\n") if one.name == "textarea" else one.get("value", "")
    return fields


def again(response) -> tuple[str, dict]:
    """What the page that comes back says, and what its form would send."""
    assert response.status_code == 200
    page = BeautifulSoup(response.content.decode(), "html5lib")
    return " ".join(page.select_one(".messages").text.split()), sent_by(page.select_one("#w-editor-form"))


def later_is_told(early_client, late_client, row, address: str, field: str) -> str:
    """Two tabs change a field of a row: the later save is refused and, sent again, taken. What it was told."""
    early, late = opened(late_client, address), opened(late_client, address)
    assert early_client.post(address, early | {field: "the early words"}).status_code == 302
    words, form = again(late_client.post(address, late | {field: "the late words"}))
    assert form[field] == "the late words"
    row.refresh_from_db()
    assert getattr(row, field) == "the early words"
    assert late_client.post(address, form).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "the late words"
    return words
