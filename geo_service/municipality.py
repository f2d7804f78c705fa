"""The municipality is configuration: its code and name, what it manages, and the parameters of the rules that decide on a plot."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo_service.content import municipality_file, read_toml
from geo_service.errors import N_, SetupError
from geo_service.words import Told


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Managed(_Strict):
    """Who manages green as long as no management register is imported; every answer says then ``managedBasis: assumption``."""

    bronhouders: list[str]
    not_appearances: list[str] = []


class Stadsdeel(_Strict):
    """A stadsdeel is the union of wijken."""

    code: str
    name: str
    wijken: list[str]


class Round(_Strict):
    """Days (the last one included) in which requests for the same ground compete, by criteria that are told beforehand."""

    name: Told
    opens: date
    closes: date
    decides_by: date
    criteria: list[Told] = Field(min_length=1)

    @model_validator(mode="after")
    def in_order(self) -> "Round":
        if not self.opens <= self.closes <= self.decides_by:
            raise ValueError("a round opens, closes and is decided in this order")
        return self


class Season(_Strict):
    """The same days every year (``MM-DD``, the last one included), over New Year's Eve where the last one comes first."""

    first: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    last: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")
    reason: Told

    def holds(self, day: date) -> bool:
        """Whether a day lies in the season."""
        asked = f"{day:%m-%d}"
        within = self.first <= asked <= self.last
        return within if self.first <= self.last else asked >= self.first or asked <= self.last


class Intake(_Strict):
    """When and how requests are taken in. ``rounds`` count in mode ``rounds`` only; without any, requests compete at all times."""

    open: bool = True
    mode: Literal["first_come", "rounds"] = "first_come"
    reservation_hours: int = Field(72, gt=0)
    reminder_hours: int = Field(24, ge=0, description="How long before a reservation lapses its holder is reminded; 0: not at all.")
    open_reservations: int = Field(3, gt=0, description="How many reservations may wait for the confirmation of one address.")
    days_ahead: int = Field(366, gt=0, description="How far ahead somebody may ask for ground.")
    pauses: list[Season] = []
    rounds: list[Round] = []

    @model_validator(mode="after")
    def one_round_at_a_time(self) -> "Intake":
        inorder = sorted(self.rounds, key=lambda each: each.opens)
        if any(later.opens <= earlier.closes for earlier, later in pairwise(inorder)):
            raise ValueError("rounds do not overlap")
        return self


EXAMPLE = "Voorbeeld"
"""The source of a value that no policy gives: an example, labelled so."""


class Rule(_Strict):
    """Parameters of one rule, and where they come from: a sourced policy, or a labelled example."""

    value: float
    source: str
    example: bool = False


class Rules(_Strict):
    """The parameters of the rules; areas in m², lengths in m, shares 0..1, households as a count."""

    public_green_share: Rule
    minimum_area: Rule
    maximum_area: Rule
    minimum_width: Rule
    narrow_share: Rule
    neighbour_tolerance: Rule
    reachable_households: Rule
    reachable_distance: Rule


def _example(value: float) -> Rule:
    return Rule(value=value, source=EXAMPLE, example=True)


H_I_AMBACHT = "Hendrik-Ido-Ambacht: ten minste 3 initiatiefnemers, en 70% van de omwonenden tekent"


class Support(_Strict):
    """Which plots need the support of neighbours, and of how many: m², metres, a share 0..1, initiators, and days that a code is good."""

    from_m2: Rule = Rule(value=100, source="Zoetermeer: boven ongeveer 100 m² zijn meer bewoners nodig", example=True)
    radius_m: Rule = _example(50)
    share: Rule = Rule(value=0.7, source=H_I_AMBACHT, example=True)
    initiators: Rule = Rule(value=3, source=H_I_AMBACHT, example=True)
    code_days: Rule = _example(60)
    printings: Rule = _example(5)


class Initiatives(_Strict):
    """What members may say that their initiative adds to: domains, and agendas of the municipality's policy."""

    domains: list[str] = []
    agendas: list[str] = []


class Sourced(Told):
    """A text of the municipality, and where it comes from: a sourced policy, or a labelled example."""

    source: str
    example: bool = False


class Answer(_Strict):
    """When somebody who asks hears from the municipality: days until the first look, weeks until the answer."""

    first_look_days: Rule = _example(7)
    answer_weeks: Rule = _example(8)


class LightTrack(_Strict):
    """Small plots that get the standard agreement at once: up to ``max_m2``; staff may object for ``objection_days``."""

    open: bool = False
    max_m2: Rule = _example(50)
    objection_days: Rule = _example(14)


Who = Literal["residents", "municipality", "together"]
KindOfMeans = Literal["budget", "tools", "expertise"]
WHO, MEANS = get_args(Who), get_args(KindOfMeans)


class Task(_Strict):
    """Work on a plot: how often, and who does it (``residents``, ``municipality`` or ``together``)."""

    work: Told
    frequency: Told
    who: Who


class Means(_Strict):
    """What the municipality gives: ``budget`` (with its euros per year), ``tools`` or ``expertise``."""

    kind: KindOfMeans
    what: Told
    euro_per_year: float | None = Field(None, ge=0, le=1_000_000)


