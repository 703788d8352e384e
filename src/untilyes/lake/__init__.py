"""What happened: append-only columnar tables, one lake per workspace; the only room that names an engine."""

from untilyes.lake.delta import Batch
from untilyes.lake.errors import (
    EngineMissing,
    EngineRefused,
    FileUnreadable,
    LakeBusy,
    LakeError,
    QueryFailed,
    RowsRefused,
    UnknownTable,
)
from untilyes.lake.keeping import Keeping
from untilyes.lake.recording import Recorded
from untilyes.lake.schema import FACTS, SOURCES, TABLES
from untilyes.lake.store import Lake
from untilyes.lake.workbench import Workbench

__all__ = [
    "FACTS",
    "SOURCES",
    "TABLES",
    "Batch",
    "EngineMissing",
    "EngineRefused",
    "FileUnreadable",
    "Keeping",
    "Lake",
    "LakeBusy",
    "LakeError",
    "QueryFailed",
    "Recorded",
    "RowsRefused",
    "UnknownTable",
    "Workbench",
]
