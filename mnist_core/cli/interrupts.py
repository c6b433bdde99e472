"""What happens at Ctrl-C in a terminal.

At the first one a training stops and keeps its model, and the command goes on until
that is saved; a second one ends the command at once. Of a run that is only watched a
Ctrl-C ends the watching alone.
"""

from mnist_core.runs.run import Run
from mnist_core.storage.processes import SignalListener

INTERRUPTED = 130  # the exit status that shells give for a Ctrl-C


class InterruptHandler(SignalListener):
    """Stops a run once, when somebody presses Ctrl-C or ends the command."""

    def stop_if_interrupted(self, run: Run) -> None:
        """Request that the run stops and keeps its model, if there was an interrupt."""
        if self.received and not run.is_requested("stop"):
            run.request("stop")
