"""What goes in and out, as models: they check requests, make answers, and the reference is written from them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from untilyes.cases.rules import LONGEST_MESSAGE, State

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_MESSAGE)]
OwnId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class Part(BaseModel):
    """A field nobody defined is refused, so that a slip of the pen is not taken for success."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def has_no_nul(cls, value: object) -> object:
        """PostgreSQL cannot keep it, and no text has it."""
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("holds a NUL character")
        return value


class Side(StrEnum):
    """Who said it."""

    US = "us"
    CUSTOMER = "customer"


class CasesAsked(Part):
    """Which cases to list."""

    state: State | None = Field(None, description="Only cases that stand like this.")
    since: AwareDatetime | None = Field(
        None, description="Only cases in which something happened from then on, such as 2026-05-04T09:00:00Z."
    )
    page: int = Field(1, ge=1, le=100_000, description="The page, from 1.")


class CustomerNamed(Part):
    """Whose case it is."""

    id: UUID = Field(description="The customer’s id here.")
    name: str = Field(description="Empty when nobody told us.")


class CaseLine(Part):
    """A case, without what was said in it."""

    number: int = Field(description="What people call it.")
    state: State = Field(description="`closed` is the customer’s yes; `ended` is a recorded reason without one.")
    ended_how: str = Field(description="`yes`, or the reason: `unreachable`, `withdrew`, `duplicate`, `not_ours`.")
    opened_at: AwareDatetime
    proposed_at: AwareDatetime | None = Field(description="When the customer was last asked whether it is solved.")
    yes_at: AwareDatetime | None = Field(description="When the customer said yes.")
    ended_at: AwareDatetime | None
    reopens: int = Field(description="How often the customer opened it anew.")
    repeats: int | None = Field(description="The number of the case it turned out to repeat.")
    customer: CustomerNamed | None = Field(description="Nothing while nobody knows who it is.")
    language: str
    touchpoint: str
    channel: str
    team: str
    interaction_id: str
    assignee: str = Field(description="Who of us looks after it; empty for nobody.")
    priority: str = Field(description="`normal`, `high` or `urgent`.")
    root_cause: str
    address: str = Field(description="Its page for staff.")


class CaseList(Part):
    """One page of cases, by number, the lowest first."""

    cases: list[CaseLine]
    page: int
    next: str | None = Field(description="The address of the next page, or nothing after the last.")


class FileNamed(Part):
    """A file that came with a message; its content stays here."""

    name: str
    size: int = Field(description="In bytes.")


class MessageSaid(Part):
    """Something said between the customer and us. Notes among ourselves are not handed out."""

    id: int
    side: Side = Field(serialization_alias="from")
    author: str
    text: str
    at: AwareDatetime
    via: str = Field(description="How it travelled: `email`, `portal`, `survey`, `api` …")
    files: list[FileNamed]


class CaseInFull(CaseLine):
    """A case with what both sides said, the oldest first."""

    promised_by: AwareDatetime | None = Field(
        description="By when the customer was promised a yes, while that is owed and no clock stands still."
    )
    messages: list[MessageSaid]


class NewMessage(Part):
    """Something said elsewhere that belongs to a case. It counts from the moment it reaches us, as with mail."""

    side: Side = Field(
        alias="from",
        description="`us` writes to the customer in the name of the key’s maker; `customer` hands in what they wrote.",
    )
    text: Words = Field(min_length=1)
    external_id: OwnId | None = Field(
        None,
        description="What your program calls it. Sent again, it changes nothing and is answered as the first time.",
    )


class MessageTaken(Part):
    """What became of a message."""

    id: int
    case: int = Field(
        description="The case it stands in. What a customer says about a duplicate stands in the original; what they "
        "say long after a case was over, in a new one."
    )
    state: State = Field(description="How that case stands now.")
    at: AwareDatetime


class CustomerKnownBy(Part):
    """How to know the customer; whoever is new is welcomed."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""
    external_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        "", description="Their id in the system named in `source`."
    )
    source: Name = Field("api", description="The system that `external_id` is from.")
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        "", description="Kept only for whoever is new."
    )


class NewResponse(Part):
    """What a customer answered to the two questions. A no opens a case, as everywhere."""

    got_it: bool = Field(description="“Did you get what you needed?”")
    good_job: bool = Field(description="“Did we do a good job?”")
    comment: Words = Field(
        "", description="What was missing; asked for after a no only, unless your confirmation differs."
    )
    touchpoint: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    channel: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30)] = ""
    interaction_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = Field(
        "", description="What it was about, such as an order’s number: a later no about it joins the same case."
    )
    language: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10)] = ""
    customer: CustomerKnownBy | None = Field(None, description="Left out when nobody knows who it was.")
    external_id: OwnId | None = Field(
        None,
        description="What your program calls it. Sent again, it changes nothing and is answered as the first time.",
    )


class ResponseTaken(Part):
    """What became of a response."""

    id: UUID
    case: int | None = Field(description="The number of the case it opened or joined, after a no.")


class Problem(Part):
    """Why it could not be done (RFC 9457)."""

    type: str = Field(description="Names the kind of problem; it leads nowhere.")
    title: str
    status: int
    detail: str = Field(description="What to do about it.")
