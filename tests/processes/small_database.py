"""The site's settings, with a database file of at most MOST_PAGES pages.

SQLite then gives the same error as on a full disk.
"""

import os

from digitsite.settings import *  # noqa: F403
from digitsite.settings import DATABASES

LIMIT = f"PRAGMA max_page_count={int(os.environ['MOST_PAGES'])};"
DATABASES["default"]["OPTIONS"]["init_command"] += LIMIT
