"""Keeping a client and its server process on one processor.

Left to the scheduler, the two run on one processor or on two from one message to the next; waking another, idle processor of a
virtual machine takes 50 to 100 µs, which is more than many of the queries. On one processor a time is what the two compute.
"""

import os

import psycopg


class Tied:
    """Ties this process and the server process of a connection to one processor while the block runs; does nothing where that is not
    permitted (the server process belongs to another user)."""

    def __init__(self, conn: psycopg.Connection, cpu: int = 0):
        self.pids, self.cpu = (conn.info.backend_pid, 0), cpu

    def __enter__(self) -> None:
        self.before = [os.sched_getaffinity(pid) for pid in self.pids]
        cpus = sorted(self.before[0])
        try:
            for pid in self.pids:
                os.sched_setaffinity(pid, {cpus[self.cpu % len(cpus)]})
        except PermissionError:
            self.before = []

    def __exit__(self, *_) -> None:
        for pid, cpus in zip(self.pids, self.before):
            os.sched_setaffinity(pid, cpus)
