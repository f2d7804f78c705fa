"""A street with beds of green, for who looks for a place: addresses, two streets, a plot in every public status."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from tests.builders import add_adoption, add_district, add_green, add_initiative, assume_managed, box, insert, rebuild

KINDS = {"B1": "bodembedekkers", "B2": "planten", "B3": "heesters", "B4": "bodembedekkers", "B5": "planten", "B6": "heesters"}


def build_beds(session: Session) -> None:
    """Beds ``B1``.. of 20 x 10 m, each 50 m further along the Vlierhof; the Gooipad lies beyond. B3 is kept by a group, B4 asked for,
    B5 reserved, B6 kept by one person; PL-0005 (on B7) was given back, and B8 is too small, B9 too large, B10 another owner's."""
    for level, code, name in (("gemeente", "GM0034", "Almere"), ("stadsdeel", "SD1", "Haven"), ("wijk", "WK003405", "De Wierden")):
        add_district(session, code, box(-500, -500, 3000, 3000), level=level, name=name)
    add_district(session, "BU00340501", box(-500, -500, 3000, 3000), name="De Wierden Noord", parent="WK003405")
    for number, (name, kind) in enumerate(KINDS.items()):
        add_green(session, name, box(number * 50, 20, 20, 10), appearance="groenvoorziening", plus_type=kind)
    add_green(session, "B7", box(350, 20, 20, 10), appearance="groenvoorziening")
    add_green(session, "B8", box(400, 20, 1, 2))
    add_green(session, "B9", box(-400, 1000, 500, 500))
    add_green(session, "B10", box(450, 20, 20, 10), bronhouder="P0024")
    assume_managed(session, "G0034")
    for name, y in (("Vlierhof", 0), ("Gooipad", 400)):
        insert(session, "ground", register_id=name, family="road", appearance="rijbaan lokale weg", name=name, geom=box(-100, y, 800, 6))
    for number in range(24):
        add_address(session, "Vlierhof", f"{2 * number + 1}", "1358 AB", number * 20, 12)
    add_address(session, "Vlierhof", "23 A", "1358 AB", 222, 12)
    for number in range(4):
        add_address(session, "Vlierweg", f"{number + 1}", "1358 AC", number * 20, 990)
    rebuild(session)
    kept = add_initiative(session, "Groene Hazelaars")
    for _ in range(2):
        person = insert(session, "person", email=f"buur{_}@example.nl")
        insert(session, "initiative_member", returning="person_id", initiative_id=kept, person_id=person, effort="regular")
    until = datetime.now(UTC) + timedelta(days=2)
    plot(session, "Vlindertuin", 2, initiative_id=kept, period=(date(2021, 4, 1), None))
    plot(session, "Geveltuin", 3, state="in_review", period=(date.today() + timedelta(days=9), None))
    plot(session, "Pluktuin", 4, state="draft", reserved_until=until, period=(date.today() + timedelta(days=9), None))
    plot(session, "Eigen hoek", 5, period=(date(2019, 4, 1), None))
    plot(session, "Kruidentuin", 7, state="ended", period=(date(2016, 4, 1), date(2022, 4, 1)))


def plot(session: Session, name: str, place: int, **adoption: object) -> None:
    """A plot on the bed of that place, with one adoption."""
    made, ground = insert(session, "plot", name=name), box(place * 50, 20, 20, 10)
    insert(session, "plot_version", plot_id=made, number=1, origin="drawn", geom=ground)
    add_adoption(session, ground, plot_id=made, **adoption)


def add_address(session: Session, street: str, number: str, postcode: str, x: float, y: float) -> None:
    """An address with one household."""
    point = box(x, y, 1).centroid
    insert(session, "address", register_id=f"{street} {number}", street=street, number=number, postcode=postcode, households=1, geom=point)
