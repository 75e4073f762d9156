"""Run tasks on any executor; if a worker crashes, its unfinished tasks are sent again."""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import resource_tracker as pythons_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any, TypeVar

from loky import get_reusable_executor
from loky.backend import resource_tracker
from threadpoolctl import ThreadpoolController

from prospector.compute.lifeline import cut_lifeline, end_with_parent, lifeline
from prospector.errors import EngineError
from prospector.options import Done
from prospector.printable import guard_process, is_guarded
from prospector.scratch import discard, own_semaphores, scratch_folder, semaphores_noted

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1"
)
ONE_ARENA = {"MALLOC_ARENA_MAX": "1"}
WORKER_ENVIRONMENT = ONE_THREAD | ONE_ARENA
"""Said before a worker starts, for libraries that it has yet to load: it computes on one thread, and
glibc keeps what the store's threads freed in one place, a tenth of a worker's memory less."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
MOST_KEPT = 32 << 20
"""What glibc's own threshold for single pieces of memory grows to, in bytes."""

Task = TypeVar("Task")
Take = Callable[[int, Any], None]
Sent = dict[Future[object], tuple[int, Task]]

LEAST_BATCHES, MOST_AT_ONCE = 64, 16
"""Tasks go to somebody else's executor several at a time: no way there and back for each, and enough left
to share among its workers."""

BATCHES_EACH = 4
"""So many batches at least for each thread of the executor, where it says how many it has."""

LOST = (BrokenExecutor, CancelledError)
"""What an executor raises for a task that went with a worker or, in a cluster, with the scheduler."""

RESTARTS = 3
"""A pool that breaks so often without finishing a task in between is given up."""

LOOKS_AFTER = 10.0
"""Seconds without a result after which a cluster is looked at: is it still the one that has the tasks?"""

IDLE_SECONDS = 20
"""Processes of this machine wait so long for the next stage before they end."""


def one_thread(user_api: str | None = None) -> Any:
    """Return a context in which native libraries compute on one thread.

    Parameters
    ----------
    user_api
        ``"blas"`` for linear algebra alone; every library where none is given.
    """
    return _native_libraries(len(sys.modules)).limit(limits=1, user_api=user_api)


@lru_cache(maxsize=1)
def _native_libraries(n_modules: int) -> ThreadpoolController:  # noqa: ARG001
    """Look for them, which takes some ms, only where a module has been loaded since."""
    return ThreadpoolController()


