"""What is asked of capacity: which work, which weeks, and how it is to be answered."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms

from untilyes.analysis.arrivals import FILTERS, WEEKS
from untilyes.analysis.capacity import Wish

MINUTE: Final = 60.0
USUAL_WEEKS: Final = 26
USUAL_MINUTES: Final = 10.0
"""How long work is taken to take where nobody recorded it."""


class CapacityForm(forms.Form):
    """A question to the capacity page; whatever is left out has its usual value."""

    weeks = forms.ChoiceField(choices=[(str(n), f"the last {n} weeks") for n in WEEKS], required=False)
    handling = forms.FloatField(min_value=0.1, max_value=10_000, required=False, label="Work takes, in minutes")
    share = forms.FloatField(min_value=1, max_value=99.9, required=False, label="Answered in time, in %")
    target = forms.FloatField(min_value=0, max_value=1_000_000, required=False, label="In time is within, in seconds")
    absent = forms.FloatField(min_value=0, max_value=90, required=False, label="Away from the desk, in %")
    patience = forms.FloatField(min_value=0.1, max_value=10_000, required=False, label="They give up after, in minutes")

    def __init__(self, *args: Any, choices: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FILTERS:
            named = [(value, value.replace("_", " ")) for value in choices[name]]
            self.fields[name] = forms.ChoiceField(choices=[("", f"every {name}"), *named], required=False)

    @property
    def chosen_weeks(self) -> int:
        """How many weeks to look at; only of a valid form."""
        return int(self.cleaned_data["weeks"] or USUAL_WEEKS)

    @property
    def where(self) -> dict[str, str]:
        """The filters that were set; only of a valid form."""
        return {name: self.cleaned_data[name] for name in FILTERS if self.cleaned_data[name]}

    def wish(self, *, measured: float | None) -> Wish:
        """How it is to be answered; `measured` is the recorded handling time in seconds, where there is one."""
        asked = self.cleaned_data
        usual = Wish(handling=measured or USUAL_MINUTES * MINUTE)
        return Wish(
            handling=asked["handling"] * MINUTE if asked["handling"] else usual.handling,
            target=usual.target if asked["target"] is None else asked["target"],
            share=asked["share"] / 100 if asked["share"] else usual.share,
            absent=usual.absent if asked["absent"] is None else asked["absent"] / 100,
            patience=asked["patience"] * MINUTE if asked["patience"] else None,
        )


def fill_in(wish: Wish) -> dict[str, str]:
    """The fields for a wish, so that what was taken as usual is seen."""
    numbers = {
        "handling": wish.handling / MINUTE,
        "share": 100 * wish.share,
        "target": wish.target,
        "absent": 100 * wish.absent,
    }
    filled = {name: f"{number:.4g}" for name, number in numbers.items()}
    return filled | {"patience": f"{wish.patience / MINUTE:.4g}" if wish.patience else ""}
