"""Random CQL2 filters three times over: as JSON, as text, and as a plain Python answer per row. Nothing here uses our compiler."""

import math
import operator
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from hypothesis import strategies as st

COMPARE = {"=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
SUMS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": math.fmod,
    "div": lambda a, b: math.trunc(a / b),
}
SHAPES = ("intersects", "within", "contains", "disjoint", "touches", "overlaps", "crosses", "equals")
TIMES = {
    "t_after": lambda a, b, c, d: a > d,
    "t_before": lambda a, b, c, d: b < c,
    "t_contains": lambda a, b, c, d: a < c and b > d,
    "t_disjoint": lambda a, b, c, d: a > d or b < c,
    "t_during": lambda a, b, c, d: a > c and b < d,
    "t_equals": lambda a, b, c, d: a == c and b == d,
    "t_finishedBy": lambda a, b, c, d: a < c and b == d,
    "t_finishes": lambda a, b, c, d: a > c and b == d,
    "t_intersects": lambda a, b, c, d: a <= d and b >= c,
    "t_meets": lambda a, b, c, d: b == c,
    "t_metBy": lambda a, b, c, d: a == d,
    "t_overlappedBy": lambda a, b, c, d: c < a < d < b,
    "t_overlaps": lambda a, b, c, d: a < c < b < d,
    "t_startedBy": lambda a, b, c, d: a == c and b > d,
    "t_starts": lambda a, b, c, d: a == c and b < d,
}
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
LETTERS = "aAbBéÉß%_' x"


# ---- the answer -------------------------------------------------------------------------------------------------------------------


def answer(node: Any, row: dict[str, Any]) -> Any:
    """What a filter says of one row; ``None`` is unknown."""
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return row[node["property"]]
    if "date" in node:
        return date.fromisoformat(node["date"])
    if "timestamp" in node:
        return datetime.fromisoformat(node["timestamp"])
    op, args = node["op"], node["args"]
    if op.startswith("s_"):
        left, right = (row["geometrie"] if "property" in arg else shape_of(arg) for arg in args)
        return bool(getattr(shapely, op[2:])(left, right))
    if op.startswith("t_"):
        return _timely(op, args, row)
    if op == "isNull":
        return answer(args[0], row) is None
    if op in ("and", "or"):
        told = [answer(arg, row) for arg in args]
        decides = op == "or"
        return decides if decides in told else None if None in told else not decides
    if op == "in":
        return _any(_compared("=", answer(args[0], row), answer(item, row)) for item in args[1])
    told = [answer(arg, row) for arg in args]
    if None in told:
        return None
    return _known(op, told)


def _known(op: str, told: list[Any]) -> Any:
    if op == "not":
        return not told[0]
    if op == "casei":
        return told[0].lower()
    if op == "between":
        return told[1] <= told[0] <= told[2]
    if op == "like":
        return bool(re.fullmatch(_pattern(told[1]), told[0], re.DOTALL))
    return SUMS[op](*map(float, told)) if op in SUMS else COMPARE[op](*told)


def _compared(op: str, left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else COMPARE[op](left, right)


def _any(told: Any) -> bool | None:
    told = list(told)
    return True if True in told else None if None in told else False


def _pattern(text: str) -> str:
    parts = re.findall(r"\\.|.", text, re.DOTALL)
    return "".join(".*" if part == "%" else "." if part == "_" else re.escape(part[-1]) for part in parts)


def _timely(op: str, args: list[Any], row: dict[str, Any]) -> bool | None:
    bounds = []
    for arg in args:
        if "interval" in arg:
            start, end = (_end(told, row) for told in arg["interval"])
            bounds += [FIRST if start is None else _midnight(start), LAST if end is None else _last(end)]
        else:
            told = answer(arg, row)
            bounds += [None, None] if told is None else [_midnight(told), _last(told)]
    if all(_is_day(arg, row) for arg in args):  # days compare as days: the last of one can be the first of another
        bounds = [bound if bound in (None, LAST, FIRST) else bound.astimezone(AMSTERDAM).date() for bound in bounds]
        bounds = [date.min if bound == FIRST else date.max if bound == LAST else bound for bound in bounds]
    if None in bounds:
        return None
    return TIMES[op](*bounds)


def _end(told: Any, row: dict[str, Any]) -> Any:
    if isinstance(told, dict):
        return answer(told, row)
    return None if told == ".." else datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)


