"""However much programs ask, no address gets more than its share."""

import asyncio
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from pages.components.api import endpoint, limits
from pages.components.api.limits import BURST, EVERY, MOST_INSIDE, Places, Rate
from tests.asgi import piece
from tests.pages.components.api.conftest import OTHER_PHONE, PHONE


class Clock:
    """A clock that is put forward by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def is_let_in(rate: Rate, address: str = PHONE) -> bool:
    try:
        rate.count(address)
    except HTTPException as refusal:
        assert refusal.status_code == 429
        return False
    return True


@given(st.lists(st.sampled_from([0, 0.01, 0.2, 1, 40]), min_size=70, max_size=150))
def test_in_any_time_an_address_has_its_burst_and_its_share(pauses):
    clock = Clock()
    rate, let_in = Rate(clock), []
    for pause in pauses:
        clock.now += pause
        if is_let_in(rate):
            let_in.append(clock.now)
    # Between any two of them: at most a burst, and one for each share of time.
    ahead = [EVERY * count - moment for count, moment in enumerate(let_in)]
    least = accumulate(ahead, min)
    most = (BURST - 1) * EVERY + 1e-6
    assert all(now - before <= most for now, before in zip(ahead, least, strict=True))


def test_who_waits_as_long_as_is_said_is_let_in():
    clock = Clock()
    rate = Rate(clock)
    while is_let_in(rate):
        pass
    with pytest.raises(HTTPException) as refusal:
        rate.count(PHONE)
    assert is_let_in(rate, OTHER_PHONE)
    clock.now += int(refusal.value.headers["Retry-After"])
    assert is_let_in(rate)


def test_who_has_many_addresses_of_ipv6_is_one():
    rate = Rate(Clock())
    let_in = [is_let_in(rate, f"2001:db8::{n:x}") for n in range(BURST + 1)]
    assert let_in == [True] * BURST + [False]


def test_only_so_many_addresses_are_remembered(monkeypatch):
    monkeypatch.setattr(limits, "MOST", 2)
    rate = Rate(Clock())
    while is_let_in(rate):
        pass
    assert is_let_in(rate, OTHER_PHONE)
    assert not is_let_in(rate)
    assert is_let_in(rate, "10.0.0.1")
    assert is_let_in(rate, "10.0.0.2")
    assert is_let_in(rate)  # forgotten: it was the one that had asked least lately


def test_when_all_places_are_taken_others_come_again():
    async def fill(places: Places) -> None:
        if places_left := MOST_INSIDE - len(inside):
            async with places.take():
                inside.append(places_left)
                await fill(places)
            return
        with pytest.raises(HTTPException) as refusal:
            async with places.take():
                pass
        assert refusal.value.status_code == 503

    inside: list[int] = []
    places = Places()
    asyncio.run(fill(places))
    inside.clear()
    asyncio.run(fill(places))  # they were given back


def test_of_many_requests_one_is_answered_at_a_time(programs, seven, monkeypatch):
    """While one is answered the next waits, and comes when that one is done."""
    now: list[bytes] = []
    most: list[int] = []

    async def answer(_function, _request, body):
        now.append(body)
        most.append(len(now))
        await asyncio.sleep(0)
        now.remove(body)
        return endpoint._json({})

    monkeypatch.setattr(endpoint, "run_in_threadpool", answer)

    async def ask_all() -> list[int]:
        kind = {"content_type": "image/png"}
        requests = [
            programs.ask("POST", "/api/predict", [piece(seven)], **kind)
            for _ in range(MOST_INSIDE)
        ]
        return [status for status, *_ in await asyncio.gather(*requests)]

    assert asyncio.run(ask_all()) == [200] * MOST_INSIDE
    assert most == [1] * MOST_INSIDE


def test_a_body_that_does_not_come_is_not_waited_for(programs, monkeypatch):
    monkeypatch.setattr(limits, "SECONDS_TO_SEND", 0)

    class Never:
        """A request whose body never comes."""

        async def stream(self):
            await asyncio.Event().wait()
            yield b""

    with pytest.raises(HTTPException) as refusal:
        asyncio.run(limits.read_body(Never(), most=1))
    assert refusal.value.status_code == 408
