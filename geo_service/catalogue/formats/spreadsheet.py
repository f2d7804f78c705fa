"""XLSX: real numbers and days, titles with units above the columns, and a second sheet that tells what it is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import Select, func
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format as CellFormat
from xlsxwriter.worksheet import Worksheet

from geo_service.catalogue.definition import GEOMETRIE, Column
from geo_service.catalogue.formats.csv_table import wkt_name
from geo_service.catalogue.formats.shape import decimals, label_rows, plain_columns
from geo_service.catalogue.order import BROKEN, Export, Progress, compiled, connected
from geo_service.days import AMSTERDAM
from geo_service.errors import N_, SetupError, TooLarge

ROWS = 1_048_575
"""Without the row of titles."""
TEXT = 32_767
WHOLE = 10**15
"""A cell holds a text of this length, and whole numbers up to here."""
FIRST_DAY = date(1900, 3, 1)
"""Before this day spreadsheets disagree, so an earlier day is text."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
TOO_MANY = N_("A spreadsheet holds at most {rows} rows, this is more. Choose a smaller box, or csv, gpkg or parquet.")
AT_ONCE = 2000


def write(url: str, wanted: Export, path: Path, progress: Progress | None = None) -> None:
    """One workbook; rows are written as they come, nothing is kept in memory."""
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    try:
        with xlsxwriter.Workbook(path, options) as book:
            book.use_zip64()
            book.set_properties({"title": wanted.layer.title, "subject": wanted.layer.summary[:255], "company": wanted.layer.owner})
            left_out = _fill(book, wanted, _rows(url, wanted, progress))
            _explain(book, wanted, left_out)
    except XlsxWriterException as error:
        raise SetupError(BROKEN, fault=str(error).splitlines()[0]) from error


def _rows(url: str, wanted: Export, progress: Progress | None) -> Iterator[tuple[Any, ...]]:
    with connected(url, wanted) as connection, connection.cursor(name="export") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(*compiled(_query(wanted)))
        for number, row in enumerate(cursor):
            if number == ROWS:
                raise TooLarge(TOO_MANY, rows=ROWS)
            yield row
            if progress and number % AT_ONCE == 0:
                progress(min(AT_ONCE, number + 1))


def _query(wanted: Export) -> Select[Any]:
    query = wanted.select()
    shape = query.selected_columns[GEOMETRIE]
    return query.with_only_columns(*plain_columns(wanted, query), func.st_astext(shape, decimals(wanted.crs)))


def _fill(book: xlsxwriter.Workbook, wanted: Export, rows: Iterable[tuple[Any, ...]]) -> Counter[str]:
    """The features; returns how many cells of which column had to stay empty."""
    names = [*wanted.columns, wkt_name(wanted)]
    sheet = book.add_worksheet(wanted.layer.id[:31])
    formats = _Formats(book)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(names) - 1, 18)
    titles = [_title(column) for column in wanted.columns.values()]
    for place, title in enumerate([*titles, f"Geometrie (WKT, EPSG:{wanted.crs})"]):
        sheet.write_string(0, place, title, formats.title)
    left_out: Counter[str] = Counter()
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if value is not None and not _put(sheet, number, place, value, formats):
                left_out[names[place]] += 1
    return left_out


class _Formats:
    """How cells look. ``text`` shows what stands in it, also when that begins like a formula."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.title: CellFormat = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.day: CellFormat = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment: CellFormat = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.text: CellFormat = book.add_format({"quote_prefix": True})


def _put(sheet: Worksheet, row: int, column: int, value: Any, formats: _Formats) -> bool:
    """Write one value as what it is; False when no cell can hold it."""
    if isinstance(value, str):
        text_format = formats.text if value.startswith(FORMULA_SIGNS) else None
        return len(value) <= TEXT and sheet.write_string(row, column, value, text_format) == 0
    if isinstance(value, bool):
        return sheet.write_boolean(row, column, value) == 0
    if isinstance(value, datetime):
        return sheet.write_datetime(row, column, value.astimezone(AMSTERDAM).replace(tzinfo=None), formats.moment) == 0
    if isinstance(value, date):
        if value < FIRST_DAY:
            return sheet.write_string(row, column, value.isoformat()) == 0
        return sheet.write_datetime(row, column, value, formats.day) == 0
    if isinstance(value, int) and abs(value) >= WHOLE:
        return sheet.write_string(row, column, str(value)) == 0
    return isfinite(value) and sheet.write_number(row, column, value) == 0


def _explain(book: xlsxwriter.Workbook, wanted: Export, left_out: Counter[str]) -> None:
    """In Dutch, as the layers are."""
    sheet = book.add_worksheet("Toelichting")
    title = _Formats(book).title
    sheet.set_column(0, 2, 28)
    sheet.set_column(3, 3, 90)
    rows: list[tuple[str, ...]] = [*label_rows(wanted), ("Tijdstippen", "Nederlandse tijd")]
    rows += [("Leeg gelaten", f"{name}: {count} cellen met meer dan {TEXT} tekens") for name, count in left_out.items()]
    rows += [(), ("Kolom", "Titel", "Eenheid", "Toelichting")]
    head = len(rows) - 1
    rows += [(name, column.title, column.unit or "", _meaning(column)) for name, column in wanted.columns.items()]
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, title if number == head or (place == 0 and number < head) else None)


def _title(column: Column) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _meaning(column: Column) -> str:
    values = f"Waarden: {', '.join(column.values)}." if column.values else ""
    return " ".join(filter(None, (column.description, values)))
