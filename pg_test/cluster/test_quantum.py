"""Long computations of the quantum layer report their progress and can be cancelled from outside."""

import re
import threading
import time

import psycopg
import pytest

# All connected to all: flips cost enough for a read of 30000 sweeps to take some hundredths of a second.
SOLVE = "SELECT energy FROM qstore.solve_problem(qstore.max_cut(ARRAY(SELECT ARRAY[a, b] FROM generate_series(0, 39) a, generate_series(a + 1, 39) b)), 'sa', 1, 30000, 10000)"


def test_a_long_solution_reports_progress_and_hears_a_cancellation(cluster):
    with cluster.connect() as conn, cluster.connect() as other:
        conn.execute("CREATE EXTENSION IF NOT EXISTS qstore")
        conn.execute("SET client_min_messages = debug1")
        heard = []
        conn.add_notice_handler(lambda notice: heard.append(notice.message_primary))

        def cancel():
            deadline = time.monotonic() + 60
            while len(steps(heard)) < 2 and time.monotonic() < deadline:
                time.sleep(0.05)
                # The driver hears of notices while it waits for the answer.
            other.execute("SELECT pg_cancel_backend(%s)", (conn.info.backend_pid,))

        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            conn.execute(SOLVE)
        canceller.join()
        conn.rollback()
        done = steps(heard)
        assert len(done) >= 2, "a report every second"
        assert all(total == 10000 for _, total in done) and done == sorted(done) and done[-1][0] > 0
        # The session goes on.
        assert conn.execute("SELECT energy FROM qstore.solve_qubo('{{-1}}', seed => 1)").fetchone()[0] == -1


def steps(messages: list[str]) -> list[tuple[int, int]]:
    found = (re.fullmatch(r"qstore: (\d+) of (\d+) reads are solved", message) for message in messages)
    return [(int(match[1]), int(match[2])) for match in found if match]
