"""The child process: takes jobs from standard input, answers on standard output, ends when input ends.

Started as `python -I -S child.py FOLDER_OF_COMMONPOOL FOLDER_OF_LIBRARIES MODULE`. The module has
`work(job, allowed)`, which gives the values of the answer. A job and each part of an answer is one marshalled value
after its length in eight bytes. An answer is any number of values and then one of
("done",), ("refused", rule, sheet, cell, values) or ("failed", words).
"""

from __future__ import annotations

import gc
import marshal
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import IO, Any, Final, TypeAlias

LENGTH_BYTES: Final = 8
Work: TypeAlias = Callable[[tuple[Any, ...], Any], Iterator[Any]]


def prepare(project: str, libraries: str) -> None:
    """Make our own files and the libraries importable, without what the room's `__init__` would import."""
    sys.path += [project, libraries]
    room = type(sys)("commonpool.sheets")
    room.__path__ = [f"{project}/commonpool/sheets"]
    sys.modules[room.__name__] = room


def send(out: IO[bytes], value: Any) -> int:
    """Write one value; gives its size in bytes."""
    packed = marshal.dumps(value)
    out.write(len(packed).to_bytes(LENGTH_BYTES, "little"))
    out.write(packed)
    return len(packed)


def receive(source: IO[bytes]) -> Any:
    """The next value; None at the end of input."""
    length = source.read(LENGTH_BYTES)
    return marshal.loads(source.read(int.from_bytes(length, "little"))) if length else None  # noqa: S302 - our parent wrote it


def hold_limits(memory_bytes: int, cpu_seconds: int) -> None:
    """From now on this process gets no more memory than that in all, and so many more seconds of processor time."""
    for what, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, int(time.process_time()) + 1 + cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(what)
        resource.setrlimit(what, (amount, most))


def answer(job: tuple[Any, ...], out: IO[bytes], work: Work) -> None:
    """Do one job and write its answer."""
    from commonpool.sheets.inside.archive import Refused
    from commonpool.sheets.inside.package import Allowed

    allowed = Allowed(*job[-1])
    hold_limits(allowed.memory_bytes, allowed.cpu_seconds)
    sent = 0
    try:
        for value in work(job, allowed):
            sent += send(out, value)
            if sent > allowed.reply_bytes:
                raise MemoryError
        last: tuple[Any, ...] = ("done",)
    except Refused as refused:
        last = ("refused", refused.rule, refused.sheet, refused.cell, refused.values)
    except MemoryError:
        last = ("refused", "READ-12", None, None, {"most": f"{allowed.memory_bytes / 1e6:,.0f} MB"})
    except Exception as error:
        last = ("failed", str(error) or type(error).__name__)
    except BaseException:  # calamine's panics are no Exception, and their words help nobody
        last = ("failed", "the reader gave up")
    send(out, last)
    out.flush()


def main() -> None:
    """Answer jobs until there are no more."""
    prepare(*sys.argv[1:3])
    module = sys.argv[3]
    __import__(module)
    work: Work = sys.modules[module].work
    gc.disable()  # a job makes no cycles, and the collector would walk every row again and again
    while (job := receive(sys.stdin.buffer)) is not None:
        answer(job, sys.stdout.buffer, work)


if __name__ == "__main__":
    main()
