"""One client process: reads what to run as JSON from standard input, says `ready`, and at the next line runs until its time is over.

Processes, not threads: the interpreter's lock would make two clients one.
"""

import json
import struct
import sys
import time

import numpy as np
import psycopg
from data import binary
from processor import Tied


def main() -> None:
    spec = json.loads(sys.stdin.readline())
    conn = psycopg.connect(spec["dsn"], autocommit=True)
    for name, value in spec["settings"].items():
        conn.execute("SELECT set_config(%s, %s, false)", (name, value))
    if spec["kind"] == "integer":
        parameters = [struct.pack(">i", i) for i in spec["keys"]]
    else:
        parameters = [binary(spec["kind"], vector) for vector in np.load(spec["queries"])]
    parameters = parameters[spec["start"] :] + parameters[: spec["start"]]
    pgconn = conn.pgconn
    pgconn.prepare(b"q", spec["statement"].encode())
    for parameter in parameters[:50]:
        pgconn.exec_prepared(b"q", [parameter], [1], 1)
    Tied(conn, spec["cpu"]).__enter__()
    print("ready", flush=True)
    sys.stdin.readline()
    latencies, at = [], 0
    begin = time.perf_counter()
    end = begin + spec["seconds"]
    while True:
        start = time.perf_counter()
        if start >= end:
            break
        result = pgconn.exec_prepared(b"q", [parameters[at % len(parameters)]], [1], 1)
        if result.status != 2:
            raise RuntimeError(result.error_message.decode())
        latencies.append(time.perf_counter() - start)
        at += 1
    print(json.dumps({"seconds": time.perf_counter() - begin, "latencies": latencies}), flush=True)


if __name__ == "__main__":
    main()
