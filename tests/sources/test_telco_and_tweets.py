"""Customers who left and why; tweets labelled by hand."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, facts
from untilyes.customers.models import Customer, Trait
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe

Write = Callable[..., Path]

STATUS = """Customer ID,Satisfaction Score,Customer Status,Churn Label,Churn Score,Churn Category,Churn Reason
A,3,Churned,Yes,91,Competitor,Competitor offered more data
B,5,Stayed,No,20,,
"""
SERVICES = """Customer ID,Tenure in Months,Contract,Offer,Internet Type,Phone Service,Online Security,Online Backup,Device Protection Plan,Premium Tech Support,Streaming TV,Unlimited Data,Paperless Billing,Payment Method,Monthly Charge,Avg Monthly GB Download,Number of Referrals
A,1,Month-to-Month,None,DSL,No,No,No,Yes,No,No,No,Yes,Bank Withdrawal,39.65,8,0
B,8,One Year,Offer E,Cable,Yes,No,Yes,No,No,No,Yes,Yes,Credit Card,80.65,17,1
"""  # noqa: E501 - the vendor's columns
PEOPLE = "Customer ID,Gender,Age,Married,Number of Dependents\nA,Male,78,No,0\nB,Female,41,Yes,2\n"

TWEETS = """row_id,airline_sentiment,negativereason,airline,author_hash,text,tweet_created,user_timezone
1,negative,Late Flight,United,aa,@united two hours late,2015-02-24 11:35:52 -0800,Pacific Time
2,positive,,United,bb,@united thank you,2015-02-24 11:15:59 -0800,
3,neutral,,Delta,aa,@delta hello,"Brooklin, New York",
"""


def test_who_left_left_at_the_end_of_the_quarter_for_the_reason_given(acme: Cast, write: Write) -> None:
    write(STATUS, "Telco_customer_churn_status.csv")
    write(SERVICES, "Telco_customer_churn_services.csv")
    folder = write(PEOPLE, "Telco_customer_churn_demographics.csv").parent
    summary = import_files(get_recipe("telco_churn"), [folder], at=AT)
    assert (summary.customers_new, summary.rejected) == (2, 0)
    left, stayed = sorted(facts("customers"), key=lambda row: row["left_at"] is None)
    assert (left["left_reason"], stayed["left_at"]) == ("Competitor offered more data", None)
    assert left["left_at"] - left["joined_at"] >= (
        datetime(2019, 9, 30, tzinfo=UTC) - datetime(2019, 8, 31, tzinfo=UTC)
    )
    traits = {row.name: row.value for row in Trait.objects.filter(customer=Customer.objects.get(pk=left["id"]))}
    assert (traits["monthly_charge"], traits["married"], traits["age"]) == ("39.65", "false", "78.0")
    assert not {"churn_score", "cltv", "churn_value"} & set(traits), "computed from the departure itself"


def test_tweets_are_comments_and_their_labels_answers(acme: Cast, write: Write) -> None:
    summary = import_files(get_recipe("twitter_airline"), [write(TWEETS, "Tweets.csv")], at=AT)
    assert {row["text"] for row in facts("comments")} == {"@united two hours late", "@united thank you"}
    assert facts("comments")[0]["at"] == datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC)
    said = {row["id"].removeprefix("twitter_airline:"): (row["value"], row["choice"]) for row in facts()}
    assert said == {
        "1:sentiment": (-1.0, "negative"),
        "1:reason": (None, "Late Flight"),
        "2:sentiment": (1.0, "positive"),
    }
    assert [tally.reasons for tally in summary.tallies] == [{"the row is broken, and holds no time": 1}] * 2 + [{}]


@pytest.mark.parametrize("name", ["telco_churn", "twitter_airline"])
def test_the_counts_are_those_of_the_raw_files(acme: Cast, shared_data: Path, tmp_path: Path, name: str) -> None:
    summary = import_files(get_recipe(name), [shared_data / name], at=AT, rejects=tmp_path / "rejects.csv")
    with duckdb.connect() as connection:
        if name == "telco_churn":
            sql = "count(*), count(*) FILTER (\"Churn Label\" = 'Yes') FROM '{}/Telco_customer_churn_status.csv.gz'"
            found = connection.execute(f"SELECT {sql.format(shared_data / name)}").fetchone()
            left = [row["left_at"] for row in facts("customers") if row["left_at"]]
            assert found == (summary.customers_new, len(left)) == (7043, 1869)
        else:
            sql = f"FROM read_csv('{shared_data / name}/Tweets.csv.gz', all_varchar = true)"
            found = connection.execute(
                f"SELECT count(*), count(*) FILTER (tweet_created LIKE '2015-%'), count(DISTINCT author_hash) {sql}"
            ).fetchone()
            tweets = summary.tallies[0]
            assert found == (tweets.read, tweets.accepted, summary.customers_new) == (14_598, 14_521, 7_677)
