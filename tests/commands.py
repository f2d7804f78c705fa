"""Commands of ours as processes of their own, forked from one process that has imported everything already.

Most of the time of a command goes to its imports: a server is ready after 5 s of CPU, or 0.3 s when it is forked. It is a process all the
same: with its own environment, streams, signals and exit code. Tests whose subject is the start itself run ``python -m geo_service``.
"""

import importlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
NOWHERE = Path(os.devnull)
_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.imported"])


def start(
    arguments: Sequence[str], environment: Mapping[str, str], *, stdout: Connection | Path = NOWHERE, stderr: Path = NOWHERE
) -> ForkServerProcess:
    """Begin ``geo-service ARGUMENTS``; what it writes is added to files, or goes through a pipe."""
    process = _forking.Process(target=_run, args=(list(arguments), dict(environment), stdout, stderr))
    process.start()
    if isinstance(stdout, Connection):
        stdout.close()  # the other end sees the end when the process ends
    return process


def _run(arguments: list[str], environment: dict[str, str], stdout: Connection | Path, stderr: Path) -> None:
    """In the new process: what a shell would have set, and then the entry point."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["geo-service", *arguments]
    os.dup2(stdout.fileno() if isinstance(stdout, Connection) else _appended(stdout), 1)
    os.dup2(_appended(stderr), 2)
    importlib.import_module("geo_service.cli").main()


def _appended(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def start_piped(arguments: Sequence[str], environment: Mapping[str, str], *, stderr: Path) -> tuple[ForkServerProcess, IO[str]]:
    """Begin a command whose output is read while it runs."""
    reader, writer = _forking.Pipe(duplex=False)
    process = start(arguments, environment, stdout=writer, stderr=stderr)
    with reader:
        return process, os.fdopen(os.dup(reader.fileno()), encoding="utf-8")


def run(arguments: Sequence[str], environment: Mapping[str, str], *, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    with tempfile.TemporaryDirectory(prefix="geo-command-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = start(arguments, environment, stdout=out, stderr=err)
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(list(arguments), seconds)
        return subprocess.CompletedProcess(list(arguments), process.exitcode, out.read_text(), err.read_text())
