"""The house rules that a machine can check."""

import ast
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "geo_service"
LONGEST = 400


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository: known to git, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked("geo_service/*.py") if "migrations/versions" not in str(path)]


def test_files_are_small():
    files = tracked("*.py", "*.js", "*.mjs", "*.css", "*.html", "*.sql", "*.sh")
    long = {str(path.relative_to(ROOT)): lines for path in files if (lines := len(path.read_text().splitlines())) > LONGEST}
    assert long == {}


def test_functions_are_short():
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno > 45:
                long.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert long == []


def test_only_the_database_room_commits():
    found = [str(p.relative_to(ROOT)) for p in python_files() if re.search(r"\.commit\b", p.read_text()) and p.parent.name != "db"]
    assert found == ["geo_service/web/dependencies.py"]  # the one place where a request ends


def test_no_transformation_of_a_column_in_a_condition():
    pattern = re.compile(r"where[^;]*st_transform\(\s*[a-z_]+\.?geom", re.IGNORECASE)
    files = [*python_files(), *tracked("geo_service/*.sql", "layers/*.sql")]
    assert [str(p.relative_to(ROOT)) for p in files if pattern.search(p.read_text())] == []


def test_only_two_rooms_change_coordinates():
    """The direct way between RD and 4326 or 3857 never uses the RDNAPTRANS grid."""
    direct = re.compile(r"st_transform\((?:[^()]|\([^()]*\))*,\s*(4326|3857)\s*\)", re.IGNORECASE)
    allowed = {"functions.sql", "base.py"}
    files = [*python_files(), *tracked("geo_service/*.sql", "layers/*.sql")]
    assert [p.name for p in files if p.name not in allowed and "migrations" not in str(p) and direct.search(p.read_text())] == []


def marked_texts() -> set[str]:
    """Every text in the code that is marked for translation, by ``N_("…")`` or a literal in ``say("…")``."""
    texts = set()
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ("N_", "say") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    texts.add(first.value)
    for path in tracked("geo_service/web/templates/*.html"):
        texts |= {text.replace('\\"', '"') for text in re.findall(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"', path.read_text())}
    return texts


def test_every_text_is_there_in_dutch():
    with (PACKAGE / "words" / "nl.po").open("rb") as file:
        dutch = {message.id: message.string for message in read_po(file) if message.id}
    assert sorted(marked_texts() - dutch.keys()) == []
    places = re.compile(r"\{(\w+)\}")
    assert [
        text for text, translated in dutch.items() if sorted(set(places.findall(text))) != sorted(set(places.findall(translated)))
    ] == []


def test_every_text_stands_once_in_dutch():
    """Catalogues are merged by line; of two entries the second would be silently lost."""
    parts = re.split(r"\n\n+", (PACKAGE / "words" / "nl.po").read_text().strip())
    ids = Counter(found[1] for part in parts if (found := re.search(r"^msgid (.*?)^msgstr", part, re.MULTILINE | re.DOTALL)))
    assert [text for text, count in ids.items() if count > 1] == []


def test_no_text_is_left_over_in_dutch():
    with (PACKAGE / "words" / "nl.po").open("rb") as file:
        known = {message.id for message in read_po(file) if message.id}
    assert sorted(known - marked_texts()) == []


def test_nothing_names_a_host_to_download_from():
    files = tracked("package-lock.json", ".npmrc", "constraints.txt", "pyproject.toml")
    assert [
        p.name for p in files if re.search(r'"resolved"|https?://(?!.*(geonovum|eupl|europa))\S*(registry|pypi|simple)', p.read_text())
    ] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl"))).namelist()


def test_the_wheel_holds_one_package_with_its_content(wheel):
    names = [name for name in wheel if ".dist-info/" not in name]
    assert {name.split("/")[0] for name in names} == {"geo_service"}
    content = [name for name in names if name.startswith("geo_service/_content/")]
    assert content
    assert {Path(name).suffix for name in content} <= {".toml", ".sql", ".md"}
    for needed in ("municipalities/almere.toml", "words/nl.po", "db/sql/exclusivity.sql", "web/static/manifest.json"):
        assert f"geo_service/{needed}" in names, needed


def test_nothing_imports_the_content_folders():
    imports = re.compile(r"^\s*(?:from|import) (?:layers|maps)\b", re.MULTILINE)
    assert [p for p in tracked("*.py") if imports.search(p.read_text())] == []
