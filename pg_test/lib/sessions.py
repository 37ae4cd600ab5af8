"""Several sessions at the same time, until the time is over or one of them fails."""

import threading
import time
from collections import Counter
from collections.abc import Callable

import psycopg
from answers import literal, vectors

Task = Callable[[psycopg.Connection], None]


class Sessions:
    """Runs tasks, each in a thread and a session of its own. A task goes on while `going` says so, and counts in `work` what it did."""

    def __init__(self, cluster, seconds: float):
        self.cluster = cluster
        self.seconds = seconds
        self.end = float("inf")
        self.errors: list[BaseException] = []
        self.work: Counter[str] = Counter()

    def going(self) -> bool:
        return time.monotonic() < self.end and not self.errors

    def finish(self) -> None:
        """The time is over: a task has done what the others were to run beside."""
        self.end = 0.0

    def again(self, task: Task, pause: float = 0.0) -> Task:
        """The task once more and once more."""

        def repeated(conn: psycopg.Connection) -> None:
            while self.going():
                task(conn)
                time.sleep(pause)

        return repeated

    def inserter(self, first: int) -> Task:
        """Inserts random vectors into the table t, one by one, numbered from `first` on, which is their seed, too; counts them as `inserted`."""

        def task(conn: psycopg.Connection) -> None:
            for number, vector in enumerate(vectors(100_000, seed=first), first):
                if not self.going():
                    return
                conn.execute("INSERT INTO t VALUES (%s, %s::vector)", (number, literal(vector)))
                self.work["inserted"] += 1

        return task

    def run(self, *tasks: Task) -> None:
        """Returns when all tasks have ended; raises the first error of any."""
        self.end = time.monotonic() + self.seconds
        threads = [threading.Thread(target=self._session, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.seconds + 120)
        if self.errors:
            raise self.errors[0]
        assert not any(thread.is_alive() for thread in threads), "a session did not end"

    def _session(self, task: Task) -> None:
        try:
            with self.cluster.connect() as conn:
                task(conn)
        except BaseException as error:
            self.errors.append(error)
