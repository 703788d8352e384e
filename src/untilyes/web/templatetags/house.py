"""The words templates speak: addresses inside the workspace, icons, components, numbers with their certainty."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

from untilyes.plumbing.clock import now
from untilyes.promises.ratchet.rules import tell_time
from untilyes.stats.results import Estimate, Verdict
from untilyes.web.components.verdict import Mark
from untilyes.web.scheme import get_scheme

register = template.Library()


@register.simple_tag(takes_context=True)
def to(context: template.Context, name: str, *args: Any) -> str:
    """The address of a page of this workspace: `{% to "cases:case" case.pk %}`."""
    return reverse(name, args=[context["member"].workspace.slug, *args])


@register.simple_tag(takes_context=True)
def with_params(context: template.Context, **changed: Any) -> str:
    """The present address with some parameters changed; None removes one."""
    params = context["request"].GET.copy()
    for name, value in changed.items():
        params.pop(name, None)
        if value is not None and value != "":
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag
def icon(name: str, size: int = 18) -> str:
    """A Lucide icon that says nothing by itself: words always stand beside it."""
    return str(lucide(name, size=size, aria_hidden="true", stroke_width=1.75))


@register.simple_tag(takes_context=True)
def scheme(context: template.Context) -> str:
    """Light, dark or auto, as this browser asked."""
    return get_scheme(context["request"]) if "request" in context else "auto"


@register.simple_tag
def draw(component: Any) -> SafeString:
    """Render a component with its own template; it is called `it` in there. Nothing is drawn for None."""
    if component is None:
        return SafeString("")
    return mark_safe(render_to_string(component.template, {"it": component}))  # noqa: S308 - our own template


@register.filter
def verdict(value: Verdict) -> SafeString:
    """Shape, colour and word of a verdict."""
    return draw(Mark(value))


@register.filter
def estimate(value: Estimate) -> SafeString:
    """ "81 % ± 2": the value, and quieter what to give or take."""
    told = value.sentence().rpartition(" (n = ")[0]
    head, comma, tail = told.partition(", ")
    if not comma:
        return format_html('<span class="estimate">{}</span>', head)
    return format_html('<span class="estimate">{}<span class="give">, {}</span></span>', head, tail)


@register.filter
def give(value: Estimate) -> str:
    """What to give or take alone: "give or take 2", "plausibly 85 to 94"."""
    return value.sentence().rpartition(" (n = ")[0].partition(", ")[2]


@register.filter
def brief(value: Estimate) -> str:
    """The number alone, rounded to what is known."""
    return value.brief()


@register.filter
def told_age(then: datetime | None) -> str:
    """ "12 s", "4 min", "3 h", "6 days"; "–" for never."""
    return tell_span(now() - then) if then else "–"


@register.filter
def span(duration: timedelta | None) -> str:
    """A length of time in its largest fitting unit."""
    return tell_span(duration) if duration is not None else "–"


@register.filter
def told_time(duration: timedelta) -> str:
    """A promised time as it was said: "36 hours", "4 days", "1.5 hours"."""
    return tell_time(duration)


@register.filter
def told_verb(name: str) -> str:
    """ "launch_survey" as people read it."""
    return name.replace("_", " ")


@register.filter
def unbroken(text: str) -> str:
    """A sentence in which no line ends between a number and its sign, or within an n."""
    return text.replace(" %", "\u00a0%").replace("(n = ", "(n\u00a0=\u00a0")


@register.filter
def spoken(name: str) -> str:
    """A name as a person says it: "handed_to_carrier" is "handed to carrier"."""
    return name.replace("_", " ")


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """The value under a key the template holds in a variable."""
    return mapping.get(key)


@register.filter
def first_key(mapping: Any) -> Any:
    """The key a mapping begins with."""
    return next(iter(mapping), "")


@register.filter
def as_query(mapping: Any) -> str:
    """A mapping as the query part of an address."""
    return urlencode(dict(mapping))


def tell_span(duration: timedelta) -> str:
    """One number and one unit, the way people say it."""
    seconds = abs(duration.total_seconds())
    for unit, size in (("days", 172_800), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{round(seconds / (86_400 if unit == 'days' else size))} {unit}"
    return f"{round(seconds)} s"
