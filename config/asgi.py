"""ASGI entry: pages, static files and the one socket `/ws/`.

With `RUN_PARTS=1` (what `manage.py serve` sets) the worker and the scheduler start and stop
with this process; a grown site runs them apart with `manage.py work`.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("FOLKMOOT_INTERFACE", "asgi")

from channels.routing import ProtocolTypeRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

pages = get_asgi_application()

if settings.MAIL_MISSING:
    raise ImproperlyConfigured(settings.MAIL_MISSING)

from core.lifespan import Lifespan  # noqa: E402
from notifications.routing import socket  # noqa: E402

application = ProtocolTypeRouter({"http": pages, "websocket": socket, "lifespan": Lifespan()})
