"""WSGI entry point: gunicorn digitsite.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

from digitsite.home import prepare_home
from digitsite.statements import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
prepare_home()  # settings read the secret that this makes
application = get_wsgi_application()
limit_statements()
