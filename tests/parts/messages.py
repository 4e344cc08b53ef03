"""What a page says of the act before it."""

from django.contrib.messages import get_messages


def said(response) -> list[str]:
    """The messages that the next page shows, in their order."""
    return [str(message) for message in get_messages(response.wsgi_request)]
