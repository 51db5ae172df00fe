"""A page from its first command to its last, as one reader would go through it in a fresh clone."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import fixtures
import pages
import tested_by
from shell import READY, Shell


#: Folders that no page writes to, which aren't copied.
READ_ONLY = ("Benchmarks", "Examples", "Fuzz", "Sources", "Tests", "docs")


class Story:
    def __init__(self, root, path, folder, icegate):
        self.root, self.path, self.folder, self.icegate = root, path, folder, icegate
        self.faults, self.counts = [], {"run": 0, "elsewhere": 0}
        self.shell = None

    # MARK: The reader's machine

    def prepare(self):
        clone, home, programs = self.folder / "clone", self.folder / "home", self.folder / "bin"
        for folder in (clone, home, programs):
            folder.mkdir()
        for folder in READ_ONLY:
            (clone / folder).symlink_to(self.root / folder)
        for file in tested_by.files(self.root, None):
            if file.startswith(tuple(f"{folder}/" for folder in READ_ONLY)):
                continue
            (clone / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.root / file, clone / file, follow_symlinks=False)
        (programs / "icegate").symlink_to(self.icegate)
        # Where it is after `make run`.
        (clone / ".build-release/release").mkdir(parents=True)
        (clone / ".build-release/release/icegate").symlink_to(self.icegate)
        if not shutil.which("sudo"):
            (programs / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
            (programs / "sudo").chmod(0o755)
        (home / ".curlrc").write_text("silent\nshow-error\nmax-time = 60\n")
        environment = {key: value for key, value in os.environ.items() if not re.match(r"ICEGATE_|MUMBLE_|MAKE", key)}
        environment |= {"HOME": str(home), "CURL_HOME": str(home), "PATH": f"{programs}:{environment['PATH']}", "LC_ALL": "C.UTF-8"}
        self.shell = Shell(self.folder, environment)

    # MARK: The page

    def run(self, text):
        items = pages.parse(text)
        whole = [comment for _, comment in (item for item in items if isinstance(item, tuple)) if comment.startswith("tested by ")]
        for comment in whole:
            self._check_names(1, comment.removeprefix("tested by "))
        try:
            for item in items:
                self._take(item, bool(whole))
            if self.shell:
                self.faults += [f"{self.path}: {fault}" for fault in self.shell.stop({server.kind for server in self.shell.servers})]
        except (pages.PageError, fixtures.FixtureError) as error:
            self.faults.append(str(error))
        except (TimeoutError, ChildProcessError) as error:
            self.faults.append(f"{self.path}: {error}")
        finally:
            if self.shell:
                self.shell.close()

    def _take(self, item, is_elsewhere):
        if isinstance(item, tuple):
            line, comment = item
            if comment.startswith("test: ") and not comment.startswith("test: status "):
                self._reader()
                fixtures.make(self, line, comment.removeprefix("test: "))
            return
        if item.language in pages.COMMAND_LANGUAGES:
            self._block(item)
        elif item.language.startswith("yaml"):
            self._check_yaml(item)
        name = pages.file_of(item)
        if name and not is_elsewhere:
            self._reader()
            file = self.folder / "clone" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(item.text)

    def _reader(self):
        if not self.shell:
            self.prepare()

    def _check_yaml(self, block):
        import yaml
        try:
            list(yaml.safe_load_all(block.text))
        except yaml.YAMLError as error:
            self._fault(block.line, f"no YAML: {error}")

    def _check_names(self, line, names):
        for name in tested_by.missing(self.root, names):
            self._fault(line, f"there is no '{name}' that could test this")

    def _block(self, block):
        found = pages.commands(self.path, block)
        excuses = [comment for comment in block.comments if comment.startswith("not run")]
        for comment in excuses:
            match = re.fullmatch(r"not run: (.+); TESTED BY (.+)", comment)
            if not match:
                self._fault(block.line, "the comment has to be <!-- not run: reason; TESTED BY name -->")
            else:
                self._check_names(block.line, match[2])
        if excuses:
            self.counts["elsewhere"] += len(found)
            return
        statuses = [int(comment.split()[2]) for comment in block.comments if comment.startswith("test: status ")]
        self._reader()
        for command in found:
            self.counts["run"] += 1
            self.run_command(command, statuses[0] if statuses else 0)

    # MARK: Commands

    def run_command(self, command, status=0):
        line, text = command.line, command.text
        if "…" in text:
            return self._fault(line, f"'{text}' can't be run: it has a …")
        text = text.rstrip()
        if re.match(r"make run\b", text):
            self._check_make_run(line)
            text = "icegate demo"
        elif re.match(r"make\b", text):
            return self._fault(line, f"'{text}' is too much for this test; name the one that runs it in a comment")
        server = re.match(r"(?:[A-Za-z_]\w*=\S* +)*(?:\S*/)?icegate (demo|serve|mock)\b(?!.*--help)(?!.*\s-h$)", text)
        if server and status == 0:
            self._start(command, "servant" if "--servant-only" in text else server[1], text)
            return
        actual, output = self.shell.run(text)
        if actual != status:
            self._fault(line, f"'{text}' ended with {actual} and not with {status}:\n{output}")
        elif command.output and not pages.matches(output, command.output):
            self._differs(line, text, output, command.output)

    def _start(self, command, kind, text):
        # One reader has one gateway and one mock at a time, unless the page says so.
        if not self.keeps:
            gateways = {"demo", "serve"}
            for fault in self.shell.stop(gateways if kind in gateways else {kind}):
                self._fault(command.line, fault)
        self.keeps = False
        server = self.shell.start(kind, text.removesuffix("&").rstrip())
        if not server.is_ready():
            self._fault(command.line, f"'{text}' doesn't get ready:\n{server.said()}")
        elif command.output and not server.wait_for(lambda said: pages.matches(said, command.output), 10):
            self._differs(command.line, text, server.said(), command.output)

    keeps = False

    def _check_make_run(self, line):
        script = (self.root / "scripts/run-demo").read_text()
        if "scripts/run-demo" not in (self.root / "Makefile").read_text() or not script.rstrip().endswith("icegate demo"):
            self._fault(line, "'make run' is no longer icegate demo")

    def _differs(self, line, text, output, expected):
        self._fault(line, f"'{text}' should print\n  " + "\n  ".join(expected) + "\nand prints\n  " + "\n  ".join(output.splitlines()))

    def _fault(self, line, text):
        self.faults.append(f"{self.path}:{line}: {text}")


def main(root, path, folder, icegate, report):
    """Runs one page, and writes what came of it as JSON."""
    loopback_up()
    story = Story(Path(root), path, Path(folder), icegate)
    story.run((Path(root) / path).read_text())
    Path(report).write_text(json.dumps({"faults": story.faults, "counts": story.counts}))


def loopback_up():
    """A new network namespace has a loopback device that is down."""
    import fcntl
    import socket
    import struct
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, 0x8913, request))[1]
        if not flags & 1:
            fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))


def namespaces():
    """The command that gives a story a network and mounts of its own, or nothing where the system allows none."""
    for options in (["--net", "--mount"], ["--net", "--mount", "--map-root-user"]):
        command = ["unshare", *options]
        try:
            if subprocess.run([*command, "true"], capture_output=True).returncode == 0:
                return command
        except FileNotFoundError:
            break
    return []
