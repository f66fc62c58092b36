"""Settings, read once from the environment; a wrong value stops the start with one line."""

import hashlib
from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.urls import reverse_lazy

from jetbridge import environment
from jetbridge.home import PROJECT_ROOT, database_address
from jetbridge.panel.menu import SIDEBAR

env = environment.start()

BASE_DIR = PROJECT_ROOT
JETBRIDGE_HOME = env["JETBRIDGE_HOME"]
SECRET_KEY = env["JETBRIDGE_SECRET_KEY"]
FIELD_KEYS = env["JETBRIDGE_FIELD_KEYS"]
JETBRIDGE_SAMPLES = env["JETBRIDGE_SAMPLES"]

DEBUG = env["JETBRIDGE_DEBUG"]
HTTPS = env["JETBRIDGE_HTTPS"]
ALLOWED_HOSTS = env["JETBRIDGE_ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = env["JETBRIDGE_TRUSTED_ORIGINS"]
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "jetbridge.core.session_store"
SESSION_COOKIE_AGE = env["JETBRIDGE_SESSION_HOURS"] * 3600
SESSION_IDLE_SECONDS = env["JETBRIDGE_IDLE_MINUTES"] * 60
PROXIES = env["JETBRIDGE_PROXIES"]
WEBHOOKS_PRIVATE = env["JETBRIDGE_WEBHOOKS_PRIVATE"]
# As strict as the skin allows. Its Alpine evaluates the expressions in its templates (unsafe-eval) and its charts
# and menus set styles on elements (unsafe-inline, for styles only); no inline script runs. A page adds the hosts of
# the pictures that it shows.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Two homes on one machine share the host name 127.0.0.1, and cookies know no port: a name of its own for each.
HOME_TAG = hashlib.sha256(str(JETBRIDGE_HOME).encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"jetbridge_session_{HOME_TAG}"
CSRF_COOKIE_NAME = f"jetbridge_csrf_{HOME_TAG}"
KNOWN_COOKIE_NAME = f"jetbridge_known_{HOME_TAG}"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "jetbridge.apps.PanelAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "import_export",
    "django_celery_beat",
    "treebeard",
    "auditlog",
    "axes",
    "csp",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "jetbridge.core",
    "jetbridge.panel",
    "jetbridge.jobs",
    "jetbridge.outbox",
    "jetbridge.inbox",
    "jetbridge.mass_actions",
    "jetbridge.store",
    "catalog",
    "catalog.products",
    "catalog.mapping",
    "catalog.rules",
    "catalog.listings",
    "orders",
    "returns",
    "jetbridge.desk",
    "jetbridge.api",
    "jetbridge.signin",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "jetbridge.core.middleware.BrowserPolicyMiddleware",
    "jetbridge.core.statics.StaticFilesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "jetbridge.core.middleware.ForgottenMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jetbridge.core.middleware.SignInMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jetbridge.core.middleware.ActorMiddleware",
    "jetbridge.core.middleware.EditLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "jetbridge.jobs.middleware.HeldUpMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jetbridge.signin.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "jetbridge.urls"
WSGI_APPLICATION = "jetbridge.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_URL = bool(env["DATABASE_URL"])
DATABASES: dict[str, dict[str, Any]] = {
    "default": env["DATABASE_URL"]
    or {"ENGINE": "django.db.backends.sqlite3", "NAME": database_address(JETBRIDGE_HOME)}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # All three together or none works under concurrent writers: write-ahead log, the write lock taken
    # at BEGIN (a later upgrade fails at once), and patience for it.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            # What is deleted or forgotten is overwritten in the file too.
            "PRAGMA secure_delete=ON;"
        ),
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "jetbridge.core.permissions.OneQueryBackend",
]
# Who counts what, and whom a stranger who guesses does not lock out, says the handler.
AXES_HANDLER = "jetbridge.core.sign_ins.Gate"
AXES_CLIENT_IP_CALLABLE = "jetbridge.core.sign_ins.client_address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# A pause ends by the clock, whatever a guesser sends meanwhile.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_FAILURE_LIMIT = env["JETBRIDGE_LOGIN_ATTEMPTS"]
AXES_COOLOFF_TIME = timedelta(minutes=env["JETBRIDGE_LOCKOUT_MINUTES"])
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_ENABLED = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Second steps and single sign-on come from django-allauth; what is wrong at any door counts with the gate above.
ACCOUNT_ADAPTER = "jetbridge.signin.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "jetbridge.signin.adapters.FactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "JetBridge"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "jetbridge.signin.adapters.SingleSignOnAdapter"
# The content policy lets no form lead to another host, so a link does.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = environment.single_sign_on(env)
OIDC_GROUPS_CLAIM = env["JETBRIDGE_OIDC_GROUPS_CLAIM"]
REQUIRE_SECOND_FACTOR = env["JETBRIDGE_REQUIRE_2FA"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = JETBRIDGE_HOME / "static"
# The panel serves its static files straight from the packages, packed and under their version: no collectstatic step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": JETBRIDGE_HOME / "uploads"},
    },
    "staticfiles": {"BACKEND": "jetbridge.core.statics.VersionedStorage"},
}
# Uploaded files are read by code and never served.
MEDIA_ROOT = JETBRIDGE_HOME / "uploads"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_PERMISSIONS = 0o600

