"""How gunicorn serves our applications; the command line names the application."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8080')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))

# A reader that waits for news costs a greenlet, not a thread.
worker_class = "deploy.samvirke.web_worker.PromptWorker"
worker_connections = 2000

# Of a worker's heartbeat, not of a request. The end of the grace comes before compose's own (40 s).
timeout = 60
graceful_timeout = 30
keepalive = 75  # longer than the proxy keeps a connection, so that none is closed under a request

# The heartbeat is a file: in memory it cannot be delayed by a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of the system

# Nobody steers a running server from outside, and the file system may be read-only.
control_socket_disable = True

# Each worker opens its own connections; nothing of a database may live through a fork.
preload_app = False

# The request log is the application's, with request ids and without addresses of persons.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "warning")
limit_request_line = 8190
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def post_worker_init(_worker: Any) -> None:
    """What is loaded stays: the collector need not look through it again with every long list."""
    gc.freeze()
