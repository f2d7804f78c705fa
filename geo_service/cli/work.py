"""``geo-service work``: send mail, and do the work that is due at set times, beside ``serve`` or on another machine."""

import asyncio
import os
import signal
import sys
from threading import Thread
from typing import Annotated

import typer

from geo_service.cli.common import installation
from geo_service.cli.serving import log_plainly
from geo_service.work import work_until_stopped


def work(
    beside: Annotated[bool, typer.Option("--beside", hidden=True, help="Stop when the input closes: serve started this.")] = False,
) -> None:
    """Send mail and do the work that is due, until Ctrl-C. ``serve`` does this by itself, unless GEO_WORKER is false.

    Example: [bold]GEO_WORKER=false geo-service serve[/bold] and, elsewhere, [bold]geo-service work[/bold]
    """
    log_plainly()
    if beside:
        Thread(target=_stop_when_left_alone, daemon=True).start()
    with installation() as opened:
        asyncio.run(work_until_stopped(opened))


def _stop_when_left_alone() -> None:
    """The other end of the input closes when ``serve`` ends, however it ends."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
