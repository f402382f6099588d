"""Work over forked processes: nothing is handed to them, what they hand back comes in the order of the work.

A forked process has the whole plan at once and for nothing, which a spawned one would have to read again. Where there
is no fork, or the drawing engine runs already (its threads do not survive one), the work is done here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import selectors
import signal
import struct
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from generator.problems import GeneratorError

Result = TypeVar("Result")

_NUMBER = struct.Struct("<I")
_HEAD = struct.Struct("<IQ")
_ENGINE = ("V8 ", "tokio")
"""How the threads of the drawing engine are called."""


class EndedEarlyError(GeneratorError):
    """A process of the build ended before its work was done, such as when there is no memory left."""


def can_spread() -> bool:
    """Whether processes can be forked here and now."""
    if not (hasattr(os, "fork") and sys.platform == "linux"):
        return False
    try:
        names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
    except OSError:
        return False
    return not any(name.startswith(_ENGINE) for name in names)


def spread(tasks: Sequence[Callable[[], Result]], jobs: int) -> Iterator[Result]:
    """The result of each task, in their order; each is done in one of at most `jobs` processes.

    What a task changes in memory is lost, what it writes stays. Results and errors must be picklable.
    """
    if jobs < 2 or len(tasks) < 2 or not can_spread():
        yield from (task() for task in tasks)
        return
    take, give = os.pipe()
    os.write(give, b"".join(map(_NUMBER.pack, range(len(tasks)))))
    os.close(give)
    gc.freeze()  # or the first look for garbage in each process would copy all of its memory
    workers: dict[int, int] = {}
    try:
        for _ in range(min(jobs, len(tasks))):
            process, results = _forked(tasks, take)
            workers[results] = process
        os.close(take)
        yield from _in_order(workers, len(tasks))
    finally:
        gc.unfreeze()
        for results, process in workers.items():
            os.close(results)
            os.kill(process, signal.SIGKILL)  # only those that an error left at work are still there
            os.waitpid(process, 0)


def aside(task: Callable[[], Result]) -> Callable[[], Result]:
    """Begin a task in a process of its own (see `can_spread`); what is given waits for its result, once.

    What the task changes in memory is lost. A process that nobody waits for is ended. A process that is forked later
    does not share the wait: where it asks, it does the task itself.
    """
    take, give = os.pipe()
    os.write(give, _NUMBER.pack(0))
    os.close(give)
    gc.freeze()
    try:
        process, results = _forked([task], take)
    finally:
        gc.unfreeze()
        os.close(take)
    waiting = _Waiting(task, process, results)
    weakref.finalize(waiting, _end, process, results, os.getpid())
    return waiting.result


class _Waiting:
    """Somebody who waits for the one result of a process."""

    def __init__(self, task: Callable[[], Any], process: int, results: int) -> None:
        self.task, self.process, self.results, self.owner = task, process, results, os.getpid()

    def result(self) -> Any:
        if os.getpid() != self.owner:
            return self.task()
        return next(_in_order({self.results: self.process}, 1))


def _end(process: int, results: int, owner: int) -> None:
    os.close(results)
    if os.getpid() != owner:
        return
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _forked(tasks: Sequence[Callable[[], Any]], take: int) -> tuple[int, int]:
    """A process that takes numbers of tasks; gives its id and where its results come out."""
    results, into = os.pipe()
    process = os.fork()
    if process:
        os.close(into)
        return process, results
    try:
        os.close(results)
        while number := os.read(take, _NUMBER.size):
            place = _NUMBER.unpack(number)[0]
            content = _done(tasks[place])
            _write(into, _HEAD.pack(place, len(content)) + content)
    finally:
        os._exit(0)  # nothing of the parent's is to be closed or written here


def _done(task: Callable[[], Any]) -> bytes:
    try:
        return pickle.dumps((True, task()), protocol=5)
    except BaseException as error:
        try:
            content = pickle.dumps((False, error), protocol=5)
            pickle.loads(content)  # noqa: S301 -- our own; some errors cannot be read back
        except Exception:
            return pickle.dumps((False, GeneratorError(f"{type(error).__name__}: {error}")), protocol=5)
        return content


def _write(into: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(into, view) :]


def _in_order(workers: dict[int, int], count: int) -> Iterator[Any]:
    """The results as they are ready, held back until those before them are there."""
    ready: dict[int, Any] = {}
    rest = dict.fromkeys(workers, b"")
    following = 0
    with selectors.DefaultSelector() as waiting:
        for results in workers:
            waiting.register(results, selectors.EVENT_READ)
        while following < count:
            if not rest:
                raise EndedEarlyError("a process of the build ended early; there may not be enough memory")
            for key, _ in waiting.select():
                news = os.read(key.fd, 1 << 20)
                if not news:
                    waiting.unregister(key.fd)
                    del rest[key.fd]
                    continue
                rest[key.fd] = _taken(rest[key.fd] + news, ready)
            while following in ready:
                good, value = ready.pop(following)
                if not good:
                    raise value
                yield value
                following += 1


def _taken(content: bytes, ready: dict[int, Any]) -> bytes:
    """Take whole results off the front of what came; gives the rest."""
    while len(content) >= _HEAD.size:
        place, size = _HEAD.unpack_from(content)
        end = _HEAD.size + size
        if len(content) < end:
            break
        ready[place] = pickle.loads(content[_HEAD.size : end])  # noqa: S301 -- from a process of our own
        content = content[end:]
    return content
