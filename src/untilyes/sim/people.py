"""Who is in the story: customers in four languages and several time zones, business accounts, employees in teams."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

import numpy as np

from untilyes.sim.clockwork import DAY, Floats, Ints, Texts, draw_days

LANGUAGES = ("en", "de", "es", "pt")
_LANGUAGE_SHARES = (0.40, 0.32, 0.17, 0.11)
_PLACES: dict[str, tuple[tuple[str, str, float], ...]] = {
    "en": (
        ("GB", "Europe/London", 0.55),
        ("US", "America/New_York", 0.30),
        ("US", "America/Los_Angeles", 0.15),
    ),
    "de": (("DE", "Europe/Berlin", 0.75), ("AT", "Europe/Vienna", 0.15), ("CH", "Europe/Zurich", 0.10)),
    "es": (("ES", "Europe/Madrid", 0.75), ("MX", "America/Mexico_City", 0.25)),
    "pt": (("PT", "Europe/Lisbon", 0.55), ("BR", "America/Sao_Paulo", 0.45)),
}
_FIRST = {
    "en": "Alice Amir Beth Callum Daisy Ethan Fiona George Hannah Isaac Jade Kofi Lily Mason Nina Oliver Priya Rory "
    "Sophie Theo Uma Victor Willow Zara",
    "de": "Anke Bernd Carla Dieter Elif Fabian Greta Hannes Ines Jonas Katrin Lukas Mareike Nils Olga Paul Ronja "
    "Stefan Tilda Uwe Vera Wiebke Yusuf Zoe",
    "es": "Alba Bruno Carmen Diego Elena Fermín Gloria Hugo Irene Javier Lola Marcos Noelia Óscar Paula Quique Rocío "
    "Sergio Teresa Unai Valeria Xavi Yolanda Zaida",
    "pt": "Ana Bento Catarina Duarte Eva Filipe Graça Henrique Inês João Lara Miguel Nuno Otília Pedro Rita Salvador "
    "Telma Ulisses Vasco Xana Yara Zita Leonor",
}
_LAST = {
    "en": "Archer Bennett Clarke Doyle Ellis Foster Grant Hughes Irving Jenkins Khan Lawson Mercer Norris Osborne "
    "Patel Quinn Reeves Shaw Turner Vaughan Walsh Yates Barlow",
    "de": "Albrecht Baumann Conrad Dietrich Engel Fuchs Gruber Hartmann Jung Keller Lorenz Maurer Neumann Otto Pohl "
    "Richter Sommer Thiel Ulrich Vogel Winkler Yilmaz Ziegler Brandt",
    "es": "Aguilar Blanco Campos Durán Esteban Flores Gallego Herrera Ibáñez Jurado León Molina Navarro Ortega Prieto "
    "Quintana Rojas Serrano Torres Urrutia Vidal Yáñez Zamora Cano",
    "pt": "Almeida Barbosa Cardoso Dias Esteves Fonseca Gomes Henriques Lopes Machado Neves Oliveira Pinto Queirós "
    "Ramos Silva Tavares Valente Xavier Moura Antunes Brito Couto Freitas",
}
_PLAIN = str.maketrans("áàâãäçéêíñóôõöúü", "aaaaaceeinoooouu")
_TRAITS: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {
    "plan": (("guest", "member", "business"), (0.62, 0.30, 0.08)),
    "age_band": (("18-29", "30-44", "45-59", "60+"), (0.24, 0.34, 0.26, 0.16)),
    "travels": (("hiking", "cycling", "city", "camping", "business"), (0.30, 0.18, 0.26, 0.18, 0.08)),
    # the following three change nothing, see Truths.meaningless
    "favourite_season": (("spring", "summer", "autumn", "winter"), (0.25, 0.35, 0.22, 0.18)),
    "birth_month": (tuple(f"{m:02}" for m in range(1, 13)), (1 / 12,) * 12),
    "paper_catalogue": (("yes", "no"), (0.35, 0.65)),
}
TEAMS = {
    "Orders": 9, "Parcels": 10, "Refunds": 8, "Billing": 6, "Advice": 12, "Workshop": 7, "Community": 3,
}  # fmt: skip
TEAM_OF = {
    "ordering": "Orders", "delivery": "Parcels", "refund": "Refunds", "billing": "Billing",
    "advice": "Advice", "repair": "Workshop", "relationship": "Community",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One customer as an address book has it; addresses are on domains reserved for examples."""

    customer_id: str  # a UUID, as every fact carries it
    shop_id: str  # what the web shop calls them
    name: str
    email: str
    language: str
    zone: str
    country: str
    account_id: str | None


