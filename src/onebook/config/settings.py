"""Django's settings; reading them starts no server and makes no file."""

import os
from importlib.util import find_spec
from pathlib import Path

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from onebook.infra import home, logins

APPS = [
    "infra",
    "org",
    "work",
    "books",
    "customer",
    "tariff",
    "metering",
    "billing",
    "receivable",
    "cash",
    "banking",
    "finance",
    "hub",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    *(f"onebook.{app}" for app in APPS),
]

# A process works with one login: the pages and small commands as app, the jobs as batch
# (ONEBOOK_LOGIN=batch before Django starts). The owner's alias is for migrations alone.
_LOGIN: logins.Login = "batch" if os.environ.get("ONEBOOK_LOGIN") == "batch" else "app"
DATABASES = {
    alias: logins.django_database(login)
    | {
        "ENGINE": "django.db.backends.postgresql",
        "TIME_ZONE": "Asia/Shanghai",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {} if alias == "default" else {"MIRROR": "default"},
    }
    for alias, login in (("default", _LOGIN), ("owner", "owner"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "org.Person"
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 3600  # one long working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Made at its first use, so that importing the settings leaves the disk alone.
SECRET_KEY = SimpleLazyObject(lambda: home.secret("web-key"))
DEBUG = False
_HOSTS = [host.strip() for host in os.environ.get("ONEBOOK_HOSTS", "").split(",") if host.strip()]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_HOSTS]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _HOSTS if host != "*"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "onebook.config.csp.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "onebook.config.language.ChineseFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "onebook.infra.web.scope.scoped",
    "onebook.infra.web.problems.ProblemPages",
]
ROOT_URLCONF = "onebook.config.urls"
WSGI_APPLICATION = "onebook.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "onebook.config.navigation.shell",
            ],
        },
    },
]

# What went wrong in a page is said where the server runs; the reader sees only that it did.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# Those that are no apps of Django have their texts here; the others are found by themselves.
LOCALE_PATHS = [Path(__file__).parents[1] / name / "locale" for name in ("config", "demo")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
# Static files are served from the packages themselves: there is no collecting step.
WHITENOISE_USE_FINDERS = True
# The chart library's own script; found without importing the package, which takes a second.
_plotly = find_spec("plotly")
STATICFILES_DIRS = [
    ("plotly", Path(folder) / "package_data")
    for folder in (_plotly and _plotly.submodule_search_locations) or ()
]
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 << 20
