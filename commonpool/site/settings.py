"""Django's settings, made from the typed environment (`environment.py`)."""

from __future__ import annotations

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.urls import reverse_lazy

from commonpool.site import environment as env

try:
    ENVIRONMENT = env.read_environment()
    COMMONPOOL_HOME: Path = ENVIRONMENT.home.resolve()
    SECRET_KEY = env.secret_key(COMMONPOOL_HOME)
    DATABASES = {"default": env.database(ENVIRONMENT.model_copy(update={"home": COMMONPOOL_HOME}))}
except env.WrongSettingError as error:
    raise SystemExit(str(error)) from None

# Apart from the database, so that a destroyed key reaches every backup (voices/sealing.py).
INTERVIEW_KEYS = (ENVIRONMENT.interview_keys or COMMONPOOL_HOME / "interview-keys").resolve()
COMMONPOOL_DEMO = ENVIRONMENT.demo
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
if COMMONPOOL_DEMO and not set(ALLOWED_HOSTS) <= {*env.LOOPBACK, "[::1]"}:
    raise SystemExit("COMMONPOOL_DEMO=1 shows the site on this machine only. Leave COMMONPOOL_HOSTS out.")

LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = "Europe/London"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rooms, lowest first; one that has no `apps.py` yet is left out.
ROOMS = [
    *("audit", "sheets", "charts", "pages", "places", "policy", "people", "funds", "plans"),
    *("ledger", "performance", "voices", "risk_share", "evaluation", "demo", "site"),
]
INSTALLED_APPS = [
    # Before allauth, so that its pages are shown with ours.
    *(f"commonpool.{room}" for room in reversed(ROOMS) if find_spec(f"commonpool.{room}.apps")),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "commonpool.site.limits.size_limit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "commonpool.site.access.Guard",
]

ROOT_URLCONF = "commonpool.site.urls"
WSGI_APPLICATION = "commonpool.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "commonpool.site.context.site",
            ],
        },
    }
]
FORM_RENDERER = "commonpool.pages.forms.GovukRenderer"
CSRF_FAILURE_VIEW = "commonpool.pages.errors.form_too_old"

# --- Sign-in: by e-mail, by invitation only, with a second factor for those who write (people/) ---
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "commonpool.people.sign_in.Accounts"
SOCIALACCOUNT_ADAPTER = "commonpool.people.sign_in.SingleSignOn"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {"login": "commonpool.people.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
# Behind a proxy everybody comes from its address: without this, one who guesses passwords would lock all out.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.behind_proxy else 0
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if COMMONPOOL_DEMO or DEBUG else "https"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Commonpool"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = COMMONPOOL_DEMO or DEBUG
SOCIALACCOUNT_PROVIDERS = env.sign_on(ENVIRONMENT)
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "single-sign-on"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())
INVITATION_DAYS = 7

# --- Headers, cookies, limits ---
IS_PUBLIC = not (COMMONPOOL_DEMO or DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PUBLIC
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if IS_PUBLIC else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None
X_FRAME_OPTIONS = "DENY"
# A browser holds a form's answer to `form-action` too when it redirects, so the provider must stand in it.
_PROVIDER = ["{0.scheme}://{0.netloc}".format(urlsplit(ENVIRONMENT.oidc_server))] if ENVIRONMENT.oidc_server else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF, *_PROVIDER],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
REQUEST_BYTES_LIMIT = ENVIRONMENT.upload_megabytes * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000  # text fields; files go to disk
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a plan typed as a grid
DATA_UPLOAD_MAX_NUMBER_FILES = 20
MEDIA_ROOT = COMMONPOOL_HOME / "uploads"
MEDIA_URL = ""  # uploads are handed out by views that the access list guards, never by address
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Static files, mail, long work, log ---
STATIC_URL = "/static/"
STATIC_ROOT = COMMONPOOL_HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MANIFEST_STRICT = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # `serve` gathers the files and writes the manifest that this reads.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# In the home, so that every process counts the same failed attempts to sign in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": COMMONPOOL_HOME / "cache",
        "OPTIONS": {"MAX_ENTRIES": 5_000},
    }
}
_MAIL = env.mail(ENVIRONMENT.model_copy(update={"home": COMMONPOOL_HOME}))
globals().update(_MAIL)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.server": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}
