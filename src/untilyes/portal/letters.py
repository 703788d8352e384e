"""What we heard and what we did, for everyone who has the link; and the way out of such letters."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from untilyes.campaigns.access import get_letter_by_link, get_reader
from untilyes.campaigns.actions import refuse_letters
from untilyes.campaigns.models import Letter
from untilyes.campaigns.telling import choose_text
from untilyes.campaigns.wordings import campaign_words
from untilyes.customers.models import Customer
from untilyes.plumbing.clock import now
from untilyes.plumbing.saying import say_day
from untilyes.portal.doors import opened_by
from untilyes.portal.pages import Frame, NoticePage, read_language, show
from untilyes.portal.wordings import LANGUAGES


@dataclass(frozen=True)
class LetterPage:
    """A letter as anybody may read it."""

    frame: Frame
    title: str
    when: str
    heard_title: str
    heard: str
    did_title: str
    did: str


@opened_by(get_letter_by_link)
def heard(request: HttpRequest, letter: Letter, token: str) -> HttpResponse:  # noqa: ARG001
    """The letter, in the reader's language where it was written in it."""
    house = letter.workspace
    # The house's own language first: the database keeps the texts in no order of ours.
    offered = sorted(letter.texts, key=lambda language: language != house.language)
    asked = read_language(request, offered=offered, known=house.language)
    language = choose_text(letter.texts, wanted=asked, default=house.language)
    words, said = campaign_words(language), letter.texts[language]
    frame = Frame.of(house, language, offered=offered)
    days = [say_day(moment, language=language, zone=house.timezone) for moment in (letter.since, letter.last_day)]
    page = LetterPage(
        frame=frame,
        title=words["letter_subject"].format(name=house.name),
        when=" – ".join(days),
        heard_title=words["heard"],
        heard=said["heard"],
        did_title=words["did"],
        did=said["did"],
    )
    return show(request, "heard", page)


@opened_by(get_reader)
def stop_letters(request: HttpRequest, customer: Customer, token: str) -> HttpResponse:  # noqa: ARG001
    """Send this customer no more letters, on their word: one button, no reasons wanted."""
    is_done = request.method == "POST"
    if is_done:
        refuse_letters(customer, at=now())
    house = customer.workspace
    language = read_language(request, offered=LANGUAGES, known=customer.language or house.language)
    frame, words = Frame.of(house, language), campaign_words(language)
    if is_done:
        return show(request, "notice", NoticePage(frame, words["letter_stop_done"], words["letter_stop_done_text"]))
    text = words["letter_stop_text"].format(name=house.name)
    return show(request, "notice", NoticePage(frame, words["letter_stop_title"], text, words["letter_stop"]))
