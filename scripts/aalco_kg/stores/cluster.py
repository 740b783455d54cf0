"""A Dask cluster: one on this machine, or one elsewhere. No wait for it is without a limit.

A worker that dies is replaced, and what it had done is done anew; when the same work kills one worker after the
other, or none comes back, that is told.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from aalco_kg.errors import UserError

if TYPE_CHECKING:
    from dask.distributed import Client, LocalCluster

START = 60  # seconds in which a worker has to come up
ANSWER = 20  # seconds in which a scheduler has to answer
END = 15  # seconds that a cluster has to take its leave, before it is ended by force
_LIMITS = {"distributed.scheduler.no-workers-timeout": f"{2 * START}s"}


@contextmanager
def clients(workers: int, scheduler: str | None = None) -> Iterator["Client"]:
    """A client of so many worker processes on this machine, which need no network, or of a scheduler elsewhere.

    Raises UserError when Dask is not installed, when the cluster does not come up, or cannot do its work.
    """
    try:
        import dask
        from dask.distributed import KilledWorker
        from distributed.scheduler import NoValidWorkerError, NoWorkerError
    except ImportError:
        raise UserError("Dask is not installed.", "pip install 'aalco-kg[cluster]'") from None
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_LIMITS))
        client = stack.enter_context(_connected(scheduler or stack.enter_context(_local(workers))))
        try:
            yield client
        except (KilledWorker, NoValidWorkerError, NoWorkerError, CancelledError):
            mend = "Cut the dataset into more shards, or give the workers more memory."
            raise UserError("One worker after the other died over the same work.", mend, code=1) from None


@contextmanager
def _connected(where: "str | LocalCluster") -> Iterator["Client"]:
    from dask.distributed import Client

    try:
        client = Client(where, timeout=ANSWER)
        client.wait_for_workers(1, timeout=ANSWER)
    except (TimeoutError, ValueError, OSError) as error:
        mend = "Give the address of a Dask scheduler that runs and has workers."
        raise UserError(f"{where} does not answer as a scheduler: {error}.", mend, code=1) from None
    try:
        yield client
    finally:
        with suppress(TimeoutError):
            client.close(timeout=END)


@contextmanager
def _local(workers: int) -> Iterator["LocalCluster"]:
    """A cluster on this machine, of which no process is left at the end."""
    from dask.distributed import LocalCluster

    others = {process.pid for process in multiprocessing.active_children()}
    # Its page of figures takes port 8787 unless told otherwise, and warns when another cluster has it.
    figures = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    here = {"host": "127.0.0.1", "dashboard_address": None, "scheduler_kwargs": figures}
    try:
        cluster = LocalCluster(n_workers=workers, threads_per_worker=1, death_timeout=START, **here)
        try:
            yield cluster
        finally:
            with suppress(TimeoutError):  # it may wait for ever for a worker that was about to be replaced
                cluster.close(timeout=END)
    finally:
        for process in multiprocessing.active_children():
            if process.pid not in others:
                process.kill()
                process.join(END)
