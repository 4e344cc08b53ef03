from django.http import JsonResponse
from django.views.decorators.cache import never_cache

from core import health
from members.access import public


@public
@never_cache
def healthz(request):
    """The state of each part as JSON; 503 when one is not well, so that a watcher needs no reading."""
    parts = health.parts()
    well = health.is_well(parts)
    return JsonResponse({"ok": well, "parts": parts}, status=200 if well else 503)
