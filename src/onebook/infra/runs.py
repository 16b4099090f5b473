"""Runs of batch work: claimed once, done chunk by chunk, resumable, with visible progress."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from django.db import connection, transaction
from django.utils import timezone

from onebook.infra.errors import RunBusy, RunStopped
from onebook.infra.models import Run, RunChunk

Watcher = Callable[["Progress"], None]


@dataclass(frozen=True)
class Progress:
    """Where a run stands after a chunk: for the terminal's bar."""

    run_id: int
    stage: str
    done: int
    total: int
    rows_out: int


@dataclass
class Chunk:
    """What a chunk counted: rows in, rows out, rejected, and seconds by stage."""

    key: str
    rows_in: int = 0
    rows_out: int = 0
    rejected: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the stage `name`."""
        start = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start


@dataclass(frozen=True)
class Summary:
    """The table a run ends with: totals over its chunks, and seconds by stage."""

    run_id: int
    chunks: int
    rows_in: int
    rows_out: int
    rejected: int
    seconds: dict[str, float]


def perform(
    kind: str,
    key: str,
    chunks: Sequence[str],
    work: Callable[[Chunk], None],
    *,
    person_id: int | None = None,
    watch: Watcher | None = None,
) -> Summary:
    """Do `work` for each of `chunks`, each in a transaction of its own together with its done mark.

    An unfinished run of the same kind and key is resumed: its done chunks are skipped. Work that
    must not happen twice is guarded by the rows it writes, so a finished run may be started again.
    Raises RunBusy while another process holds the run, RunStopped when somebody asked it to stop.
    """
    run = _claim(kind, key, person_id)
    try:
        _register(run, chunks)
        _work_through(run, work, watch)
        return _finish(run)
    finally:
        _release(run)


def _claim(kind: str, key: str, person_id: int | None) -> Run:
    """Find or make the run and hold its session lock, which dies with the process."""
    run = Run.objects.filter(kind=kind, key=key, state=Run.State.RUNNING).first()
    if run is None:
        run = Run.objects.create(kind=kind, key=key, person_id=person_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, run.pk])
        if not cursor.fetchone()[0]:
            raise RunBusy(kind=kind, key=key)
    Run.objects.filter(pk=run.pk).update(stop_requested=False)
    return run


_LOCK_SPACE = 7301


def _release(run: Run) -> None:
    if connection.connection is not None and not connection.connection.closed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, run.pk])


def _register(run: Run, chunks: Sequence[str]) -> None:
    RunChunk.objects.bulk_create(
        [RunChunk(run=run, key=key) for key in chunks], ignore_conflicts=True
    )


def _work_through(run: Run, work: Callable[[Chunk], None], watch: Watcher | None) -> None:
    keys = list(run.chunks.order_by("id").values_list("key", "done"))
    done = sum(finished for _, finished in keys)
    rows_out = 0
    for key, finished in keys:
        if finished:
            continue
        if Run.objects.filter(pk=run.pk, stop_requested=True).exists():
            Run.objects.filter(pk=run.pk).update(stage="stopped")
            raise RunStopped(kind=run.kind, key=run.key, done=done, total=len(keys))
        chunk = Chunk(key)
        with transaction.atomic():
            work(chunk)
            _mark_done(run, chunk)
        done += 1
        rows_out += chunk.rows_out
        Run.objects.filter(pk=run.pk).update(stage=key)
        if watch is not None:
            watch(Progress(run.pk, key, done, len(keys), rows_out))


def _mark_done(run: Run, chunk: Chunk) -> None:
    run.chunks.filter(key=chunk.key).update(
        done=True,
        rows_in=chunk.rows_in,
        rows_out=chunk.rows_out,
        rejected=chunk.rejected,
        seconds=chunk.seconds,
        finished_at=timezone.now(),
    )


def _finish(run: Run) -> Summary:
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, finished_at=timezone.now(), stage="")
    return summary(run.pk)


def summary(run_id: int) -> Summary:
    """Totals of a run's finished chunks."""
    chunks = list(RunChunk.objects.filter(run_id=run_id, done=True))
    seconds: dict[str, float] = {}
    for chunk in chunks:
        for stage, spent in chunk.seconds.items():
            seconds[stage] = seconds.get(stage, 0.0) + spent
    return Summary(
        run_id=run_id,
        chunks=len(chunks),
        rows_in=sum(chunk.rows_in for chunk in chunks),
        rows_out=sum(chunk.rows_out for chunk in chunks),
        rejected=sum(chunk.rejected for chunk in chunks),
        seconds=seconds,
    )


def request_stop(run_id: int) -> None:
    """Ask a run to stop after the chunk it is at."""
    Run.objects.filter(pk=run_id, state=Run.State.RUNNING).update(stop_requested=True)


def is_at_work(run_id: int) -> bool:
    """Whether some process holds the run just now; a run that was killed is held by nobody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s AND objid = %s)",
            [_LOCK_SPACE, run_id],
        )
        return bool(cursor.fetchone()[0])
