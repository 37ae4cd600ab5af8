"""Goes as conftest.py beside pgvector-python's tests, whose own is not in the source archive.

Theirs offers numpy, or None. Ours besides leads pg8000, which reads no environment, to the server under test.
"""

import os

import numpy
from pg8000.core import CoreConnection

connect = CoreConnection.__init__


def to_the_server_under_test(self, *args, **kw):
    kw |= {"port": int(os.environ["PGPORT"]), "password": os.environ["PGPASSWORD"]}
    connect(self, *args, **kw)


CoreConnection.__init__ = to_the_server_under_test

__all__ = ["numpy"]
