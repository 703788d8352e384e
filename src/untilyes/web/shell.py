"""The frame of every staff page: whose house this is, where one can go, what waits."""

from dataclasses import dataclass

from django.urls import reverse

from untilyes.cases.queries import count_open
from untilyes.workspaces.models import Member, Workspace


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `near` marks the group one is in, `here` the page itself."""

    label: str
    icon: str
    address: str
    here: bool = False
    key: str = ""
    tally: int | None = None
    inner: tuple["Place", ...] = ()

    @property
    def near(self) -> bool:
        return self.here or any(place.here for place in self.inner)


@dataclass(frozen=True)
class Shell:
    """What the frame shows."""

    workspace: Workspace
    places: tuple[Place, ...]

    @property
    def tabs(self) -> tuple[Place, ...]:
        """The pages beside this one, for narrow screens, where the inner navigation is folded away."""
        return next((place.inner for place in self.places if place.near and len(place.inner) > 1), ())


def lay_out_shell(member: Member, *, at: str) -> Shell:
    """The frame for this member, at the page named `at` (a url name such as "cases:queue")."""
    slug = member.workspace.slug

    def place(label: str, icon: str, name: str, key: str, **more: int | tuple[Place, ...] | None) -> Place:
        return Place(label, icon, reverse(name, args=[slug]), here=name == at, key=key, **more)  # type: ignore[arg-type]

    understand = (
        place("Findings", "search-check", "findings:page", "f"),
        place("Measures", "chart-line", "measures:page", "m"),
        place("Scores", "star-half", "scores:page", "o"),
        place("Service quality", "ruler", "service_quality:page", "q"),
        place("Promises", "handshake", "promises:page", "p"),
        place("Journeys", "route", "journeys:page", "y"),
        place("Voices", "quote", "voices:page", "v"),
        place("What matters", "scale", "matters:page", "w"),
        place("Leaving", "door-open", "leaving:page", "d"),
        place("Segments", "shapes", "segments:page", "g"),
        place("Customers", "users", "customers:search", "u"),
    )
    act = (
        place("Cases", "message-circle-reply", "cases:queue", "c"),
        place("Knowledge", "book-open", "knowledge:page", "x"),
        place("Tasks", "list-checks", "tasks:page", "k"),
        place("Campaigns", "megaphone", "campaigns:page", "b"),
        place("Rules", "workflow", "automation:rules", "r"),
        place("Root causes", "git-fork", "cases:causes", "a"),
        place("Coverage", "shield-check", "cases:coverage", "i"),
        place("Capacity", "chart-column", "capacity:page", "h"),
    )
    return Shell(
        member.workspace,
        (
            place("Today", "gauge", "today:page", "t"),
            place("Listen", "ear", "listen:page", "l"),
            Place("Understand", "lightbulb", understand[0].address, inner=understand),
            Place("Act", "message-circle-reply", act[0].address, tally=count_open(), inner=act),
            place("Share", "share-2", "share:page", "s"),
            place("Settings", "settings-2", "settings:page", "e"),
        ),
    )
