"""Tasks to any executor: what a lost worker leaves undone is sent again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from typing import TypeVar

from loky import ProcessPoolExecutor
from threadpoolctl import threadpool_limits

from prospector.errors import EngineError

Task = TypeVar("Task")
Done = Callable[[int, int], None]

RESTARTS = 3
"""A pool that breaks so often without finishing a task in between is given up."""


def run_tasks(
    function: Callable[[Task], object],
    tasks: Sequence[Task],
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    done: Done | None = None,
) -> None:
    """Call a function with each task, in any order, and wait until all are done.

    Parameters
    ----------
    executor
        Where tasks go, e.g. ``dask.distributed.Client(...).get_executor()``; without it to
        processes of this machine.
    workers
        Number of those processes, one for each core by default; 1 computes in this process.
    done
        Called with how many tasks are done and how many there are.

    Raises
    ------
    EngineError
        Workers were lost again and again.
    """
    count = min(workers or os.cpu_count() or 1, len(tasks))
    tell = _Counter(len(tasks), done)
    if executor is not None:
        if _send(executor, function, tasks, tell):
            raise EngineError(
                "The executor broke before all windows were done. Run again to resume."
            )
    elif count <= 1:
        for task in tasks:
            with threadpool_limits(1):
                function(task)
            tell()
    else:
        _in_processes(function, tasks, count, tell)


class _Counter:
    def __init__(self, total: int, done: Done | None) -> None:
        self.count, self.total, self.done = 0, total, done

    def __call__(self) -> None:
        self.count += 1
        if self.done is not None:
            self.done(self.count, self.total)


def _in_processes(
    function: Callable[[Task], object], tasks: Sequence[Task], workers: int, tell: _Counter
) -> None:
    """Run tasks in processes, in new ones where some were lost."""
    waiting, losses = list(tasks), 0
    while waiting:
        before = len(waiting)
        pool = ProcessPoolExecutor(
            max_workers=workers, initializer=threadpool_limits, initargs=(1,)
        )
        try:
            waiting = _send(pool, function, waiting, tell)
        except BaseException:
            pool.shutdown(wait=True, kill_workers=True)
            raise
        pool.shutdown(wait=True)
        losses = losses + 1 if len(waiting) == before else 0
        if losses > RESTARTS:
            raise EngineError(
                f"Worker processes were lost {losses} times without finishing a window, perhaps for "
                "want of memory. Run again with fewer workers (--workers 1); what is done is kept."
            )


def _send(
    executor: Executor, function: Callable[[Task], object], tasks: Sequence[Task], tell: _Counter
) -> list[Task]:
    """Return the tasks that were lost with their workers."""
    sent: dict[Future[object], Task] = {}
    lost: list[Task] = []
    for task in tasks:
        try:
            sent[executor.submit(function, task)] = task
        except BrokenExecutor:
            lost.append(task)
    try:
        for future in as_completed(sent):
            try:
                future.result()
            except BrokenExecutor:
                lost.append(sent[future])
            else:
                tell()
    except BaseException:
        for future in sent:
            future.cancel()
        raise
    return lost
