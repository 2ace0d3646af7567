"""One model from all rows of a DataFrame: exact synchronous training on Spark and Sail.

Executors hash texts into rows once, then go over the rows pass by pass and give sums; the driver takes Newton steps.
``docs/scale.md`` says what it costs.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from . import _detente
from ._detente import DistributedTraining, TrainingPlan
from ._frames import prose
from ._model import Model
from ._read_once import ReadOnce
from ._report import Report
from ._training import KNOWN_TARGETS, Fit

if TYPE_CHECKING:
    import pyarrow

#: Distinct labels of a target at the most: more are no classes but numbers or texts.
MOST_LABELS = 1000

#: Rows of a shard, which is one cell of a table: some 7 MB.
SHARD_ROWS = 2048

#: Cells that Spark hands over together, and the setting for it; the default would be 10,000 shards.
SHARDS_OF_BATCH = 64
_BATCH_SETTING = "spark.sql.execution.arrow.maxRecordsPerBatch"

#: Answers that the driver takes itself; of more partitions they are first merged on executors.
MOST_TO_DRIVER = 32

#: The plans that this process has read.
_PLANS: ReadOnce[TrainingPlan] = ReadOnce(TrainingPlan.from_bytes)


def plan_of(data: bytes) -> TrainingPlan:
    """The plan of these bytes, which are read once by each process."""
    return _PLANS.get(hashlib.sha256(data).hexdigest(), data)


def fit(
    df: Any,
    text: str = "text",
    targets: Union[str, Sequence[str], None] = None,
    *,
    group: Optional[str] = None,
    weight: Optional[str] = None,
    language: str = "english",
    mask_parties: bool = False,
    buckets: int = 2**20,
    penalty: str = "ratio",
    strengths: Optional[Sequence[float]] = None,
    tolerance: float = 1e-4,
    decision_metric: str = "auto",
    name: Optional[str] = None,
    date: Optional[str] = None,
    partitions: Optional[int] = None,
    keep: Optional[str] = None,
    progress: Optional[Callable[[int], object]] = None,
) -> Fit:
    """As :func:`train`, with the report of the training beside the model: how many rows, passes and features, and for
    each target the strengths chosen and how right it is on the rows held out.
    """
    targets = [targets] if isinstance(targets, str) else targets
    if targets is None:
        targets = [name for name in KNOWN_TARGETS if name in df.columns]
    if not targets:
        raise ValueError(f"there is no column of labels; there is {prose(df.columns)}: name yours as `targets`")
    for column in (text, *targets, *filter(None, (group, weight))):
        if column not in df.columns:
            raise ValueError(f"there is no column `{column}`; there is {prose(df.columns)}")
    if buckets < 1 or buckets & (buckets - 1):
        raise ValueError(f"buckets is {buckets}; expected a power of two from 262144 to 67108864")
    if partitions is not None and partitions < 1:
        raise ValueError(f"partitions is {partitions}; expected 1 or more")
    settings = {
        "penalty": penalty,
        "strengths": None if strengths is None else [float(strength) for strength in strengths],
        "tolerance": float(tolerance),
        "decision_metric": decision_metric,
        "name": name,
        "date": date,
    }
    _detente.check_distributed(settings)
    labels = [(target, _labels(df, target)) for target in targets]
    plan = TrainingPlan(language, mask_parties, buckets.bit_length() - 1, labels)
    with _Shards(df, plan, text, list(targets), group, weight, partitions, keep) as shards:
        training = DistributedTraining(plan, settings, shards.tally())
        while (request := training.request()) is not None:
            training.told(shards.answer(request))
            if progress is not None:
                progress(training.n_passes)
        model, record = training.finish()
        report = json.loads(record)
        report["n_too_long"] = shards.n_too_long
        return Fit(Model(model), Report(report, _tables(report)))


def train(df: Any, text: str = "text", targets: Union[str, Sequence[str], None] = None, **settings: Any) -> Model:
    """Trains one model on all rows of a DataFrame, wherever they are: the model of all of them, no mean of models.

    It does not depend on how the rows are cut into partitions, nor on which executor dies: the same rows, whatever
    their order, give the same bytes. One of ten groups is held out first; on these rows the strength of the penalty,
    the share of each view and the temperature are chosen, and the model is measured. Then it goes on to the optimum on
    all rows.

    Parameters
    ----------
    df : a DataFrame of PySpark or Sail, which gives the same rows whenever it is read
    text : the column of statements; rows without a text are counted and left out
    targets : columns of labels; default those of `peace`, `cooperation`, `conflict`, `sentiment` that there are. A row
        that is null or NaN on a target is not learned from for it. Labels that differ in case, blanks or Unicode form
        only are one, written as most of its rows write it
    group : the column that names the document of a row, which is held out as a whole or not at all. Default: each
        distinct text is its own
    weight : the column that says how much a row counts, 0, or a number from 0.001 to 1,000
    language, mask_parties : as in :func:`detente.train`
    buckets : a power of two from 2**18; what goes over the network in a pass grows with it
    penalty : `ratio` or `even`
    strengths : of the L2 penalty, falling; default eight, as on one machine. Each takes 30 to 140 passes, by
        `tolerance`, and a head stops where the loss on rows held out has risen twice. One alone is not searched
    tolerance : the gradient's norm at the optimum, next to that at the start
    decision_metric : `auto`, `macro-f1`, `f-avg` or `log-loss`
    name, date : what the model is called, and the date that it shall carry
    partitions : cuts the rows into so many partitions first; about as many as there are cores. Above 32 answers are
        merged on executors before they come to the driver
    keep : where hashed rows are kept between passes: `engine` (``persist``, the default but on Sail, which has none),
        the path of a folder that the driver and all executors can write and read, or `nothing`, to hash all texts anew
        in each pass. Sail on this machine keeps them in a temporary folder. What is kept in a folder of the driver's
        file system is deleted at the end; at an address (`hdfs://`, `s3a://`) it stays, in a folder `shards-...`
    progress : called with the number of passes done

    Raises
    ------
    ValueError
        A setting is out of its range, the rows cannot be learned from, or a pass went over other rows than the first.

    Examples
    --------
    >>> model = detente.spark.train(df, targets=["peace"], group="speech")        # doctest: +SKIP
    >>> model.write("peace.detente")                                              # doctest: +SKIP
    """
    return fit(df, text, targets, **settings).model


def _labels(df: Any, target: str) -> list[str]:
    """The distinct labels of a target, sorted."""
    from pyspark.sql import functions

    column = functions.trim(_label(df, target)).alias("label")
    rows = df.select(column).where(functions.col("label") != "").groupBy("label").count()
    counted = [(row["label"], row["count"]) for row in rows.limit(MOST_LABELS + 1).collect()]
    found = _detente.labels_of_forms(counted)
    if len(counted) > MOST_LABELS:
        raise ValueError(f"column `{target}` has more than {MOST_LABELS} distinct values; expected labels")
    if len(found) < 2:
        only = f"has the single label `{found[0]}`" if found else "has no label"
        raise ValueError(f"target `{target}` {only}; expected two or more labels")
    return found


def _label(df: Any, target: str) -> Any:
    """A column of labels as text; NaN, as pandas writes what is missing, is null."""
    from pyspark.sql import functions

    column = functions.col(quoted(target))
    if dict(df.dtypes)[target] in ("float", "double"):
        column = functions.when(~functions.isnan(column), column)
    return column.cast("string")


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever signs it has."""
    return "`" + name.replace("`", "``") + "`"


