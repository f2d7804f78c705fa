"""What somebody does in a spreadsheet, as the lines of docs/ten-questions.md say it: on the values that the cells of the XLSX hold."""

import io
import re
import urllib.request
from pathlib import Path
from typing import Any

import pandas as pd


class Book:
    """Open sheets; ``answer`` is what the last line shows."""

    def __init__(self, layers: str, folder: Path) -> None:
        self.layers, self.folder = layers, folder
        self.sheets: dict[str, pd.DataFrame] = {}
        self.totals: dict[str, float] = {}
        self.answer: Any = None

    def follow(self, lines: list[str]) -> "Book":
        """Do the lines, one after another; a line that nobody could follow is an error."""
        for line in lines:
            done = [(step, match) for pattern, step in STEPS.items() if (match := re.fullmatch(pattern, line))]
            assert len(done) == 1, f"nobody can follow: {line}"
            step, match = done[0]
            step(self, *match.groups())
        return self

    def open(self, source: str, sheet: str) -> None:
        if source.endswith(".csv"):
            self.sheets[sheet] = pd.read_csv(self.folder / source)
            return
        layer, _, asked = source.partition("?")
        with urllib.request.urlopen(f"{self.layers}/{layer}/export?format=xlsx&{asked}") as answer:
            self.sheets[sheet] = pd.read_excel(io.BytesIO(answer.read()), sheet_name=layer)

    def keep(self, sheet: str, column: str, sign: str, value: str) -> None:
        cells = self.sheets[sheet][column]
        wanted = cells.eq(type(cells.dropna().iloc[0])(value)) if sign == "=" else cells > float(value)
        self.sheets[sheet] = self.sheets[sheet][wanted]

    def missing(self, sheet: str, column: str, other: str) -> None:
        self.sheets[sheet] = self.sheets[sheet][~self.sheets[sheet][column].isin(self.sheets[other][column])]

    def pivot(self, sheet: str, rows: str, how: str, column: str) -> None:
        self.answer = self.sheets[sheet].groupby(rows)[column].agg(how)

    def less(self, sheet: str, new: str, column: str, key: str, other: str) -> None:
        """A new column: this one, minus the same one in another sheet."""
        self.sheets[sheet][new] = self.sheets[sheet][column].fillna(0) - self._lookup(sheet, key, other, column).fillna(0)

    def ratio(self, sheet: str, new: str, key: str, other: str, column: str, divisor: str) -> None:
        """A new column: one of another sheet, divided by one of this."""
        self.sheets[sheet] = self.sheets[sheet].assign(**{new: self._lookup(sheet, key, other, column) / self.sheets[sheet][divisor]})

    def largest(self, sheet: str, count: str, column: str) -> None:
        self.sheets[sheet] = self.sheets[sheet].nlargest(int(count), column)

    def total(self, sheet: str, column: str) -> None:
        self.totals[sheet] = self.sheets[sheet][column].sum()

    def subtract(self, sheet: str, other: str) -> None:
        self.answer = self.totals[sheet] - self.totals[other]

    def show(self, sheet: str, columns: str) -> None:
        first, *others = columns.split(", ")
        shown = self.sheets[sheet].set_index(first)[others]
        self.answer = shown[others[0]] if len(others) == 1 else shown

    def _lookup(self, sheet: str, key: str, other: str, column: str) -> pd.Series:
        found = self.sheets[other]
        return self.sheets[sheet][key].map(found.set_index(found.columns[0])[column])


STEPS = {
    r"open (\S+) as (\w+)": Book.open,
    r"keep (\w+): (.+) (=|>) (.+)": Book.keep,
    r"missing (\w+): (.+) not in (\w+)": Book.missing,
    r"pivot (\w+): rows (.+), (sum|count) of (.+)": Book.pivot,
    r"column (\w+): (\w+) = (.+) - lookup (\w+) in (\w+)": Book.less,
    r"column (\w+): (\w+) = lookup (\w+) in (\w+) \((.+)\) / (.+)": Book.ratio,
    r"largest (\w+): (\d+) by (.+)": Book.largest,
    r"total (\w+): (.+)": Book.total,
    r"subtract (\w+) - (\w+)": Book.subtract,
    r"show (\w+): (.+)": Book.show,
}
