"""The rules that hold for the tests themselves."""

import asyncio
import socket

import pytest

from tests.conftest import SocketsRefused


def test_no_test_in_the_house_reaches_the_network() -> None:
    with socket.socket() as line, pytest.raises(SocketsRefused, match="e2e"):
        line.connect(("127.0.0.1", 9))
    with pytest.raises(SocketsRefused):
        socket.getaddrinfo("localhost", 80)


def test_a_socket_within_the_house_is_no_network() -> None:
    asyncio.run(asyncio.sleep(0))
    near, far = socket.socketpair()
    near.close()
    far.close()
