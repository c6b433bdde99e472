"""Start the app for the local network as well; `make share` does.

python -m pages.components.shell.serve
"""

import sys

from streamlit import net_util
from streamlit.web import cli

from pages.components.shell.share import EVERYWHERE


def main() -> None:
    """Serve until somebody ends it; Streamlit prints the addresses."""
    # It would ask a server outside how this machine is called there: nobody needs to
    # know, and where there is no network everybody would wait for the answer.
    net_util.get_external_ip = lambda: None
    sys.argv = ["streamlit", "run", "app.py", "--server.address", EVERYWHERE]
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
