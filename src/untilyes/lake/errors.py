"""What the lake refuses, as sentences that say what to do."""


class LakeError(Exception):
    """Something the lake will not or could not do."""


class UnknownTable(LakeError):
    """A table the schema does not define."""


class RowsRefused(LakeError, ValueError):
    """Rows that do not fit their table: unknown columns, missing ids, naive timestamps, wrong types."""


class LakeBusy(LakeError):
    """Other writers kept committing first, until the retries were used up."""


class FileUnreadable(LakeError):
    """A file that is missing, empty or not in the format its name says."""


class QueryFailed(LakeError):
    """SQL over foreign files that the engine could not run."""


class EngineMissing(LakeError):
    """An engine that does not exist, is not installed or does not start."""


class EngineRefused(LakeError):
    """A question this engine cannot answer, though another can."""
