"""Drawings made by the workers of a real Dask cluster: the same bytes as here, and clear words when it will not do."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from chart_samples import samples
from click.testing import CliRunner

import generator
from generator import executors, rendering, studio
from generator.build import Options, build_site
from generator.charts import vega_lite
from generator.cli import main
from generator.config import load_config
from generator.executors import ExecutorError, executor_of
from generator.problems import UsageError
from generator.studio import PARALLEL_FROM, Caption, Job, draw_all
from tests.site_fixtures import copy_small, fingerprint

CODE = str(Path(generator.__file__).parents[1])
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:distributed.*", "ignore::DeprecationWarning:distributed.*")


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.port = taken.getsockname()[1]
        self.address = f"dask://127.0.0.1:{self.port}"
        self.run("scheduler", "--host", "127.0.0.1", "--port", self.port, "--no-dashboard", "--no-show")

    def run(self, *command, path=CODE):
        """Start a process of Dask; `path` is where its program comes from."""
        program = f"from distributed.cli.dask_{command[0]} import main; main()"
        self.started.append(
            subprocess.Popen(
                [sys.executable, "-c", program, *map(str, command[1:])],
                cwd=self.folder, env={**os.environ, "PYTHONPATH": path},
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        return self.started[-1]

    def add_worker(self, path=CODE):
        """A worker that draws one thing at a time."""
        return self.run(
            "worker", f"tcp://127.0.0.1:{self.port}", "--nthreads", 1, "--no-nanny", "--no-dashboard",
            "--host", "127.0.0.1", "--local-directory", self.folder, path=path,
        )  # fmt: skip

    def wait_for(self, count):
        """Until so many workers have come."""
        from distributed import Client  # noqa: PLC0415 -- slow to import

        with Client(f"tcp://127.0.0.1:{self.port}", timeout=60, set_as_default=False) as client:
            until = time.monotonic() + 60
            while len(client.nthreads()) != count:
                assert time.monotonic() < until, "the workers did not come"
                time.sleep(0.05)

    def drawn(self):
        """How many things each worker has made."""
        from distributed import Client  # noqa: PLC0415 -- slow to import

        with Client(f"tcp://127.0.0.1:{self.port}", timeout=60, set_as_default=False) as client:
            return sorted(client.run(lambda dask_worker: dask_worker.state.executed_count).values())

    def stop(self):
        for process in self.started:
            process.kill()
        for process in self.started:
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler with two workers, and what was said before it had any."""
    one = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        one.wait_for(0)
        with pytest.raises(UsageError) as caught, executor_of(one.address)():
            pass
        one.said_without_workers = str(caught.value)
        one.add_worker()
        one.add_worker()
        one.wait_for(2)
        yield one
    finally:
        one.stop()


def _jobs(count=PARALLEL_FROM + 3):
    caption = Caption("标题 Title", "Under it", "Source: 来源")
    charts = [(code, name) for code in ("en", "zh") for name in sorted(samples())][:count]
    return {f"{code}-{name}": Job(vega_lite(samples(code)[name]), caption, 1.0) for code, name in charts}


def test_workers_draw_the_same_bytes(cluster):
    """SVG, SVG that stands alone and PNG, Chinese letters too; and it was the workers who drew."""
    there = draw_all(_jobs(), pool=executor_of(cluster.address))

    assert there == draw_all(_jobs())
    assert min(cluster.drawn()) > 0


def test_a_site_drawn_by_workers_is_the_same(cluster, small_site, tmp_path, monkeypatch):
    """By the command line, from nothing, every chart by the engine."""
    monkeypatch.setattr(studio, "chart_svg", lambda spec: None)
    settings = copy_small(tmp_path / "plan")
    before = sum(cluster.drawn())
    result = CliRunner().invoke(main, ["build", "--config", str(settings), "--executor", cluster.address])

    assert result.exit_code == 0, result.output
    assert sum(cluster.drawn()) >= before + 40
    assert fingerprint(tmp_path / "plan" / "site") == fingerprint(small_site)


