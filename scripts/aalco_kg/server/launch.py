"""Starting and stopping the server: load, fork the nursery, write the dumps beside, listen, drain.

The order matters: the nursery is forked while this process has one thread.
"""

import gc
import logging
import multiprocessing
import os
import resource
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.context import ForkProcess
from pathlib import Path

import uvicorn

from aalco_kg import graph, release
from aalco_kg.errors import UserError
from aalco_kg.release import dataset
from aalco_kg.server.app import create
from aalco_kg.server.limits import Limits
from aalco_kg.server.nursery import Nursery
from aalco_kg.server.pool import Pool
from aalco_kg.server.protocol import Protocol
from aalco_kg.server.service import Service

DRAIN = 3  # seconds that answers under way have after the server was told to stop


def serve(host: str, port: int, base: str | None, limits: Limits, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises UserError when the address cannot be listened at."""
    listening = _listen(host, port)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 10_000), most))
    say("Reading the graph…")
    loaded = graph.load()
    store = dataset.store(loaded)
    with tempfile.TemporaryDirectory(prefix="aalco-") as folder:
        dumps = Path(folder) / "dist"
        writer = _write_dumps(dumps, listening)  # before the nursery, whose socket it must not hold
        nursery = Nursery(store, limits)
        # From here on there may be threads; the first takes note when the dumps are written.
        threading.Thread(target=writer.join, daemon=True).start()
        address = _address(listening)
        service = Service(loaded, store, dumps, Pool(nursery, limits), limits, (base or address).rstrip("/"))
        say(f"Listening at {address}/ (Ctrl-C stops).")
        try:
            _run(service, listening)
        finally:
            nursery.close()
            writer.kill()
            writer.join()
    say("Stopped.")


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except (OSError, OverflowError) as error:
        why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else error
        raise UserError(f"{host}:{port} cannot be listened at: {why}.", "Name another with --host or --port.") from None


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _write_dumps(folder: Path, listening: socket.socket) -> ForkProcess:
    """A process that writes the release; the folder is there when it is whole."""

    server = os.getpid()

    def write() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.nice(19)  # answers come first
        listening.close()
        threading.Thread(target=_end_with, args=(server,), daemon=True).start()
        release.build(folder)

    process = multiprocessing.get_context("fork").Process(target=write, daemon=True)
    process.start()
    return process


def _end_with(parent: int) -> None:
    """End this process when its parent has ended."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _run(service: Service, listening: socket.socket) -> None:
    logging.basicConfig(format="aalco: %(message)s", level=logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a stranger's bad request is no news
    direct = create(service)
    gc.freeze()  # what is loaded stays; looking through it for garbage would halt every answer
    gc.set_threshold(20_000, 20, 50)
    config = uvicorn.Config(
        direct.front,
        http=partial(Protocol, direct),  # type: ignore[arg-type]  # called like the class
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN + 1,
        timeout_keep_alive=30,
        proxy_headers=False,
    )
    # uvicorn stops at the signals, and then raises them again for whoever waits for them; here that is nobody.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with suppress(KeyboardInterrupt):
        _Server(config, service.pool).run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn, which gives queries under way some time when it stops."""

    def __init__(self, config: uvicorn.Config, pool: Pool) -> None:
        super().__init__(config)
        self._pool = pool

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, drain, end."""
        self._pool.drain(DRAIN)
        await super().shutdown(sockets)


def assist(host: str, port: int | None) -> None:
    """Serve an assistant until it closes standard input, or over HTTP until Ctrl-C."""
    from aalco_kg.server import assistants  # the one part that needs the extra mcp

    loaded, limits = graph.load(), Limits()
    nursery = Nursery(dataset.store(loaded), limits)
    try:
        assistants.run(loaded, Pool(nursery, limits), host, port)
    finally:
        nursery.close()
