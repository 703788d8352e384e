"""The ceiling: a Django view that does one SQLite insert and nothing else, under the same server settings as ours.

No middleware, no templates, no reading of forms; SQLite is opened as the product opens it (WAL, IMMEDIATE, one
connection per thread, kept open).
"""

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="bench._bare",
    SECRET_KEY="only for the bench",
    MIDDLEWARE=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["UNTILYES_BENCH_BARE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    },
)
django.setup()


def insert(request: HttpRequest) -> HttpResponse:
    """Keep what was sent as one row."""
    with connection.cursor() as sql:
        sql.execute("INSERT INTO answers (said) VALUES (%s)", [request.body.decode()])
    return HttpResponse("thanks", headers={"Content-Length": "6"})


urlpatterns = [path("", insert)]


def prepare() -> Any:
    """Make the table, and the application."""
    with connection.cursor() as sql:
        sql.execute("CREATE TABLE IF NOT EXISTS answers (id INTEGER PRIMARY KEY, said TEXT)")
    connection.close()
    return get_wsgi_application()


application = prepare()
