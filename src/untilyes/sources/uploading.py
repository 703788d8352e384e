"""Files brought in on a page: looked at first, taken in when somebody says so, and not kept for longer than a week."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from django.db import transaction

from untilyes.plumbing.jobs import enqueue
from untilyes.sources.actions import Progress, import_files
from untilyes.sources.contract import Recipe
from untilyes.sources.errors import ImportRefused
from untilyes.sources.guessing import GENERIC, guess_recipe
from untilyes.sources.library import get_recipe, list_recipes, parse_recipe
from untilyes.sources.models import Upload
from untilyes.sources.verdicts import ImportSummary
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member

KEPT_FOR: Final = timedelta(days=7)
MOST_BYTES: Final = 512 * 1024**2
PREVIEWED: Final = 3
_UNSAFE: Final = re.compile(r"[^\w.() -]+")


class BroughtFile(Protocol):
    """A file as it arrives."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def chunks(self) -> Iterable[bytes]: ...


def receive_files(recipe: str, files: Sequence[BroughtFile], *, by: Member, at: datetime) -> Upload:
    """Keep the files and have the worker look at them. Raises ImportRefused, NotAllowed."""
    require(by, "import_files")
    names = _check(recipe, files)
    upload = Upload(recipe=recipe, made_at=at, by=by, workspace=by.workspace)
    upload.folder.mkdir(parents=True)
    try:
        for name, file in zip(names, files, strict=True):
            _write(upload.folder / name, file)
        with transaction.atomic():
            return _ask(upload, Upload.Stage.LOOKING, "untilyes.sources.jobs.look_over")
    except BaseException:
        shutil.rmtree(upload.folder)
        raise


@transaction.atomic
def change_recipe(upload: Upload, text: str, *, by: Member) -> Upload:
    """Look again, by this recipe. Raises RecipeInvalid with every mistake and its line."""
    require(by, "import_files")
    parse_recipe(text, called="the recipe")
    upload.text = text
    return _ask(upload, Upload.Stage.LOOKING, "untilyes.sources.jobs.look_over")


@transaction.atomic
def ask_to_take_in(upload: Upload, *, by: Member) -> Upload:
    """Have the worker take in what was looked at; asking twice is harmless."""
    require(by, "import_files")
    if upload.stage != Upload.Stage.LOOKED:
        return upload
    return _ask(upload, Upload.Stage.TAKING, "untilyes.sources.jobs.take_in")


def discard_upload(upload: Upload, *, by: Member) -> None:
    """Forget the files; what was taken in stays."""
    require(by, "import_files")
    shutil.rmtree(upload.folder, ignore_errors=True)
    upload.delete()


def look_over_upload(upload: Upload, *, at: datetime) -> Upload:
    """Say what would happen to every row, and change nothing else. Raises ImportRefused, FileUnreadable."""
    if upload.stage != Upload.Stage.LOOKING:
        return upload
    guessed: dict[str, Any] = {}
    if upload.recipe == GENERIC and not upload.text:
        guess = guess_recipe(_list_files(upload))
        upload.text = guess.text
        guessed = {"columns": [asdict(one) for one in guess.columns], "doubts": list(guess.doubts)}
    summary = import_files(read_recipe_of(upload), _list_files(upload), at=at, dry_run=True, progress=_show(upload))
    return _settle(upload, Upload.Stage.LOOKED, _tell(summary) | guessed)


def take_in_upload(upload: Upload, *, at: datetime) -> Upload:
    """Import, and forget the files but for the rows left out. Repeating it changes nothing. Raises ImportRefused."""
    if upload.stage != Upload.Stage.TAKING:
        return upload
    upload.left_out.parent.mkdir(exist_ok=True)
    files = _list_files(upload)
    summary = import_files(
        read_recipe_of(upload), files, at=at, by=upload.by, rejects=upload.left_out, progress=_show(upload)
    )
    _settle(upload, Upload.Stage.DONE, _tell(summary))
    for file in files:
        file.unlink()
    return upload


def fail_upload(upload: Upload, problem: str) -> Upload:
    """Say that it came to nothing, and why."""
    upload.problem = problem
    return _settle(upload, Upload.Stage.FAILED, upload.told)


def forget_uploads(*, at: datetime) -> int:
    """Delete the files and the memory of uploads older than a week; returns how many."""
    old = list(Upload.objects.filter(made_at__lt=at - KEPT_FOR).select_related("workspace"))
    for upload in old:
        shutil.rmtree(upload.folder, ignore_errors=True)
        upload.delete()
    return len(old)


def read_recipe_of(upload: Upload) -> Recipe:
    """The recipe the upload goes by: its own text, else the one of that name."""
    return parse_recipe(upload.text, called="the recipe") if upload.text else get_recipe(upload.recipe)


def _check(recipe: str, files: Sequence[BroughtFile]) -> list[str]:
    """The names to keep the files under. Raises ImportRefused."""
    if recipe != GENERIC and recipe not in {one.name for one in list_recipes()}:
        raise ImportRefused("Choose what the file is, or let it be guessed.")
    names = [_name(file) for file in files]
    if not names:
        raise ImportRefused("Choose at least one file.")
    if len(set(names)) < len(names):
        raise ImportRefused("Two of the files have the same name; rename one.")
    if sum(file.size or 0 for file in files) > MOST_BYTES:
        raise ImportRefused("More than 512 MB at once. Bring in parts, or use the command line: untilyes import.")
    return names


def _ask(upload: Upload, stage: Upload.Stage, errand: str) -> Upload:
    upload.stage, upload.doing, upload.done_share, upload.problem = stage, "", 0.0, ""
    upload.save()
    enqueue(errand, upload.workspace_id, upload.pk)
    return upload


def _settle(upload: Upload, stage: Upload.Stage, told: dict[str, Any]) -> Upload:
    upload.stage, upload.told, upload.doing, upload.done_share = stage, told, "", 1.0
    upload.save()
    return upload


def _show(upload: Upload) -> Progress:
    def show(doing: str, share: float) -> None:
        Upload.objects.filter(pk=upload.pk).update(doing=doing, done_share=share)

    return show


def _tell(summary: ImportSummary) -> dict[str, Any]:
    told = summary.to_dict()
    previews = {
        name: [{key: str(value) for key, value in row.items() if value is not None} for row in rows[:PREVIEWED]]
        for name, rows in told["preview"].items()
    }
    return told | {"preview": previews, "rejects": summary.rejects_path is not None}


def _list_files(upload: Upload) -> list[Path]:
    return sorted(path for path in upload.folder.iterdir() if path.is_file())


def _name(file: BroughtFile) -> str:
    """The file's own name, for recipes know files by it; nothing in it leads out of the folder."""
    bare = _UNSAFE.sub("_", Path(file.name or "").name).lstrip(". ")
    if not bare:
        raise ImportRefused("A file without a name cannot be told from others; name it.")
    return bare[-120:]


def _write(path: Path, file: BroughtFile) -> None:
    with path.open("xb") as kept:
        for piece in file.chunks():
            kept.write(piece)
