"""What every part of a rule is: frozen, checked when read. No Django."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a rule; what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")
