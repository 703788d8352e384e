"""The full-text index: made for the database at hand, belonging to no model (see knowledge/searching.py)."""

from django.db import migrations

TABLE = "knowledge_index"
CREATE = {
    "sqlite": [f"CREATE VIRTUAL TABLE {TABLE} USING fts5(title, asked_as, body, tokenize='unicode61', prefix='2 3 4')"],
    "postgresql": [
        f"CREATE TABLE {TABLE} (version_id bigint PRIMARY KEY, tokens tsvector NOT NULL)",
        f"CREATE INDEX {TABLE}_tokens ON {TABLE} USING gin (tokens)",
    ],
}


def make_index(_apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_index(_apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]
    operations = [migrations.RunPython(make_index, drop_index)]
