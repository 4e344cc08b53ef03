"""Settings of a Folkmoot site. Everything a machine may change comes from `config.env`."""

import hashlib
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF

from config import env
from config.env import BASE_DIR, VAR_DIR

DEBUG = env.DEBUG
DEMO = env.DEMO
SITE_URL = env.SITE_URL
SECRET_KEY = env.secret_key()

_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = env.ALLOWED_HOSTS or [_site.hostname or "localhost"]
if DEMO:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failed"

# --- The community: settings, never code -------------------------------------------------------
SITE_NAME = env.env.str("SITE_NAME", default="Folkmoot")
PARTNERSHIP_NAME = env.env.str("PARTNERSHIP_NAME", default="Whole Essex Information Sharing Framework")
PARTNERSHIP_STRAPLINE = env.env.str(
    "PARTNERSHIP_STRAPLINE",
    default="Run for its partners by the Whole Essex Information Sharing Framework. "
    "Hosted by a partner council; each sector takes a turn to chair.",
)
CORE_TEAM_EMAIL = env.env.str("CORE_TEAM_EMAIL", default="core.team@weisf.example.org")

INSTALLED_APPS = [
    "portal",
    "cms",
    "forum",
    "horizon",
    "events",
    "reference",
    "notifications",
    "members",
    "core",
    "wagtail.api.v2",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "rules",
    "allauth",
    "allauth.account",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "core.middleware.AnonymousCache",
    "core.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.sites.KnownSite",
    "cms.redirects.RedirectMiddleware",
    "cms.editing.refusals.PlainRefusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "builtins": ["core.templatetags.core_tags"],
        },
    },
]

# --- Data ----------------------------------------------------------------------------------------
DATABASES = {"default": env.database(env.DATABASE_URL, interface=env.INTERFACE)}

# Several sites may share a Valkey, and a hint is heard in all of its databases: each site has names of its own.
_names = f"folkmoot-{hashlib.sha256(SITE_URL.encode()).hexdigest()[:8]}"
if env.VALKEY_URL:
    CACHES = {
        "default": {
            # an outage reads as an empty cache: pages and sessions come from the database
            "BACKEND": "core.forgiving.ForgivingCache",
            "LOCATION": env.VALKEY_URL,
            "KEY_PREFIX": _names,
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [env.VALKEY_URL], "prefix": _names},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 2000}}}
# Whole pages are kept for the anonymous when every process sees the same cache, or there is only one.
ANONYMOUS_CACHE = bool(env.VALKEY_URL) or env.env.bool("SINGLE_PROCESS", default=False)

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
PRIVATE_ROOT = VAR_DIR / "private"  # not below MEDIA_ROOT: what is here has no address, and is handed out by views
STATIC_ROOT = VAR_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {"BACKEND": "core.private.PrivateStorage", "OPTIONS": {"file_permissions_mode": 0o600}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "core.staticfiles.BundledStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "members.backends.MemberBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "members.passwords.UnlikeYou",
        "OPTIONS": {"user_attributes": ("email", "display_name", "handle")},
    },
    {"NAME": "members.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "members.passwords.NotCommon"},
    {"NAME": "members.passwords.NotNumbersAlone"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/forum/"
LOGOUT_REDIRECT_URL = "/"

RATE_LIMIT_FACTOR = env.RATE_LIMIT_FACTOR if DEMO else 1
TRUSTED_PROXIES = env.TRUSTED_PROXIES


def _rate(text: str) -> str:
    """allauth's rate text with its counts raised by RATE_LIMIT_FACTOR: "5/m/ip" → "50/m/ip"."""
    parts = []
    for rate in text.split(","):
        count, rest = rate.split("/", 1)
        parts.append(f"{int(count) * RATE_LIMIT_FACTOR}/{rest}")
    return ",".join(parts)


ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password one signs in by code
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_RATE_LIMITS = {
    "login": _rate("30/m/ip"),
    "login_failed": _rate("10/m/ip,5/5m/key"),
    "signup": _rate("20/m/ip"),
    "confirm_email": _rate("2/m/key,10/h/key"),
    "reset_password": _rate("20/m/ip,5/m/key"),
    "request_login_code": _rate("20/m/ip,3/m/key"),
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.TRUSTED_PROXIES
ACCOUNT_FORMS = {
    "signup": "members.forms.SignupForm",
    "login": "members.forms.LoginForm",
    "request_login_code": "members.forms.RequestLoginCodeForm",
    "confirm_login_code": "members.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "members.forms.ConfirmAddressForm",
    "reset_password": "members.forms.ResetPasswordForm",
    "reset_password_from_key": "members.forms.NewPasswordForm",
    "set_password": "members.forms.SetPasswordForm",
    "change_password": "members.forms.ChangePasswordForm",
    "reauthenticate": "members.forms.ReauthenticateForm",
    "add_email": "members.forms.AddressForm",
}

# acts of our own: (how many, in how many seconds), per member or, before sign-in, per address
RATE_LIMITS = {
    "ask": (20, 3600),
    "post": (60, 3600),
    "react": (300, 3600),
    "signal": (10, 3600),
    "book": (60, 3600),
    "guest": (30, 3600),  # links asked for by one address, behind which a whole office may stand
    "guest_mail": (4, 3600),  # mails that strangers can make us send to one e-mail address
    "ask_for_address": (4, 3600),  # asks of members to book for one e-mail address
    "door": (3000, 600),  # a phone asks every twenty seconds, and sends each tap
    "feedback": (30, 3600),
    "certificate": (60, 600),
    "upload": (40, 3600),  # files of talks, by one address
    "slides_zip": (30, 3600),  # all slides of an event at once
    "vote": (3000, 600),  # a whole hall may stand behind one address
    "vote_code": (120, 600),  # codes that there are not: mistyped, or tried
    "audience_question": (6, 600),  # of one person to one session
    "audience_questions": (300, 600),
    "search": (60, 60),
    "suggest": (240, 60),
    "preview": (240, 60),
    "details": (60, 3600),
    "calendar": (120, 60),
    "file": (240, 600),
    "download": (120, 600),  # a whole office may stand behind one address
}

# --- Safety --------------------------------------------------------------------------------------
_https = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "core.sessions"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_SSL_REDIRECT = False
if env.TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
_ws = SITE_URL.replace("http", "ws", 1)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, _ws],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
}
# Wagtail's admin writes inline styles and scripts and frames its own previews.
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "frame-ancestors 'self'; form-action 'self'; base-uri 'self'; object-src 'none'"
)

