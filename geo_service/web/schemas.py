"""What all answers share."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """A body in camelCase, built from snake_case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True)


class Question(Answer):
    """A body that is sent to us: what it does not know is a fault."""

    model_config = ConfigDict(extra="forbid")


class Fault(BaseModel):
    """One thing that is wrong, and where."""

    where: str
    text: str


class Problem(BaseModel):
    """RFC 9457. ``code`` is stable; ``errors``, ``rules`` and ``conflicts`` are there where they apply."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[Fault] | None = Field(None, description="All faults of the request at once.")
    rules: list[dict[str, Any]] | None = Field(None, description="The decision, rule by rule.")
    conflicts: list[dict[str, Any]] | None = Field(None, description="Ground that is granted: plot code and m².")
