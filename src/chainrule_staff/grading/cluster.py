"""Workers, on this machine or on many: dask.distributed carries bytes in and bytes out.

Every worker keeps a warm engine. A batch that is lost with its worker runs once more elsewhere
(by the scheduler); if that worker is lost, too, its submissions run one by one, with nothing else
under way, until the one at fault is known.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

import dask
from distributed import (
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    Security,
    Worker,
    WorkerPlugin,
    get_worker,
    wait,
)

from chainrule_staff.course import CourseError
from chainrule_staff.grading import receipt
from chainrule_staff.grading.batch import Batch, grade_batch
from chainrule_staff.grading.engines import make_engine, written
from chainrule_staff.grading.submission import Graded

SETTINGS = {
    # A batch whose worker ends is tried on one other; a scheduler of your own has its own setting.
    "distributed.scheduler.allowed-failures": 1,
    "distributed.admin.large-graph-warning-threshold": "1GB",  # submissions are what we send
    "distributed.comm.timeouts.connect": "20s",
}
CONNECT = 20.0  # seconds to reach the scheduler
PATIENCE = 60.0  # seconds to wait for a worker when there is none
PULSE = 5.0  # seconds between two looks at which workers there are
AHEAD = 2  # batches under way per worker: one runs, one waits


class ClusterError(CourseError):
    """The scheduler or its workers cannot be used; the message says why and the way out."""


class EnginePlugin(WorkerPlugin):
    """Keeps an engine on a worker for as long as the worker lives."""

    idempotent = True  # a second run finds the engine warm

    def __init__(self, sandbox: str) -> None:
        self.sandbox = sandbox
        self.name = plugin_name(sandbox)

    def setup(self, worker: Worker) -> None:
        """Start the engine."""
        self.lock = threading.Lock()  # an engine runs one submission at a time
        self.engine = make_engine(self.sandbox)

    def teardown(self, worker: Worker) -> None:
        """Stop it."""
        self.engine.close()


def plugin_name(sandbox: str) -> str:
    """Return the name under which a worker keeps its engine."""
    return f"chainrule-{sandbox}-{receipt.versions()['judge']}"


def work(sandbox: str, batch: Batch) -> list[Graded]:
    """Grade a batch; runs on a worker."""
    plugin = get_worker().plugins[plugin_name(sandbox)]
    with plugin.lock:
        return grade_batch(batch, plugin.engine)


@contextmanager
def connect(jobs: int, scheduler: str | None = None) -> Iterator[Client]:
    """Yield a client of a scheduler, or of `jobs` workers started here.

    Workers of our own talk over TLS with a certificate of the moment: whoever can speak to a dask
    scheduler can run code, and this machine may have other users.
    """
    with dask.config.set(SETTINGS):
        if scheduler is None:
            with (
                LocalCluster(
                    n_workers=jobs,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    protocol="tls",
                    security=Security.temporary(),
                    dashboard_address="127.0.0.1:0",
                    memory_limit=0,  # the engine has limits of its own
                    silence_logs=logging.CRITICAL,
                ) as cluster,
                Client(cluster) as client,
            ):
                yield client
            return
        try:
            client = Client(scheduler, timeout=CONNECT)
        except (OSError, ValueError) as error:
            raise ClusterError(
                f"--scheduler {scheduler}: {error}. Start one with `dask scheduler`, and its "
                f"workers with `dask worker {scheduler} --nthreads 1`"
            ) from error
        with client:
            yield client


def grade_batches(client: Client, sandbox: str, batches: Iterable[Batch]) -> Iterator[list[Graded]]:
    """Yield the results of batches as they come.

    Raises:
        ClusterError: if there are no workers, or none that can grade.
    """
    prepare(client, sandbox)
    queue, lost = iter(batches), list[Batch]()
    waiting: dict[Future, Batch] = {}
    many, counted = 0, -math.inf
    while True:
        if time.monotonic() - counted > PULSE:
            many, counted = max(1, len(workers(client))), time.monotonic()
        for batch in islice(queue, max(AHEAD * many - len(waiting), 0)):  # never the whole class
            waiting[submit(client, sandbox, batch)] = batch
        if not waiting:
            break
        for future in finished(client, waiting):
            batch = waiting.pop(future)
            try:
                yield result_of(future)
            except KilledWorker:
                lost.append(batch)
    for batch in lost:
        for single in batch.singles():
            yield isolated(client, sandbox, single)


def isolated(client: Client, sandbox: str, batch: Batch) -> list[Graded]:
    """Grade a batch that was lost with its workers, with nothing else under way."""
    future = submit(client, sandbox, batch)
    finished(client, [future])
    try:
        return result_of(future)
    except KilledWorker:
        return batch.given_up(written(sandbox), "each worker that ran it came to its end")


def submit(client: Client, sandbox: str, batch: Batch) -> Future:
    """Send a batch to whichever worker is free."""
    return client.submit(work, sandbox, batch, pure=False)


def finished(client: Client, futures: Iterable[Future]) -> list[Future]:
    """Wait until at least one of the futures is done and return those that are.

    Raises:
        ClusterError: if all workers stay away, or the scheduler is gone.
    """
    asked = list(futures)
    alone = 0.0
    while True:
        try:
            done = wait(asked, timeout=PULSE, return_when="FIRST_COMPLETED").done
            return [future for future in asked if future in done]
        except TimeoutError:
            if client.status != "running":
                raise ClusterError(GONE.format("the scheduler has")) from None
            alone = 0.0 if workers(client) else alone + PULSE
            if alone > PATIENCE:
                raise ClusterError(GONE.format("all workers have")) from None


GONE = (
    "{} gone. What was graded before is kept: start it anew and run the same command again, or run "
    "it without --scheduler"
)


def result_of(future: Future) -> list[Graded]:
    """Return the result of a future; a lost scheduler is told in words."""
    if future.status == "cancelled":
        raise ClusterError(GONE.format("the scheduler has"))
    return list(future.result())


def workers(client: Client) -> list[str]:
    """Return the addresses of the workers that are there."""
    return list(client.scheduler_info(n_workers=-1)["workers"])


def prepare(client: Client, sandbox: str) -> None:
    """Start an engine on every worker, those that come later included.

    Raises:
        ClusterError: if there is no worker, or one has another version, or no engine starts.
    """
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        address = client.scheduler.address
        raise ClusterError(
            f"the scheduler {address} has no workers; "
            f"start some with `dask worker {address} --nthreads 1`"
        ) from None
    try:
        for address, theirs in client.run(receipt.versions).items():
            other = differences(theirs)
            if other:
                raise ClusterError(f"the worker {address} has {', '.join(other)}; install the same")
        client.register_plugin(EnginePlugin(sandbox))
    except ClusterError:
        raise
    except Exception as error:  # whatever a worker raises comes back as itself
        raise ClusterError(f"the workers cannot grade: {type(error).__name__}: {error}") from error


def differences(theirs: Mapping[str, str]) -> list[str]:
    """Return in words which versions of a worker are not ours."""
    ours = receipt.versions()
    return [
        f"{name} {theirs.get(name)} for {v}" for name, v in ours.items() if theirs.get(name) != v
    ]
