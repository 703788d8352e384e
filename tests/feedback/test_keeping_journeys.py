"""The worker keeps journeys in order where something was recorded, and nowhere else; who is forgotten is not kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django_q.models import OrmQ

from tests.cast import Cast
from untilyes.analysis.journeys import read_journeys
from untilyes.analysis.journeys.keeping import JUDGED, LAID
from untilyes.customers.actions import forget_customer
from untilyes.feedback import jobs
from untilyes.feedback.jobs import carry_to_lake, keep_journeys_when_due, lay_out_journeys
from untilyes.feedback.queries import open_lake
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


def record_journeys(customer: str, number: int) -> None:
    """A journey of two steps, as a connector would carry it to the lake of this workspace."""
    facts = [
        {
            "id": f"shop:{number}:{place}", "source": "event", "at": AT + timedelta(hours=place), "activity": activity,
            "process_id": f"p{number}", "customer_id": customer,
        }
        for place, activity in enumerate(("order", "delivery"))
    ]  # fmt: skip
    open_lake().record("events", facts)


def test_journeys_are_kept_where_something_was_recorded_and_nowhere_else(cast: Cast) -> None:
    with inside(cast.acme):
        record_journeys("c1", 1)
    assert keep_journeys_when_due() == 1
    (asked,) = OrmQ.objects.all()
    assert asked.task["args"] == (cast.acme.pk,)
    lay_out_journeys(cast.acme.pk)
    with inside(cast.acme):
        assert open_lake().is_kept(LAID)
        assert open_lake().is_kept(JUDGED)
        assert read_journeys(open_lake()).journeys == 1
    with inside(cast.globex):
        assert not open_lake().is_kept(LAID), "Dan's lake holds nothing, and nothing of Acme's"
    assert keep_journeys_when_due() == 0


def test_what_was_recorded_since_is_kept_as_soon_as_the_worker_rested(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(cast.acme):
        record_journeys("c1", 1)
    lay_out_journeys(cast.acme.pk)
    with inside(cast.acme):
        record_journeys("c2", 2)
    monkeypatch.setattr(jobs, "now", lambda: datetime.now(UTC) + timedelta(hours=1))
    assert keep_journeys_when_due() == 1
    lay_out_journeys(cast.acme.pk)
    with inside(cast.acme):
        assert open_lake().is_kept(LAID)
        assert read_journeys(open_lake()).journeys == 2


def test_who_is_forgotten_is_not_kept(cast: Cast) -> None:
    with inside(cast.acme):
        record_journeys(str(cast.cleo.pk), 1)
        lay_out_journeys(cast.acme.pk)
        forget_customer(cast.cleo, by=cast.ada, at=AT)
        carry_to_lake()
        assert list((open_lake().path / "kept").rglob("*.parquet")) == []
        assert read_journeys(open_lake()).journeys == 0
