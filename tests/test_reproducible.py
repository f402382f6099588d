"""The same release is the same bytes, on whatever machine, at whatever time, and however it is built."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from site_fixtures import ROOT, copy_small, fingerprint

from generator.config import load_config
from generator.releases import make_release

CONDITIONS = (
    {"PYTHONHASHSEED": "0", "TZ": "Asia/Shanghai", "LC_ALL": "C", "JOBS": "1"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "JOBS": "4"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "JOBS": "4"},
)
"""Of the builds, in order: cold in one folder, cold in another, and warm in the other."""


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """The hashes of every file of three builds of one release."""
    found = []
    for number, conditions in enumerate(CONDITIONS):
        if number < 2:
            config_file = copy_small(tmp_path_factory.mktemp(f"place-{number}") / ("plan", "計劃 other")[number])
            make_release(load_config(config_file), "first")
        environment = {**os.environ, **conditions}
        jobs = environment.pop("JOBS")
        command = [sys.executable, "-m", "generator", "build", "--config", str(config_file), "--jobs", jobs]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        found.append(fingerprint(config_file.parent / "site"))
    return found


@pytest.mark.parametrize("other", [1, 2])
def test_same_release_same_bytes(builds, other):
    """Another folder, hash seed, time zone, locale and number of jobs; cold, and with what the build before drew."""
    assert len(builds[0]) > 300
    assert {name for name in builds[0] | builds[other] if builds[0].get(name) != builds[other].get(name)} == set()
