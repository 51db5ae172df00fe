"""Runs the tests beside it: `run.py [NAME…]`, as test_trying or test_trying.Trying.test_cancel."""

import sys
import unittest

from pagecase import Everything

Everything.start()
names = sys.argv[1:] or ["test_trying", "test_reading"]
try:
    program = unittest.main(module=None, argv=["test-docs-page", *names], exit=False, verbosity=2)
finally:
    Everything.stop()
sys.exit(not program.result.wasSuccessful())
