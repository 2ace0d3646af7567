"""What training on rows in many places costs: a part's work in processor time, or a whole training through Sail.

    python benches/scale.py rows.csv --target decade --group speech --rows 20000
    python benches/scale.py rows.parquet --target decade --group speech --sail 4

Numbers of docs/scale.md are made with it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from typing import Any

import pyarrow
import pyarrow.csv
import pyarrow.parquet

from detente import _detente, spark

BATCH = 2048


def megabytes(sizes: list[int]) -> str:
    return f"{sum(sizes) / len(sizes) / 1e6:.1f} MB on average, {max(sizes) / 1e6:.1f} at the most"


def cpu() -> float:
    """Processor time of this process, in s."""
    return sum(resource.getrusage(resource.RUSAGE_SELF)[:2])


def parts(table: Any, options: argparse.Namespace) -> None:
    """One part has all rows; each step is timed apart."""
    n = table.num_rows
    labels = sorted(set(table.column(options.target).to_pylist()))
    plan = _detente.TrainingPlan("english", False, options.buckets, [(options.target, labels)])
    begun = cpu()
    shards = [plan.shard(table.slice(at, BATCH), True, False)[0] for at in range(0, n, BATCH)]
    print(f"hashing: {n / (cpu() - begun):.0f} rows/s, {sum(map(len, shards)) / n:.0f} bytes a row")
    begun = cpu()
    tally = _detente.PartTally(plan)
    for shard in shards:
        tally.add(shard)
    counted = tally.finish()
    print(f"counting: {n / (cpu() - begun):.0f} rows/s, {len(counted) / 1e6:.1f} MB")
    settings = {
        "penalty": "ratio",
        "strengths": options.strengths,
        "tolerance": options.tolerance,
        "decision_metric": "log-loss",
        "name": None,
        "date": None,
    }
    training = _detente.DistributedTraining(plan, settings, counted)
    passes, driver, requests, answers = [], 0.0, [], []
    while True:
        begun = cpu()
        request = training.request()
        driver += cpu() - begun
        if request is None:
            break
        begun = cpu()
        work = _detente.PartWork(plan, request)
        for shard in shards:
            work.add(shard)
        answer = work.finish()
        passes.append(cpu() - begun)
        begun = cpu()
        training.told(answer)
        driver += cpu() - begun
        requests.append(len(request))
        answers.append(len(answer))
    print(f"{len(passes)} passes: {n * len(passes) / sum(passes):.0f} rows/s, {n / max(passes):.0f} in the slowest")
    print(
        f"requests: {megabytes(requests)}; answers: {megabytes(answers)}; driver: {driver / len(passes):.2f} s a pass"
    )
    print(json.dumps(json.loads(training.finish()[1])["targets"]))


def sail(path: str, options: argparse.Namespace) -> None:
    """A whole training of the rows of a Parquet file."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer()
    server.start(background=True)
    session = SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
    df = session.read.parquet(os.path.abspath(path))
    times = [(time.monotonic(), cpu())]
    fit = spark.fit(
        df,
        targets=[options.target],
        group=options.group,
        buckets=2**options.buckets,
        strengths=options.strengths,
        tolerance=options.tolerance,
        partitions=options.sail,
        progress=lambda _: times.append((time.monotonic(), cpu())),
    )
    n_passes = max(len(times) - 2, 1)
    for name, at in (("wall", 0), ("processor", 1)):
        first, others = times[1][at] - times[0][at], (times[-1][at] - times[1][at]) / n_passes
        print(f"{name} time: {first:.1f} s to the end of the first pass, {others:.2f} s a pass after it")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB at the most, server included")
    print(fit.report)
    session.stop()
    server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", help="CSV or Parquet with a column `text`")
    parser.add_argument("--target", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--buckets", type=int, default=20, help="binary logarithm")
    parser.add_argument("--strengths", type=lambda text: [float(part) for part in text.split(",")], default=[0.5])
    parser.add_argument("--tolerance", type=float, default=1e-3)
    parser.add_argument("--sail", type=int, help="train through Sail with so many partitions")
    options = parser.parse_args()
    if options.sail:
        sail(options.path, options)
        return
    is_parquet = options.path.endswith(".parquet")
    table = pyarrow.parquet.read_table(options.path) if is_parquet else pyarrow.csv.read_csv(options.path)
    parts(table.slice(0, options.rows).select(["text", options.group, options.target]), options)


if __name__ == "__main__":
    main()
