"""The database itself refuses to change what was promised, whatever code asks for it."""

from django.db import migrations

GUARDED = {
    "promises_promiseterms": ("promise_id", "version", "limit", "target", "calendar_id", "in_force_from"),
    "promises_calendarversion": ("calendar_id", "version", "zone", "week", "country", "region", "special"),
}
SAYS = "what was promised never changes; add a version"
POSTGRESQL = f"""
CREATE FUNCTION refuse_change_of_terms() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation';
END $$ LANGUAGE plpgsql;
"""


def add_guards(_apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    if is_postgresql:
        schema_editor.execute(POSTGRESQL)
    does = "EXECUTE FUNCTION refuse_change_of_terms()" if is_postgresql else f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    for table, columns in GUARDED.items():
        names = ", ".join(f'"{name}"' for name in columns)
        schema_editor.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OF {names} ON {table} FOR EACH ROW {does}"
        )


def drop_guards(_apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in GUARDED:
        schema_editor.execute(f"DROP TRIGGER {table}_never_changes" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION refuse_change_of_terms()")


class Migration(migrations.Migration):
    dependencies = [("promises", "0002_business_calendars")]
    operations = [migrations.RunPython(add_guards, drop_guards)]
