"""The gallery page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from untilyes.web.components import empty_state, estimate, gauge, meter, sparkline, timeline, verdict, whisker


@dataclass(frozen=True)
class Shelf:
    """One component with its examples."""

    name: str
    told: str
    examples: list[Any]


def page(request: HttpRequest) -> HttpResponse:
    """Every component with the examples it gives of itself."""
    modules = (gauge, verdict, estimate, sparkline, whisker, meter, timeline, empty_state)
    shelves = [
        Shelf(module.__name__.rpartition(".")[2].replace("_", " "), (module.__doc__ or "").strip(), module.examples())
        for module in modules
    ]
    return render(request, "web/gallery/gallery.html", {"shelves": shelves})
