"""Everything that can go wrong in a way a person can do something about.

    MnistError
    ├── DatasetUnavailable   no MNIST to be had: what was tried, what to do
    ├── RecipeError          a recipe's value is out of bounds
    ├── NameInvalid          a name that cannot name a folder
    ├── DrawingError         a file or an array that is no readable picture
    ├── StrokesUnreadable    a file of pen drawings that cannot be read
    ├── ModelNotFound        no stored model has this name
    ├── ModelDamaged         a stored model's file is missing, cut short or altered
    ├── ModelProtected       the bundled model cannot be deleted
    ├── ImportRefused        a file that holds no network of ours
    ├── ExportDiffers        an exported model answers otherwise than the app
    ├── ExportFailed         a model could not be written in another form
    ├── PackageMissing       a format needs a package that is not installed
    ├── RunNotFound          no run has this id
    ├── RunActive            a run is going on already
    ├── RunNotWaiting        a run is not in line, or not any more
    ├── QueueFull            somebody has as many runs in line as they can have
    ├── RunDamaged           a run's files are missing or cannot be read
    ├── SweepNotFound        no sweep has this id, or it cannot be read
    ├── RunFinished          a run has come to its end: nothing is left to train
    ├── NothingToFilm        a run has trained nothing yet
    ├── ProbesFull           a run has as many probes as it can have
    ├── ClusterUnavailable   the cluster that is to train cannot be used
    ├── HomeUnwritable       the folder for runs and models cannot be written to
    └── Diverged             the loss is no number any more

The message is a sentence for people; the attributes are facts for programs.
"""

import errno


class MnistError(Exception):
    """Root of the project's errors: catch it to catch them all."""


class DatasetUnavailable(MnistError):
    """MNIST was found nowhere.

    `tried` holds a (source, reason) pair for every place that was looked in; each
    reason is a whole sentence, and that of a download says what to do about it.
    """

    def __init__(self, tried: list[tuple[str, str]]) -> None:
        self.tried = tried
        places = " ".join(f"{source}: {reason}" for source, reason in tried)
        super().__init__(
            f"MNIST is not available. {places} You can also set MNIST_NPZ to the path "
            "of an mnist.npz file."
        )


class RecipeError(MnistError, ValueError):
    """A recipe's value is out of bounds; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(f"{field}: {message}")


class NameInvalid(MnistError, ValueError):
    """A `name` for a model or a run that cannot name a folder."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"{name!r} cannot be a name: use up to 64 letters, digits, spaces, dots, "
            "dashes and underscores, starting with a letter or a digit and ending "
            "with no space or dot. Windows keeps a few for itself: con, nul, com1 ..."
        )


class DrawingError(MnistError, ValueError):
    """A file or an array that cannot be read as a picture."""


class StrokesUnreadable(MnistError, ValueError):
    """A file of pen drawings at `path` that cannot be read; `reason` says why."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"The pen drawings in {path} cannot be read: {reason}. The file holds JSON "
            "lines or UNIPEN segments, plain or gzipped."
        )


class ModelNotFound(MnistError):
    """No stored model has this `name`; `known` lists those there are."""

    def __init__(self, name: str, known: list[str]) -> None:
        self.name, self.known = name, known
        super().__init__(f"There is no model named {name!r}. There are: {known}.")


class ModelDamaged(MnistError):
    """A stored model that must not be used; `reason` says what is wrong with it."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"The model {name!r} is damaged: {reason}.")


class ModelProtected(MnistError):
    """The model that comes with the project cannot be deleted."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The model {name!r} comes with the app and stays.")


class ImportRefused(MnistError):
    """A `file` from which no model can be brought in; `reason` says why."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"{file} cannot be brought in: {reason}.")


