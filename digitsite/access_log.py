"""gunicorn's access log, without what must not be read there."""

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from digitsite.masking import masked


class MaskedLogger(Logger):
    """For `gunicorn --logger-class`."""

    def atoms(
        self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta
    ) -> dict[str, Any]:
        """The parts of a line; those that hold an address are masked."""
        atoms = super().atoms(resp, req, environ, request_time)
        return {
            name: masked(part) if isinstance(part, str) else part for name, part in atoms.items()
        }
