"""WSGI entry: pages only. `/ws/` needs `config.asgi`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("FOLKMOOT_INTERFACE", "wsgi")

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

if settings.MAIL_MISSING:
    raise ImproperlyConfigured(settings.MAIL_MISSING)
