"""WSGI entry point: gunicorn digitsite.wsgi."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from digitsite.home import prepare_home
from digitsite.script_name import below
from digitsite.statements import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
prepare_home()  # settings read the secret that this makes
application = below(settings.FORCE_SCRIPT_NAME or "", get_wsgi_application())
limit_statements()
# gunicorn would take the path away itself, and fail if a proxy has already done so.
os.environ.pop("SCRIPT_NAME", None)
