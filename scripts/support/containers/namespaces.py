"""Runs programs as a container engine does: a root of their own that can't be written, a user without capabilities.

All containers of a test share one network and one table of mounts, which are the test's own and vanish with it.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

INSIDE = "ICEGATE_INSIDE_NAMESPACES"
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, SIOCSIFFLAGS, IFF_UP = 1, 38, 0x8914, 1


def enter(network=False):
    """Goes on in new namespaces, as root; the program begins anew for that. With `network` in the network of the machine."""
    if os.environ.get(INSIDE) != "yes":
        command = ["unshare", *([] if network else ["--net"]), "--mount", "--", sys.executable, *sys.argv]
        if os.geteuid() != 0:
            if not shutil.which("sudo"):
                sys.exit(f"{Path(sys.argv[0]).name}: needs root, or sudo, to make namespaces")
            command = ["sudo", "--preserve-env", "env", f"PATH={os.environ['PATH']}", *command]
        os.environ[INSIDE] = "yes"
        os.execvp(command[0], command)
    if network:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP))


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


class Container:
    """One root, and the processes in it.

    image: the folder that is its root; nothing in it is changed. mounts: {path inside: path outside}, read-only. tmpfs: folders
    that may be written. Programs in it are of `user`, who has no capabilities unless it is 0. With `network` names are those of the
    machine.
    """

    def __init__(self, name, image, environment=None, mounts=None, tmpfs=(), hosts=(), user=65532, read_only=True,
                 network=False):
        self.name, self.user, self.environment = name, user, dict(environment or {})
        self.processes = []
        self.folder = Path(tempfile.mkdtemp(prefix=f"icegate-{name}-"))
        mount("-t", "tmpfs", "tmpfs", self.folder)
        for part in ("root", "upper", "work", "files"):
            (self.folder / part).mkdir()
        self.root = self.folder / "root"
        layers = f"lowerdir={image},upperdir={self.folder}/upper,workdir={self.folder}/work"
        mount("-t", "overlay", "overlay", "-o", layers, self.root)
        self.output = self.folder / "output"
        self.errors = self.folder / "errors"
        self.provide_system(hosts, network)
        points = [(self.point(inside, Path(outside)), outside) for inside, outside in (mounts or {}).items()]
        tmpfs = [self.point(path, None) for path in tmpfs]
        if read_only:
            mount("-o", "remount,ro", self.root)
        for inside, outside in points:
            mount("--bind", outside, inside)
            mount("-o", "remount,bind,ro", inside)
        for inside in tmpfs:
            mount("-t", "tmpfs", "-o", f"uid={user},gid={user},mode=0700", "tmpfs", inside)

    def point(self, inside, outside):
        """Makes what something is to be mounted on; `outside` is a folder when None."""
        path = self.root / inside.lstrip("/")
        if outside is None or outside.is_dir():
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return path

    def provide_system(self, hosts, network):
        """What every engine provides: devices, processes, names."""
        dev = self.point("/dev", None)
        mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", dev)
        for device in ("null", "zero", "random", "urandom"):
            (dev / device).touch()
            mount("--bind", f"/dev/{device}", dev / device)
        mount("--rbind", "/proc", self.point("/proc", None))
        etc = self.point("/etc", None)
        lines = [f"127.0.0.1 {name}" for name in ("localhost", self.name, *hosts)]
        for name, text in (("hosts", "\n".join(lines) + "\n"), ("resolv.conf", "nameserver 127.0.0.1\n")):
            (etc / name).unlink(missing_ok=True)
            (etc / name).write_text(Path("/etc", name).read_text() if network else text)

    def prepare(self):
        """In the child, before the program: becomes what runs in the container."""
        os.chroot(self.root)
        os.chdir("/")
        os.setgroups([])
        os.setresgid(self.user, self.user, self.user)
        os.setresuid(self.user, self.user, self.user)
        LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    def start(self, command, **keywords):
        """Starts a program; its standard output is what `text()` returns."""
        path = self.environment.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        environment = {"PATH": path, **self.environment, **keywords.pop("environment", {})}
        with open(self.output, "a") as output, open(self.errors, "a") as errors:
            process = subprocess.Popen(
                [self.program(command[0], path), *map(str, command[1:])], env=environment, preexec_fn=self.prepare,
                stdin=subprocess.DEVNULL, stdout=keywords.get("stdout", output), stderr=keywords.get("stderr", errors), text=True)
        self.processes.append(process)
        return process

    def program(self, name, path):
        """Its path inside. Links are followed inside, too, when it starts."""
        if "/" in name:
            return name
        for folder in path.split(":"):
            if os.path.lexists(self.root / folder.lstrip("/") / name):
                return f"{folder}/{name}"
        raise FileNotFoundError(f"no {name} in {self.name}")

    def run(self, *command, environment=None, timeout=60):
        """Runs a program to its end: exit status, standard output, standard error."""
        process = self.start(command, environment=environment or {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, errors = process.communicate(timeout=timeout)
        return process.returncode, output, errors

    def text(self):
        return self.output.read_text() + self.errors.read_text()

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        subprocess.run(["umount", "--recursive", "--lazy", self.folder], check=False)
        self.folder.rmdir()
