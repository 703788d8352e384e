"""What a promise says, as people fill it in: a number and a unit, and whose open hours count."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.text import slugify

from untilyes.cases.trials.asking import Asked
from untilyes.cases.trials.histories import Offered
from untilyes.promises.explaining import get_calendar_version
from untilyes.promises.models import BusinessCalendar
from untilyes.promises.rules import Measures

UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}
CHOICES = [("days", "days of 24 hours"), ("hours", "hours"), ("minutes", "minutes")]
KINDS: Final = {
    Measures.TIME_TO_YES.value: "The customer’s yes: from the first no until they say yes",
    Measures.FIRST_RESPONSE.value: "A first answer: from the no until somebody writes back",
    Measures.NEXT_RESPONSE.value: "Every next answer: from each message of the customer until the answer to it",
    "update": "Word from us: the longest we stay silent, even when nothing is new",
    Measures.FIRST_RESOLUTION.value: "A first solution: from the no until we propose one",
    "ownership": "One team’s part: from when a team is given a case until it is done with it",
    Measures.IMPORTED.value: "Something other systems tell us of, such as a delivery",
}
ABOUT = [(one.value, KINDS.get(one.value, one.value.replace("_", " "))) for one in Measures]
EVERY_MINUTE: Final = ("", "Every minute, day and night")
MOST = Decimal(100_000)


class TargetForm(forms.Form):
    """The target we hold ourselves to, and why, if it becomes looser."""

    target = forms.DecimalField(min_value=Decimal("0.01"), max_value=MOST, label="We aim at")
    target_unit = forms.ChoiceField(choices=CHOICES, label="Unit of the target")
    reason = forms.CharField(max_length=300, required=False, label="Why, if it becomes looser")

    def span(self, name: str) -> timedelta:
        """The limit or the target as a duration; only of a valid form."""
        return float(self.cleaned_data[name]) * UNITS[self.cleaned_data[f"{name}_unit"]]


class TermsForm(TargetForm):
    """The limit customers are told, the target we hold ourselves to, and the hours that count."""

    limit = forms.DecimalField(min_value=Decimal("0.01"), max_value=MOST, label="We promise it within")
    limit_unit = forms.ChoiceField(choices=CHOICES, label="Unit of the promise")
    calendar = forms.ChoiceField(required=False, label="Which time counts")

    def __init__(self, *args: Any, calendars: Sequence[BusinessCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._calendars = {one.slug: one for one in calendars}
        named = [(slug, f"Open hours of {one.name}") for slug, one in self._calendars.items()]
        field = self.fields["calendar"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above; for the type checker
        field.choices = [EVERY_MINUTE, *named]

    @property
    def chosen_calendar(self) -> BusinessCalendar | None:
        """The calendar whose open hours count, None for every minute; only of a valid form."""
        return self._calendars.get(self.cleaned_data["calendar"])


class PromiseForm(TermsForm):
    """A new promise."""

    name = forms.CharField(max_length=120, label="Name")
    about = forms.ChoiceField(choices=ABOUT, label="What is promised")
    is_public = forms.BooleanField(required=False, label="Everyone may see what we promise (never the target)")

    def clean_name(self) -> str:
        """A name must leave something to call the promise by in addresses."""
        name = str(self.cleaned_data["name"]).strip()
        if not slugify(name):
            raise forms.ValidationError("The name needs a letter or a digit.")
        return name


class TryForm(TermsForm):
    """A promise to be tried: on whose history, what it is about, its terms; one team and one channel, or all."""

    on = forms.ChoiceField(label="On whose history")
    about = forms.ChoiceField(choices=ABOUT, label="What is promised")
    team = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    channel = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Sequence[Offered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = {one.name: one for one in offered}
        field = self.fields["on"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above; for the type checker
        field.choices = [(name, one.told) for name, one in self._offered.items()]

    @property
    def history(self) -> Offered:
        """Whose history it is tried on; only of a valid form."""
        return self._offered[self.cleaned_data["on"]]

    def read(self, *, at: datetime) -> Asked:
        """What is to be tried; only of a valid form. Raises TargetTooLoose, CannotBeTried."""
        history, calendar = self.history, self.chosen_calendar
        return Asked(
            history.source,
            history.key,
            Measures(self.cleaned_data["about"]),
            self.span("limit"),
            self.span("target"),
            hours=get_calendar_version(calendar, at=at).pk if calendar else 0,
            team=self.cleaned_data["team"],
            channel=self.cleaned_data["channel"],
        )


def fill_in(**spans: timedelta) -> dict[str, Any]:
    """The fields for standing times, each in the largest unit that divides it."""
    filled: dict[str, Any] = {}
    for name, span in spans.items():
        unit = next((unit for unit, size in UNITS.items() if span % size == timedelta(0)), "minutes")
        filled |= {name: f"{span / UNITS[unit]:g}", f"{name}_unit": unit}
    return filled
