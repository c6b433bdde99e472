import threading

from mnist_core.storage import threads
from tests.conftest import until


def test_something_is_done_again_and_again_and_not_after_the_end():
    done = []
    with threads.repeating(lambda: done.append(threading.get_ident()), seconds=0.001):
        until(lambda: len(done) > 3)
    count = len(done)
    assert threading.get_ident() not in done
    with threads.repeating(lambda: done.append(0), seconds=60):
        until(lambda: done[count:] == [0])  # the first time at once
    assert done[count:] == [0]
