from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from notifications.consumers import Tab

socket = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/", Tab.as_asgi())])))
