"""Where in a filter something stands, for people who must correct it."""

import re
from collections.abc import Iterator
from typing import Any

from geo_service.catalogue.cql.reading import DEEPEST, Path, Place

QUOTED = re.compile(r"(?P<text>'(?:''|[^'])*')|\"(?P<quoted>(?:\"\"|[^\"])*)\"")
TOKEN = re.compile(rf"{QUOTED.pattern}|(?P<word>[^\W\d][\w.:]*)\s*(?P<call>\()?")
SYNTAX = {"and", "or", "not", "like", "in", "between", "is", "null", "true", "false", "div"}
NOT_CALLED = {
    "and",
    "or",
    "not",
    "in",
    "date",
    "timestamp",
    "interval",
    "bbox",
    "=",
    "<>",
    "<",
    ">",
    "<=",
    ">=",
    "isnull",
    "like",
    "between",
}
ARITHMETIC = {"+", "-", "*", "/", "%", "^", "div"}


def in_json(path: Path) -> str:
    """``$.args[0].property``."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def in_text(text: str, tree: Any) -> Place:
    """From a path in the tree to ``line:column``. The parser keeps no positions, but it keeps the order: the third name in the text
    is the third name in the tree. What has no place of its own (a number) is told by its nearest neighbour that has one."""
    written = list(_written(text))
    known: dict[Path, str] = {}
    for sort in ("name", "text", "call"):
        spots = [(told, spot) for kind, told, spot in written if kind == sort]
        nodes = [(path, told) for path, kind, told in _leaves(tree, ()) if kind == sort]
        if len(spots) == len(nodes):
            known |= {path: spot for (path, _), (_, spot) in zip(nodes, spots, strict=True)}

    def place(path: Path) -> str:
        for length in range(len(path), -1, -1):
            inside = [spot for found, spot in known.items() if found[:length] == path[:length]]
            if inside:
                return min(inside, key=lambda spot: tuple(map(int, spot.split(":"))))
        return "1:1"

    return place


def _written(text: str) -> Iterator[tuple[str, str, str]]:
    """Names, quoted texts and called functions, with ``line:column``."""
    for token in TOKEN.finditer(text):
        start = token.start()
        spot = f"{text.count(chr(10), 0, start) + 1}:{start - text.rfind(chr(10), 0, start)}"
        word = (token["word"] or "").lower()
        if token["text"] is not None:
            yield "text", token["text"], spot
        elif token["quoted"] is not None:
            yield "name", token["quoted"], spot
        elif token["call"] and word not in NOT_CALLED and not _is_geometry(word):
            yield "call", word, spot
        elif not token["call"] and word not in SYNTAX and word not in ("z", "m", "zm", "empty") and not _is_geometry(word):
            yield "name", word, spot


def _leaves(node: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """The same of the tree, in the order of the text; not deeper than is compiled."""
    if len(path) > 2 * DEEPEST:
        return
    if isinstance(node, str):
        yield path, "text", node
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from _leaves(item, (*path, number))
    elif isinstance(node, dict) and "property" in node:
        yield path, "name", str(node["property"])
    elif isinstance(node, dict) and "op" in node:
        if str(node["op"]).lower() not in NOT_CALLED | ARITHMETIC:
            yield path, "call", str(node["op"])
        yield from _leaves(node.get("args", []), (*path, "args"))
    elif isinstance(node, dict) and "type" not in node:
        for key, item in node.items():
            yield from _leaves(item, (*path, key))


def _is_geometry(word: str) -> bool:
    return word.removeprefix("multi") in ("point", "linestring", "polygon") or word == "geometrycollection"