class Letter(_Strict):
    """What stands in the Zelfbeheerbrief unless staff make another one. ``trees`` is always the municipality's work."""

    tasks: list[Task] = Field(default=[], description="Who does what.")
    trees: Task = Task(
        work=Told(nl="Bomen verzorgen en controleren", en="Care for and check trees"),
        frequency=Told(nl="als het nodig is", en="when needed"),
        who="municipality",
    )
    means: list[Means] = []
    clauses: list[Sourced] = Field([], description="What both sides agree to, beside the conditions of asking.")
    insurance: Sourced = Sourced(nl="Je eigen verzekering gaat voor.", en="Your own insurance comes first.", source=EXAMPLE, example=True)
    quality_level: Literal["A+", "A", "B", "C", "D"] | None = None
    term_years: Rule = _example(3)
    notice_weeks: Rule = _example(0)


BGT_ACCURACY = "BGT-nauwkeurigheid van 60 cm (Geonovum, BGT-kwaliteitseisen)"


class Refresh(_Strict):
    """How a refresh of a register is judged: lengths in m, shares 0..1."""

    tolerance: Rule = Field(
        Rule(value=0.6, source=BGT_ACCURACY), description="Old and new ground that share less than this width are neighbours, not the same."
    )
    vanished_share: Rule = Field(
        _example(0.25),
        description="When more of a register is gone at once, the delivery is not believed.",
    )


class Help(_Strict):
    """How fast residents get an answer, and whom they call when there is danger."""

    answer_working_days: Rule = Field(_example(2), description="Within so many working days we answer.")
    phone: str = Field("14 036", description="For danger on a plot: the municipality's own number.")


class Term(_Strict):
    """How many days something is kept, and where that comes from."""

    days: int = Field(gt=0)
    source: str
    example: bool = False

    @property
    def term(self) -> timedelta:
        """As a length of time."""
        return timedelta(days=self.days)


def _days(days: int) -> Term:
    return Term(days=days, source=EXAMPLE, example=True)


class Retention(_Strict):
    """After how many days something is forgotten by itself."""

    sessions: Term = Field(_days(1), description="After somebody is signed out by time; tokens too.")
    links: Term = Field(_days(30), description="After a mailed link is over.")
    messages: Term = Field(_days(90), description="After a mail was written.")
    lapsed: Term = Field(_days(30), description="Who reserved ground and never confirmed their address, after they began.")
    ideas: Term = Field(_days(30), description="Ideas whose maker never confirmed them, after they were put down.")
    joiners: Term = Field(_days(90), description="Who wanted to join and got no answer, after they asked.")
    codes: Term = Field(_days(30), description="Codes of door cards after they were over, and which households got one.")
    unconfirmed: Term = Field(_days(30), description="People who never confirmed their address and take part in nothing.")
    idle: Term = Field(_days(730), description="People who confirmed their address longer ago and take part in nothing.")


class May(_Strict):
    """What residents may do on a plot without asking, after asking, and never."""

    always: list[Sourced] = []
    ask_first: list[Sourced] = []
    never: list[Sourced] = []

    @property
    def example(self) -> bool:
        """Whether any of it is no policy of this municipality."""
        return any(each.example for each in (*self.always, *self.ask_first, *self.never))


class Metadata(_Strict):
    """How catalogues of data know the municipality, and under which licence they may copy our descriptions."""

    organisation: str | None = Field(
        None, pattern=r"^https://identifier\.overheid\.nl/tooi/id/", description="The municipality in the register of organisations (TOOI)."
    )
    place: str | None = Field(None, pattern=r"^https?://", description="The municipality as a place: GeoNames, or a list of the EU.")
    licence: Literal["CC0-1.0", "CC-BY-4.0"] = Field("CC0-1.0", description="Of the descriptions, not of the layers.")


class Municipality(_Strict):
    """One TOML file in ``geo_service/municipalities`` or anywhere else."""

    code: str = Field(pattern=r"^GM\d{4}$")
    name: str
    contact_name: str
    contact_email: str
    contact_url: str
    managed: Managed
    stadsdelen: list[Stadsdeel] = []
    intake: Intake = Intake()
    support: Support = Support()
    initiatives: Initiatives = Initiatives()
    answer: Answer = Answer()
    may: May = May()
    conditions: list[Sourced] = Field([], description="What residents agree to when they ask for ground.")
    planting: Sourced | None = Field(None, description="A hint on when to begin.")
    letter: Letter = Letter()
    light_track: LightTrack = LightTrack()
    refresh: Refresh = Refresh()
    retention: Retention = Retention()
    rules: Rules
    help: Help = Help()
    metadata: Metadata = Metadata()


def load_municipality(name: str) -> Municipality:
    """Read and check the file of a municipality; mistakes are told with their place."""
    path: Path = municipality_file(name)
    content: dict[str, Any] = read_toml(path)
    try:
        return Municipality.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SetupError(N_("{path} is not a valid municipality file: {fault}"), path=str(path), fault=faults) from None
