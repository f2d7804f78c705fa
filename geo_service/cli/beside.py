"""The worker as a child of ``serve``: begun with it, begun again when it dies, and gone with it."""

import logging
import os
import subprocess
import sys
from threading import Event, Thread

logger = logging.getLogger("geo_service.work")
FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
TIME_TO_STOP_S = 12


class Beside:
    """Keeps one ``geo-service work`` running from ``start`` to ``stop``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = {**os.environ, **environment}
        self.stopping = Event()
        self.child: subprocess.Popen[bytes] | None = None
        self.keeper = Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Begin."""
        self.keeper.start()

    def stop(self) -> None:
        """Let the worker finish what it does, and wait for that."""
        self.stopping.set()
        self._close()
        self.keeper.join(TIME_TO_STOP_S)
        if self.child is not None and self.child.poll() is None:
            self.child.kill()

    def _close(self) -> None:
        if self.child is not None and self.child.stdin is not None:
            self.child.stdin.close()

    def _keep(self) -> None:
        wait = FIRST_WAIT_S
        while not self.stopping.is_set():
            self.child = subprocess.Popen(
                [sys.executable, "-m", "geo_service", "work", "--beside"],
                stdin=subprocess.PIPE, env=self.environment,
                start_new_session=True,  # Ctrl-C is for serve, which closes the input
            )  # fmt: skip
            if self.stopping.is_set():  # just now
                self._close()
            code = self.child.wait()
            if not self.stopping.is_set():
                logger.warning("the worker ended (%s); it begins again in %.0f s", code, wait)
                self.stopping.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT_S)
