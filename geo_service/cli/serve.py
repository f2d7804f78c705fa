"""``geo-service serve``: the web application, with its own database when none is given."""

import socket
import sys
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer
import uvicorn

from geo_service.app import create_app
from geo_service.catalogue.raster.files import fault_of, rasters_folder
from geo_service.catalogue.raster.models import RasterEdition
from geo_service.catalogue.raster.queries import editions
from geo_service.cli.beside import Beside
from geo_service.cli.common import err, installation, out, read_settings, tell, tell_missing_grid
from geo_service.cli.serving import LOG
from geo_service.db.engine import transaction
from geo_service.errors import N_, SetupError
from geo_service.installation import Installation, hold_folder
from geo_service.settings import Settings

BACKLOG = 2048
ANOTHER = N_("Another serve already runs on {folder}.")


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Load the schematic town into an empty database first. On loopback only.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on (GEO_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one (GEO_PORT).", min=0, max=65535)] = None,
) -> None:
    """Serve the API, the maps and the pages, with the worker beside it.

    Examples: [bold]geo-service serve --demo[/bold] · [bold]geo-service serve --port 8080[/bold]
    """
    settings = read_settings()
    address, number = host or settings.host, settings.port if port is None else port
    with installation() as opened, hold_folder(opened.settings.data_dir, ANOTHER), _listening(address, number) as listener:
        tell_missing_grid(opened)
        _tell_lost_rasters(opened)
        if demo:
            from geo_service.cli.demo import prepare_demo

            prepare_demo(opened, address)
        config = uvicorn.Config(
            create_app(opened, demo=demo), host=address, port=number, log_config=LOG, access_log=False, server_header=False,
            timeout_graceful_shutdown=3,
        )  # fmt: skip
        _run(Server(config, opened.settings), listener)


def _listening(address: str, number: int) -> socket.socket:
    """Who connects from now on is answered when all is ready."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, number), family=family, backlog=BACKLOG)
    except OSError as error:
        text = N_("Cannot listen on {address} port {number}: {fault}. Choose another GEO_HOST or GEO_PORT.")
        raise SetupError(text, address=address, number=str(number), fault=error.strerror) from None


def _run(server: "Server", listener: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        err.print("")
    finally:
        server.stop_worker()


class Server(uvicorn.Server):
    """Says where it is, once it answers and a signal stops it: before, Ctrl-C may fall into a module that is being imported."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self.settings = settings
        self.worker: Beside | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, begin the worker, and print the address."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            out.print(address, soft_wrap=True)
            self._begin_worker(address)
        sys.stdout.flush()

    def _begin_worker(self, address: str) -> None:
        """Its mails lead to where this server is, unless a setting says otherwise."""
        if self.settings.worker:
            here = {} if "base_url" in self.settings.model_fields_set else {"GEO_BASE_URL": address}
            self.worker = Beside({"GEO_DATA_DIR": str(self.settings.data_dir), **here})
            self.worker.start()

    def stop_worker(self) -> None:
        """Let the worker finish, before the database is closed."""
        if self.worker is not None:
            self.worker.stop()


def _tell_lost_rasters(opened: Installation) -> None:
    """Say which files of rasters are gone or changed, and how to get them back; all else works without them.

    They are read while others are served already: a second for each gigabyte.
    """
    folder = rasters_folder(opened.settings.data_dir)
    with transaction(opened.sessions) as open_session:
        held = editions(open_session)
    sound = [edition for edition in held if not _tell_lost(folder, edition)]
    Thread(target=lambda: [_tell_lost(folder, edition, whole=True) for edition in sound], daemon=True).start()


def _tell_lost(folder: Path, edition: RasterEdition, *, whole: bool = False) -> bool:
    fault = fault_of(folder, edition, whole=whole)
    if fault:
        tell(fault)
    return fault is not None
