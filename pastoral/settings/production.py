"""A school's server: every address and secret comes from the environment, and HTTPS is taken for granted."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF

from pastoral.environment import env
from pastoral.settings.base import *  # noqa: F403
from pastoral.settings.base import CONTENT_SECURITY_POLICY, DATABASE_OPTIONS

DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS")
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
SITE_URL = env.str("SITE_URL")
DEMO = False

DATABASES = {
    "default": {
        **env.dj_db_url("DATABASE_URL"),
        "OPTIONS": DATABASE_OPTIONS,
        "CONN_MAX_AGE": env.int("DATABASE_CONNECTION_SECONDS", 600),
        "CONN_HEALTH_CHECKS": True,
    },
}
REDIS_URL = env.str("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CACHES = {
    "default": {
        "BACKEND": "pastoral.core.cache.SteadyCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    },
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# How many proxies of the school's own stand before the application: sign-in limits count the address before them.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXY_COUNT", 1)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_HOST = env.str("MAIL_HOST")
EMAIL_PORT = env.int("MAIL_PORT", 587)
EMAIL_HOST_USER = env.str("MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.str("MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("MAIL_TLS", True)

# Microsoft and Google sign-in, each only when its client is set. Microsoft only from the school's own tenant: from any
# other, an e-mail address is whatever its owner typed. An address in the school's domains counts as verified there.
_SERVICES = {
    "microsoft": ("Microsoft", lambda: f"https://login.microsoftonline.com/{env.str('MICROSOFT_TENANT_ID')}/v2.0"),
    "google": ("Google", lambda: "https://accounts.google.com"),
}
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider,
                "name": name,
                "client_id": env.str(f"{provider.upper()}_CLIENT_ID"),
                "secret": env.str(f"{provider.upper()}_CLIENT_SECRET"),
                "settings": {"server_url": address(), "verified_email": env.list("SCHOOL_DOMAINS")},
            }
            for provider, (name, address) in _SERVICES.items()
            if env.str(f"{provider.upper()}_CLIENT_ID", "")
        ],
    },
}
# A browser follows the sign-in form to the other service only where the policy lets it.
_services = [urlsplit(app["settings"]["server_url"]) for app in SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **CONTENT_SECURITY_POLICY["DIRECTIVES"],
        "form-action": [SELF, *(f"{service.scheme}://{service.netloc}" for service in _services)],
    },
}
