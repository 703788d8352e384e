"""A simulated company with planted truths, so that every claim can be checked against what we know is so."""

from untilyes.sim.company import NAME, Company, simulate
from untilyes.sim.defects import Defect, spoil
from untilyes.sim.encounters import Encounter, draw_encounter, draw_mention
from untilyes.sim.people import Employee, Person
from untilyes.sim.scrambling import scramble
from untilyes.sim.truths import ChurnSource, PromiseTruth, Truths, Worsening, plant_truths

__all__ = [
    "NAME",
    "ChurnSource",
    "Company",
    "Defect",
    "Employee",
    "Encounter",
    "Person",
    "PromiseTruth",
    "Truths",
    "Worsening",
    "draw_encounter",
    "draw_mention",
    "plant_truths",
    "scramble",
    "simulate",
    "spoil",
]
