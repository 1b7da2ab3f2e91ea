"""gunicorn's access log, with password reset links masked."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from digitsite.masking import masked


class MaskedLogger(Logger):
    """The logger for `gunicorn --logger-class`."""

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        """Return the parts of a log line, with reset links masked."""
        atoms = super().atoms(resp, req, environ, request_time)
        return {
            name: masked(part) if isinstance(part, str) else part for name, part in atoms.items()
        }
