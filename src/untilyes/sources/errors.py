"""What an import refuses, as sentences that say what to do."""


class ImportRefused(Exception):
    """The import cannot go on; nothing was written. The message says why and what to do."""


class RecipeInvalid(ImportRefused):
    """The recipe itself is wrong: the message names file, line and field."""


class FilesMissing(ImportRefused):
    """The files given are not the ones the recipe asks for."""
