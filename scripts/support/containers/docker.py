"""A project of docker compose."""

import json
import subprocess

NAME = "icegate-test"


def is_available():
    """Whether there are an engine and its compose."""
    try:
        return all(subprocess.run(["docker", *words], capture_output=True).returncode == 0 for words in (["info"], ["compose", "version"]))
    except FileNotFoundError:
        return False


class Project:
    def __init__(self, file):
        self.command = ["docker", "compose", "--project-name", NAME, "--file", str(file)]

    def run(self, *words, check=True):
        return subprocess.run([*self.command, *words], check=check, stdout=subprocess.PIPE, text=True).stdout

    def up(self):
        self.run("up", "--build", "--detach")

    def address(self, service, port):
        host, port = self.run("port", service, str(port)).strip().rsplit(":", 1)
        return host, int(port)

    def inspect(self, service):
        identifier = self.run("ps", "--all", "--quiet", service).strip()
        return json.loads(subprocess.run(["docker", "inspect", identifier], check=True, capture_output=True).stdout)[0]["State"]

    def is_healthy(self, service):
        return self.inspect(service)["Health"]["Status"] == "healthy"

    def kill(self, service):
        self.run("kill", "--signal", "KILL", service)

    def start(self, service):
        self.run("start", service)

    def stop(self, service):
        self.run("stop", service)
        return self.inspect(service)["ExitCode"]

    def logs(self):
        return self.run("logs", check=False)

    def down(self):
        self.run("down", "--volumes", check=False)
