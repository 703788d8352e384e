"""The script that draws charts live in the page."""

import gzip
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings


@lru_cache(maxsize=1)
def bundle() -> bytes:
    """vega, vega-lite and vega-embed as one gzipped script, made on this machine once per installed version."""
    import vl_convert  # noqa: PLC0415 - 80 MB that most requests never need

    path = Path(settings.HOME) / "built" / f"vega-{version('vl-convert-python')}.js.gz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub wants a snippet, itself not
        unfinished.write_bytes(gzip.compress(script.encode(), mtime=0))
        unfinished.replace(path)
    return path.read_bytes()
