"""The bar that a run shows in the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from onebook.infra.runs import Progress as Step
from onebook.infra.runs import Watcher


@contextmanager
def bar(name: str) -> Iterator[Watcher]:
    """Show a run's chunks as they are done, on stderr; a watcher for `runs.perform`."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[rows]:,}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=None, rows=0)

        def watch(step: Step) -> None:
            progress.update(task, total=step.total, completed=step.done, rows=step.rows_out)

        yield watch
