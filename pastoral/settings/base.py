"""What every installation shares. `local` and `production` add where it runs.

Source for the choices: docs/decisions/.
"""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from pastoral.environment import env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.str("PASTORAL_VAR", str(BASE_DIR / "var"))).resolve()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "pastoral.staticfiles.PastoralStaticFiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "pastoral.core",
    "students",
    "attendance",
    "behaviour",
    "contacts",
    "interventions",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pastoral.core.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pastoral.core.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pastoral.core.middleware.FormsOnlyMiddleware",
    "pastoral.core.middleware.DraftMiddleware",
    "pastoral.core.middleware.HistoryMiddleware",
]

CSRF_FAILURE_VIEW = "pastoral.core.views.errors.stale_form"
ROOT_URLCONF = "pastoral.urls"
WSGI_APPLICATION = "pastoral.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pastoral.core.context_processors.frame",
                "reports.saved.saved_views_link",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- data ---------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_OPTIONS = {
    # Planning and compiling cost more than these short queries' execution: see docs/decisions/0002, and 0012 for those
    # that are not short.
    "options": "-c jit=off -c timezone=UTC",
    "server_side_binding": True,
    "prepare_threshold": 3,
}
MEDIA_ROOT = VAR_DIR / "files"

# --- people -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "pastoral.core.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "pastoral.core.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_code"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
PASTORAL_ROLE_SOURCE = "students.services.roles_held"
PASTORAL_JOB_SOURCE = "students.scopes.job_of"
SESSION_COOKIE_AGE = 60 * 60 * env.int("SESSION_HOURS", 10)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- words and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
SCHOOL_NAME = env.str("SCHOOL_NAME", "Anytown Academy")

# --- static files and the browser ---------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static" / "pastoral",
    ("tabler", BASE_DIR / "static" / "node_modules" / "@tabler" / "core" / "dist"),
    (
        "fonts/inter",
        BASE_DIR / "static" / "node_modules" / "@fontsource-variable" / "inter" / "files",
    ),
    # One file a weight with every script's letters: paper takes neither variable fonts nor pieces of fonts quickly.
    ("fonts/inter-print", BASE_DIR / "static" / "node_modules" / "inter-ui" / "web"),
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- imports ------------------------------------------------------------------------------------
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 200_000_000)
# Rejects files, and uploads that nobody applied or dropped, are erased when they are this old.
IMPORT_KEPT_DAYS = env.int("IMPORT_KEPT_DAYS", 30)
FILE_UPLOAD_HANDLERS = [
    "pastoral.core.imports.gate.UploadGate",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- jobs ---------------------------------------------------------------------------------------
# A job whose worker gave no sign of life for this many seconds is given out again.
JOB_REDELIVERY_SECONDS = env.int("JOB_REDELIVERY_SECONDS", 300)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": JOB_REDELIVERY_SECONDS,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE = {
    "dispatch-the-day": {
        "task": "reports.tasks.day_dispatch",
        "schedule": crontab(hour="5", minute="30"),
    },
    "propose-for-unexplained-absences": {
        "task": "attendance.tasks.unexplained_propose",
        "schedule": crontab(hour="5", minute="20"),
    },
    "propose": {
        "task": "attendance.tasks.proposals_nightly",
        "schedule": crontab(hour="5", minute="10"),
    },
    "remind-of-what-plans-ask": {
        "task": "interventions.tasks.contributions_remind",
        "schedule": crontab(hour="7", minute="40"),
    },
    # Also what an unreachable job service left, and what is to be tried again.
    "send-what-is-due": {
        "task": "contacts.tasks.messages_send",
        "schedule": 60.0,
    },
    "take-up-lost-jobs": {
        "task": "pastoral.core.tasks.jobs_recover",
        "schedule": 60.0,
    },
}

# --- mail ---------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Pastoral <pastoral@school.example>")
EMAIL_TIMEOUT = 30  # seconds without a word from the mail server

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
