"""Live traffic is drawn one encounter at a time, from the same truths."""

from __future__ import annotations

import numpy as np
import pytest

from untilyes.sim import Company, draw_encounter, draw_mention


def test_encounters_succeed_as_often_as_the_truths_say(corner_shop: Company) -> None:
    rng = np.random.default_rng(3)
    drawn = [draw_encounter(rng, corner_shop.truths, language="de") for _ in range(6_000)]
    refunds = [one for one in drawn if (one.touchpoint, one.channel) == ("refund", "email")]
    yes = np.mean([one.got_it and one.good_job for one in refunds])
    assert yes == pytest.approx(corner_shop.truths.worsening.yes_after, abs=4 * np.sqrt(0.25 / len(refunds)))
    assert {one.source for one in drawn} == {"ticket", "chat", "call", "social", "event"}


def test_social_posts_address_the_company() -> None:
    rng = np.random.default_rng(4)
    assert draw_mention(rng, language="pt", source="social").startswith("@fernweh ")


def test_failures_are_written_about_more_often(corner_shop: Company) -> None:
    rng = np.random.default_rng(5)
    drawn = [draw_encounter(rng, corner_shop.truths, language="en") for _ in range(2_000)]
    wrote = {yes: np.mean([bool(one.text) for one in drawn if (one.got_it and one.good_job) == yes]) for yes in (0, 1)}
    assert wrote[0] > 2 * wrote[1]
