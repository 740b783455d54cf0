"""The process from which workers come: forked once, before the server has threads, with the store in its memory.

It forks a worker whenever it is told to, kills one, and buries the dead. Only it knows their process numbers, and
no number is used after its process was buried, so none can be mistaken for another's.
"""

import array
import gc
import os
import signal
import socket
import struct
from contextlib import suppress

import pyoxigraph as ox

from aalco_kg.server import sandbox
from aalco_kg.server.limits import Limits

_ORDER = struct.Struct("!cI")  # S start, K kill, N go behind all others; the worker's number
_BURY = 1.0  # seconds between looks for the dead
_LOW = 10  # how nice a slow worker is; more would let other programs starve it


class Nursery:
    """The server's end: starts and kills workers by numbers of its own."""

    def __init__(self, store: ox.Store, limits: Limits) -> None:
        """Fork. Must be called while this process has one thread."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        gc.collect()
        gc.freeze()  # the workers share this memory as long as nobody writes to it
        self.pid = os.fork()
        if not self.pid:
            try:
                ours.close()
                _tend(theirs, store, limits)
            finally:
                os._exit(0)
        theirs.close()
        self._control = ours
        self._last = 0

    def start(self) -> tuple[int, socket.socket]:
        """A new worker: its number, and the socket over which it takes jobs."""
        ours, theirs = socket.socketpair()
        self._last += 1
        with theirs:
            order = _ORDER.pack(b"S", self._last)
            rights = array.array("i", [theirs.fileno()])
            self._control.sendmsg([order], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        return self._last, ours

    def kill(self, number: int) -> None:
        """End a worker at once."""
        self._order(b"K", number)

    def lower(self, number: int) -> None:
        """Let a worker run only when no other wants to."""
        self._order(b"N", number)

    def _order(self, letter: bytes, number: int) -> None:
        with suppress(OSError):  # a nursery that is gone has no workers left
            self._control.send(_ORDER.pack(letter, number))

    def close(self) -> None:
        """End every worker and the nursery itself."""
        self._control.close()
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)


def _tend(control: socket.socket, store: ox.Store, limits: Limits) -> None:
    """Obey until the server closes its end, or is gone; then end all workers."""
    _leave_the_server(control)
    living: dict[int, int] = {}
    control.settimeout(_BURY)
    while True:
        with suppress(TimeoutError):
            order, rights, *_ = socket.recv_fds(control, _ORDER.size, 1)
            if not order:
                break
            letter, number = _ORDER.unpack(order)
            if letter == b"S" and rights:
                living |= _fork(number, rights[0], control, store, limits)
            elif number in living:
                _signal(letter, living[number])
        _bury(living)
    for pid in living.values():
        os.kill(pid, signal.SIGKILL)
    for pid in living.values():
        os.waitpid(pid, 0)


def _leave_the_server(control: socket.socket) -> None:
    """Let go of whatever the server holds open, and of the signals that are meant for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    os.closerange(3, control.fileno())
    os.closerange(control.fileno() + 1, os.sysconf("SC_OPEN_MAX"))


def _fork(number: int, right: int, control: socket.socket, store: ox.Store, limits: Limits) -> dict[int, int]:
    """A new worker; none when the system has no room, which the server learns from the closed socket."""
    try:
        pid = os.fork()
    except OSError:
        os.close(right)
        return {}
    if not pid:
        try:
            control.close()
            sandbox.serve(socket.socket(fileno=right), store, limits)
        finally:
            os._exit(0)
    os.close(right)
    return {number: pid}


def _signal(letter: bytes, pid: int) -> None:
    if letter == b"K":
        os.kill(pid, signal.SIGKILL)
    else:
        with suppress(OSError):
            for thread in _threads(pid):
                os.setpriority(os.PRIO_PROCESS, thread, _LOW)


def _threads(pid: int) -> list[int]:
    """The threads of a process, which Linux ranks one by one; elsewhere they go with their process."""
    try:
        return [int(thread) for thread in os.listdir(f"/proc/{pid}/task")]
    except FileNotFoundError:
        return [pid]


def _bury(living: dict[int, int]) -> None:
    """Forget the workers that have ended."""
    for number, pid in list(living.items()):
        if os.waitpid(pid, os.WNOHANG)[0]:
            del living[number]
