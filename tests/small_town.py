"""A town of two stadsdelen and four wijken with green and adoptions in every class of the map, for tests of maps and pages."""

from datetime import date

import shapely
from sqlalchemy.orm import Session

from tests.builders import add_adoption, add_district, add_green, assume_managed, box, insert, rebuild

WIJKEN = {"WK003401": "SD1", "WK003402": "SD1", "WK003417": "SD2", "WK003418": "SD2"}
SIDE = 1000.0
PLOTS = {"WK003401": (6, 40), "WK003402": (2, 20), "WK003417": (12, 30), "WK003418": (0, 0)}
"""Number of plots, and the side of each in metres: 10 of 1,000 x 500 m² of green gives 2 %."""
HOSTILE = "</script><script>window.broken=1</script><img src=x onerror=window.broken=1>"


def build(session: Session) -> None:
    """Fill a database. One wijk has a name that would break a careless page."""
    wijken = {code: box((place % 2) * SIDE, (place // 2) * SIDE, SIDE) for place, code in enumerate(WIJKEN)}
    add_district(session, "GM0034", shapely.union_all(list(wijken.values())), level="gemeente", name="Almere")
    for code, name in (("SD1", "Haven"), ("SD2", "Stad")):
        own = shapely.union_all([shape for wijk, shape in wijken.items() if WIJKEN[wijk] == code])
        add_district(session, code, own, level="stadsdeel", parent="GM0034", name=name)
    for place, (code, shape) in enumerate(wijken.items()):
        name = HOSTILE if place == 1 else f"Wijk {place + 1}"
        add_district(session, code, shape, level="wijk", parent=WIJKEN[code], name=name)
        x, y = (place % 2) * SIDE, (place // 2) * SIDE
        add_green(session, f"G{place}", box(x + 50, y + 50, 900, 500))
        add_green(session, f"P{place}", box(x + 50, y + 600, 100, 100), bronhouder="P0024")
    assume_managed(session, "G0034")
    insert(session, "ground", register_id="water", family="water", appearance="waterloop", name="Gracht", geom=box(100, 1200, 600, 60))
    rebuild(session)
    for place, code in enumerate(WIJKEN):
        count, side = PLOTS[code]
        for number in range(count):
            x = (place % 2) * SIDE + 60 + number * 70
            began = date(2018 + number % 6, 5, 1)
            add_adoption(session, box(x, (place // 2) * SIDE + 100, side), period=(began, None))
    session.commit()
