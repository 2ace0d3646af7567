"""Rows by the million through Sail: rows a second, and whether memory stays flat.

    python benches/sail.py 1000000 10000000

Rows are the shipped statements, drawn by the number of the row, so that a run needs no file. Each size has a process of
its own; its peak of memory is that of the whole engine, which runs in it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any


def texts(batches: Iterator[Any]) -> Iterator[Any]:
    import pyarrow

    from detente import load_statements

    rows = [row["text"] for row in load_statements(kind="list")]
    for batch in batches:
        numbers = batch.column(0).to_pylist()
        # A multiplier without a factor in common with the number of statements visits all of them.
        words = [f"{rows[n * 2_654_435_761 % len(rows)]} ({n})" for n in numbers]
        yield pyarrow.RecordBatch.from_arrays([batch.column(0), pyarrow.array(words)], names=["id", "text"])


def run(n_rows: int) -> None:
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession, functions

    import detente.spark

    server = SparkConnectServer()
    server.start()
    _, port = server.listening_address
    spark = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
    rows = spark.range(n_rows).repartition(4).mapInArrow(texts, "id bigint, text string")
    means = [functions.avg(f"{target}_score").alias(target) for target in ("peace", "cooperation", "conflict")]

    def timed(frame: Any) -> tuple[float, float, Any]:
        begin, cpu = time.monotonic(), time.process_time()
        (found,) = frame.collect()
        return time.monotonic() - begin, time.process_time() - cpu, found

    made, made_cpu, _ = timed(rows.agg(functions.sum(functions.length("text")).alias("n")))
    took, cpu, found = timed(detente.spark.score(rows).agg(functions.count("id").alias("n"), *means))
    record = {
        "rows": found["n"],
        "seconds": round(took, 1),
        "cpu_s": round(cpu, 1),
        "cpu_s_of_making_rows": round(made_cpu, 1),
        "seconds_of_making_rows": round(made, 1),
        "rows_per_cpu_s": round(n_rows / (cpu - made_cpu)),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "means": {name: found[name] for name in ("peace", "cooperation", "conflict")},
    }
    print(json.dumps(record))
    spark.stop()
    server.stop()


def main() -> None:
    if sys.argv[1:2] == ["--run"]:
        return run(int(sys.argv[2]))
    for n_rows in sys.argv[1:] or ["1000000"]:
        command = [sys.executable, __file__, "--run", n_rows]
        done = subprocess.run(command, capture_output=True, text=True)
        print(done.stdout.strip() or done.stderr[-2000:], flush=True)


if __name__ == "__main__":
    main()
