"""One machine, nothing prepared: the app's own PostgreSQL and Valkey under PASTORAL_VAR unless told otherwise."""

from pastoral import embedded
from pastoral.environment import env
from pastoral.settings.base import *  # noqa: F403
from pastoral.settings.base import DATABASE_OPTIONS, INSTALLED_APPS, VAR_DIR

INSTALLED_APPS = [*INSTALLED_APPS, "pastoral.supervisor"]  # `manage.py demo`

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
SECRET_KEY = env.str("SECRET_KEY", "") or embedded.secret_key(VAR_DIR)

DATABASES = {
    "default": {
        **embedded.database(env.str("DATABASE_URL", ""), VAR_DIR),
        "OPTIONS": DATABASE_OPTIONS,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    },
}
REDIS_URL = env.str("REDIS_URL", "") or embedded.valkey_url(VAR_DIR)
CELERY_BROKER_URL = REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "pastoral.core.cache.SteadyCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Without a collectstatic step the packages are served from where npm put them.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000")
DEMO = env.bool("PASTORAL_DEMO", False)