@pytest.mark.parametrize("cache", [True, False])
def test_pages_rendered_by_workers_are_the_same(cluster, small_site, tmp_path, monkeypatch, cache):
    """Those of records, where there are many: with and without anything kept, and an update after it."""
    monkeypatch.setattr(rendering, "AFAR_FROM", 1)
    config = load_config(copy_small(tmp_path / "plan"))
    before = sum(cluster.drawn())
    options = Options(executor=cluster.address, cache=cache)
    build_site(config, options)

    assert sum(cluster.drawn()) >= before + len(config.site.languages or ("en", "zh"))
    assert fingerprint(config.output) == fingerprint(small_site)
    if cache:
        made = build_site(config, options).made
        assert (made.templates, made.pages, made.files) == (0, 0, 0)


def test_few_drawings_are_made_here():
    """One changed cell needs no cluster: nothing is asked where nothing listens."""
    assert draw_all(_jobs(1), pool=executor_of("dask://127.0.0.1:1"))


@pytest.mark.parametrize(
    "address", ["10.0.0.5:8786", "dask://host", "dask://host:0", "dask://host:99999", "tcp://host:1", "dask://a b:1"]
)
def test_an_address_that_is_none(tmp_path, address):
    """Said at once, with how one is written; nothing is built."""
    settings = copy_small(tmp_path / "plan")
    result = CliRunner().invoke(main, ["build", "--config", str(settings), "--executor", address])

    assert result.exit_code == 2
    assert f"'{address}' names no executor; write dask://HOST:PORT" in result.output
    assert not (tmp_path / "plan" / "site").exists()


def test_the_extra_is_missing(tmp_path, monkeypatch):
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    settings = copy_small(tmp_path / "plan")
    result = CliRunner().invoke(main, ["build", "--config", str(settings), "--executor", "dask://127.0.0.1:8786"])

    assert result.exit_code == 2
    assert "pip install 'policy-explorer[cluster]'" in result.output
    assert not (tmp_path / "plan" / "site").exists()


def test_no_scheduler_answers(monkeypatch):
    """The address is named, and how long it was tried."""
    monkeypatch.setattr(executors, "SECONDS_TO_ANSWER", 1)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"dask://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"no Dask scheduler answers at {address} within 1 seconds"):
            draw_all(_jobs(), pool=executor_of(address))


def test_a_scheduler_without_workers(cluster):
    """It would wait for ever."""
    assert cluster.said_without_workers == (
        f"the scheduler at {cluster.address} has no workers; start some with: dask worker SCHEDULER:PORT"
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("__version__ = '0.0.1'\n", r"has another version of this program: policy-explorer 0\.0\.1 instead of "),
        ("raise ImportError\n", "does not have this program; install it there"),
    ],
)
def test_a_worker_with_another_program(cluster, tmp_path, code, said):
    """Nothing is drawn by it: the bytes would be those of another program."""
    (tmp_path / "generator").mkdir()
    (tmp_path / "generator" / "__init__.py").write_text(code, encoding="utf-8")
    worker = cluster.add_worker(str(tmp_path))
    try:
        cluster.wait_for(3)
        with pytest.raises(UsageError, match=rf"worker tcp://127\.0\.0\.1:\d+ of {cluster.address} {said}"):
            draw_all(_jobs(), pool=executor_of(cluster.address))
    finally:
        worker.kill()
        worker.wait()
        cluster.wait_for(2)


def test_other_faults_are_not_blamed_on_the_cluster(cluster):
    """A full disk here is a full disk."""
    with pytest.raises(PermissionError, match="full"), executor_of(cluster.address)():
        raise PermissionError("full")


def test_workers_that_die(tmp_path, monkeypatch):
    """The build ends with what to do, not with waiting for ever."""
    monkeypatch.setattr(executors, "SECONDS_TO_ANSWER", 2)
    one = Cluster(tmp_path)
    try:
        worker = one.add_worker()
        one.wait_for(1)
        with pytest.raises(ExecutorError, match="lost its workers while they drew"), executor_of(one.address)() as pool:
            waiting = pool.submit(time.sleep, 60)
            worker.kill()
            waiting.result()
    finally:
        one.stop()