class ExportDiffers(MnistError):
    """A model was written as `format`, and its answers there were not the app's.

    `same_digits` of a thousand were read alike; `largest_difference` is that of a
    probability.
    """

    def __init__(self, format: str, same_digits: int, difference: float) -> None:
        self.format, self.same_digits = format, same_digits
        self.largest_difference = difference
        super().__init__(
            f"As {format} it reads only {same_digits:,} of 1,000 digits as it does "
            f"here, and a probability differs by {difference:.2g}. So it is not handed "
            "over; try another format."
        )


class ExportFailed(MnistError):
    """A model could not be written in another form; `reason` is a sentence."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class PackageMissing(MnistError):
    """A format needs `packages` that are not installed; `command` installs them."""

    def __init__(self, packages: list[str], command: str) -> None:
        self.packages, self.command = packages, command
        super().__init__(
            f"This format needs {' and '.join(packages)}. Install what is missing with "
            f"{command}, and try again."
        )


class RunNotFound(MnistError):
    """No run has this `run_id`."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"There is no run {run_id!r}.")


class RunDamaged(MnistError):
    """The files of the run `run_id` cannot be used; `reason` says what is wrong."""

    def __init__(self, run_id: str, reason: str) -> None:
        self.run_id, self.reason = run_id, reason
        super().__init__(f"The run {run_id!r} is damaged: {reason}.")


class RunActive(MnistError):
    """A run is going on, and no more can meanwhile."""

    def __init__(self, run_id: str | None) -> None:
        self.run_id = run_id
        which = f"The run {run_id!r}" if run_id else "Another run"
        super().__init__(f"{which} is going on. Wait for its end or stop it first.")


class RunNotWaiting(MnistError):
    """The run `run_id` is not in line: it goes on, say, or has ended."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"The run {run_id!r} is not in line any more.")


class QueueFull(MnistError):
    """A visitor has as many runs in line, `most`, as one can have."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(
            f"You have {most} trainings in line already. Wait until one begins, or "
            "take one out."
        )


class SweepNotFound(MnistError):
    """No sweep has this `sweep_id`, or its file cannot be read."""

    def __init__(self, sweep_id: str) -> None:
        self.sweep_id = sweep_id
        super().__init__(f"There is no sweep {sweep_id!r} that can be read.")


class RunFinished(MnistError):
    """The run `run_id` has come to its end."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"The run {run_id!r} has finished: nothing is left to train.")


class NothingToFilm(MnistError):
    """The run `run_id` has trained nothing yet that a film could show."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(f"The run {run_id!r} has trained nothing yet to film.")


class ProbesFull(MnistError):
    """A run has as many probes as it can have."""

    def __init__(self) -> None:
        super().__init__("Four digits are watched already.")


class ClusterUnavailable(MnistError):
    """The cluster that MNIST_RAY names cannot train; the message says why."""


class HomeUnwritable(MnistError):
    """The folder of runs and models, `path`, cannot be written to; `reason`: why."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(
            f"Nothing can be written to {path} ({reason}). Free some space or change "
            "its permissions, or set MNIST_HOME to another folder."
        )


class Diverged(MnistError):
    """The loss is no number any more; `epochs` were trained before that."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        which = "first epoch" if epochs == 1 else f"first {epochs} epochs"
        kept = f" The model as it was after the {which} is kept." if epochs else ""
        super().__init__(
            "The loss became infinite: the training diverged. A lower learning rate "
            f"usually helps.{kept}"
        )


def describe(error: Exception, *, then: str) -> str:
    """Say what ended a process, as a sentence for people.

    `then` is what to do once there is room on a full disk: "resume the run".
    """
    if isinstance(error, MnistError):
        return str(error)
    if _is_disk_full(error):
        return f"The disk is full. Free some space, and {then}."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'A file'} cannot be used: {error.strerror}."
    return f"{type(error).__name__}: {error}"


def _is_disk_full(error: Exception) -> bool:
    full = errno.ENOSPC, errno.EDQUOT
    # HDF5 raises no OSError when it closes a file: the number is in its message alone.
    said = any(f"errno = {number}," in str(error) for number in full)
    return said or (isinstance(error, OSError) and error.errno in full)