@lru_cache(maxsize=1)
def keep_freed_memory() -> None:
    """Let glibc keep what is freed, up to the most that it keeps by itself.

    A piece of a window takes arrays of some hundred KB: asked of the system anew each time, with all their
    pages, they cost more than what is computed in them. Dask even starts its workers with a threshold that
    moves no more. All threads have one place, as workers have from `ONE_ARENA`.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # another C library
            mallopt = ctypes.CDLL(None).mallopt
            mallopt(M_MMAP_THRESHOLD, MOST_KEPT)
            mallopt(M_TRIM_THRESHOLD, 2 * MOST_KEPT)
            mallopt(M_ARENA_MAX, 1)


@dataclass(frozen=True)
class Workers:
    """Where tasks go: none of it changes a result.

    Parameters
    ----------
    executor
        Any executor, e.g. ``dask.distributed.Client(...).get_executor()``; without it processes of
        this machine, which wait for the next stage and end when idle.
    count
        Number of those processes, one for each core by default; 1 computes in this process.
    """

    executor: Executor | None = None
    count: int | None = None

    def begin(self, function: Callable[[], object], tasks: int) -> None:
        """Start this machine's processes for some tasks to come, if these will need any, and do not wait.

        Parameters
        ----------
        function
            What each calls first, so that it has imported what the tasks need; it can be pickled.
        tasks
            How many there will be at most.
        """
        count = min(self.count or os.cpu_count() or 1, tasks)
        if self.executor is None and count > 1:
            pool = _pool(count)
            with _signals_held(), semaphores_noted(), suppress(*LOST):
                for _ in range(count):
                    pool.submit(function)

    def run(
        self,
        function: Callable[[Task], object],
        tasks: Sequence[Task],
        *,
        take: Take | None = None,
        done: Done | None = None,
    ) -> None:
        """Call a function with each task, in any order, and wait until all are done.

        Parameters
        ----------
        function
            Called once with each task; it can be pickled.
        tasks
            Each of them can be pickled.
        take
            Called with each task's place in `tasks` and what the function returned, in any order.
        done
            Called with how many tasks are done and how many there are.

        Raises
        ------
        EngineError
            Workers were lost again and again.
        """
        count = min(self.count or os.cpu_count() or 1, len(tasks))
        tell = _Teller(len(tasks), take, done)
        waiting = list(enumerate(tasks))
        if self.executor is not None:
            _elsewhere(self.executor, function, waiting, tell)
        elif count <= 1:
            keep_freed_memory()
            for place, task in waiting:
                with one_thread():
                    result = function(task)
                tell(place, result)
        else:
            _in_processes(function, waiting, count, tell)


class _Teller:
    def __init__(self, total: int, take: Take | None, done: Done | None) -> None:
        self.count, self.total, self.take, self.done = 0, total, take, done

    def __call__(self, place: int, result: object) -> None:
        self.count += 1
        if self.take is not None:
            self.take(place, result)
        if self.done is not None:
            self.done(self.count, self.total)


def _elsewhere(
    executor: Executor,
    function: Callable[[Task], object],
    tasks: list[tuple[int, Task]],
    tell: _Teller,
) -> None:
    """Run tasks on an executor of somebody else's, several at a time, which is left as it was found."""
    stopped = EngineError(
        "The parallel computation stopped before all windows were done. Run again to resume."
    )
    link = _link(executor)
    sent: Sent[list[Task]] = {}
    try:
        least = max(LEAST_BATCHES, BATCHES_EACH * threads_of(executor))
        size = min(max(len(tasks) // least, 1), MOST_AT_ONCE)
        batches = [tasks[start : start + size] for start in range(0, len(tasks), size)]

        def tell_all(number: int, results: Any) -> None:
            for (place, _), result in zip(batches[number], results, strict=True):
                tell(place, result)

        numbered = [(number, [task for _, task in batch]) for number, batch in enumerate(batches)]
        lost = _send(executor, partial(_there, function), numbered, tell_all, sent)
    except BaseException as error:
        for future in sent:
            future.cancel()
        if isinstance(error, Exception) and _link(executor) != link:
            raise stopped from error  # whatever Dask said of it
        raise
    if lost:
        raise stopped


def _link(executor: Executor) -> object:
    """Return what binds a Dask client to its scheduler: another thing once that was lost."""
    client = getattr(executor, "_client", None)
    return None if client is None else (client.status, client.scheduler_comm)


def threads_of(executor: Executor) -> int:
    """Return how many tasks an executor computes at a time; 0 where it does not say."""
    client = getattr(executor, "_client", None)  # of a Dask cluster, which may grow and shrink
    if client is not None:
        return sum(client.nthreads().values())
    return getattr(executor, "_max_workers", 0)


def _there(function: Callable[[Task], object], tasks: Sequence[Task]) -> list[object]:
    """Call a function with each task in a worker of somebody else's, and return what it returned."""
    keep_freed_memory()
    return [function(task) for task in tasks]


def _in_processes(
    function: Callable[[Task], object],
    waiting: list[tuple[int, Task]],
    workers: int,
    tell: _Teller,
) -> None:
    """Run tasks in processes, in new ones where some were lost."""
    with TemporaryDirectory(dir=scratch_folder(), ignore_cleanup_errors=True) as folder:
        leave = partial(_by_file, function, folder)
        _in_pools(leave, waiting, workers, partial(_from_file, tell))


def _by_file(function: Callable[[Task], object], folder: str, task: Task) -> str:
    """Leave in a file what a function returns, and return its path.

    A process that is killed while it sends a long result leaves half of it in the pipe and the pool
    waits for the rest for ever; a path is sent whole or not at all.
    """
    result = function(task)
    try:
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
    except OSError as error:
        raise EngineError(
            f"{Path(folder).parent}: a result cannot be saved ({error.strerror or error}). Set "
            "TMPDIR to a folder with more free space, or run with --workers 1."
        ) from error
    return file.name


def _from_file(tell: Take, place: int, path: Any) -> None:
    """Tell the result that was left in a file."""
    with Path(path).open("rb") as file:
        result = pickle.load(file)  # noqa: S301 - a worker of this run wrote it
    Path(path).unlink()
    tell(place, result)


def _in_pools(
    function: Callable[[Task], object],
    waiting: list[tuple[int, Task]],
    workers: int,
    tell: Take,
) -> None:
    losses = 0
    while waiting:
        before = len(waiting)
        pool = _pool(workers)
        try:
            waiting = _send(pool, function, waiting, tell, {})
        except BaseException:
            pool.shutdown(wait=True, kill_workers=True)
            raise
        losses = losses + 1 if len(waiting) == before else 0
        if losses > RESTARTS:
            raise EngineError(
                f"Worker processes crashed {losses} times without finishing a window, perhaps for "
                "lack of memory. Run again with fewer workers (--workers 1); finished windows are "
                "kept."
            )


def _pool(workers: int) -> Any:
    """Return this machine's processes, those of before where they wait."""
    with _signals_held(), semaphores_noted():
        # Python's tracker lets signals through once it is started: before the workers
        resource_tracker.ensure_running()
        if os.name == "posix":
            pythons_tracker.ensure_running()
        return get_reusable_executor(
            max_workers=workers, timeout=IDLE_SECONDS, env=WORKER_ENVIRONMENT,
            initializer=_begin, initargs=(lifeline(), os.getpid(), is_guarded()),
        )  # fmt: skip


def _begin(end: Connection, parent: int, guarded: bool) -> None:
    """Let a worker end with its parent, and print as that one does."""
    end_with_parent(end, parent)
    keep_freed_memory()
    if guarded:
        guard_process()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Start processes that Ctrl-C and a closed terminal, which reach all, leave to this one to end."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def abandon() -> None:
    """End the workers of this process at once, and remove its temporary files and semaphores."""
    cut_lifeline()
    for semaphore in own_semaphores():
        with suppress(OSError):
            semaphore.unlink()
            resource_tracker.unregister(f"/{semaphore.name.removeprefix('sem.')}", "semlock")
    discard()


def _send(
    executor: Executor,
    function: Callable[[Task], object],
    tasks: Sequence[tuple[int, Task]],
    tell: Take,
    sent: Sent[Task],
) -> list[tuple[int, Task]]:
    """Return the tasks that were lost with their workers; `sent` holds those that are under way."""
    lost: list[tuple[int, Task]] = []
    link = _link(executor)
    with _signals_held(), semaphores_noted():
        for place, task in tasks:
            try:
                sent[executor.submit(function, task)] = place, task
            except LOST:
                lost.append((place, task))
    for future in _as_they_end(executor, link, list(sent)):
        place, task = sent.pop(future)  # what was told need not be held
        try:
            result = future.result()
        except LOST:
            lost.append((place, task))
        else:
            tell(place, result)
    return lost


def _as_they_end(
    executor: Executor, link: object, futures: Sequence[Future[object]]
) -> Iterator[Future[object]]:
    """Yield futures as they end, and cancelled those that a lost scheduler has left without an end.

    Dask cancels what it had when the scheduler goes; but its executor says nothing more of a task whose
    result was being fetched, and would be waited for without end.
    """
    waiting = set(futures)
    while waiting:
        lost = _link(executor) != link  # what Dask cancels has ended before the next look
        try:
            for future in as_completed(waiting, None if link is None else LOOKS_AFTER):
                waiting.discard(future)
                yield future
        except TimeoutError:
            if lost:
                for future in waiting:
                    future.cancel()
                yield from waiting
                return
