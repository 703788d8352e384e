"""What a column looks like: its values counted by the engine, so that a guess rests on all of them, not on a glance."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from untilyes.lake.workbench import Workbench, quoted
from untilyes.sources.layout import as_text

YES = ("yes", "y", "true", "1", "ja", "wahr", "sí", "si", "sim", "s", "verdadeiro", "oui")
NO = ("no", "n", "false", "0", "nein", "falsch", "não", "nao", "falso", "non")
SOMETIMES = ("sometimes", "manchmal", "a veces", "às vezes", "as vezes", "parfois")
NOTHING = ("?", "-", "na", "n/a", "nan", "null", "none", "(null)", "#n/a")
"""What people write for a missing value, in small letters."""

ISO = ""
DATES = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FEW = 50
SAMPLE = 200_000
SOME = 5_000


@dataclass(frozen=True)
class Look:
    """One column: how many values it has, how many differ, and which share of them (0..1) is of which kind.

    `whole` is the share of whole numbers 0 to 10, `low` and `high` their range: a stray 99 or word among the scores is
    the import's to reject, and no reason not to see a scale.
    """

    column: str
    n: int
    distinct: int
    emails: float = 0.0
    numbers: float = 0.0
    comma_numbers: float = 0.0
    whole: float = 0.0
    low: float | None = None
    high: float | None = None
    length: float = 0.0
    spaced: float = 0.0
    values: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    times: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return self.n > 0 and self.n == self.distinct

    @property
    def words(self) -> frozenset[str]:
        """The values in small letters, when there are few; empty otherwise."""
        return frozenset(value.strip().lower() for value in self.values)

    @property
    def is_yes_no(self) -> bool:
        """Whether every value is a yes or a no, and both are said (a constant column decides nothing)."""
        return len(self.words) == 2 and self.words <= {*YES, *NO} and not self.words <= {*YES}

    @property
    def is_yes_sometimes_no(self) -> bool:
        """Whether every value is yes, sometimes or no, and all three are said."""
        return len(self.words) == 3 and self.words <= {*YES, *NO, *SOMETIMES} and bool(self.words & {*SOMETIMES})

    def is_within(self, low: float, high: float) -> bool:
        """Whether nearly all values are whole numbers, and those between the two."""
        if self.low is None or self.high is None or self.whole < 0.95:
            return False
        return low <= self.low <= self.high <= high

    def time_formats(self) -> list[str]:
        """The ways of writing times that fit the most values, if those are nearly all; several when they fit alike."""
        best = max(self.times.values(), default=0.0)
        return [pattern for pattern, share in self.times.items() if share == best] if best >= 0.9 else []


def look_at(bench: Workbench, name: str, column: str) -> Look:
    """Count what one column of a table holds (of a very long table, its first rows)."""
    said = f"SELECT trim({quoted(column)}) AS v FROM {quoted(name)} LIMIT {SAMPLE}"
    nothing = ", ".join(as_text(word) for word in NOTHING)
    filled = f"SELECT v FROM ({said}) WHERE v <> '' AND lower(v) NOT IN ({nothing})"
    comma = "replace(replace(v, '.', ''), ',', '.')"
    (counted,) = bench.query(
        f"""
        SELECT count(*) AS n, count(DISTINCT v) AS distinct_values,
               avg(regexp_full_match(v, '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')::INT) AS emails,
               avg((TRY_CAST(v AS DOUBLE) IS NOT NULL)::INT) AS numbers,
               avg((regexp_full_match(v, '-?[\\d.]+,\\d+') AND TRY_CAST({comma} AS DOUBLE) IS NOT NULL)::INT) AS comma,
               avg(coalesce(TRY_CAST(v AS DOUBLE) IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), false)::INT) AS whole,
               min(TRY_CAST(v AS DOUBLE)) FILTER (TRY_CAST(v AS DOUBLE) BETWEEN 0 AND 10) AS low,
               max(TRY_CAST(v AS DOUBLE)) FILTER (TRY_CAST(v AS DOUBLE) BETWEEN 0 AND 10) AS high,
               avg(length(v)) AS length, avg((v LIKE '% %')::INT) AS spaced
        FROM ({filled})
        """
    ).to_pylist()
    if not counted["n"]:
        return Look(column, 0, 0)
    return Look(
        column,
        n=counted["n"],
        distinct=counted["distinct_values"],
        emails=counted["emails"],
        numbers=counted["numbers"],
        comma_numbers=counted["comma"],
        whole=counted["whole"],
        low=counted["low"],
        high=counted["high"],
        length=counted["length"],
        spaced=counted["spaced"],
        values=_list(bench, f"SELECT DISTINCT v FROM ({filled}) ORDER BY v")
        if counted["distinct_values"] <= FEW
        else (),
        missing=_list(bench, f"SELECT DISTINCT v FROM ({said}) WHERE lower(v) IN ({nothing}) ORDER BY v"),
        times=_look_for_times(bench, filled) if counted["numbers"] < 0.5 else {},
    )


def _look_for_times(bench: Workbench, filled: str) -> dict[str, float]:
    patterns = [date + clock for date in DATES for clock in CLOCKS]
    some = f"SELECT DISTINCT v FROM ({filled}) LIMIT {SOME}"
    shares = ", ".join(
        f"avg((try_strptime(v, {as_text(pattern)}) IS NOT NULL)::INT) AS {quoted(pattern)}" for pattern in patterns
    )
    (found,) = bench.query(f"SELECT avg((moment(v) IS NOT NULL)::INT) AS iso, {shares} FROM ({some})").to_pylist()
    return {ISO: found["iso"] or 0.0} | {pattern: found[pattern] for pattern in patterns if found[pattern]}


def _list(bench: Workbench, sql: str, *, only_if: bool = True) -> tuple[str, ...]:
    return tuple(bench.query(sql).column("v").to_pylist()) if only_if else ()
