"""Where a button leads when it has done its work."""

from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def back_of(request, otherwise: str) -> str:
    """The address of this site a form names as `back`, else `otherwise`."""
    back = request.POST.get("back", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if ours else otherwise


def too_often(request, often, back: str):
    """Says that the button was not counted, and when it is again."""
    return render(request, "horizon/too_often.html", {"minutes": -(-often.wait // 60), "back": back}, status=429)
