"""What may complete what a customer wants to get done, said on their own pages."""

from untilyes.portal.pages import Frame
from untilyes.tasks.queries import read_offer


def say_offer(frame: Frame, *about: str) -> tuple[str, tuple[str, ...]] | None:
    """A heading and the steps, in the customer's language; None where nothing public is known."""
    offer = read_offer([one for one in about if one], language=frame.language)
    if offer is None:
        return None
    heading = frame.words["next_step_for" if offer.task else "next_step"].format(task=offer.task)
    return heading, offer.steps
