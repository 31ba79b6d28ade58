"""nginx from Debian's package, serving a board's answers as files: what a server for big machines makes of the same clients."""

import contextlib
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Debian's own nginx.conf where it says something that matters here (worker_connections, sendfile, keepalive).
CONFIG = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 768; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    default_type application/json;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
{locations}
        location /writable {{ proxy_pass http://127.0.0.1:{port}{any_path}; }}
    }}
}}
"""
LOCATION = """        location = {path} {{
            root {folder}; try_files /{file} =404; types {{ }} default_type "{content_type}"; {encoding}
        }}"""


def nginx_program():
    """This computer's own, else what scripts/bench has unpacked."""
    unpacked = Path(__file__).parents[2] / "build/nginx/usr/sbin/nginx"
    return unpacked if unpacked.exists() else Path("/usr/sbin/nginx")


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """Serves `answers` (path -> (content type, content encoding, bytes)). Use with `with`."""

    writable = "/writable"

    def __init__(self, answers):
        self.answers = answers

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        folder.chmod(0o755)  # the worker is another user when root starts it
        self.port = free_port()
        locations = []
        for number, (path, (content_type, encoding, body)) in enumerate(self.answers.items()):
            file = f"answer-{number}"
            (folder / file).write_bytes(body)
            header = f"add_header Content-Encoding {encoding};" if encoding else ""
            locations.append(LOCATION.format(path=path, folder=folder, file=file, content_type=content_type,
                                             encoding=header))
        (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=self.port, locations="\n".join(locations),
                                                         any_path=next(iter(self.answers))))
        self.process = subprocess.Popen([nginx_program(), "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"])
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.__exit__()
        raise RuntimeError("nginx did not start")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        self._folder.cleanup()
