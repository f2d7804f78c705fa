"""The command line ``geo-service``. Long work shows progress; errors are one line; exit 1, or 2 for wrong usage."""

import signal
import sys

from geo_service.cli.commands import app
from geo_service.errors import GeoServiceError


def main() -> None:
    """The entry point: run a command, and turn an error of ours into one line."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        app()
    except GeoServiceError as error:
        from geo_service.cli.common import tell  # with all that a command works with: --help does without

        tell(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _leave(_number: int, _frame: object) -> None:
    """SIGTERM ends a command as Ctrl-C does: what was opened is closed, the database last."""
    sys.exit(143)


__all__ = ["app", "main"]
