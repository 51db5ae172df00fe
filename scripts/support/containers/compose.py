"""A project of compose.yaml in namespaces: as docker compose would run it, as far as our file goes."""

import subprocess
import tempfile
import time
from pathlib import Path

from . import dockerfile
from .namespaces import Container

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120
KNOWN = {"build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "ports", "read_only", "restart",
         "security_opt", "stop_grace_period", "tmpfs", "volumes"}


def image_root(icegate, folder):
    """What the first stage of docker/Dockerfile makes of this icegate."""
    subprocess.run([ROOT / "scripts/support/image-root", icegate, folder], check=True, cwd=ROOT)
    return folder


class Project:
    def __init__(self, file, icegate):
        import yaml  # Debian's, where it is needed only
        self.file = Path(file)
        self.services = yaml.safe_load(self.file.read_text())["services"]
        for name, service in self.services.items():
            if service.keys() - KNOWN:
                raise ValueError(f"{name}: {service.keys() - KNOWN}")
        self.folder = tempfile.TemporaryDirectory(prefix="icegate-compose-")
        # The image of IceGrid is this machine with Debian's package installed and the files that its Dockerfile adds.
        self.roots = {"icegate": image_root(icegate, Path(self.folder.name) / "root"), "icegate-icegrid": Path("/")}
        self.containers, self.images, self.processes = {}, {}, {}

    def up(self):
        while waiting := [name for name in self.services if name not in self.processes]:
            for name in waiting:
                needed = self.services[name].get("depends_on", {})
                if all(other in self.processes for other in needed):
                    for other in needed:
                        if isinstance(needed, dict) and needed[other]["condition"] == "service_healthy":
                            self.wait_for(other)
                    self.create(name)
                    self.start(name)

    def create(self, name):
        service = self.services[name]
        build = service["build"]
        here = self.file.parent
        path = here / build / "Dockerfile" if isinstance(build, str) else here / build["context"] / build["dockerfile"]
        self.images[name] = image = dockerfile.read(path)
        mounts = dict(image.files)
        for volume in service.get("volumes", []):
            outside, inside, mode = volume.split(":")
            if mode != "ro":
                raise ValueError(f"{name}: {volume}")
            mounts[inside] = (here / outside).resolve()
        self.containers[name] = Container(
            name, self.roots[service["image"]], {**image.environment, **service.get("environment", {})}, mounts,
            [entry.split(":")[0] for entry in service.get("tmpfs", [])], self.services, image.user,
            service.get("read_only", False))

    def wait_for(self, name):
        end = time.monotonic() + PATIENCE
        while not self.is_healthy(name):
            if time.monotonic() > end or self.processes[name].poll() is not None:
                raise AssertionError(f"{name} isn't healthy")
            time.sleep(0.2)

    def is_healthy(self, name):
        return self.containers[name].run(*self.images[name].health)[0] == 0

    def address(self, _, port):
        return "127.0.0.1", port

    def start(self, name):
        image = self.images[name]
        self.processes[name] = self.containers[name].start(image.entrypoint + self.services[name].get("command", image.command))

    def kill(self, name):
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self, name):
        self.processes[name].terminate()
        return self.processes[name].wait(60)

    def logs(self):
        return "\n".join(f"--- {name}\n{container.text()}" for name, container in self.containers.items())

    def down(self):
        for container in self.containers.values():
            container.end()
        self.folder.cleanup()
