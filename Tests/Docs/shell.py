"""One reader's terminal: a shell that keeps its folder and variables from command to command, and servers beside it."""

import os
import re
import select
import signal
import subprocess
import time

READY = {"demo": r"^Try: ", "servant": r"^Ice servant: ", "serve": r"listening on", "mock": r"^Try: "}


class Shell:
    def __init__(self, folder, environment):
        reader, writer = os.pipe()
        self.folder, self.statuses, self.servers = folder, reader, []
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-s"], cwd=folder / "clone", env=environment, stdin=subprocess.PIPE,
            pass_fds=[writer], start_new_session=True, text=True)
        self.writer = writer
        os.close(writer)

    def _tell(self, text, seconds):
        self.process.stdin.write(text + f"\nprintf '%s\\n' $? >&{self.writer}\n")
        self.process.stdin.flush()
        answer, end = "", time.monotonic() + seconds
        while not answer.endswith("\n"):
            readable, _, _ = select.select([self.statuses], [], [], max(0, end - time.monotonic()))
            if not readable:
                raise TimeoutError(f"not over after {seconds} s")
            data = os.read(self.statuses, 4096)
            if not data:
                raise ChildProcessError("the shell ended")
            answer += data.decode()
        return int(answer)

    def run(self, command, seconds=120):
        """Exit status and output, standard error in it as on a terminal."""
        script, output = self.folder / "command.sh", self.folder / "output.txt"
        script.write_text(command + "\n")
        status = self._tell(f". '{script}' >'{output}' 2>&1 </dev/null", seconds)
        return status, output.read_text(errors="replace")

    def start(self, kind, command):
        """Starts a server; a `Server`."""
        number = len(list(self.folder.glob("server-*.txt")))
        script, output = self.folder / f"server-{number}.sh", self.folder / f"server-{number}.txt"
        output.touch()
        # A simple command, so that the process is the program and not a shell around it.
        script.write_text(f"{command} >'{output}' 2>&1 </dev/null {self.writer}>&- &\nprintf %s $! >'{self.folder}/pid'\n")
        self._tell(f". '{script}'", 10)
        server = Server(self, kind, command, int((self.folder / "pid").read_text()), output)
        self.servers.append(server)
        return server

    def stop(self, kinds, word=""):
        """Ends servers of these kinds with that in their command; what went wrong with that."""
        faults = []
        for server in [server for server in self.servers if server.kind in kinds and word in server.command]:
            self.servers.remove(server)
            status = server.stop()
            if status != 0 and server.kind in READY:
                faults.append(f"icegate {server.kind} ended with {status}:\n{server.said()}")
        return faults

    def close(self):
        for server in self.servers:
            server.signal(signal.SIGKILL)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdin.close()
        os.close(self.statuses)


class Server:
    def __init__(self, shell, kind, command, pid, output):
        self.shell, self.kind, self.command, self.pid, self.output = shell, kind, command, pid, output

    def said(self):
        return self.output.read_text(errors="replace")

    def runs(self):
        try:
            with open(f"/proc/{self.pid}/stat") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def wait_for(self, fits, seconds=60):
        """Waits until what it said fits; False when it ends before, or doesn't say it."""
        end = time.monotonic() + seconds
        while True:
            runs = self.runs()
            if fits(self.said()):
                return True
            if not runs or time.monotonic() > end:
                return False
            time.sleep(0.02)

    def is_ready(self, pattern=None):
        return self.wait_for(lambda text: re.search(pattern or READY[self.kind], text, re.MULTILINE))

    def signal(self, number):
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.status()

    def status(self):
        return self.shell._tell(f"wait {self.pid}", 60)