REDIS_URL = env["REDIS_URL"]
# Where the sandbox runs when `up` did not start it (a container of its own).
SANDBOX_URL = env["JETBRIDGE_SANDBOX_URL"]
# Addresses that Jet hands out lead there, or to the API's own host; nowhere else.
FILE_HOSTS = env["JETBRIDGE_FILE_HOSTS"]
# What a product file may hold; more is refused before it can fill the memory of a worker.
IMPORT_ROWS, IMPORT_CELLS = env["JETBRIDGE_IMPORT_ROWS"], env["JETBRIDGE_IMPORT_CELLS"]
IMPORT_BYTES = env["JETBRIDGE_IMPORT_MB"] * 1024 * 1024
vars().update(env["EMAIL_URL"] or {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"})
# Who knows it may read the figures at /metrics; without it the address is not there.
METRICS_TOKEN = env["JETBRIDGE_METRICS_TOKEN"]
SENTRY_DSN = env["SENTRY_DSN"]
# Where messages from Help and Support go.
SUPPORT_EMAIL = env["JETBRIDGE_SUPPORT_EMAIL"]
DEFAULT_FROM_EMAIL = env["JETBRIDGE_MAIL_FROM"]

AUDITLOG_CID_GETTER = "jetbridge.core.actors.current_request_id"
AUDITLOG_DISABLE_ON_RAW_SAVE = True
# What people edit by form. Services write their own history (core.history); rows with secrets are left out.
AUDITLOG_INCLUDE_TRACKING_MODELS = (
    {
        "model": "catalog.Product",
        "exclude_fields": ["sku_key", "source_hash", "reserved", "updated_at", "changed_at"],
    },
    {"model": "catalog.StoreCategory", "include_fields": ["name", "full_path"]},
    "catalog.Attribute",
    "catalog.ShippingException",
    "catalog.ReturnException",
    "mapping.AttributeMapping",
    "core.StoreView",
    {"model": "django_celery_beat.PeriodicTask", "include_fields": ["interval", "crontab", "expire_seconds"]},
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "actor": {"()": "jetbridge.core.logs.ActorFilter"},
        "outage": {"()": "jetbridge.core.logs.OutageFilter"},
    },
    "formatters": {
        "plain": {
            "()": "jetbridge.core.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(job)s %(job_run)s %(call_id)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if env["JETBRIDGE_LOG_JSON"] else "plain",
            "filters": ["actor", "outage"],
        }
    },
    "root": {"handlers": ["console"], "level": env["JETBRIDGE_LOG_LEVEL"]},
    "loggers": {"django.server": {"level": "WARNING"}},
}

UNFOLD = {
    "SITE_TITLE": "JetBridge",
    "SITE_HEADER": "JetBridge",
    "SITE_SUBHEADER": "Jet.com business panel",
    "SITE_SYMBOL": "rocket_launch",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "GLOBAL_CALLBACK": "jetbridge.panel.header.header_context",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("jetbridge/favicon.svg")},
    ],
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("jetbridge/panel.css")],
    "SCRIPTS": [
        lambda request: static("jetbridge/panel.js"),
        lambda request: static("jetbridge/commands.js"),
    ],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": SIDEBAR},
    "ACCOUNT": {
        "navigation": [
            {
                "title": "My notifications",
                "link": reverse_lazy("desk:my_notifications"),
                "permission": lambda request: request.user.has_perm("core.view_notification"),
            },
            {
                "title": "My API tokens",
                "link": reverse_lazy("api:tokens"),
                "permission": lambda request: request.user.has_perm("api.use_api"),
            },
            {"title": "My sign-in", "link": reverse_lazy("signin:mine")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
    "DASHBOARD_CALLBACK": "jetbridge.desk.views.dashboard.dashboard_context",
    "LOGIN": {"redirect_after": reverse_lazy("admin:index")},
}
