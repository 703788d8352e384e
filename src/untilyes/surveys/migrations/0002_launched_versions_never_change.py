"""The database itself refuses to change a launched version, whatever code asks for it."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER launched_version_never_changes BEFORE UPDATE ON surveys_surveyversion
WHEN OLD.launched_at IS NOT NULL AND (
    NEW.definition IS NOT OLD.definition OR NEW.launched_at IS NOT OLD.launched_at
    OR NEW.number IS NOT OLD.number OR NEW.survey_id IS NOT OLD.survey_id
)
BEGIN SELECT RAISE(ABORT, 'a launched survey version never changes'); END
"""
POSTGRESQL = """
CREATE FUNCTION refuse_change_of_launched_version() RETURNS trigger AS $$
BEGIN
    IF OLD.launched_at IS NOT NULL AND (NEW.definition, NEW.launched_at, NEW.number, NEW.survey_id)
        IS DISTINCT FROM (OLD.definition, OLD.launched_at, OLD.number, OLD.survey_id) THEN
        RAISE EXCEPTION 'a launched survey version never changes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER launched_version_never_changes BEFORE UPDATE ON surveys_surveyversion
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_launched_version();
"""


def add_guard(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        schema_editor.execute(SQLITE)


def drop_guard(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER launched_version_never_changes ON surveys_surveyversion")
        schema_editor.execute("DROP FUNCTION refuse_change_of_launched_version()")
    else:
        schema_editor.execute("DROP TRIGGER launched_version_never_changes")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(add_guard, drop_guard)]
