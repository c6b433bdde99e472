"""The same work from the command line.

python -m mnist_core --help
python -m mnist_core train --recipe quick
python -m mnist_core predict drawings/
"""

import os
import sys

from mnist_core.cli import runs
from mnist_core.cli.console import print_problem
from mnist_core.cli.parser import build_parser
from mnist_core.errors import MnistError


def main() -> int:
    """Run one command; a problem ends it with a sentence and exit status 1."""
    args = build_parser().parse_args()
    if "check" in args:
        args.check(args)
    try:
        status = args.function(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return runs.INTERRUPTED
    except MnistError as error:
        print_problem(str(error))
    except OSError as error:
        _explain(error)
    else:
        return status
    return 1


def _explain(error: OSError) -> None:
    """A full disk, a folder that is read-only, a reader that has gone, say."""
    if error.filename is None:  # else Python would try again to write the results
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):  # `head` has seen enough
        where = error.filename or "The results cannot be written"
        print_problem(f"{where}: {error.strerror or error}.")


if __name__ == "__main__":
    sys.exit(main())
