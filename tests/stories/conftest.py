"""A chat over the socket, as the live tests open it."""

from tests.live.conftest import open_socket

__all__ = ["open_socket"]
