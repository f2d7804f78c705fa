"""Facts for tests of the rules: squares on a corner of Haven, in RD metres."""

from shapely import MultiPoint, MultiPolygon, box

from geo_service.plots.facts import Facts

X, Y = 143_000.0, 483_000.0


def square(x0: float, y0: float, x1: float, y1: float) -> MultiPolygon:
    """A rectangle, in metres from the corner."""
    return MultiPolygon([box(X + x0, Y + y0, X + x1, Y + y1)])


def lawn(shape: MultiPolygon, **facts) -> Facts:
    """A shape on 100 × 100 m of municipal green with neighbours near and no trees; ``facts`` change that."""
    known = {
        "outside": MultiPolygon(),
        "managed": square(0, 0, 100, 100),
        "managed_basis": "register",
        "trees": MultiPoint(),
        "addresses": MultiPoint([(X + 50, Y + 120)]),
        "households": (12,),
    }
    return Facts(shape=shape, **{**known, **facts})
