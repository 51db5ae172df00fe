"""The gateways that the tests of the page at /docs open in a browser, and what stands behind them."""

import http.client
import http.server
import json
import os
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
ICEGATE = Path(os.environ.get("DOCS_PAGE_ICEGATE", ROOT / ".build/debug/icegate")).resolve()
KEY = "0123456789abcdef-page"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Site:
    """`icegate demo`; a gateway before `icegate mock`; the same below a prefix. To be stopped."""

    def __init__(self):
        self.processes = []
        self.folder = tempfile.TemporaryDirectory()
        self.demo = f"http://127.0.0.1:{free_port()}"
        self._start("demo", "--listen", self.demo.removeprefix("http://"), until="listening on")
        port = free_port()
        target = f"tcp -h 127.0.0.1 -p {port}"
        self._start("mock", HERE / "Page.ice", "--answers", HERE / "answers.json", "--endpoints", target, until="Try:")
        self.gateway = f"http://127.0.0.1:{free_port()}"
        self._start("serve", "--config", self._configuration(target), until="listening on")
        self.proxy = PrefixProxy(self.gateway, "/some/where")
        self.below = self.proxy.address

    def _configuration(self, target):
        services = {"everything": target, "locked": target, "nobody": f"tcp -h 127.0.0.1 -p {free_port()}"}
        services = {
            name: {"proxy": f"everything:{target}", "interface": "::Page::Everything"} for name, target in services.items()}
        # Routes of the Slice file would be there several times.
        services["locked"]["operations"] = {"allow": ["add"]}
        services["locked"]["auth"] = {"api_keys": [f"page:{KEY}"]}
        services["nobody"]["operations"] = {"allow": ["store"]}
        path = Path(self.folder.name) / "icegate.json"
        path.write_text(json.dumps({
            "listen": self.gateway.removeprefix("http://"), "slice": {"files": [str(HERE / "Page.ice")]},
            "services": services, "log": {"level": "warning", "access": "none"}}))
        return path

    def _start(self, *arguments, until):
        """Returns once a line says that it serves."""
        command = [str(part) for part in (ICEGATE, *arguments)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        for line in process.stdout:
            if until in line:
                # Nobody reads the rest, of which there is little: a pipe holds it.
                return
        raise SystemExit(f"test-docs-page: {' '.join(command)} ended with {process.wait()}")

    def stop(self):
        self.proxy.stop()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(60)
            process.stdout.close()
        self.folder.cleanup()


class PrefixProxy:
    """A reverse proxy that has the gateway below a path of its own, and keeps `Host`."""

    def __init__(self, gateway, prefix):
        class Handler(http.server.BaseHTTPRequestHandler):
            def forward(self):
                if not self.path.startswith(prefix + "/"):
                    self.send_error(404)
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                connection = http.client.HTTPConnection(gateway.removeprefix("http://"), timeout=60)
                connection.request(self.command, self.path.removeprefix(prefix), body, dict(self.headers))
                answer = connection.getresponse()
                content = answer.read()
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
                connection.close()

            do_GET = do_POST = do_HEAD = forward

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}{prefix}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
