"""What the log leaves out. Read while settings are: nothing here may need the apps."""

import logging


class AnswersOfHealth(logging.Filter):
    """Drops Django’s line about a 503 of /healthz: that is the answer a watcher asked for, again and again."""

    def filter(self, record: logging.LogRecord) -> bool:
        asked = getattr(record, "request", None)
        return not (getattr(record, "status_code", 0) == 503 and getattr(asked, "path", "") == "/healthz")
