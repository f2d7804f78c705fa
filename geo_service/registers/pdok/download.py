"""Pages go to disk as they come, with where to go on: a run that was broken off resumes, also after kill -9.

A page is written whole before the state tells of it; a state of another question, or an old one, starts afresh.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pydantic import BaseModel, ValidationError

from geo_service.errors import N_, Conflict, UnusableSource
from geo_service.registers.pdok.client import Answer, Client, Rejected, Tell
from geo_service.registers.pdok.pages import PagesLayer, check, crs_of
from geo_service.registers.pdok.questions import Question

Progress = Callable[[str, int, int], None]
MOST_PAGES = 20_000
KEPT_FOR = timedelta(hours=24)
"""How long pages count as one picture of the register; an older part is not completed with a newer one."""


class StoredPage(BaseModel):
    """A page on disk."""

    url: str
    file: str
    digest: str
    features: int


class State(BaseModel):
    """How far a download is. ``next``: the address of the page to ask now, None when all are here."""

    question: str
    began: datetime
    next: str | None
    pages: list[StoredPage] = []
    fields: list[str] = []
    crs: str | None = None
    matched: int | None = None

    @property
    def features(self) -> int:
        """How many came in."""
        return sum(page.features for page in self.pages)


class Download:
    """The pages of one question in one folder."""

    def __init__(self, folder: Path, question: Question, client: Client, told_crs: str | None, tell: Tell) -> None:
        self.folder, self.question, self.client, self._told_crs, self._tell = folder, question, client, told_crs, tell

    def run(self, source: str, progress: Progress) -> PagesLayer:
        """Every page, those that are here already included."""
        state = self._resumed() or self._afresh()
        again = False
        while state.next is not None:
            try:
                answer = self.client.page(state.next)
            except Rejected as rejected:
                state, again = self._rejected(state, rejected, again), bool(state.pages)
                continue
            self._keep(state, answer)
            progress(f"{source} {self.question.collection}", state.features, state.matched or 0)
        if state.matched and state.matched > state.features:
            self._tell(
                N_("{collection}: the server speaks of {matched} features and gave {count}."),
                collection=self.question.collection, matched=state.matched, count=state.features,
            )  # fmt: skip
        files = [self.folder / page.file for page in state.pages]
        return PagesLayer(self.question.collection, source, files, state.fields, state.features, state.crs or "")

    def _rejected(self, state: State, rejected: Rejected, again: bool) -> State:
        """A cursor that is no longer known, or a parameter that the server does not take; anything else is the end."""
        name = self.question.collection
        if state.pages and not again:
            self._tell(
                N_("{collection}: the place to go on is no longer known ({reason}); starting afresh."),
                collection=name,
                reason=str(rejected),
            )
            return self._afresh()
        if not state.pages and self.question.optional:
            self._tell(
                N_("{collection}: the server does not take {parameters} ({reason}); asking for all."),
                collection=name, parameters=", ".join(self.question.optional), reason=str(rejected),
            )  # fmt: skip
            self.question = self.question.broader()
            return self._afresh()
        raise UnusableSource(N_("{collection}: the server refuses: {reason}"), collection=name, reason=str(rejected))

    def _keep(self, state: State, answer: Answer) -> None:
        features = check(self.question.collection, answer.content)
        self._same_crs(state, crs_of(self.question.collection, answer.crs, self._told_crs))
        here, name = str(state.next), f"{len(state.pages) + 1:05}.json"
        page = StoredPage(url=here, file=name, digest=_digest(answer.body), features=len(features))
        following = _next(answer.content, here)
        if following in {here, *(earlier.url for earlier in state.pages)} or len(state.pages) >= MOST_PAGES:
            raise UnusableSource(N_("{collection}: the pages of the server never end."), collection=self.question.collection)
        _write(self.folder / page.file, answer.body)
        state.pages.append(page)
        state.fields = list(dict.fromkeys([*state.fields, *(name for feature in features for name in feature["properties"])]))
        matched = answer.content.get("numberMatched")
        state.matched = matched if isinstance(matched, int) else None
        state.next = following
        _write(self.folder / "state.json", state.model_dump_json().encode())

    def _same_crs(self, state: State, key: str) -> None:
        if state.crs not in (None, key):
            raise UnusableSource(
                N_("{collection}: the CRS changes from page to page ({one}, {other})."),
                collection=self.question.collection, one=str(state.crs), other=key,
            )  # fmt: skip
        state.crs = key

    def _resumed(self) -> State | None:
        """The state of an earlier run, when it belongs to this question, is recent, and its pages are whole."""
        try:
            state = State.model_validate_json((self.folder / "state.json").read_bytes())
            whole = all(_digest((self.folder / page.file).read_bytes()) == page.digest for page in state.pages)
        except (OSError, ValidationError):
            return None
        questions = (self.question, self.question.broader())
        mine = [question for question in questions if question.fingerprint(self.client.base) == state.question]
        name, recent = self.question.collection, datetime.now(UTC) - state.began < KEPT_FOR
        if not (mine and whole and recent):
            self._tell(N_("{collection}: what was kept is of another question or too old; starting afresh."), collection=name)
            return None
        self.question = mine[0]
        self._tell(N_("{collection}: going on after the pages that were kept: {pages}."), collection=name, pages=len(state.pages))
        return state

    def _afresh(self) -> State:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        base = self.client.base
        return State(question=self.question.fingerprint(base), began=datetime.now(UTC), next=self.question.url(base))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One download in a folder at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(N_("Another import is running. Try again when it is done.")) from None
        yield


def _next(content: dict[str, Any], here: str) -> str | None:
    """The address of the next page, as the server tells it."""
    links = content.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return urljoin(here, link["href"])
    return None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing, on disk before we go on."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
