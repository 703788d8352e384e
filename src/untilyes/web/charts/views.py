"""The drawing script: no secrets in it, so everybody may fetch it and keep it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from untilyes.web.charts import bundling


def _version(_request: HttpRequest) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - asked once per page with a chart

    return f'"{version("vl-convert-python")}"'


@cache_control(public=True, max_age=86_400)
@condition(etag_func=_version)
def bundle(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """vega, vega-lite and vega-embed in one file."""
    response = HttpResponse(bundling.bundle(), content_type="text/javascript; charset=utf-8")
    response["Content-Encoding"] = "gzip"
    return response
