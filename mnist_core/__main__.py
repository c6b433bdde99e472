"""The same work from the command line.

python -m mnist_core --help
python -m mnist_core train --recipe quick
python -m mnist_core predict drawings/
"""

import os
import sys

from mnist_core.cli.console import print_problem
from mnist_core.cli.interrupts import INTERRUPTED
from mnist_core.cli.parser import build_parser
from mnist_core.errors import MnistError


def main() -> int:
    """Run one command; a problem ends it with a sentence and exit status 1."""
    args = build_parser().parse_args()
    if "check" in args:
        args.check(args)
    try:
        status: int = args.function(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except MnistError as error:
        print_problem(str(error))
    except OSError as error:
        _explain(error)
    else:
        return status
    return 1


def _explain(error: OSError) -> None:
    """Say what the system refused: a full disk or a folder that is read-only, say."""
    if error.filename is None:
        # Otherwise Python tries again to write the results when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):  # a reader such as `head` has ended
        where = error.filename or "The results cannot be written"
        print_problem(f"{where}: {error.strerror or error}.")


if __name__ == "__main__":
    sys.exit(main())
