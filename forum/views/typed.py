def marks_of_draft(request) -> dict:
    """What a sent form says of the draft it came from: its version, and the tab's own marks."""

    def number(name):
        text = request.POST.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    return {"version": number("draft_version"), "tab": request.POST.get("tab", "")[:40], "step": number("step")}
