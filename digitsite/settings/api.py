"""Settings of the API: authentication, rate limits and the OpenAPI schema."""

import tomllib

from digitsite.environment import envint, envrate
from digitsite.home import BASE_DIR, BROKER, EMBEDDED_BROKER, HOME
from digitsite.settings.people import PROXIES

# Where all web processes count requests together; without Redis, in a file that they share on one
# machine: docs/decisions/0006-rate-limits-are-shared.md.
LIMITS_REDIS = "" if BROKER == EMBEDDED_BROKER else BROKER
LIMITS_FILE = HOME / "limits.sqlite3"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "recognizer.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "recognizer.api.scopes.InScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["recognizer.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "recognizer.api.scoped_schema.ScopedSchema",
    "EXCEPTION_HANDLER": "recognizer.api.errors.handle",
    "DEFAULT_THROTTLE_CLASSES": ["recognizer.accounts.throttles.AccountThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "user": envrate("API_RATE"),
        "explain": envrate("EXPLAIN_RATE"),
        "import": envrate("IMPORT_RATE"),
        "try": envrate("ANON_RATE"),
        "try-picture": envrate("ANON_PICTURE_RATE"),
        "sign-up": envrate("SIGN_UP_RATE"),
        "reset": envrate("RESET_RATE"),
    },
    "NUM_PROXIES": PROXIES,
}
DOWNLOADS_AT_ONCE = envint("DOWNLOADS_AT_ONCE", least=1)  # of one person
PROJECT = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Digit Studio",
    "DESCRIPTION": "Recognize, store and correct handwritten digits; retrain and deploy versions.",
    "VERSION": PROJECT["version"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # asks no other server
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_PATCH": False,  # no field of a PATCH is optional
    # Models share "kind" and "status". Without these names the schema would name enums by a hash.
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "recognizer.models.Deployment.Kind",
        "JobKindEnum": "recognizer.models.Job.Kind",
        "JobStatusEnum": "recognizer.models.Job.Status",
        "PageKindEnum": "recognizer.models.PagePicture.Kind",
        "PictureStatusEnum": "recognizer.models.BatchPicture.Status",
    },
}
