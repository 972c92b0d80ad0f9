"""A child process that opens files for us, so that a hostile one costs a child and not the program."""

from __future__ import annotations

import marshal
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from typing import Any, Final, TypeVar

from commonpool.sheets.inside import child as inside
from commonpool.sheets.inside.archive import Refused
from commonpool.sheets.values import Limits

CHILD = Path(inside.__file__)
PROJECT = CHILD.parents[3]
# How far reading may run ahead of whoever takes the answers, per worker: enough to keep both busy.
AHEAD: Final = 2
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Child:
    """One child process: started at the first job, kept for more, started again after a death."""

    def __init__(self, work: str = "commonpool.sheets.inside.work", library: str = "python_calamine") -> None:
        """`work` is the module that does its jobs; beside `library` stands every other library that it needs."""
        self._work, self._library = work, library
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def answers(self, job: tuple[Any, ...], limits: Limits) -> list[Any]:
        """All that the child answers to a job. Raises Refused when it refuses, dies, or takes too long."""
        process = self._process = self._process or _start(self._work, self._library)
        timer = Timer(limits.seconds, process.kill)
        timer.start()
        try:
            answers = _exchange(process, (*job, _allowed(limits)), limits)
        except EOFError:
            in_time = timer.is_alive()
            raise _cause_of_death(process.wait(), in_time, limits) from None
        finally:
            has_fired = not timer.is_alive()
            timer.cancel()
            if has_fired or process.poll() is not None:
                self.stop()
        match answers.pop():
            case ("refused", rule, sheet, cell, values):
                raise Refused(rule, sheet, cell, **values)
            case ("failed", words):
                raise Refused("READ-06", why=f"what it holds does not fit together ({words})")
        return answers


def _start(work: str, library: str) -> subprocess.Popen[bytes]:
    spec = find_spec(library)
    assert spec is not None, f"{library} is among the project's requirements"
    assert spec.origin is not None
    # -I and -S: nothing from the environment or site-packages is imported, which also makes the start quick.
    command = [sys.executable, "-I", "-S", str(CHILD), str(PROJECT), str(Path(spec.origin).parents[1]), work]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and file
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def each_in_a_child(
    items: Sequence[Item], read: Callable[[Item, Child], Answer], *, workers: int, make: Callable[[], Child] = Child
) -> Iterator[tuple[Item, Answer]]:
    """Each item with what `read` says of it; in order, several at a time, each worker with a child of its own."""
    children: SimpleQueue[Child] = SimpleQueue()
    for _ in range(workers):
        children.put(make())

    def work(item: Item) -> Answer:
        child = children.get()
        try:
            return read(item, child)
        finally:
            children.put(child)

    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[tuple[Item, Future[Answer]]] = deque()
        try:
            for item in items:
                waiting.append((item, pool.submit(work, item)))
                if len(waiting) >= workers * AHEAD:
                    first, future = waiting.popleft()
                    yield first, future.result()
            for first, future in waiting:
                yield first, future.result()
        finally:
            for _, future in waiting:
                future.cancel()
            for _ in range(workers):
                children.get().stop()


def _allowed(limits: Limits) -> tuple[int, ...]:
    """The limits that the child holds itself, in the order of `inside.package.Allowed`."""
    sizes = (limits.entries, limits.unpacked_bytes, limits.ratio, limits.cells)
    return (*sizes, limits.memory_bytes, limits.cpu_seconds, limits.reply_bytes)


def _exchange(process: subprocess.Popen[bytes], job: tuple[Any, ...], limits: Limits) -> list[Any]:
    """Send the job; the answers, the last of which is a tuple. Raises EOFError when the child ends before that."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):
        inside.send(process.stdin, job)
        process.stdin.flush()
    answers: list[Any] = []
    received = 0
    while not (answers and isinstance(answers[-1], tuple)):
        length = int.from_bytes(process.stdout.read(inside.LENGTH_BYTES), "little")
        received += length
        if received > 2 * limits.reply_bytes:
            process.kill()
        packed = process.stdout.read(length)
        if not length or len(packed) < length:
            raise EOFError
        answers.append(marshal.loads(packed))  # noqa: S302 - written by our own child
    return answers


def _cause_of_death(code: int, in_time: bool, limits: Limits) -> Refused:
    if not in_time or code == -signal.SIGXCPU:
        return Refused("READ-11", seconds=f"{limits.seconds:g}")
    if code in (-signal.SIGABRT, -signal.SIGKILL):  # calamine aborts when it gets no memory
        return Refused("READ-12", most=f"{limits.memory_bytes / 1e6:,.0f} MB")
    return Refused("READ-06", why="the reader gave up on it")
