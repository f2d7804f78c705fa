"""How a program that stays on tells what happens: plain lines on standard error."""

import logging.config

LOG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


def log_plainly() -> None:
    """Lines of the worker look like those of the server."""
    logging.config.dictConfig(LOG)
    logging.getLogger("geo_service").setLevel(logging.INFO)
