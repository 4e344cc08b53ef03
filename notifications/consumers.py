from channels.generic.websocket import AsyncJsonWebsocketConsumer


class Tab(AsyncJsonWebsocketConsumer):
    """The one socket of an open tab."""

    channel_layer_alias = "none"