def _is_day(node: dict[str, Any], row: dict[str, Any]) -> bool:
    parts = node.get("interval", [node])
    return not any("moment" in str(part) or "timestamp" in str(part) or "T" in str(part) for part in parts)


def _midnight(told: Any) -> datetime:
    return told if isinstance(told, datetime) else datetime(told.year, told.month, told.day, tzinfo=AMSTERDAM)


def _last(told: Any) -> datetime:
    if isinstance(told, datetime):
        return told
    return (_midnight(told + timedelta(days=1)).astimezone(UTC) - timedelta(microseconds=1)).astimezone(AMSTERDAM)


def shape_of(node: dict[str, Any]) -> Any:
    """A literal geometry."""
    return shapely.box(*node["bbox"]) if "bbox" in node else shapely.geometry.shape(node)


# ---- the text ---------------------------------------------------------------------------------------------------------------------


def as_text(node: Any) -> str:
    """The same filter in cql2-text."""
    if isinstance(node, bool):
        return str(node).upper()
    if isinstance(node, str):
        return "'" + node.replace("'", "''") + "'"
    if not isinstance(node, dict):
        return repr(node)
    if "property" in node:
        return node["property"]
    if "date" in node or "timestamp" in node:
        ((kind, told),) = node.items()
        return f"{kind.upper()}('{told}')"
    if "interval" in node:
        return f"INTERVAL({', '.join(map(as_text, node['interval']))})"
    if "bbox" in node:
        return f"BBOX({', '.join(map(repr, node['bbox']))})"
    if "type" in node:
        return shapely.to_wkt(shapely.geometry.shape(node), rounding_precision=-1)
    return _operation(node["op"], node["args"])


def _operation(op: str, args: list[Any]) -> str:
    if op == "in":
        return f"({as_text(args[0])} IN ({', '.join(map(as_text, args[1]))}))"
    told = [as_text(arg) for arg in args]
    if op == "not":
        return f"NOT ({told[0]})"
    if op == "isNull":
        return f"({told[0]} IS NULL)"
    if op == "between":
        return f"({told[0]} BETWEEN {told[1]} AND {told[2]})"
    if op in ("and", "or", "like", *COMPARE, *SUMS):
        return "(" + f" {op.upper()} ".join(told) + ")"
    return f"{op.upper()}({', '.join(told)})"


# ---- the filters ------------------------------------------------------------------------------------------------------------------


def op(name: str, *args: Any) -> dict[str, Any]:
    return {"op": name, "args": list(args)}


def col(name: str) -> dict[str, Any]:
    return {"property": name}


@dataclass(frozen=True)
class Ground:
    """Where literal geometries are drawn, in the system of the filter: corners of a raster that features also lie on, and shapes of
    features themselves."""

    xs: list[float]
    ys: list[float]
    features: list[Any]


def filters(ground: Ground) -> st.SearchStrategy[dict[str, Any]]:
    """Any filter on the columns id, soort, aantal, maat, waar, van, tot, moment and geometrie."""
    simple = st.one_of(_numbers(), _texts(), _days(), _times(), _places(ground), st.sampled_from([col("waar"), op("isNull", col("soort"))]))
    return st.recursive(
        simple,
        lambda more: st.one_of(
            st.lists(more, min_size=2, max_size=3).map(lambda args: op("and", *args)),
            st.lists(more, min_size=2, max_size=3).map(lambda args: op("or", *args)),
            more.map(lambda arg: op("not", arg)),
        ),
        max_leaves=4,
    )


COMPARES = st.sampled_from(list(COMPARE))


def _numbers() -> st.SearchStrategy[dict[str, Any]]:
    literal = st.one_of(st.integers(-5, 12), st.integers(-10, 20).map(lambda n: n / 2 + 0.25))
    plain = st.sampled_from([col("aantal"), col("maat"), col("id")])
    sums = st.builds(op, st.sampled_from(["+", "-", "*"]), plain, st.one_of(literal, plain))
    parts = st.builds(op, st.sampled_from(["/", "%", "div"]), st.sampled_from([col("aantal"), col("id")]), st.sampled_from([2, 3, 4]))
    any_number = st.one_of(plain, plain, sums, parts)
    return st.one_of(
        st.builds(op, COMPARES, any_number, st.one_of(literal, any_number)),
        st.builds(op, COMPARES, literal, any_number),
        st.builds(lambda told, pair: op("between", told, *sorted(pair)), any_number, st.tuples(literal, literal)),
        st.builds(lambda told, items: op("in", told, items), any_number, st.lists(literal, min_size=1, max_size=4)),
    )


