"""What is typed into the forms of an article, read and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, QueryDict

from untilyes.knowledge.actions import Text
from untilyes.knowledge.models import ArticleVersion
from untilyes.knowledge.rules import Audience, Governance, NotUsable, Step

SPARE = 3  # empty steps offered below those there are


@dataclass(frozen=True)
class StepRow:
    """One step as it stands in the form."""

    place: int
    text: str = ""
    picture: int = 0


@dataclass(frozen=True)
class TextForm:
    """The form of an article's words."""

    title: str = ""
    asked_as: str = ""
    body: str = ""
    steps: tuple[StepRow, ...] = ()

    @property
    def has_steps(self) -> bool:
        return any(step.text or step.picture for step in self.steps)


def show_text(version: ArticleVersion | None) -> TextForm:
    """The form filled with what a version says, and room for more steps; an empty one for none."""
    steps: Sequence[Step] = version.slides if version else ()
    rows = [StepRow(place, step.text, step.picture) for place, step in enumerate(steps)]
    spare = [StepRow(len(rows) + more) for more in range(SPARE)]
    if version is None:
        return TextForm(steps=tuple(spare))
    return TextForm(version.title, version.asked_as, version.body, (*rows, *spare))


def keep_text(typed: QueryDict) -> TextForm:
    """The form as it was sent, to be shown again."""
    places = range(len(typed.getlist("step")))
    pictures = [*typed.getlist("picture"), *([""] * len(places))]
    rows = [StepRow(place, typed.getlist("step")[place], _number(pictures[place])) for place in places]
    return TextForm(
        typed.get("title", ""), typed.get("asked_as", ""), typed.get("body", ""), (*rows, StepRow(len(rows)))
    )


def read_text(typed: QueryDict) -> Text:
    """What the form says."""
    form = keep_text(typed)
    steps = tuple(Step(row.text, row.picture) for row in form.steps)
    return Text(form.title, form.body, form.asked_as, steps)


def read_audience(typed: Mapping[str, str]) -> Audience:
    """Who may read it. Raises NotUsable."""
    word = typed.get("audience", "")
    if word not in set(Audience):
        raise NotUsable("Choose who may read it.")
    return Audience(word)


def read_governance(typed: Mapping[str, str]) -> Governance:
    """Who validates it. Raises NotUsable."""
    word = typed.get("governance", "")
    if word not in set(Governance):
        raise NotUsable("Choose who validates it.")
    return Governance(word)


def read_day(text: str) -> date | None:
    """A day as a browser sends it, or None. Raises NotUsable."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotUsable("Write the day as 2026-05-04.") from error


def read_upload(request: HttpRequest, *, most: int) -> bytes:
    """The bytes of the file that was sent. Raises NotUsable when there is none, or it is larger than `most`."""
    sent = request.FILES.get("file")
    if sent is None or isinstance(sent, list):
        raise NotUsable("Choose a picture or a video first.")
    if (sent.size or 0) > most:
        raise NotUsable(f"A file has at most {most // 1_000_000} MB.")
    content: bytes = sent.read()
    return content


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
