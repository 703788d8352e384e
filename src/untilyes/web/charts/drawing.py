"""From a specification to a picture, and the script that draws it live."""

import gzip
import json
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings

from untilyes.web.charts.theme import for_paper, themed

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


@lru_cache(maxsize=256)
def _svg(text: str) -> str:
    import vl_convert  # noqa: PLC0415 - as above

    drawn: str = vl_convert.vegalite_to_svg(json.loads(text))
    return drawn


@lru_cache(maxsize=1)
def bundle() -> bytes:
    """vega, vega-lite and vega-embed as one gzipped script, made on this machine once per installed version."""
    import vl_convert  # noqa: PLC0415 - as above

    path = Path(settings.HOME) / "built" / f"vega-{version('vl-convert-python')}.js.gz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub wants a snippet, itself not
        unfinished.write_bytes(gzip.compress(script.encode(), mtime=0))
        unfinished.replace(path)
    return path.read_bytes()
