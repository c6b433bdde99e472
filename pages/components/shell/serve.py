"""Start the app for the local network as well; `make share` does.

python -m pages.components.shell.serve
"""

import sys

from streamlit import net_util
from streamlit.web import cli

from pages.components.shell.share import EVERYWHERE


def main() -> None:
    """Serve until interrupted; Streamlit prints the addresses."""
    # At its start, and whenever a browser comes by an address that it does not know,
    # Streamlit asks a server outside for this machine's address there. Where no answer
    # comes, as in a classroom without internet, that held everything up for 2.0 s.
    net_util.get_external_ip = lambda: None
    sys.argv = ["streamlit", "run", "app.py", "--server.address", EVERYWHERE]
    sys.exit(cli.main())


if __name__ == "__main__":
    main()
