"""Which tests show that we keep to a class of a standard: every class that is declared has at least one."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])
TESTS = Path(__file__).parent
BASE = "http://www.opengis.net/spec/"


def shows(*_classes: str) -> Callable[[Test], Test]:
    """Mark a test: ``@shows("ogcapi-features-1/1.0/conf/core")``."""
    return lambda test: test


def shown() -> set[str]:
    """The classes that some test shows."""
    found = set()
    for file in TESTS.rglob("test_*.py"):
        for marked in re.findall(r"^@shows\(([^)]*)\)", file.read_text(), re.MULTILINE):
            found |= {BASE + name for name in re.findall(r'"([^"]+)"', marked)}
    return found
