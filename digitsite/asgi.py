"""ASGI entry point."""

import os

from django.core.asgi import get_asgi_application

from digitsite.home import prepare_home

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
prepare_home()  # before settings read the secret
application = get_asgi_application()
