"""Cases from before say when each side last wrote, read from their messages."""

from typing import Any

from django.db import migrations
from django.db.models import Max, OuterRef, Subquery


def read_from_messages(apps: Any, schema_editor: Any) -> None:
    cases = apps.get_model("cases", "Case").objects.using(schema_editor.connection.alias)
    messages = apps.get_model("cases", "CaseMessage").objects.filter(case=OuterRef("pk")).order_by()

    def latest(said: Any) -> Subquery:
        return Subquery(said.values("case").annotate(latest=Max("at")).values("latest"))

    cases.update(
        heard_at=latest(messages.filter(direction="customer").exclude(via="survey")),
        answered_at=latest(messages.filter(direction="us")),
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_when_each_side_last_wrote")]
    operations = [migrations.RunPython(read_from_messages, migrations.RunPython.noop)]
