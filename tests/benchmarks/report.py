"""What a run says: tables as Markdown, printed as they come, and for each aim whether it was reached."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

MARK = "<!-- everything below is written by: make bench -->\n"


@dataclass
class Report:
    """Collects and prints; ``document`` is what docs/benchmarks.md holds below its mark."""

    lines: list[str] = field(default_factory=list)
    aims: list[str] = field(default_factory=list)

    def part(self, title: str, *words: str) -> None:
        """Begin a part."""
        self._add(f"### {title}", "", *[line for word in words for line in (word, "")])

    def table(self, header: str, rows: Iterable[str]) -> None:
        """A table; ``header`` is its first two lines."""
        self._add(header, *rows, "")

    def say(self, words: str) -> None:
        """A line of text."""
        self._add(words, "")

    def aim(self, what: str, reach: str, got: str, reached: bool) -> None:
        """One row of the table at the top."""
        self.aims.append(f"| {what} | {reach} | {got} | {'yes' if reached else '**no**'} |")

    def document(self) -> str:
        """All of it, the aims first."""
        aims = ["## Aims and what this run reached", "", "| what | aim | this run | reached |", "|---|---|---|---|", *self.aims, ""]
        return "\n".join([*aims, "## The run", "", *self.lines]).rstrip() + "\n"

    def write(self, path: Path) -> None:
        """Put the document below the mark of a file; what is above it stays."""
        above, mark, _ = path.read_text().partition(MARK)
        path.write_text(f"{above}{mark or MARK}\n{self.document()}")

    def _add(self, *lines: str) -> None:
        self.lines += lines
        print("\n".join(lines), flush=True)
