"""Figures for a reader: coverage of a level on a day, and what a district consists of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from math import fsum
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from geo_service.coverage import queries
from geo_service.coverage.schemas import CoverageAnswer, DistrictCoverage, KeptByType, LandUse, Level, Total
from geo_service.days import day_of
from geo_service.errors import N_, NotFound
from geo_service.registers.queries import management_known
from geo_service.words import DEFAULT, Language, say

DECIMALS = 6
"""Areas are told to a square millimetre: rows still add up to 1 cm² over hundreds of districts."""
AREAS = ("green_m2", "managed_m2", "adopted_m2", "adopted_full_m2", "adopted_partial_m2")
OUTSIDE = N_("Outside every district")
OVERVIEW: tuple[Level, ...] = ("stadsdeel", "wijk", "buurt", "gemeente")


def coverage(
    session: Session,
    level: Level | None = None,
    at: date | None = None,
    *,
    by_type: bool = False,
    language: Language = DEFAULT,
    today: date | None = None,
) -> CoverageAnswer:
    """Who keeps which m² on a day (default today), per district of a level (default the first of OVERVIEW that was imported).

    The row without a code holds what lies outside every district, so that the rows add up to the total. A level that was not
    imported has only that row. A day in the future shows what is known now, and says that it is estimated.
    """
    today = today or day_of(datetime.now(UTC))
    at = at or today
    years = queries.district_years(session)
    wanted = level or _overview(years)
    types = _types(queries.figures_by_type(session, wanted, at)) if by_type else None
    districts = [_district(row, wanted, language, types) for row in queries.figures(session, wanted, at)]
    return CoverageAnswer(
        at=at,
        level=wanted,
        managed_basis="register" if management_known(session) else "assumption",
        estimated=at > today or any(district.estimated for district in districts),
        district_years=years,
        districts=districts,
        total=_total(districts, queries.keepers(session, at), by_type),
    )


def _overview(years: dict[Level, int]) -> Level:
    return next((level for level in OVERVIEW if level in years), "gemeente")


def land_use(session: Session, code: str, at: date) -> LandUse:
    """What a district in force consists of on a day.

    Raises NotFound when there is no such district.
    """
    found = queries.land_use(session, code, at)
    if found is None:
        raise NotFound(N_("There is no district {code}."), code=code[:20])
    return LandUse(**found)


def _district(row: RowMapping, level: Level, language: Language, types: dict[int | None, list[KeptByType]] | None) -> DistrictCoverage:
    return DistrictCoverage(
        code=row["code"],
        name=row["name"] if row["code"] else say(OUTSIDE, language),
        level=level,
        estimated=row["estimated"],
        types=None if types is None else types.get(row["district_id"], []),
        plots=row["plots"],
        initiatives=row["initiatives"],
        **_rounded(row, ("area_m2", "adopted_outside_m2", *AREAS)),
    )


def _types(rows: Sequence[RowMapping]) -> dict[int | None, list[KeptByType]]:
    types: dict[int | None, list[KeptByType]] = defaultdict(list)
    for row in rows:
        types[row["district_id"]].append(KeptByType(green_type=row["green_type"], **_rounded(row, AREAS)))
    return types


def _total(districts: list[DistrictCoverage], keepers: RowMapping, by_type: bool) -> Total:
    types: dict[str, list[KeptByType]] = defaultdict(list)
    for district in districts:
        for kept in district.types or ():
            types[kept.green_type].append(kept)
    summed = [KeptByType(green_type=name, **_sums(rows, AREAS)) for name, rows in types.items()]
    return Total(
        plots=keepers["plots"],
        initiatives=keepers["initiatives"],
        types=sorted(summed, key=lambda kept: (-kept.green_m2, kept.green_type)) if by_type else None,
        **_sums(districts, ("area_m2", "adopted_outside_m2", *AREAS)),
    )


def _rounded(row: RowMapping, names: Iterable[str]) -> dict[str, Any]:
    return {name: round(row[name], DECIMALS) for name in names}


def _sums(rows: Sequence[object], names: Iterable[str]) -> dict[str, Any]:
    return {name: round(fsum(getattr(row, name) for row in rows), DECIMALS) for name in names}
