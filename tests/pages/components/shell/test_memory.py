"""What is freed while somebody still has what lies beside it."""

import platform
import subprocess
import sys

import pytest

LEAVE_BETWEEN = """
import os
import sys
import time
from pathlib import Path
from pages.components.shell import memory

def megabytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

before = megabytes()
left = [bytes(20_000) for _ in range(5_000)]  # 100 MB
left = left[::50]
kept = megabytes() - before
with memory.giving_back(seconds=0.05):
    end = time.monotonic() + 60
    while megabytes() - before > 20 and time.monotonic() < end:
        pass
print(kept > 60, megabytes() - before < 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc keeps it")
def test_what_is_free_between_what_is_not_goes_back_to_the_system():
    command = [sys.executable, "-c", LEAVE_BETWEEN]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "True"]
