"""gunicorn's logs: masked, and as JSON if LOG_FORMAT says so."""

from datetime import timedelta
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from digitsite.log_lines import LOG_FORMAT, JsonLine, facts
from digitsite.masking import Mask, masked

AGENT = "HTTP_USER_AGENT"


class MaskedLogger(Logger):
    """The logger for `gunicorn --logger-class`."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            handler.addFilter(Mask())
            if LOG_FORMAT == "json":
                handler.setFormatter(JsonLine())

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Write a line about an answer. As JSON it has single facts, not gunicorn's format."""
        if LOG_FORMAT != "json":
            super().access(resp, req, environ, request_time)
        elif self.access_log_enabled:
            about = {
                **facts(environ),
                "method": environ["REQUEST_METHOD"],
                "path": masked(environ["PATH_INFO"]),
                "status": int(str(resp.status).split()[0]),
                "bytes": resp.sent,
                "seconds": round(request_time.total_seconds(), 6),
                "agent": masked(environ.get(AGENT, "")),
            }
            line = (environ["REQUEST_METHOD"], environ["RAW_URI"], environ["SERVER_PROTOCOL"])
            self.access_log.info("%s %s %s", *line, extra={"facts": about})
