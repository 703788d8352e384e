"""Finding and reading recipes: the ones shipped with the product and the ones people write."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from untilyes.sources.contract import Recipe
from untilyes.sources.errors import RecipeInvalid

IN_WORDS = {
    "extra_forbidden": "there is no such field here; docs/reference/recipes.md lists those there are",
    "missing": "it must be given",
}
SHIPPED = Path(__file__).parent / "recipes"


def list_recipes() -> list[Recipe]:
    """The recipes shipped with the product, by name."""
    return [read_recipe(path) for path in sorted(SHIPPED.glob("*.yaml"))]


def get_recipe(name_or_path: str) -> Recipe:
    """The shipped recipe of that name, or the one in that file. Raises RecipeInvalid, also when there is none."""
    shipped = SHIPPED / f"{name_or_path}.yaml"
    if shipped.is_file() and "/" not in name_or_path:
        return read_recipe(shipped)
    path = Path(name_or_path)
    if path.is_file():
        return read_recipe(path)
    names = ", ".join(path.stem for path in sorted(SHIPPED.glob("*.yaml")))
    raise RecipeInvalid(
        f"There is no recipe {name_or_path!r}. Shipped are {names}; generic_csv guesses from the file; "
        "or give the path of a YAML file."
    )


def read_recipe(path: Path) -> Recipe:
    """The recipe in a YAML file. Raises RecipeInvalid with every mistake, each with its line."""
    return parse_recipe(path.read_text(encoding="utf-8"), called=path.name)


def parse_recipe(text: str, *, called: str) -> Recipe:
    """The recipe in a YAML text. Raises RecipeInvalid with every mistake, each with its line."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        said = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise RecipeInvalid(f"{called} is not YAML: {problem}") from problem
    if not isinstance(said, dict):
        raise RecipeInvalid(f"{called} should begin with keys such as `name:`, `files:` and `facts:`.")
    try:
        return Recipe.model_validate(said)
    except ValidationError as problem:
        mistakes = list(dict.fromkeys(_sentence(tree, one) for one in _without_echoes(problem.errors())))
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        listed = "\n".join(f"  {called}, {mistake}" for mistake in mistakes)
        raise RecipeInvalid(f"The recipe has {count}:\n{listed}") from problem


def _without_echoes(mistakes: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Without “too short” of lists whose items were refused: that is no mistake of its own."""
    places = [mistake["loc"] for mistake in mistakes]

    def is_echo(mistake: ErrorDetails) -> bool:
        place = mistake["loc"]
        return mistake["type"] == "too_short" and any(other[: len(place)] == place != other for other in places)

    return [mistake for mistake in mistakes if not is_echo(mistake)]


def _sentence(tree: Any, mistake: ErrorDetails) -> str:
    """One mistake as `line 12, facts.0.columns.at: …`."""
    place = mistake["loc"]
    line, steps = tree.start_mark.line + 1, []
    node = tree
    for step in place:
        following, line_of_step = _descend(node, step)
        if following is None:
            steps.append(str(step))
            break
        node, line = following, line_of_step
        steps.append(str(step))
    where = ".".join(steps) or "the recipe"
    said = IN_WORDS.get(mistake["type"], mistake["msg"]).removeprefix("Value error, ")
    return f"line {line}, {where}: {said[:1].lower()}{said[1:]}."


def _descend(node: Any, step: int | str) -> tuple[Any, int]:
    """The node one step further and the line it stands in; (None, 0) when the step leads nowhere."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line + 1
    return None, 0
