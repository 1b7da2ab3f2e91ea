"""The site's settings, with a database file that may not have more than MOST_PAGES pages.

What SQLite then says is what it says on a full disk.
"""

import os

from digitsite.settings import *  # noqa: F403
from digitsite.settings import DATABASES

LIMIT = f"PRAGMA max_page_count={int(os.environ['MOST_PAGES'])};"
DATABASES["default"]["OPTIONS"]["init_command"] += LIMIT
