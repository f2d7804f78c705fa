"""What the machine gives a database server: its programs, a user that is not root, folders that this user reaches, and its processes."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from geo_service.errors import N_, SetupError

FALLBACK = Path("/var/lib/geo-service")
NO_SERVER = N_("No PostgreSQL server is installed. Debian or Ubuntu: apt install postgresql-postgis; macOS: brew install postgis.")


def find_programs(needed: tuple[str, ...] = ("postgres", "initdb"), missing: str = NO_SERVER, version: int | None = None) -> Path:
    """The folder of the programs of PostgreSQL, of ``version`` where it is installed, else the newest: Debian's place, Homebrew's, or
    the search path. ``SetupError`` with the text ``missing`` when there is none."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates = sorted(debian, key=lambda path: (path.parent.name != str(version), -int(path.parent.name)))
    candidates += [*Path("/opt/homebrew/opt").glob("postgresql@*/bin"), *Path("/usr/local/opt").glob("postgresql@*/bin")]
    on_path = shutil.which(needed[0])
    candidates += [Path(on_path).parent] if on_path else []
    for programs in candidates:
        if all((programs / name).exists() for name in needed):
            return programs
    raise SetupError(missing)


def prepare_folder(folder: Path) -> None:
    """Make the data folder, and see that the user of the server can reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and not reachable(folder):
        raise SetupError(
            N_("{folder} cannot be reached by the user {user} that runs the database. Choose another GEO_DATA_DIR, such as {other}."),
            folder=str(folder), user=_server_user().pw_name, other=str(FALLBACK),
        )  # fmt: skip


def reachable(folder: Path) -> bool:
    """Whether the unprivileged user may pass through every folder above."""
    user = _server_user()
    for above in folder.absolute().parents:
        if not above.exists():
            continue
        info = above.stat()
        bit = 0o100 if info.st_uid == user.pw_uid else 0o010 if info.st_gid == user.pw_gid else 0o001
        if not info.st_mode & bit:
            return False
    return True


def _server_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError(N_("There is no unprivileged user to run PostgreSQL as."))


def unprivileged() -> dict[str, Any]:
    """As whom a child process runs the server, for ``subprocess``: never as root."""
    if os.geteuid() != 0:
        return {}
    user = _server_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def give(folder: Path, as_user: dict[str, Any]) -> None:
    """Let a file or folder belong to the user of the server."""
    if as_user:
        os.chown(folder, as_user["user"], as_user["group"])


def refuse_other_version(data: Path, programs: Path) -> None:
    """SetupError when the cluster in ``data`` was made by another major version."""
    found = (data / "PG_VERSION").read_text().strip()
    output = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    ours = output.split()[2].split(".")[0]
    if found != ours:
        raise SetupError(
            N_("{folder} was made by PostgreSQL {found}; installed is {ours}. Restore a backup in a new GEO_DATA_DIR or install {found}."),
            folder=str(data), found=found, ours=ours,
        )  # fmt: skip


def works_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and is a server of this folder."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except (FileNotFoundError, PermissionError):
        if Path("/proc").is_dir():
            return False
    try:
        os.kill(pid, 0)  # no /proc: macOS
    except ProcessLookupError:
        return False
    return True


def is_zombie(pid: int) -> bool:
    """Whether the process ended and nobody noticed."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, IndexError, ProcessLookupError):
        return False