# --- Mail ----------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.DEFAULT_FROM_EMAIL
MAIL_WAIT_SECONDS = env.env.int("MAIL_WAIT_SECONDS", default=90)
MAIL_OUTBOX_DIR = VAR_DIR / "outbox"
MAIL_MISSING = ""
if env.EMAIL_URL:
    _mail = urlsplit(env.EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _mail.hostname or "localhost"
    EMAIL_PORT = _mail.port or {"smtp+tls": 587, "smtps": 465}.get(_mail.scheme, 25)
    EMAIL_HOST_USER = unquote(_mail.username or "")
    EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_TIMEOUT = 20
elif DEMO or DEBUG:
    EMAIL_BACKEND = "notifications.delivery.outbox.EmailBackend"
else:
    # commands such as `migrate` need no mail; serving and working refuse to start without it
    MAIL_MISSING = (
        "EMAIL_URL is not set: Folkmoot can't send sign-in codes or notices. "
        "Set EMAIL_URL=smtp://user:password@host:25, or DEMO=1 to try it out."
    )

# --- Wagtail -------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "/admin/login/"  # ours (members.views.signing_in): sends people to /accounts/login/
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILIMAGES_IMAGE_MODEL = "core.CustomImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.CustomDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.editing.uploads.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "ods", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.finishing.publish_approved"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict] = []
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

# --- Words and time --------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]  # what Wagtail says of approving, in the product's own words
TIME_ZONE = env.env.str("TIME_ZONE", default="Europe/London")
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # everybody reads the time of the site: kept pages and mails say no other
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"answers of health": {"()": "core.logs.AnswersOfHealth"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["answers of health"]},
        "django_tasks_db": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "uvicorn.error": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},  # it tells of every table of a typeface
        # during an outage of Valkey it writes a traceback each second; we say it ourselves, once a hint
        "channels_redis": {"level": "CRITICAL"},
    },
}
