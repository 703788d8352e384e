"""After many rows at once the database must look at its tables again, or it goes on choosing the wrong index."""

from django.db import connection


def look_at_tables_again() -> None:
    """Count anew what the planner knows of the tables, by a sample: milliseconds. Part of the current transaction.

    Without it SQLite looks for one customer's address among everybody's, which takes forty times as long.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")
