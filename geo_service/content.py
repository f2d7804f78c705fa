"""Where the content lies: layers, maps and municipalities. Content is read, never imported."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from geo_service.errors import N_, SetupError

PACKAGE = Path(__file__).parent


def content_root(override: Path | None = None) -> Path:
    """Return the folder that holds ``layers/`` and ``maps/``: the setting, the wheel, or the checkout."""
    for root in (override,) if override else (PACKAGE / "_content", PACKAGE.parent):
        if (root / "layers").is_dir() and (root / "maps").is_dir():
            return root
    raise SetupError(N_("{folder} has no layers/ and maps/; check GEO_CONTENT_DIR."), folder=str(override or PACKAGE.parent))


@cache
def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file; a mistake in it is told with its place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SetupError(N_("There is no file {path}."), path=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SetupError(N_("{path} is not valid TOML: {fault}"), path=str(path), fault=str(error)) from None


def municipality_file(name: str) -> Path:
    """``almere`` is the file in the package; anything with a slash or ``.toml`` is a path."""
    return Path(name) if "/" in name or name.endswith(".toml") else PACKAGE / "municipalities" / f"{name}.toml"
