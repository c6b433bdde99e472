"""Import other people's packages untraced, in the processes that coverage measures.

`make test` puts this folder on PYTHONPATH, so that Python runs this file as it starts.
Importing TensorFlow takes 4.2 processor seconds, and 7.0 under coverage's tracer
(coverage 7.17, Python 3.11), although no line of it is measured, and dozens of tests
start a process that does so. Untraced it takes 4.3.
"""

import os
import sys
from importlib.machinery import SourceFileLoader

if "COVERAGE_PROCESS_CONFIG" in os.environ:
    _exec_module = SourceFileLoader.exec_module

    def _exec_untraced(self, module):
        tracer = sys.gettrace()
        if tracer is None or "site-packages" not in self.path:
            _exec_module(self, module)
            return
        sys.settrace(None)
        try:
            _exec_module(self, module)
        finally:
            sys.settrace(tracer)

    SourceFileLoader.exec_module = _exec_untraced
