"""Who draws, and renders many pages: processes here, or a Dask cluster's (`build --executor dask://HOST:PORT`).

Both are pure functions of their input, so any executor of `concurrent.futures` may do it and the bytes are the same.
Workers must hold the same program; they are asked before they get any work.
"""

from __future__ import annotations

import builtins
import contextlib
import multiprocessing
import os
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager
from types import FunctionType
from typing import Any

from generator.problems import GeneratorError, UsageError
from generator.spread import can_spread

Pool = Callable[[], AbstractContextManager[Executor]]
"""Opens an executor, which is closed when the work is done."""

SECONDS_TO_ANSWER = 10
_DASK = re.compile(r"dask://(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]+):(?P<port>\d{1,5})/?", re.ASCII)


class ExecutorError(GeneratorError):
    """A cluster stopped working in the middle of a build."""


def local_processes(count: int) -> Pool:
    """So many processes of this machine: forked where that is possible, since they have the program at once then."""

    def opened() -> Executor:
        kind = "fork" if can_spread() else "spawn"
        return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context(kind), initializer=_give_way)

    return opened


def _give_way() -> None:
    """The work that others wait for comes first."""
    if hasattr(os, "nice"):
        os.nice(5)


def executor_of(address: str) -> Pool:
    """The executor that an address names; it is reached when there is work.

    Raises UsageError for an address that is none and where the extra is missing; opening it does where no scheduler
    answers, it has no workers, or they hold another version of the program.
    """
    found = _DASK.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 2**16:
        raise UsageError(f"'{address}' names no executor; write dask://HOST:PORT, such as dask://10.0.0.5:8786")
    try:
        import distributed  # noqa: F401, PLC0415 -- an extra
    except ImportError:
        raise UsageError(
            f"{address} needs the extra 'cluster', which is not installed; run: pip install 'policy-explorer[cluster]'"
        ) from None
    return lambda: _dask(address, f"tcp://{found['host']}:{found['port']}")


@contextlib.contextmanager
def _dask(address: str, scheduler: str) -> Iterator[Executor]:
    from distributed import Client  # noqa: PLC0415 -- an extra
    from distributed.comm.core import CommClosedError  # noqa: PLC0415 -- as above
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 -- as above

    try:
        client: Any = Client(  # type: ignore[no-untyped-call]  # the package has no types
            scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no Dask scheduler answers at {address} within {SECONDS_TO_ANSWER} seconds; is it running, and may this "
            "machine reach it?"
        ) from error
    with client:
        _same_program(client, address)
        executor = client.get_executor(pure=False)
        done = threading.Event()
        threading.Thread(target=_watch, args=(client, executor, done), daemon=True).start()
        try:
            yield executor
        except (KilledWorker, CancelledError, CommClosedError) as error:
            raise ExecutorError(
                f"the cluster at {address} lost its workers while they drew; what is drawn is kept, so start them and "
                "build again, or build without --executor"
            ) from error
        finally:
            done.set()
            executor.shutdown(wait=False)


def _watch(client: Any, executor: Executor, done: threading.Event) -> None:
    """Give up the work when no worker is left: Dask itself would wait for new ones for ever."""
    alone = 0
    while not done.wait(1):
        try:
            alone = 0 if client.nthreads() else alone + 1
        except OSError:
            alone = SECONDS_TO_ANSWER
        if alone >= SECONDS_TO_ANSWER:
            executor.shutdown(wait=False)
            return


def _same_program(client: Any, address: str) -> None:
    """Raises UsageError unless there are workers and all hold the program of this process."""
    ours, found = program(), _asked(client)
    if not found:
        raise UsageError(f"the scheduler at {address} has no workers; start some with: dask worker SCHEDULER:PORT")
    for worker, theirs in sorted(found.items()):
        if theirs is None:
            raise UsageError(f"worker {worker} of {address} does not have this program; install it there")
        if theirs != ours:
            told = [f"{name} {theirs.get(name, 'none')} instead of {ours[name]}" for name in ours
                    if theirs.get(name) != ours[name]]  # fmt: skip
            raise UsageError(
                f"worker {worker} of {address} has another version of this program: {', '.join(told)}; install the "
                "same version there"
            )


def _asked(client: Any) -> dict[str, dict[str, str] | None]:
    """What program each worker holds. The question goes there as code, since what they import may be older than it."""
    question = FunctionType(program.__code__, {"__builtins__": builtins, "__name__": "__main__"})
    answers: dict[str, dict[str, str] | None] = client.run(question, on_error="return")
    return {worker: answer if isinstance(answer, dict) else None for worker, answer in answers.items()}


def program() -> dict[str, str]:
    """What decides how a drawing and a page look: the version, the hash of code and templates, and of others' packages.

    It stands alone, because it is also run where another version of this package is, or none.
    """
    import hashlib  # noqa: PLC0415 -- see above
    from importlib.metadata import version  # noqa: PLC0415 -- as above
    from pathlib import Path  # noqa: PLC0415 -- as above

    import generator  # noqa: PLC0415 -- as above

    folder = Path(str(generator.__file__)).parent
    files = sorted(folder.glob("*.py"))
    try:
        from generator.config import OWN_TEMPLATES  # noqa: PLC0415 -- as above

        files += sorted(path for path in OWN_TEMPLATES.rglob("*") if path.is_file())
    except ImportError:  # another version
        pass
    code = hashlib.sha256()
    for path in files:
        code.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return {
        "policy-explorer": generator.__version__,
        "code": code.hexdigest()[:12],
        **{name: version(name) for name in ("vl-convert-python", "jinja2", "markupsafe", "pydantic", "numpy")},
    }
