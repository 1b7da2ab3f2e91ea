"""Settings. All that differs between installations comes from environment variables.

digitsite/variables.py lists them. Without any, the site keeps its SQLite file, its queue and its
secret in var/ and needs no other server.
"""

from digitsite.settings.api import *
from digitsite.settings.base import *
from digitsite.settings.jobs import *
from digitsite.settings.learning import *
from digitsite.settings.people import *
