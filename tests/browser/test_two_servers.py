import asyncio

import pytest

from server import app, lifespan

pytestmark = pytest.mark.usefixtures("at_the_server")


def test_a_server_finds_the_other_that_works_on_the_same_folder(server, capsys):
    async def start_and_end() -> None:
        async with lifespan(app):
            pass

    asyncio.run(start_and_end())
    assert "Another server uses" in capsys.readouterr().out
