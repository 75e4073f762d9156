"""Servers for the tests of sources."""

import pytest
from services.running import Servers


@pytest.fixture
def server():
    """What starts servers on loopback; they end with the test."""
    servers = Servers()
    yield servers
    servers.end()