def _is_sail(spark: Any) -> bool:
    """Whether the engine is Sail, which says the version of Spark that it speaks, and its own where it is asked."""
    version = spark.sql("select version()").collect()[0][0]
    return not str(version).startswith(str(spark.version).split("-")[0])


class _Shards:
    """The hashed rows of a DataFrame, kept by the engine, and what is asked of them."""

    def __init__(
        self,
        df: Any,
        plan: TrainingPlan,
        text: str,
        targets: list[str],
        group: Optional[str],
        weight: Optional[str],
        partitions: Optional[int],
        keep: Optional[str],
    ) -> None:
        self.plan = plan
        self.plan_bytes = plan.to_bytes()
        self.partitions = partitions
        self.n_too_long = 0
        self.spark = df.sparkSession
        # What is undone at the end, and where the beginning fails.
        self._undone = ExitStack()
        rows = _chosen(df, text, targets, group, weight)
        if partitions is not None:
            rows = rows.repartition(partitions)
        hashed = rows.mapInArrow(
            _hashing(self.plan_bytes, group is not None, weight is not None), "shard binary, n_too_long bigint"
        )
        with self._undone:
            self.df = self._kept(hashed, keep)
            self._undone = self._undone.pop_all()

    def _kept(self, hashed: Any, keep: Optional[str]) -> Any:
        """The hashed rows where they are kept between passes."""
        spark = self.spark
        is_sail = _is_sail(spark)
        if keep is None and is_sail:
            host = getattr(getattr(spark, "client", None), "host", "localhost")
            if host not in ("localhost", "127.0.0.1", "::1"):
                raise ValueError(
                    "keep is None; expected a folder that all executors share, or `nothing`: Sail keeps no rows"
                )
            keep = self._undone.enter_context(tempfile.TemporaryDirectory(prefix="detente-rows-"))
        if not is_sail:
            self._undone.callback(spark.conf.set, _BATCH_SETTING, spark.conf.get(_BATCH_SETTING))
            spark.conf.set(_BATCH_SETTING, str(SHARDS_OF_BATCH))
        if keep is None or keep == "engine":
            persisted = hashed.persist()
            self._undone.callback(persisted.unpersist)
            return persisted
        if keep == "nothing":
            return hashed
        path = os.path.join(keep, "shards-" + hashlib.sha256(self.plan_bytes + os.urandom(16)).hexdigest()[:16])
        self._undone.callback(shutil.rmtree, path, ignore_errors=True)
        hashed.write.parquet(path)
        # A reader may cut the files anew, which changes nothing.
        return spark.read.parquet(path)

    def __enter__(self) -> _Shards:
        return self

    def __exit__(self, *_: object) -> None:
        self._undone.close()

    def tally(self) -> bytes:
        """What is counted of all rows."""
        tallies = self._parts(_tallying(self.plan_bytes), _merging(self.plan_bytes, "merged_tallies"))
        self.n_too_long = sum(tallies.column("n_too_long").to_pylist())
        return self.plan.merged_tallies(tallies.column("part").to_pylist())

    def answer(self, request: bytes) -> bytes:
        """What all rows answer to a request."""
        answers = self._parts(_working(self.plan_bytes, request), _merging(self.plan_bytes, "merged_answers"))
        merged = self.plan.merged_answers(answers.column("part").to_pylist())
        if merged is None:
            raise ValueError("no partition answered; expected a table that gives the same rows whenever it is read")
        return merged

    def _parts(self, work: Callable[..., Any], merge: Callable[..., Any]) -> pyarrow.Table:
        parts = self.df.mapInArrow(work, _PART)
        if self.partitions is not None and self.partitions > MOST_TO_DRIVER:
            parts = parts.repartition(math.isqrt(self.partitions)).mapInArrow(merge, _PART)
        return parts.toArrow()


