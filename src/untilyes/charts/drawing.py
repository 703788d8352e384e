"""From a specification to a picture."""

import json
from functools import lru_cache
from typing import Any

from untilyes.charts.theme import for_paper, themed

Spec = dict[str, Any]


def draw_svg(spec: Spec) -> str:
    """An SVG for a page: it takes its colours from the page and the width it is given."""
    return _svg(json.dumps(themed(spec), default=str, sort_keys=True))


def draw_svg_file(spec: Spec) -> str:
    """An SVG for a file, in fixed colours."""
    return _svg(json.dumps(for_paper(themed(spec)), sort_keys=True))


def draw_png_file(spec: Spec) -> bytes:
    """A PNG for a file, in fixed colours, sharp on a good screen."""
    import vl_convert  # noqa: PLC0415 - 80 MB that most requests never need

    return bytes(vl_convert.vegalite_to_png(for_paper(themed(spec)), scale=2))


def draw_pdf_file(spec: Spec) -> bytes:
    """A PDF of one page the size of the chart, in fixed colours, with its letters in it: for paper."""
    import vl_convert  # noqa: PLC0415 - as above

    return bytes(vl_convert.vegalite_to_pdf(for_paper(themed(spec))))


@lru_cache(maxsize=256)
def _svg(text: str) -> str:
    import vl_convert  # noqa: PLC0415 - as above

    drawn: str = vl_convert.vegalite_to_svg(json.loads(text))
    return drawn
