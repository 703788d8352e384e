"""Opening hours as people write them: a line a weekday, a line a special day."""

from functools import lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms
from django.utils.text import slugify

from untilyes.promises.calendars import BadCalendar, NeverOpen, OpeningHours, read_hours, read_windows
from untilyes.promises.models import CalendarVersion

DAYS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
CLOSED: Final = "closed"


class HoursForm(forms.Form):
    """What a calendar says; `read` turns it into opening hours or refuses it with what to write instead."""

    zone = forms.CharField(max_length=64, label="Time zone", widget=forms.TextInput(attrs={"list": "zones"}))
    country = forms.ChoiceField(required=False, label="Closed on the public holidays of")
    region = forms.CharField(max_length=10, required=False, label="Region, by its code (such as BY for Bavaria)")
    special = forms.CharField(
        required=False,
        label="Days with hours of their own, one a line",
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-24 09:00-12:00\n2026-12-31 closed"}),
    )
    reason = forms.CharField(max_length=300, required=False, label="Why, if there are fewer open hours")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101 - declared above; for the type checker
        country.choices = [("", "no country"), *list_countries()]
        for key, day in DAYS.items():
            hint = forms.TextInput(attrs={"placeholder": "closed"})
            self.fields[key] = forms.CharField(max_length=200, required=False, label=day, widget=hint)

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields of the week, Monday first."""
        return [self[key] for key in DAYS]

    def _clean_day(self, key: str) -> None:
        try:
            read_windows(str(self.cleaned_data.get(key, "")))
        except BadCalendar as problem:
            self.add_error(key, str(problem))

    def clean(self) -> dict[str, Any]:
        """Every line must be readable, and something must be open: an empty calendar would never fall due."""
        cleaned = super().clean() or {}
        for key in DAYS:
            cleaned[key] = str(cleaned.get(key, "")).strip()
            self._clean_day(key)
        if not self.errors:
            try:
                self.hours = read_hours(**self.said)
            except NeverOpen as problem:
                self.add_error("mon", f"{problem} Give at least one weekday a window, such as 09:00-17:00.")
            except BadCalendar as problem:
                self.add_error(self._whose(str(problem)), str(problem))
        return cleaned

    def clean_special(self) -> dict[str, str]:
        """Date to windows; "closed", or nothing, closes the whole day."""
        lines = [line.split(maxsplit=1) for line in str(self.cleaned_data["special"]).splitlines() if line.strip()]
        special = {line[0]: (line[1].strip() if len(line) > 1 else "") for line in lines}
        return {day: "" if windows == CLOSED else windows for day, windows in special.items()}

    hours: OpeningHours

    @property
    def said(self) -> dict[str, Any]:
        """What the verbs take; only of a valid form."""
        asked = self.cleaned_data
        week = {key: asked[key] for key in DAYS if asked[key]}
        return {name: asked[name] for name in ("zone", "country", "region", "special")} | {"week": week}

    def _whose(self, problem: str) -> str:
        if "time zone" in problem:
            return "zone"
        return "region" if "holidays" in problem else "special"


class CalendarForm(HoursForm):
    """A new calendar."""

    name = forms.CharField(max_length=120, label="Name")

    def clean_name(self) -> str:
        """A name must leave something to call the calendar by in addresses."""
        name = str(self.cleaned_data["name"]).strip()
        if not slugify(name):
            raise forms.ValidationError("The name needs a letter or a digit.")
        return name


def fill_in(version: CalendarVersion) -> dict[str, Any]:
    """The fields for hours as they stand."""
    special = "\n".join(f"{day} {windows or CLOSED}" for day, windows in sorted(version.special.items()))
    plain = {"zone": version.zone, "country": version.country, "region": version.region, "special": special}
    return plain | dict(version.week)


def list_zones() -> list[str]:
    """Every time zone people may name."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))


@lru_cache(maxsize=1)
def list_countries() -> tuple[tuple[str, str], ...]:
    """Every country whose public holidays are known, by its English name."""
    import holidays  # noqa: PLC0415 - only this form needs it
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - as above

    named = {codes[1]: codes[0] for codes in COUNTRIES.values() if len(codes) > 1}
    listed = [(code, _spell(named.get(code, code))) for code in holidays.list_supported_countries()]
    return tuple(sorted(listed, key=lambda pair: pair[1]))


def _spell(name: str) -> str:
    """ "UnitedStates" as "United States"."""
    spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()
    return spaced if len(name) > 3 else name
