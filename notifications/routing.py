from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from notifications.consumers import Tab

PATH = "/ws/"


class SameOrigin:
    """Refuses sockets that a page of another origin opens, as a browser would send our cookies along.

    Stricter than Channels' own check, which lets every port of a host in: the Origin must be the very
    host and port that was asked, or one the site trusts. Other addresses than /ws/ are refused too.
    """

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["path"] == PATH and self.allows(scope["headers"]):
            return await self.application(scope, receive, send)
        await receive()
        await send({"type": "websocket.close", "code": 4403})  # before "accept": the server answers 403

    def allows(self, headers) -> bool:
        found = {name: value.decode("latin-1").lower() for name, value in headers if name in {b"origin", b"host"}}
        origin, host = found.get(b"origin", ""), found.get(b"host", "")
        if origin in settings.CSRF_TRUSTED_ORIGINS:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        name, _ = split_domain_port(host)
        return (
            parts.scheme in {"http", "https"} and parts.netloc == host and validate_host(name, settings.ALLOWED_HOSTS)
        )


socket = SameOrigin(Tab.as_asgi())
