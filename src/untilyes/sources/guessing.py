"""A recipe guessed from a file nobody wrote one for: which column is what, said aloud, to be confirmed or edited.

A guess never writes anything but the recipe itself: `write_guess` puts it beside the file as YAML, where a person reads
it, changes what is wrong and imports with it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from untilyes.lake.schema import SOURCES
from untilyes.lake.workbench import Workbench, quoted
from untilyes.sources.contract import Recipe
from untilyes.sources.errors import FilesMissing, ImportRefused
from untilyes.sources.layout import as_text, make_words, writable_folder
from untilyes.sources.library import get_recipe, parse_recipe
from untilyes.sources.looking import FEW, ISO, NO, SOMETIMES, YES, Look, look_at
from untilyes.sources.naming import is_id, is_key_of, names, slug

GENERIC = "generic_csv"
"""What the guess is called where a recipe is named."""


@dataclass(frozen=True)
class ColumnGuess:
    """What one column is taken for, and why. `role` is empty when it is not used."""

    column: str
    role: str
    why: str


@dataclass(frozen=True)
class Guess:
    """A guessed recipe: its YAML, what each column was taken for, and what somebody should look at."""

    text: str
    columns: tuple[ColumnGuess, ...]
    doubts: tuple[str, ...]
    path: Path

    @property
    def recipe(self) -> Recipe:
        """The guess as a recipe to import by."""
        return parse_recipe(self.text, called=f"the guess for {self.path.name}")


def guess_recipe(paths: Sequence[Path]) -> Guess:
    """Guess a recipe for one file (or several of the same shape, by the first). Raises ImportRefused with a reason."""
    if not paths or not paths[0].is_file():
        raise FilesMissing("To guess a recipe, give one file (or several with the same columns), not a folder.")
    with Workbench() as bench:
        bench.add_file("rows", paths[0])
        make_words(bench, zone="UTC")
        columns = bench.columns("rows")
        looks = [look_at(bench, "rows", column) for column in columns]
    if not any(look.n for look in looks):
        raise ImportRefused(f"{paths[0].name} has the columns {', '.join(columns)} and no rows below them.")
    return _Guessing(paths, looks).guess()


def write_guess(guess: Guess, path: Path | None = None) -> Path:
    """Write the recipe to `path`, by default `<file>.recipe.yaml` beside the file (or here, if that folder is kept).

    What people edited stays theirs: raises ImportRefused when there is such a file with other content.
    """
    target = path or writable_folder(guess.path) / f"{_stem(guess.path)}.recipe.yaml"
    if target.exists() and target.read_text(encoding="utf-8") != guess.text:
        raise ImportRefused(f"{target} exists and says something else. Import with it, or delete it to guess anew.")
    target.write_text(guess.text, encoding="utf-8")
    return target


def choose_recipe(name_or_path: str, paths: Sequence[Path]) -> Recipe:
    """The recipe of that name or file; for `generic_csv` one guessed from the files, for a person to confirm."""
    return guess_recipe(paths).recipe if name_or_path == GENERIC else get_recipe(name_or_path)


class _Guessing:
    """Roles given out one after the other; a column plays one."""

    def __init__(self, paths: Sequence[Path], looks: Sequence[Look]) -> None:
        self._paths = paths
        self._looks = looks
        self._free = [look for look in looks if look.n]
        self._said: dict[str, ColumnGuess] = {}
        self._doubts: list[str] = []

    def guess(self) -> Guess:
        at, times = self._take_time()
        email = self._take("email", lambda look: look.emails >= 0.9, "its values are e-mail addresses")
        customer = self._take("customer", lambda look: is_key_of("customer", look))
        key = self._take("id", lambda look: look.is_unique and is_id(look), "no value comes twice")
        interaction = self._take("interaction", lambda look: is_key_of("interaction", look))
        answers = self._take_answers()
        taken = {
            role: self._take(role, lambda look, role=role: names(role, look) and look.distinct <= 1000)
            for role in ("channel", "touchpoint", "team", "language")
        }
        source = self._take("source", lambda look: bool(look.words) and look.words <= {*SOURCES})
        comments = self._take_comments()
        activity = None if answers or comments else self._take("activity", lambda look: names("activity", look))
        if not (answers or comments or activity):
            raise ImportRefused(self._nothing_found())
        name = self._take("name", lambda look: names("name", look)) if customer or email else None
        traits = [look for look in self._free if 2 <= look.distinct <= FEW] if customer or email else []
        for look in traits:
            self._free.remove(look)
            self._give(look, "trait", f"{look.distinct} different values, kept as something known of the customer")
        row = self._row_key(key)
        common = self._common(at, source, taken)
        facts = [self._answer(look, question, scale, row, common) for look, question, scale in answers]
        facts += [self._comment(look, row, common, taken["language"]) for look in comments]
        facts += [self._event(activity, row, common)] if activity else []
        who = f"lower(trim({_sql(email)}))" if email and not customer else _sql(customer) if customer else None
        if not who:
            self._doubts.append("No column says who the customer is: the facts will be about nobody in particular.")
        return Guess(
            self._yaml(facts, at, times, who, (email, name, taken["language"]), traits, interaction),
            tuple(self._said.get(look.column, ColumnGuess(look.column, "", "not used")) for look in self._looks),
            tuple(self._doubts),
            self._paths[0],
        )

    def _take_time(self) -> tuple[Look, list[str]]:
        dated = [look for look in self._free if look.time_formats()]
        if not dated:
            raise ImportRefused(
                f"No column of {self._paths[0].name} holds dates or times, and a fact without one cannot be placed. "
                f"The columns are {', '.join(look.column for look in self._looks)}. Add a column, or write a recipe."
            )
        at = max(dated, key=lambda look: (names("at", look), look.n))
        formats = at.time_formats()
        self._free.remove(at)
        if ISO in formats:
            self._give(at, "at", "its values are times, year first")
            return at, []
        self._give(at, "at", f"its values are times written like {formats[0]}")
        if len(formats) > 1:
            self._doubts.append(
                f"The times in “{at.column}” can be read as {' or as '.join(formats)}; they are read as {formats[0]}. "
                "If that is wrong, change `times`."
            )
        return at, formats[:1]

    def _take(self, role: str, fits: object, why: str = "") -> Look | None:
        found = next((look for look in self._free if fits(look)), None)  # type: ignore[operator]
        if found:
            self._free.remove(found)
            self._give(found, role, why or f"it is called “{found.column}”")
        return found

    def _take_answers(self) -> list[tuple[Look, str, tuple[int, int] | None]]:
        answers: list[tuple[Look, str, tuple[int, int] | None]] = []
        for look in list(self._free):
            told = _as_question(look)
            if told:
                question, scale, why = told
                while any(question == other for _, other, _ in answers):
                    question += "_again"
                self._free.remove(look)
                self._give(look, f"answer {question}", why)
                answers.append((look, question, scale))
        return answers

    def _take_comments(self) -> list[Look]:
        found = [look for look in self._free if _is_prose(look)]
        for look in found:
            self._free.remove(look)
            self._give(look, "comment", f"text of {look.length:.0f} characters on average")
        return found

    def _give(self, look: Look, role: str, why: str) -> None:
        self._said[look.column] = ColumnGuess(look.column, role, why)

    def _row_key(self, key: Look | None) -> str:
        if key:
            return _sql(key)
        self._doubts.append(
            "No column numbers the rows, so a row is known by all it says: two rows that say the same are one, and a "
            "row that changes is a new one, not a correction. Name a column in `id` if there is one."
        )
        return f"md5(concat_ws(chr(31), {', '.join(_sql(look) for look in self._looks)}))"

    def _common(self, at: Look, source: Look | None, taken: dict[str, Look | None]) -> dict[str, str]:
        columns = {"at": _sql(at), "source": _sql(source) if source else "'survey'"}
        return columns | {
            role: _sql(look) for role, look in taken.items() if look and role in {"channel", "touchpoint", "team"}
        }

    def _answer(
        self, look: Look, question: str, scale: tuple[int, int] | None, row: str, common: dict[str, str]
    ) -> dict[str, object]:
        value = _sql(look) if scale else _as_number(look)
        low, high = scale or (0, 2 if look.is_yes_sometimes_no else 1)
        fits = f"coalesce(number({value}) BETWEEN {low} AND {high}, false)" if scale else f"{value} IS NOT NULL"
        return {
            "name": question,
            "table": "answers",
            "where": f"{_sql(look)} IS NOT NULL",
            "id": f"{row} || ':{question}'",
            "columns": common | {
                "response_id": row, "question": as_text(question), "value": value,
                "scale_min": low, "scale_max": high, "higher_is_better": True,
            },
            "checks": [{
                "when": f"NOT ({fits})",
                "reject": f"{look.column} is not " + (f"between {low} and {high}" if scale else "a yes or a no"),
            }],
        }  # fmt: skip

    def _comment(self, look: Look, row: str, common: dict[str, str], language: Look | None) -> dict[str, object]:
        told = {"language": _sql(language)} if language else {}
        return {
            "name": slug(look.column),
            "table": "comments",
            "where": f"trim({_sql(look)}) <> ''",
            "id": f"{row} || ':{slug(look.column)}'",
            "columns": common | {"response_id": row, "text": _sql(look)} | told,
        }

    def _event(self, look: Look, row: str, common: dict[str, str]) -> dict[str, object]:
        return {"name": "events", "table": "events", "id": row, "columns": common | {"activity": _sql(look)}}

    def _nothing_found(self) -> str:
        return (
            f"Nothing in {self._paths[0].name} looks like an answer (yes/no, 0-10, 1-5), a comment or an event. "
            f"The columns are {', '.join(look.column for look in self._looks)}. "
            "Name one of them nps, csat, comment or activity, or write a recipe."
        )

    def _yaml(
        self,
        facts: list[dict[str, object]],
        at: Look,
        times: list[str],
        who: str | None,
        known: tuple[Look | None, Look | None, Look | None],
        traits: list[Look],
        interaction: Look | None,
    ) -> str:
        """The recipe as text, with the reasons as comments. JSON's texts and lists are YAML's as well."""
        name = slug(_stem(self._paths[0]))
        lines = ["# A guess. Read it, change what is wrong, then import with it instead of generic_csv."]
        lines += [f"# {one.column}: {one.role} ({one.why})" for one in self._said.values()]
        lines += [f"# not used: {', '.join(look.column for look in self._free)}"] if self._free else []
        lines += [f"# LOOK AT THIS: {doubt}" for doubt in self._doubts]
        lines = [" ".join(line.split()) for line in lines]
        lines += [f"name: {name}", f"title: {json.dumps(f'Answers and comments of {self._paths[0].name}')}"]
        missing = sorted({sign for look in self._looks for sign in look.missing})
        lines += [f"missing: {_json(['', *missing])}"] if missing else []
        lines += [f"times: {_json(times)}"] if times else []
        if any(look.comma_numbers > 0.5 for look in self._looks):
            lines.append('decimal: ","')
        pattern = self._paths[0].name if len(self._paths) == 1 else f"*{self._paths[0].suffix}"
        lines += ["files:", "  rows:", f"    pattern: {_json(pattern)}"]
        if who:
            lines += ["customers:", "  from: rows", f"  id: {_json(who)}", f"  at: {_json(_sql(at))}"]
            roles = zip(("email", "name", "language"), known, strict=True)
            lines += [f"  {role}: {_json(_sql(look))}" for role, look in roles if look]
            lines += ["  traits:"] if traits else []
            lines += [f"    {slug(look.column)}: {_json(_sql(look))}" for look in traits]
        lines.append("facts:")
        for fact in facts:
            about = ({"customer": who} if who else {}) | ({"interaction": _sql(interaction)} if interaction else {})
            head = {"name": fact["name"], "table": fact["table"], "from": "rows"}
            body = head | {key: fact[key] for key in ("where", "id") if key in fact} | about
            lines += _entry(body)
            lines += ["    columns:", *(f"      {key}: {_json(said)}" for key, said in fact["columns"].items())]  # type: ignore[attr-defined]
            lines += [f"    checks: {_json(fact['checks'])}"] if "checks" in fact else []
        return "\n".join(lines) + "\n"


def _entry(body: dict[str, object]) -> list[str]:
    return [
        f"{'  - ' if number == 0 else '    '}{key}: {_json(said)}" for number, (key, said) in enumerate(body.items())
    ]


def _as_question(look: Look) -> tuple[str, tuple[int, int] | None, str] | None:
    """The question a column answers, its scale (None for yes/no), and why we think so."""
    if look.is_yes_sometimes_no:
        return "trust" if names("trust", look) else slug(look.column), None, "its values are yes, sometimes and no"
    if look.is_yes_no and not (look.words <= {"0", "1"} and names("csat", look)):
        return slug(look.column), None, "its values are yes and no"
    if names("nps", look) and look.is_within(0, 10):
        return "nps", (0, 10), "it is called like a recommendation, with whole numbers 0 to 10"
    for question in ("ces", "csat"):
        for low, high in ((1, 5), (1, 7), (0, 10)):
            if names(question, look) and look.is_within(low, high):
                return question, (low, high), f"it is called “{look.column}”, with whole numbers {low} to {high}"
    if "?" in look.column:
        for low, high in ((1, 5), (1, 7), (0, 10)):
            if look.is_within(low, high):
                return slug(look.column), (low, high), f"it is a question, with whole numbers {low} to {high}"
    return None


def _is_prose(look: Look) -> bool:
    if look.numbers > 0.5 or look.emails > 0.5:
        return False
    return (names("comment", look) and look.length > 3) or (look.length > 40 and look.spaced > 0.8)


def _stem(path: Path) -> str:
    return path.name.partition(".")[0] or path.name


def _as_number(look: Look) -> str:
    """SQL that turns the words of a yes/no (or yes/sometimes/no) column into 1/0 (or 2/1/0)."""
    top = 2 if look.is_yes_sometimes_no else 1
    meaning = dict.fromkeys(YES, top) | dict.fromkeys(NO, 0) | dict.fromkeys(SOMETIMES, 1)
    used = {word: meaning[word] for word in sorted(look.words)}
    whens = " ".join(f"WHEN {as_text(word)} THEN {number}" for word, number in used.items())
    return f"CASE lower(trim({_sql(look)})) {whens} END"


def _sql(look: Look) -> str:
    return quoted(look.column)


def _json(said: object) -> str:
    return json.dumps(said, ensure_ascii=False)
