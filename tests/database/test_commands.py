"""A command that is forked, as most tests run them, does what it does when somebody starts it."""

import os
import subprocess
import sys

import pytest

from tests import commands
from tests.conftest import ROOT


@pytest.mark.parametrize(("arguments", "code"), [(["layers", "list"], 0), (["layers", "export", "bestaat_niet"], 1)])
def test_a_forked_command_tells_the_same_as_one_that_is_started(arguments, code, module_database):
    env = {**os.environ, **module_database.environment, "LANG": "nl_NL.UTF-8", "NO_COLOR": "1", "COLUMNS": "70"}
    started = subprocess.run(
        [sys.executable, "-m", "geo_service", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120
    )
    forked = commands.run(arguments, env)
    assert (started.returncode, forked.returncode) == (code, code)
    assert (started.stdout, started.stderr.replace("python -m geo_service", "geo-service")) == (forked.stdout, forked.stderr)
    assert forked.stdout + forked.stderr
