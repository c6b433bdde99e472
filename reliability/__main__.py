"""Try to break the app, and say what came of it.

    make fuzz                 odd input for every way in
    make kill                 kill -9 while it trains, saves, chooses and archives
    make load                 a room full of phones that draw
    make memory               what a server weighs after a thousand answers
    make soak                 an hour of all that visitors do

`make fuzz MINUTES=10` makes it shorter. The exit status is 1 where something broke.
"""

import argparse
import sys

from reliability import fuzz, kill, load, memory, soak
from reliability.report import Report
from reliability.ways import WAYS


def main() -> int:
    """Do what the command line asks for; return the exit status."""
    arguments = vars(_parser().parse_args())
    attempt = arguments.pop("attempt")
    return 0 if attempt(Report(), **arguments) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reliability", description=(__doc__ or "").splitlines()[0]
    )
    commands = parser.add_subparsers(required=True)
    fuzzing = commands.add_parser("fuzz")
    fuzzing.add_argument("--minutes", type=float, default=60)
    fuzzing.add_argument("--way", choices=WAYS, help="one way in alone")
    fuzzing.set_defaults(attempt=fuzz.fuzz)
    killing = commands.add_parser("kill")
    killing.add_argument("--moments", type=int, default=200)
    killing.set_defaults(attempt=kill.kill)
    loading = commands.add_parser("load")
    loading.add_argument("--minutes", type=float, default=1)
    loading.set_defaults(attempt=load.load)
    weighing = commands.add_parser("memory")
    weighing.add_argument("--answers", type=int, default=1000)
    weighing.set_defaults(attempt=memory.memory)
    soaking = commands.add_parser("soak")
    soaking.add_argument("--minutes", type=float, default=60)
    soaking.add_argument("--browsers", type=int, default=8)
    soaking.set_defaults(attempt=soak.soak)
    return parser


if __name__ == "__main__":
    sys.exit(main())
