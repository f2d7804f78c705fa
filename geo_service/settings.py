"""All settings in one place, read from the environment (prefix ``GEO_``) in ``app`` and ``cli`` only."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""This machine itself, as a host."""


class Settings(BaseSettings):
    """Immutable; the table in docs/operations.md is checked against these fields."""

    model_config = SettingsConfigDict(env_prefix="GEO_", frozen=True)

    database_url: str | None = Field(
        None, pattern="^postgresql://", description="An existing PostGIS (postgresql://…). Without it the service runs its own."
    )
    database_port: int | None = Field(
        None, ge=1024, le=65535, description="Loopback port of the service's own database, for readers' logins. Without it: a socket only."
    )
    data_dir: Path = Field(Path("data"), description="Folder of the service's own database, grid and caches.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    content_dir: Path | None = Field(None, description="Folder with layers/ and maps/ of your own instead of those in the package.")
    municipality: str = Field("almere", description="Name of a municipality in the package, or the path of a TOML file.")
    base_url: str = Field("http://127.0.0.1:8000", pattern="^https?://", description="How users reach the service; used in links.")
    pdok_url: str = Field("https://api.pdok.nl", description="Where PDOK's OGC APIs are; a replay for a test, or a mirror.")
    pdok_pause: float = Field(
        0.25, ge=0.001, le=60, description="Seconds between two requests to PDOK; after a failure the first wait is ten times that."
    )
    worker: bool = Field(True, description="Whether serve starts the worker (mail, and work at set times) beside it: geo-service work.")
    smtp_url: str | None = Field(
        None,
        pattern=r"^(smtp|smtps|smtp\+starttls)://",
        description="Mail server: smtp://user:password@host:port, smtp+starttls:// or smtps://. Without it mail waits.",
    )
    mail_from: str | None = Field(
        None,
        pattern=r"^[^@\s<>,]+@[^@\s<>,]+$",
        description="Address that mail comes from. Without it: the municipality's contact address.",
    )
    sign_in_minutes: int = Field(30, ge=5, le=1440, description="How long a mailed link to sign in can be used.")
    sign_ins_per_minute: int = Field(20, ge=1, description="How often one client address may ask for a link to sign in, per minute.")
    oidc_issuer: str | None = Field(
        None, pattern="^https?://", description="The municipality's own login (OpenID Connect): its issuer. Without it: mailed links only."
    )
    oidc_client_id: str = Field("", description="Who this service is to that login.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="The secret that belongs to it.")
    locatieserver_url: str = Field(
        "",
        pattern="^(https?://.*)?$",
        description="PDOK's Locatieserver (https://api.pdok.nl/bzk/locatieserver/search/v3_1), asked for addresses where none are "
        "imported. Empty: nobody is asked. What visitors search for then leaves for PDOK, from the server.",
    )
    plot_checks_per_minute: int = Field(120, ge=1, description="How many plot checks one client address may ask per minute.")
    background: Literal["own", "pdok"] = Field(
        "own", description="Background of the map of residents: our own tiles, or PDOK's (browsers then ask service.pdok.nl)."
    )
    requests_per_day: int = Field(30, ge=1, description="How many requests for ground one client address may send per day, not signed in.")
    support_codes_per_minute: int = Field(20, ge=1, description="How many codes of door cards one client address may try per minute.")
    exports_at_once: int = Field(4, ge=1, le=12, description="How many files may be made at the same time; others are told to come back.")
    raster_cells: int = Field(2_000_000_000, ge=1, description="How many cells a raster may have, all bands together.")