@dataclass(frozen=True)
class Employee:
    """One employee and their team."""

    employee_id: str
    name: str
    team: str


@dataclass(frozen=True)
class Customers:
    """All customers as columns of equal length; instants in microseconds UTC, `account` is -1 for private people."""

    ids: Texts
    languages: Texts
    zones: Texts
    countries: Texts
    names: Texts
    accounts: Ints
    joined_at: Ints
    traits: dict[str, Texts]

    def __len__(self) -> int:
        return len(self.ids)

    def account_ids(self) -> list[str | None]:
        """Return each customer's account, None for private people."""
        return [None if a < 0 else f"acct-{a + 1:04}" for a in self.accounts.tolist()]

    def traits_json(self) -> list[str]:
        """Return each customer's traits as JSON text with sorted keys."""
        columns = {**self.traits, "country": self.countries, "language": self.languages, "zone": self.zones}
        keys = sorted(columns)
        rows = zip(*(columns[key].tolist() for key in keys), strict=True)
        return [json.dumps(dict(zip(keys, row, strict=True))) for row in rows]

    def people(self) -> list[Person]:
        """Return the address book, in the order of the columns."""
        shop_ids = [f"fw-{n:06}" for n in range(1, len(self) + 1)]
        rows = zip(
            self.ids.tolist(), shop_ids, self.names.tolist(), self.languages.tolist(), self.zones.tolist(),
            self.countries.tolist(), self.account_ids(), strict=True,
        )  # fmt: skip
        return [
            Person(key, shop_id, name, _address(name, shop_id), language, zone, country, account)
            for key, shop_id, name, language, zone, country, account in rows
        ]


def draw_customers(rng: np.random.Generator, size: int, *, first_day: int, weights: Floats) -> Customers:
    """Draw `size` customers: 60 % were there before `first_day` (days since 1970), the others join later."""
    languages = rng.choice(np.array(LANGUAGES), size=size, p=_LANGUAGE_SHARES)
    countries, zones, names = (np.empty(size, dtype="U40") for _ in range(3))
    for language in LANGUAGES:
        here = np.flatnonzero(languages == language)
        places = _PLACES[language]
        place = rng.choice(len(places), size=len(here), p=[share for *_, share in places])
        countries[here] = np.array([country for country, *_ in places])[place]
        zones[here] = np.array([zone for _, zone, _ in places])[place]
        names[here] = _draw_names(rng, language, len(here))
    traits = {
        key: rng.choice(np.array(values), size=size, p=np.array(shares) / sum(shares))
        for key, (values, shares) in _TRAITS.items()
    }
    business = traits["plan"] == "business"
    accounts = np.where(business, rng.integers(0, max(1, size // 50), size), -1).astype(np.int64)
    new = rng.random(size) < 0.4
    joined = draw_days(rng, weights, np.zeros(size, dtype=np.int64))
    joined = np.where(new, joined, -rng.integers(1, 4 * 365, size))
    joined_at = (first_day + joined) * DAY + rng.integers(0, DAY, size)
    raw = rng.bytes(16 * size)
    ids = np.array([str(uuid.UUID(bytes=raw[16 * n : 16 * n + 16], version=4)) for n in range(size)])
    return Customers(ids, languages, zones, countries, names, accounts, joined_at, traits)


def draw_employees(rng: np.random.Generator) -> tuple[Employee, ...]:
    """Draw the staff of every team."""
    teams = [team for team, size in TEAMS.items() for _ in range(size)]
    languages = rng.choice(np.array(LANGUAGES), size=len(teams))
    names = [str(_draw_names(rng, str(language), 1)[0]) for language in languages]
    return tuple(
        Employee(f"emp-{n:03}", name, team) for n, (name, team) in enumerate(zip(names, teams, strict=True), start=1)
    )


def _draw_names(rng: np.random.Generator, language: str, size: int) -> Texts:
    first, last = np.array(_FIRST[language].split()), np.array(_LAST[language].split())
    given = np.char.add(rng.choice(first, size=size), " ")
    return np.char.add(given, rng.choice(last, size=size))


def _address(name: str, shop_id: str) -> str:
    return f"{name.lower().translate(_PLAIN).replace(' ', '.')}.{int(shop_id[3:])}@example.com"
