"""Recipes: the shipped ones are sound; a wrong one is told every mistake, with its line and what to do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, PLAIN
from untilyes.customers.models import Customer
from untilyes.sources.actions import import_files
from untilyes.sources.contract import Recipe
from untilyes.sources.errors import ImportRefused, RecipeInvalid
from untilyes.sources.library import get_recipe, list_recipes, parse_recipe
from untilyes.sources.reference import render

Write = Callable[..., Path]


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.name)
def test_every_shipped_recipe_tells_what_it_decided(recipe: Recipe) -> None:
    assert len(recipe.about) > 100, "where the files come from and how doubtful things are read"
    assert get_recipe(recipe.name) == recipe
    assert all(needed.about for needed in recipe.files.values())
    promised = {fact.columns["promise"].strip("'") for fact in recipe.facts if fact.table == "outcomes"}
    assert promised == set(recipe.promises)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("value: stars", "valu: stars"), "line 15, facts.0: answers has no column valu to fill; it takes at,"),
        (("source: \"'survey'\"", ""), "line 15, facts.0: answers needs source as well"),
        (("timezone: Europe/Berlin", "timezone: Berlin"), "line 4, timezone: 'Berlin' is not a time zone; write one"),
        (("    from: answers\n    id: nr", "    from: sheet\n    id: nr"), "there is no file or view called sheet"),
        (("table: answers", "table: answer"), "line 16, facts.0.table: input should be 'answers', 'comments'"),
        (("reject: more than five stars", ""), "line 33, facts.0.checks.1: a check does exactly one thing"),
        (("say: zero stars were counted as one", ""), "`correct` goes with `say`"),
        (
            ("customers:\n  from: answers\n  id: who", "customers:\n  from: answers"),
            "line 7, customers.id: it must be given",
        ),
        (("customer: who", "customr: who"), "line 19, facts.0.customr: there is no such field here"),
    ],
)
def test_a_mistake_is_told_with_its_line(wrong: tuple[str, str], says: str) -> None:
    assert wrong[0] in PLAIN
    with pytest.raises(RecipeInvalid) as refused:
        parse_recipe(PLAIN.replace(*wrong), called="shop.yaml")
    assert says in str(refused.value)
    assert "shop.yaml, line" in str(refused.value)


def test_all_mistakes_are_told_at_once() -> None:
    twice = PLAIN.replace("value: stars", "valu: stars").replace("Europe/Berlin", "Berlin")
    with pytest.raises(RecipeInvalid, match=r"2 mistakes"):
        parse_recipe(twice, called="shop.yaml")


@pytest.mark.parametrize("text", ["", "- a list", "name: [unclosed", "just words"])
def test_what_is_no_recipe_at_all_is_told_so(text: str) -> None:
    with pytest.raises(RecipeInvalid, match=r"shop\.yaml"):
        parse_recipe(text, called="shop.yaml")


def test_a_recipe_nobody_ships_is_answered_with_those_that_are() -> None:
    with pytest.raises(RecipeInvalid, match=r"no recipe 'olits'.*olist.*servicenow.*generic_csv"):
        get_recipe("olits")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("value: stars", "value: starz"), "shop, facts.stars.columns.value: “starz” does not fit the files"),
        (("when: number(stars) > 5", "when: number(stars >"), "shop, facts.stars.checks.1.when"),
        (("plan: plan", "plan: plam"), "shop, customers.traits.plan: “plam” does not fit"),
    ],
)
def test_an_expression_that_does_not_fit_is_told_before_anything_is_written(
    acme: Cast, write: Write, wrong: tuple[str, str], says: str
) -> None:
    people = Customer.objects.count()
    with pytest.raises(ImportRefused) as refused:
        import_files(parse_recipe(PLAIN.replace(*wrong), called="shop.yaml"), [write()], at=AT)
    assert says in str(refused.value)
    assert Customer.objects.count() == people


def test_a_join_that_would_count_rows_twice_is_refused(acme: Cast, write: Write) -> None:
    doubled = PLAIN.replace("plan]}\n", "plan]}\n").replace(
        "customers:\n", "views:\n  plans: SELECT who, plan AS tariff FROM answers\ncustomers:\n", 1
    )
    doubled = doubled.replace("    id: nr\n", "    join: [{with: plans, by: who}]\n    id: nr\n")
    with pytest.raises(ImportRefused, match="has several rows with who = 'ada', so a row would be counted several"):
        import_files(parse_recipe(doubled, called="shop.yaml"), [write()], at=AT)


def test_the_reference_tells_every_field_and_every_recipe() -> None:
    page = render()
    for recipe in list_recipes():
        assert f"`{recipe.name}`" in page
    for word in (
        "pattern",
        "columns",
        "reject",
        "correct",
        "traits",
        "decimal",
        "missing",
        "end_of_day",
        "generic_csv",
    ):
        assert f"`{word}" in page
