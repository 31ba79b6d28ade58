"""Servers that people know, from Debian's packages, each serving one file: what else answers the same request."""

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What Debian's own configurations say where it matters here; one worker each, and connections that stay open.
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors crit;
events {{ worker_connections 768; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type "{content_type}";
    client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
    uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""
LIGHTTPD = """
server.document-root = "{folder}/files"
server.bind = "127.0.0.1"
server.port = {port}
server.max-keep-alive-requests = 60000
server.compat-module-load = "disable"
server.modules = ("mod_staticfile")
server.errorlog = "{folder}/errors"
mimetype.assign = ( "" => "{content_type}" )
"""
H2O = """
listen: {{ host: 127.0.0.1, port: {port} }}
num-threads: 1
user: {user}
error-log: {folder}/errors
hosts:
  default:
    paths:
      /: {{ file.dir: {folder}/files, file.mime.setdefaulttype: "{content_type}" }}
"""


class Peer:
    """One server. `start(body, content_type, prefix)` is a context: within it `port` answers GET /answer, and `process` runs."""

    def __init__(self, name, program, config, arguments):
        self.name = name
        self._package_path = program
        self._config = config
        self._arguments = arguments

    @property
    def program(self):
        """What scripts/bench has unpacked, else this computer's own."""
        unpacked = ROOT / "build" / self.name / self._package_path
        return unpacked if unpacked.exists() else Path("/") / self._package_path

    def version(self):
        text = subprocess.run([self.program, "-v"], capture_output=True, text=True)
        return (text.stdout + text.stderr).splitlines()[0]

    @contextlib.contextmanager
    def start(self, body, content_type, prefix=()):
        with tempfile.TemporaryDirectory() as name, contextlib.closing(socket.socket()) as probe:
            folder = Path(name)
            folder.chmod(0o755)  # where root starts it, a server becomes another user
            (folder / "files").mkdir()
            (folder / "files/answer").write_bytes(body)
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
            probe.close()
            config = folder / "config"
            config.write_text(self._config.format(folder=folder, port=self.port, content_type=content_type,
                                                   user=getpass.getuser()))
            command = [*prefix, self.program, *(word.format(config=config, folder=folder) for word in self._arguments)]
            self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                wait_until_it_listens(self.port, self.process, self.name)
                yield self
            finally:
                end(self.process)


PEERS = [
    Peer("nginx", "usr/sbin/nginx", NGINX, ["-p", "{folder}", "-e", "{folder}/errors", "-c", "{config}"]),
    Peer("lighttpd", "usr/sbin/lighttpd", LIGHTTPD, ["-D", "-f", "{config}"]),
    Peer("h2o", "usr/bin/h2o", H2O, ["-c", "{config}"]),
]


def wait_until_it_listens(port, process, name):
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"{name} did not start")


def end(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def cpu_ns(pid):
    """What all threads of a process took so far, in the kernel's work for them as well."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text().split()[0])
    return total