def _texts() -> st.SearchStrategy[dict[str, Any]]:
    literal, column = st.text(LETTERS, max_size=3), st.sampled_from([col("soort"), col("naam")])
    pattern = st.text(LETTERS + "%_%", max_size=4)
    fold = lambda told: op("casei", told)  # noqa: E731
    return st.one_of(
        st.builds(op, COMPARES, column, st.one_of(literal, column)),
        st.builds(op, st.sampled_from(["=", "<>"]), column.map(fold), literal.map(fold)),
        st.builds(lambda told, like: op("like", told, like), column, pattern),
        st.builds(lambda told, like: op("like", fold(told), fold(like)), column, pattern),
        st.builds(lambda told: op("like", told, r"%\_%"), column),
        st.builds(lambda told, items: op("in", told, items), column, st.lists(literal, min_size=1, max_size=4)),
    )


DAYS = st.dates(date(2019, 12, 1), date(2020, 3, 1)).map(str)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2020, 2, 1)).map(lambda told: told.replace(microsecond=0).isoformat() + "Z")


def _days() -> st.SearchStrategy[dict[str, Any]]:
    column = st.sampled_from([col("van"), col("tot")])
    return st.one_of(
        st.builds(op, COMPARES, column, st.one_of(DAYS.map(lambda day: {"date": day}), column)),
        st.builds(op, COMPARES, st.just(col("moment")), MOMENTS.map(lambda told: {"timestamp": told})),
    )


def _times() -> st.SearchStrategy[dict[str, Any]]:
    end = st.one_of(DAYS, MOMENTS)
    interval = st.tuples(end, end).map(sorted).map(lambda pair: {"interval": pair})
    half = st.one_of(end.map(lambda told: {"interval": [told, ".."]}), end.map(lambda told: {"interval": ["..", told]}))
    own = st.just({"interval": [col("van"), col("tot")]})
    instant = st.one_of(DAYS.map(lambda day: {"date": day}), MOMENTS.map(lambda told: {"timestamp": told}))
    column = st.sampled_from([col("van"), col("moment")])
    return st.builds(op, st.sampled_from(list(TIMES)), st.one_of(own, column), st.one_of(interval, half, own, instant))


def _places(ground: Ground) -> st.SearchStrategy[dict[str, Any]]:
    corner = st.tuples(st.sampled_from(ground.xs), st.sampled_from(ground.ys))
    boxes = st.tuples(corner, corner).filter(lambda two: two[0][0] != two[1][0] and two[0][1] != two[1][1])
    sides = boxes.map(
        lambda two: [min(two[0][0], two[1][0]), min(two[0][1], two[1][1]), max(two[0][0], two[1][0]), max(two[0][1], two[1][1])]
    )
    lines = st.lists(corner, min_size=2, max_size=4, unique=True).map(shapely.LineString)
    triangles = st.lists(corner, min_size=3, max_size=5, unique=True).map(shapely.Polygon).filter(lambda made: made.is_valid)
    shapes = st.one_of(
        corner.map(shapely.Point),
        st.lists(corner, min_size=1, max_size=4).map(shapely.MultiPoint),
        lines,
        st.lists(lines, min_size=1, max_size=2).map(shapely.MultiLineString),
        triangles,
        triangles.map(lambda made: shapely.MultiPolygon([made])),
        st.sampled_from(ground.features),
    )
    literal = st.one_of(sides.map(lambda box: {"bbox": box}), shapes.map(shapely.geometry.mapping).map(_as_lists))
    return st.builds(
        lambda name, shape, swap: op(f"s_{name}", *([shape, col("geometrie")] if swap else [col("geometrie"), shape])),
        st.sampled_from(SHAPES),
        literal,
        st.booleans(),
    )


def _as_lists(told: Any) -> Any:
    if isinstance(told, dict):
        return {key: _as_lists(item) for key, item in told.items()}
    return [_as_lists(item) for item in told] if isinstance(told, list | tuple) else told
