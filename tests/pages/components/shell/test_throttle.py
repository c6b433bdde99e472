"""Who guesses wrong waits; others hardly do."""

import pytest

from pages.components.shell.throttle import FIRST, LONGEST, MOMENT, MOST, Throttle

PUPIL, TEACHER = "192.168.1.7", "192.168.1.20"


class Clock:
    """A clock that is put forward by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return Throttle(clock)


def guess_wrong(throttle, clock, address: str) -> float:
    """Wait until it counts, guess wrong, and give the wait that follows."""
    clock.now += max(0.0, throttle.seconds_left(address))
    throttle.note_wrong(address)
    return throttle.seconds_left(address)


def test_who_comes_for_the_first_time_does_not_wait(throttle):
    assert throttle.seconds_left(PUPIL) <= 0


def test_each_wrong_guess_takes_longer_up_to_a_minute(throttle, clock):
    waits = [guess_wrong(throttle, clock, PUPIL) for _ in range(9)]
    assert waits[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert waits == sorted(waits)
    assert waits[-2:] == [LONGEST, LONGEST]


def test_others_wait_but_for_a_moment(throttle, clock):
    for _ in range(9):
        guess_wrong(throttle, clock, PUPIL)
    assert 0 < throttle.seconds_left(TEACHER) <= MOMENT
    clock.now += MOMENT
    assert throttle.seconds_left(TEACHER) <= 0 < throttle.seconds_left(PUPIL)


def test_many_addresses_guess_no_faster_than_that(throttle, clock):
    start = clock.now
    for number in range(100):
        guess_wrong(throttle, clock, f"10.0.0.{number}")
    assert clock.now - start == pytest.approx(99 * MOMENT)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("fd00::1", "fd00::ffff:1", True),  # one person's, for the asking
        ("fd00::1", "fd00:0:0:1::1", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),  # IPv4, as some servers see it
        ("10.0.0.1", "10.0.0.2", False),
        ("", "", True),
    ],
)
def test_a_network_of_ipv6_is_one_address(throttle, clock, one, other, is_same):
    throttle.note_wrong(one)
    clock.now += MOMENT
    assert (throttle.seconds_left(other) > 0) == is_same


def test_who_guesses_right_begins_anew(throttle, clock):
    for _ in range(5):
        guess_wrong(throttle, clock, PUPIL)
    throttle.forget(PUPIL)
    clock.now += MOMENT
    assert throttle.seconds_left(PUPIL) <= 0
    assert guess_wrong(throttle, clock, PUPIL) == FIRST


def test_a_limited_number_of_addresses_is_remembered(throttle, clock):
    addresses = [f"10.0.{number // 256}.{number % 256}" for number in range(MOST + 1)]
    for address in addresses:
        throttle.note_wrong(address)
    clock.now += MOMENT
    waiting = [address for address in addresses if throttle.seconds_left(address) > 0]
    assert waiting == addresses[1:]
