"""Settings of accounts: passwords, signing in and up, login lockout, proxies and mail."""

from datetime import timedelta

from digitsite.environment import envbool, envint, envstr
from digitsite.mail import read_mail_url
from digitsite.settings.base import HTTPS

# People -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "recognizer.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "recognizer:studio"
LOGOUT_REDIRECT_URL = "login"

# Use without an account, signing up, signing in ---------------------------------------------------

TRY_WITHOUT_ACCOUNT = envbool("TRY_WITHOUT_ACCOUNT")
SIGN_UP = envbool("SIGN_UP")
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a reset link is valid

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first, so that it refuses during a lockout
    "django.contrib.auth.backends.ModelBackend",
]
AXES_HANDLER = "recognizer.accounts.login_lockout.LoginLockout"
AXES_FAILURE_LIMIT = envint("SIGN_IN_ATTEMPTS", least=1)
AXES_COOLOFF_TIME = timedelta(minutes=envint("SIGN_IN_LOCK_MINUTES", least=1))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # the handler also counts by address alone
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit has the sign-ins
AXES_CLIENT_IP_CALLABLE = "recognizer.accounts.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "recognizer.accounts.login_lockout.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken"]  # passwords always are
AXES_USERNAME_CALLABLE = "recognizer.accounts.login_lockout.counted_name"
AXES_VERBOSE = False

# Number of proxies before the site that append to X-Forwarded-For.
PROXIES = envint("PROXIES", int(HTTPS))

# What is kept, and for how long -------------------------------------------------------------------

AUDIT_DAYS = envint("AUDIT_DAYS")  # of the audit's events; 0: for ever
UNLABELED_DAYS = envint("UNLABELED_DAYS")  # of drawings that nobody labeled; 0: for ever
UNDO_DAYS = envint("UNDO_DAYS")  # of drawings that their owner deleted; 0: a deletion is final
TOKEN_DAYS = envint("TOKEN_DAYS", least=1)  # of an API token, unless its owner chooses
TOKEN_MAX_DAYS = envint("TOKEN_MAX_DAYS")  # at most; 0: a year, or for ever by choice

# Mail ---------------------------------------------------------------------------------------------

# On one machine mails are printed on the console. With a server they would end up in a log file.
MAIL = read_mail_url(envstr("EMAIL_URL") or ("" if envstr("DATABASE_URL") else "console:"))
SENDS_MAIL = not MAIL.backend.endswith("dummy.EmailBackend")
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.use_tls, MAIL.use_ssl
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = envstr("EMAIL_FROM")
