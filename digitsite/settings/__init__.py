"""Settings: everything that differs between installations comes from the environment.

The table of variables is in README.md. With nothing set, the site keeps its SQLite file, its queue
and its secret under var/ and needs no other server.
"""

from digitsite.settings.api import *
from digitsite.settings.base import *
from digitsite.settings.jobs import *
from digitsite.settings.learning import *
from digitsite.settings.people import *
