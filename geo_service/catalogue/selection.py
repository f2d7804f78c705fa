"""What is asked of a layer: the same for the API, the command line and a notebook."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, column
from sqlalchemy.orm import Session

from geo_service.catalogue.cql import FilterLanguage, read_filter
from geo_service.catalogue.definition import Column, LayerDefinition
from geo_service.catalogue.kinds import Kind, kinds
from geo_service.catalogue.query import Box, parse_bbox, parse_crs, select_layer
from geo_service.errors import N_, InvalidInput, fault
from geo_service.geometry import RD


@dataclass(frozen=True)
class Wish:
    """What someone asks, in their own words: the same for the API, the command line and a notebook.

    ``crs``, ``bbox_crs`` and ``filter_crs`` are EPSG codes or what ``parse_crs`` reads; the box and the filter are in the system of the
    answer unless they say otherwise. ``bbox`` is xmin, ymin, xmax, ymax, longitude first; ``filter`` is CQL2.
    """

    at: date
    crs: str | int | None = None
    bbox: str | Sequence[float] | None = None
    bbox_crs: str | int | None = None
    filter: str | None = None
    filter_lang: FilterLanguage = "cql2-text"
    filter_crs: str | int | None = None
    columns: Sequence[str] | None = None


@dataclass(frozen=True)
class Selection:
    """The part of a layer that was asked for, as of the day ``at``, in ``crs``; ``kinds`` says what its columns hold."""

    layer: LayerDefinition
    at: date
    crs: int
    kinds: Mapping[str, Kind]
    bbox: Box | None = None
    bbox_crs: int | None = None
    where: ColumnElement[bool] | None = None
    only: Sequence[str] | None = None

    def select(self) -> Select[Any]:
        """The columns and ``geometrie``. Where people write, by key: in the order of their table rows would tell what was changed last."""
        rows = select_layer(self.layer, self.bbox, self.crs, bbox_crs=self.bbox_crs, where=self.where, columns=self.only)
        return rows.order_by(column(self.layer.key)) if self.layer.frequency == "UPDATE_CONT" else rows

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns that were asked for, in the layer's order."""
        return {name: column for name, column in self.layer.columns.items() if self.only is None or name in self.only}

    def told(self) -> dict[str, Any]:
        """What travels with the features wherever it can: title, licence, source, units, the day."""
        layer = self.layer
        return {
            "name": layer.id,
            "title": layer.title,
            "description": layer.summary,
            "at": self.at.isoformat(),
            "license": layer.licence,
            "licenseUrl": layer.licence_url,
            "source": layer.source,
            "owner": layer.owner,
            "columns": {name: column.told() for name, column in self.columns.items()},
            "units": {name: column.unit for name, column in self.columns.items() if column.unit},
        }


def as_texts(told: dict[str, Any]) -> dict[str, str]:
    """What is told, for places that hold only texts: lists become JSON, what is empty stays away."""
    return {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in told.items() if value}


def chosen(session: Session, layer: LayerDefinition, wish: Wish, crs: int = RD) -> dict[str, Any]:
    """The fields of a ``Selection``; ``crs`` is used when the wish names none. All that is wrong is told as ``InvalidInput``."""
    system = _crs(wish.crs) or crs
    unknown = [name for name in wish.columns or () if name not in layer.columns]
    if unknown:
        faults = [
            fault(
                "columns",
                N_("There is no column {column}; there are: {columns}."),
                column=unknown[0][:60],
                columns=", ".join(layer.columns),
            )
        ]
        raise InvalidInput(details={"errors": faults})
    known = kinds(session, layer)
    where = None
    if wish.filter is not None:
        where = read_filter(wish.filter, layer, known, language=wish.filter_lang, crs=_crs(wish.filter_crs) or system)
    return {
        "layer": layer,
        "at": wish.at,
        "crs": system,
        "kinds": known,
        "where": where,
        "bbox": parse_bbox(wish.bbox),
        "bbox_crs": _crs(wish.bbox_crs),
        "only": wish.columns,
    }


def _crs(told: str | int | None) -> int | None:
    return None if told is None else parse_crs(str(told))
