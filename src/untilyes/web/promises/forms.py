"""What a promise says, as people fill it in: a number and a unit."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify

from untilyes.promises.rules import Measures

UNITS = {"days": timedelta(days=1), "hours": timedelta(hours=1), "minutes": timedelta(minutes=1)}
ABOUT = (
    (Measures.TIME_TO_YES.value, "The customer’s yes: from the first no until they say yes"),
    (Measures.IMPORTED.value, "Something other systems tell us of, such as a delivery"),
)
MOST = Decimal(100_000)


class TermsForm(forms.Form):
    """The limit customers are told, and the target we hold ourselves to."""

    limit = forms.DecimalField(min_value=Decimal("0.01"), max_value=MOST, label="We promise it within")
    limit_unit = forms.ChoiceField(choices=[(unit, unit) for unit in UNITS], label="Unit of the promise")
    target = forms.DecimalField(min_value=Decimal("0.01"), max_value=MOST, label="We aim at")
    target_unit = forms.ChoiceField(choices=[(unit, unit) for unit in UNITS], label="Unit of the target")
    reason = forms.CharField(max_length=300, required=False, label="Why, if it becomes looser")

    def span(self, name: str) -> timedelta:
        """The limit or the target as a duration; only of a valid form."""
        return float(self.cleaned_data[name]) * UNITS[self.cleaned_data[f"{name}_unit"]]


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


def fill_in(limit: timedelta, target: timedelta) -> dict[str, Any]:
    """The fields for standing terms, in the largest unit that divides them."""
    filled: dict[str, Any] = {}
    for name, span in (("limit", limit), ("target", target)):
        unit = next((unit for unit, size in UNITS.items() if span % size == timedelta(0)), "minutes")
        filled |= {name: f"{span / UNITS[unit]:g}", f"{name}_unit": unit}
    return filled
