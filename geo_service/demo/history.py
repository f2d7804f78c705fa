"""Replays what the people of the demo did: each change is dated on its own day and made by its own person."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.demo.copying import as_wkb, copy_rows
from geo_service.demo.keeping import kept
from geo_service.demo.lives import RESIDENT, life
from geo_service.demo.records import Town
from geo_service.demo.residents import People, morning, new_id
from geo_service.initiatives.service import free_slug

# Tells the history triggers when, who and why, in the statement that makes the change.
TOLD = """with told as materialized (
    select set_config('geo.at', :at, true), set_config('geo.actor', :actor, true), set_config('geo.note', :note, true)
) """
INITIATIVE = """insert into geo.initiative (id, slug, name, story, contact_id, created_at)
    select :id, :slug, :name, :story, :contact, cast(:at as timestamptz) from told"""
MEMBER = """insert into geo.initiative_member (initiative_id, person_id, effort, since)
    select :initiative, :person, :effort, :since from told"""
PLOT = "insert into geo.plot (name) select :name from told returning id"
PLOT_VERSION = """insert into geo.plot_version (plot_id, number, origin, green_object_ids, created_at, geom)
    select p.id, 1, :origin, :green, cast(:at as timestamptz), cast(:geom as geometry) from told, geo.plot p where p.name = :name"""
DRAFT = """insert into geo.adoption (id, initiative_id, plot_id, plan, period, care, measures, reserved_until, created_at, geom)
    select :id, :initiative, p.id, :plan, daterange(:starts, null), :care, :measures, cast(:at as timestamptz) + interval '72 hours',
           cast(:at as timestamptz), cast(:geom as geometry)
    from told, geo.plot p where p.name = :name"""
STEP = """update geo.adoption a set state = :state, period = daterange(lower(a.period), :ends), reserved_until = null
    from told where a.id = :id"""
PAUSE = "insert into geo.pause (adoption_id, period, reason) select :id, daterange(:starts, :ends), :reason from told"
PLANS = (
    "We planten vaste planten en houden het onkruid weg.",
    "We maken er een plek met bloemen voor bijen van.",
    "We wieden elke maand en geven water als het droog is.",
    "We onderhouden wat er staat en ruimen zwerfvuil op.",
)
PAUSES = ("Vakantie en ziekte tegelijk, een paar weken geen handen.", "De waterpomp is stuk.", "Er wordt gebouwd naast de plek.")

Change = tuple[datetime, str, dict[str, Any]]


class History:
    """The people, initiatives, plots, adoptions and pauses of the town."""

    def __init__(self, session: Session, town: Town, people: People, now: datetime, rng: np.random.Generator) -> None:
        self.session, self.town, self.people, self.now, self.rng = session, town, people, now, rng
        self.initiatives = [new_id(rng) for _ in town.initiatives]
        self.adoptions = [new_id(rng) for _ in town.adoptions]

    def load(self) -> None:
        """Everything, in order of time, so that ids and events tell the same story as their dates."""
        self.add_people()
        own = kept(self.town, self.people, self.adoptions, self.now)
        changes = [*self.begun(), *self.joined(), *self.lived(), *self.paused(), *own]
        for at, statement, values in sorted(changes, key=lambda change: change[0]):
            told = {"note": "", **values, "at": min(at, self.now).isoformat()}
            self.session.execute(text(TOLD + statement), told)
        self.session.execute(
            text("select set_config('geo.at', '', true), set_config('geo.actor', '', true), set_config('geo.note', '', true)")
        )

    def add_people(self) -> None:
        """Everybody with their role."""
        everyone = self.people.residents
        first = min(person.since for person in everyone)
        self.session.execute(text("select set_config('geo.at', :at, true)"), {"at": first.isoformat()})
        copy_rows(self.session, "person", ("id", "email", "name", "created_at"), [(p.id, p.email, p.name, p.since) for p in everyone])
        grants = [(p.id, p.role, list(p.districts), p.since) for p in everyone]
        copy_rows(self.session, "role_grant", ("person_id", "role", "districts", "granted_at"), grants)

    def begun(self) -> list[Change]:
        """Initiatives on the day on which they were founded."""
        changes = []
        for k, initiative in enumerate(self.town.initiatives):
            slug, contact = free_slug(self.session, initiative.name), self.people.contacts[k]
            values = {"id": self.initiatives[k], "slug": slug, "name": initiative.name, "story": initiative.story, "contact": contact}
            changes.append((morning(initiative.founded), INITIATIVE, {**values, "actor": str(contact)}))
        return changes

    def joined(self) -> list[Change]:
        """Members on the day on which they joined."""
        return [
            (
                morning(m.since) + timedelta(minutes=1),
                MEMBER,
                {
                    "initiative": self.initiatives[m.initiative],
                    "person": m.person,
                    "effort": m.effort,
                    "since": m.since,
                    "actor": str(m.person),
                },
            )
            for m in self.people.members
        ]

    def lived(self) -> list[Change]:
        """Plots when they are first asked for, and all steps of each adoption."""
        changes: list[Change] = []
        shapes = as_wkb([a.geometry for a in self.town.adoptions])
        named: set[str] = set()
        order = sorted(range(len(shapes)), key=lambda k: self.town.adoptions[k].starts)
        for k in order:
            adoption, steps = self.town.adoptions[k], life(self.town.adoptions[k], self.now, self.rng)
            at, actor = steps[0].at, str(self.people.contacts[adoption.initiative])
            common = {"name": adoption.name, "geom": shapes[k], "actor": actor}
            if adoption.name not in named:
                named.add(adoption.name)
                origin = "drawn" if adoption.drawn else "green_objects"
                changes.append((at - timedelta(seconds=2), PLOT, {"name": adoption.name, "actor": actor}))
                changes.append((at - timedelta(seconds=1), PLOT_VERSION, {**common, "origin": origin, "green": adoption.green}))
            asked = {"initiative": self.initiatives[adoption.initiative], "plan": str(self.rng.choice(PLANS)), "starts": adoption.starts}
            care = {"care": adoption.care, "measures": list(adoption.measures)}
            changes.append((at, DRAFT, {**common, **asked, **care, "id": self.adoptions[k]}))
            for step in steps[1:]:
                by = actor if step.by == RESIDENT else str(self.people.named(step.by))
                values = {"id": self.adoptions[k], "state": step.state, "ends": step.ends, "note": step.note}
                changes.append((step.at, STEP, {**values, "actor": by}))
        return changes

    def paused(self) -> list[Change]:
        """Some active plots whose keepers asked for help for a while: one does so now."""
        active = [k for k, adoption in enumerate(self.town.adoptions) if adoption.state == "active"]
        today, changes = self.town.today, []
        eldest = sorted(active, key=lambda k: self.town.adoptions[k].starts)[: len(PAUSES)]
        for k, reason, ago in zip(eldest, PAUSES, (6, 160, 420), strict=True):
            starts = today - timedelta(days=ago)
            values = {"id": self.adoptions[k], "starts": starts, "ends": starts + timedelta(days=28), "reason": reason}
            contact = self.people.contacts[self.town.adoptions[k].initiative]
            changes.append((morning(starts), PAUSE, {**values, "actor": str(contact)}))
        return changes
