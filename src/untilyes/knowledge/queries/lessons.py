"""What pieces of work taught us."""

from collections.abc import Sequence
from uuid import UUID

from untilyes.knowledge.models import Lesson, Reading


def list_lessons_of(about: str) -> Sequence[Lesson]:
    """What the work named `about` taught, the oldest first."""
    return list(Lesson.objects.filter(about=about).select_related("article"))


def find_lesson_of(about: str, key: int) -> Lesson | None:
    """One of them, or None."""
    return Lesson.objects.filter(about=about, pk=key).select_related("article").first()


def find_reading(response_id: UUID | None) -> Reading | None:
    """Which article the reader had read who gave this response, or None."""
    return Reading.objects.select_related("article").filter(response_id=response_id).first() if response_id else None
