"""WSGI entry point: gunicorn digitsite.wsgi."""

import os

from django.core.wsgi import get_wsgi_application

from digitsite.home import prepare_home

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
prepare_home()  # before settings read the secret
application = get_wsgi_application()
