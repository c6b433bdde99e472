"""Feed one way in for some seconds, in this process; print what came of it as JSON.

python -m reliability.feeding pictures 60 7

Where a case takes more than five seconds of the processor, a minute on the clock, or
crashes, Python prints where it was, and the process ends; of a fault, Hypothesis prints
the smallest case that shows it.
"""

import faulthandler
import inspect
import json
import logging
import resource
import signal
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import coverage
import hypothesis

from reliability.way_in import MEGABYTE, MEGABYTES, PATIENCE, SECONDS

if TYPE_CHECKING:
    from reliability.way_in import WayIn

CASES: Final = 100  # of one seed
PEAK_UNIT: Final = 1 if sys.platform == "darwin" else 1024  # bytes


@dataclass
class Fed:
    """How many cases were fed, and what the worst of them took."""

    cases: int = 0
    seconds: float = 0.0  # of the processor, the longest case
    megabytes: float = 0.0  # above the start
    lines: int = 0  # of the way's functions
    reached: int = 0
    missing: str = ""  # lines that no case reached


def main() -> None:
    """Feed the way in that the command line names, for so long, from this seed."""
    name, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    logging.disable(logging.WARNING)  # Streamlit misses its server
    faulthandler.enable()
    # After that, the signal does what it does anyway: it ends the process.
    faulthandler.register(signal.SIGPROF, chain=True)
    # Before the first import of what is counted, so that this is told apart from calls.
    tracer = coverage.Coverage(source=["mnist_core", "pages"], data_file=None)
    tracer.start()
    from reliability.ways import WAYS  # noqa: PLC0415

    way, fed = WAYS[name], Fed()
    within = {_name(code): _missing(tracer, code) for code in way.code}
    _feed_for(way, fed, seconds=seconds, seed=seed)
    tracer.stop()
    missing = {_name(code): _missing(tracer, code) for code in way.code}
    fed.lines = sum(map(len, within.values()))
    fed.reached = fed.lines - sum(map(len, missing.values()))
    fed.missing = "; ".join(f"{n} {_ranges(ls)}" for n, ls in missing.items() if ls)
    print(json.dumps(asdict(fed)))


def _feed_for(way: "WayIn", fed: Fed, *, seconds: float, seed: int) -> None:
    """Feed cases of one seed after the other until the time is over."""
    way.feed(hypothesis.find(way.cases, lambda _: True))  # loads what is loaded once
    start, end = _peak(), time.monotonic() + seconds

    @hypothesis.settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=way.cases)
    def feed(case: object) -> None:
        if time.monotonic() > end:  # within the cases of a seed
            return
        began = time.process_time()
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            way.feed(case)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            faulthandler.cancel_dump_traceback_later()
        fed.cases += 1
        fed.seconds = max(fed.seconds, time.process_time() - began)
        fed.megabytes = (_peak() - start) / MEGABYTE
        if fed.megabytes > MEGABYTES:  # no smaller case would lower the peak again
            sys.exit(f"{fed.megabytes:.0f} MB for {str(case)[:2000]}")

    while time.monotonic() < end:
        hypothesis.seed(seed)(feed)()
        seed += 1


def _peak() -> int:
    """Return the most memory that this process has ever taken, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT


def _name(code: Any) -> str:
    """Name a module, or a function with its module, in the last words of its path."""
    if inspect.ismodule(code):
        return code.__name__.rpartition(".")[2]
    return f"{code.__module__.rpartition('.')[2]}.{code.__name__}"


def _missing(tracer: coverage.Coverage, code: Any) -> list[int]:
    """Return the lines of a module or of a function that were not run so far."""
    lines: list[int] = tracer.analysis2(str(inspect.getsourcefile(code)))[3]
    if inspect.ismodule(code):
        return lines
    source, first = inspect.getsourcelines(code)
    return [line for line in lines if first <= line < first + len(source)]


def _ranges(lines: list[int]) -> str:
    """Write lines in few words: 3-5, 9."""
    ranges: list[list[int]] = []
    for line in lines:
        if ranges and line == ranges[-1][1] + 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


if __name__ == "__main__":
    main()
