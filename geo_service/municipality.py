"""The municipality is configuration: its code and name, what it manages, and the parameters of the rules that decide on a plot."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo_service.content import municipality_file, read_toml
from geo_service.errors import N_, SetupError


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


class Intake(_Strict):
    """When and how requests are taken in."""

    open: bool = True
    mode: Literal["first_come", "rounds"] = "first_come"
    reservation_hours: int = Field(72, gt=0)
    days_ahead: int = Field(366, gt=0, description="How far ahead somebody may ask for ground.")


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


BGT_ACCURACY = "BGT-nauwkeurigheid van 60 cm (Geonovum, BGT-kwaliteitseisen)"


class Refresh(_Strict):
    """How a refresh of a register is judged: lengths in m, shares 0..1."""

    tolerance: Rule = Field(
        Rule(value=0.6, source=BGT_ACCURACY), description="Old and new ground that share less than this width are neighbours, not the same."
    )
    vanished_share: Rule = Field(
        Rule(value=0.25, source="Voorbeeld", example=True),
        description="When more of a register is gone at once, the delivery is not believed.",
    )


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
    refresh: Refresh = Refresh()
    rules: Rules


def load_municipality(name: str) -> Municipality:
    """Read and check the file of a municipality; mistakes are told with their place."""
    path: Path = municipality_file(name)
    content: dict[str, Any] = read_toml(path)
    try:
        return Municipality.model_validate(content)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SetupError(N_("{path} is not a valid municipality file: {fault}"), path=str(path), fault=faults) from None