_PART = "part binary, n_too_long bigint"


def _chosen(df: Any, text: str, targets: list[str], group: Optional[str], weight: Optional[str]) -> Any:
    """The columns that are needed, under names of our own."""
    from pyspark.sql import functions

    def column(name: str, kind: str, alias: str) -> Any:
        return functions.col(quoted(name)).cast(kind).alias(alias)

    columns = [column(text, "string", "text")]
    if group is not None:
        columns.append(column(group, "string", "group"))
    if weight is not None:
        columns.append(column(weight, "double", "weight"))
    columns += [_label(df, target).alias(f"label{at}") for at, target in enumerate(targets)]
    return df.select(*columns)


def _batch(part: bytes, n_too_long: int, name: str = "part") -> pyarrow.RecordBatch:
    import pyarrow

    arrays = [pyarrow.array([part], pyarrow.binary()), pyarrow.array([n_too_long], pyarrow.int64())]
    return pyarrow.RecordBatch.from_arrays(arrays, names=[name, "n_too_long"])


def _hashing(plan_bytes: bytes, has_group: bool, has_weight: bool) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def hashed(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow

        from detente._spark_training import SHARD_ROWS, _batch, plan_of

        plan = plan_of(plan_bytes)

        def shard(waiting: list[Any]) -> pyarrow.RecordBatch:
            made, n_too_long = plan.shard(pyarrow.Table.from_batches(waiting), has_group, has_weight)
            return _batch(made, n_too_long, "shard")

        waiting: list[Any] = []
        for batch in batches:
            for start in range(0, batch.num_rows, SHARD_ROWS):
                waiting.append(batch.slice(start, SHARD_ROWS))
                if sum(part.num_rows for part in waiting) >= SHARD_ROWS:
                    yield shard(waiting)
                    waiting = []
        if waiting:
            yield shard(waiting)

    return hashed


def _tallying(plan_bytes: bytes) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def counted(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        from detente._detente import PartTally
        from detente._spark_training import _batch, plan_of

        tally: Any = None
        n_too_long = 0
        for batch in batches:
            n_too_long += sum(batch.column(1).to_pylist())
            for shard in batch.column(0):
                if tally is None:
                    tally = PartTally(plan_of(plan_bytes))
                tally.add(shard.as_py())
        if tally is not None:
            yield _batch(tally.finish(), n_too_long)

    return counted


def _working(plan_bytes: bytes, request: bytes) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def worked(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        from detente._detente import PartWork
        from detente._spark_training import _batch, plan_of

        work: Any = None
        for batch in batches:
            for shard in batch.column(0):
                if work is None:
                    work = PartWork(plan_of(plan_bytes), request)
                work.add(shard.as_py())
        if work is not None:
            yield _batch(work.finish(), 0)

    return worked


def _merging(plan_bytes: bytes, how: str) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def merged(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        from detente._spark_training import _batch, plan_of

        parts, n_too_long = [], 0
        for batch in batches:
            parts += batch.column(0).to_pylist()
            n_too_long += sum(batch.column(1).to_pylist())
        if parts:
            yield _batch(getattr(plan_of(plan_bytes), how)(parts), n_too_long)

    return merged


def _tables(report: dict[str, Any]) -> str:
    lines = [
        f"{report['n_rows']} rows in {report['n_passes']} passes, {report['n_held_out']} held out, "
        f"{report['n_features']} features"
    ]
    for target in report["targets"]:
        strengths = ", ".join(f"{member['features']} {member['strength']:g}" for member in target["members"])
        measures = ", ".join(
            f"{name} {target[key]:.3f}"
            for key, name in (("macro_f1", "macro-F1"), ("accuracy", "accuracy"), ("log_loss", "log-loss"))
            if target[key] is not None
        )
        lines.append(f"{target['target']}: {measures} on rows held out; strengths {strengths}")
    return "\n".join(lines) + "\n"
