"""A machine without hardware: a root that systemd has started, with processes, network and control groups of its own."""

import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 120  # seconds for systemd to start

# Run by a shell in the new namespaces. What is the kernel's can't be changed, so that the machine outside stays as it is.
BOOT = """
cd "$1"
umount --recursive proc dev
mount -t proc proc proc
mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=0755 tmpfs dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
# The root of the namespace, not just of a process: services get namespaces of their own.
pivot_root . .
umount --lazy .
exec env --ignore-environment container=icegate PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=basic.target --log-target=journal
"""


class Machine:
    """root: a folder that nothing runs in; where /proc and /dev are mounted in it they are replaced inside."""

    def __init__(self, root):
        namespaces = ["--net", "--mount", "--pid", "--uts", "--ipc", "--cgroup"]
        self.process = subprocess.Popen(["unshare", *namespaces, "--fork", "--kill-child", "--", "bash", "-e", "-c", BOOT, "bash", root],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while self.run("systemctl", "is-system-running", succeeds=False)[1].strip() not in ("running", "degraded"):
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("systemd doesn't start here; it needs a kernel that lets root make control groups")
            time.sleep(0.2)

    def enter(self, *namespaces):
        """What puts a command into these namespaces of the machine."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return ["nsenter", "--target", children[0] if children else "0", *namespaces]

    def run(self, *command, succeeds=True):
        """Runs a command: its output, or the exit status and output when it need not succeed."""
        enter = self.enter("--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup")
        inside = [*enter, f"--root=/proc/{enter[2]}/root", "--wd=/", "env", "--ignore-environment", "LC_ALL=C.UTF-8",
                  "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *command]
        done = subprocess.run(inside, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not succeeds:
            return done.returncode, done.stdout
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")
        return done.stdout

    def fetch(self, path, body=None, port=8080):
        """The status and body of an HTTP request to this port of it."""
        program = ("import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', int(sys.argv[1]), timeout=60);"
                   "c.request('POST' if len(sys.argv) > 3 else 'GET', *sys.argv[2:]); a = c.getresponse();"
                   "print(a.status, a.read().decode())")
        words = [sys.executable, "-c", program, str(port), path, *([] if body is None else [body])]
        done = subprocess.run([*self.enter("--net"), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            return None, done.stderr
        status, text = done.stdout.strip().split(" ", 1)
        return int(status), text

    def end(self):
        self.process.kill()
        self.process.wait()
