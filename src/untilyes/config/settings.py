"""Django settings, read from the environment; docs/reference/settings.md lists every variable.

Everything the installation owns lives in one folder, UNTILYES_HOME: the SQLite file, the lakes, the files people
upload and the secret key. Backing up is copying that folder.
"""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """The key from the environment, or one made once and kept, readable by its owner only."""
    if key := os.environ.get("UNTILYES_SECRET_KEY"):
        return key
    path = HOME / "secret.key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()


def _database() -> dict[str, object]:
    """SQLite in the home folder, or the PostgreSQL that DATABASE_URL names."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "untilyes.sqlite3",
            # Opening costs as much as a short request does, and the last one to close folds the whole log back.
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a transaction that will write takes the lock at once instead of failing to upgrade later.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL begins with {parts.scheme!r}; write postgresql://user:password@host:5432/name, "
            "or leave it unset to use SQLite."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "untilyes",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": options,
    }


TESTING = "pytest" in sys.modules
HOME = Path(os.environ.get("UNTILYES_HOME", "var")).resolve()
DEBUG = _flag("UNTILYES_DEBUG", default=False)
# The demonstration signs Ada in by itself and shows the local mailbox; it only ever listens on this machine.
DEMO = _flag("UNTILYES_DEMO", default=False)
BASE_URL = os.environ.get("UNTILYES_BASE_URL", "http://localhost:8000").rstrip("/")
SECRET_KEY = "only-for-tests-" + "0" * 40 if TESTING else _secret_key()
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "untilyes.web",  # before allauth, whose pages it dresses
    "allauth",
    "allauth.account",
    "anymail",
    "django_htmx",
    "django_q",
    "untilyes.plumbing",
    "untilyes.workspaces",
    "untilyes.customers",
    "untilyes.feedback",
    "untilyes.promises",
    "untilyes.sources",
    "untilyes.surveys",
    "untilyes.knowledge",
    "untilyes.tasks",
    "untilyes.insights",
    "untilyes.segments",
    "untilyes.voices",
    "untilyes.cases",
    "untilyes.automation",
    "untilyes.campaigns",
    "untilyes.reports",
    "untilyes.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "untilyes.config.headers.content_security_policy",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

if DEMO:
    MIDDLEWARE.append("untilyes.config.demo.doors.SignAdaIn")

ROOT_URLCONF = "untilyes.config.urls"
WSGI_APPLICATION = "untilyes.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent.parent / "web"],  # components: a folder each, with their templates
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": _database()}
# Each process remembers for itself: attempts to sign in, and for a minute what the lake knows of a customer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
if TESTING:  # signing in a cast for every test must not cost a second
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "untilyes.web.accounts.ByInvitationOnly"
# Only failures count: five in five minutes at one account from one address, and a hundred from an address, which may be
# a whole office. The account's limit comes first, so that who goes on trying there uses up nobody else's.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key,100/5m/ip"}
# How many proxies stand before this server: the address of whoever comes in is the one the farthest of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("UNTILYES_TRUSTED_PROXIES", "0"))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("pt", "Português")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
LAKE_ROOT = HOME / "lake"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING

EMAIL_BACKEND = os.environ.get("UNTILYES_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = os.environ.get("UNTILYES_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("UNTILYES_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("UNTILYES_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("UNTILYES_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("UNTILYES_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 10
# The domain whose mail reaches `manage receive_mail`; customers then answer our messages by replying to them.
REPLY_DOMAIN = os.environ.get("UNTILYES_REPLY_DOMAIN", "")
# A mailbox that receives for that domain, fetched from by the worker where mail cannot be delivered here.
IMAP_HOST = os.environ.get("UNTILYES_IMAP_HOST", "")
IMAP_PORT = int(os.environ.get("UNTILYES_IMAP_PORT", "993"))
IMAP_USER = os.environ.get("UNTILYES_IMAP_USER", "")
IMAP_PASSWORD = os.environ.get("UNTILYES_IMAP_PASSWORD", "")
IMAP_FOLDER = os.environ.get("UNTILYES_IMAP_FOLDER", "INBOX")
IMAP_USE_TLS = _flag("UNTILYES_IMAP_TLS", default=True)
DEFAULT_FROM_EMAIL = os.environ.get("UNTILYES_FROM_EMAIL", "UntilYes <feedback@localhost>")

# A language model that may name and summarise topics, when a person asks; off unless both are set.
WRITER = {
    "url": os.environ.get("UNTILYES_WRITER_URL", ""),
    "model": os.environ.get("UNTILYES_WRITER_MODEL", ""),
    "key": os.environ.get("UNTILYES_WRITER_KEY", ""),
    "price_in": float(os.environ.get("UNTILYES_WRITER_PRICE_IN", "0")),
    "price_out": float(os.environ.get("UNTILYES_WRITER_PRICE_OUT", "0")),
}

# `retry` must exceed the longest task, or a second worker starts it while the first still runs.
Q_CLUSTER = {
    "name": "untilyes",
    "orm": "default",
    "workers": 1,
    "timeout": 600,
    "retry": 900,
    "max_attempts": 5,
    "poll": 0.5,
    "save_limit": 200,
    "catch_up": False,
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("UNTILYES_LOG_LEVEL", "WARNING")},
}
