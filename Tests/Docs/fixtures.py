"""What a page takes for granted and its reader has: comments `<!-- test: … -->`."""

import json
import pwd
import os
import re
import shutil
import subprocess

import pages

GREETER_ANSWERS = {"greet": "Hello, ${name}!"}
MUMBLE_SETTINGS = "/etc/mumble-server.ini"


class FixtureError(Exception):
    pass


def make(story, line, text):
    name, _, rest = text.partition(" ")
    maker = {"greeter": greeter, "mumble-server": mumble_server, "run": run, "wait": wait, "keep": keep,
             "stop": stop}.get(name)
    if not maker:
        pages.fail(story.path, line, f"no fixture '{name}'")
    maker(story, line, rest)


def greeter(story, line, rest):
    """`greeter at 4061`: a Greeter of `slice/Greeter.ice` with the identity `greeter`."""
    port = re.fullmatch(r"at (\d+)", rest)
    if not port:
        pages.fail(story.path, line, "expected <!-- test: greeter at PORT -->")
    answers = story.folder / "greeter.json"
    answers.write_text(json.dumps(GREETER_ANSWERS))
    command = (f"'{story.icegate}' mock '{story.root}/slice/Greeter.ice' --answers '{answers}' "
               f"--endpoints 'tcp -h 127.0.0.1 -p {port[1]}'")
    server = story.shell.start("greeter", command)
    if not server.is_ready("^Try: "):
        pages.fail(story.path, line, f"the greeter doesn't start:\n{server.said()}")


def run(story, line, rest):
    """`run COMMAND`: a command that isn't on the page."""
    story.run_command(pages.Command(line, rest))


def wait(story, line, rest):
    """`wait COMMAND`: until it succeeds, for what takes a while after the page's last command."""
    status, output = story.shell.run(f"for _ in {{1..300}}; do {rest} && break; sleep 0.1; done >/dev/null 2>&1; {rest}")
    if status != 0:
        pages.fail(story.path, line, f"'{rest}' never succeeds:\n{output}")


def keep(story, line, rest):
    """`keep`: the next server runs beside the ones before."""
    story.keeps = True


def stop(story, line, rest):
    """`stop KIND [WORD]`: the reader ends icegate serve, demo or mock, or the greeter; those with the word in their command."""
    kind, _, word = rest.partition(" ")
    for fault in story.shell.stop({kind}, word):
        pages.fail(story.path, line, fault)


def mumble_server(story, line, rest):
    """Debian's package as it is when it was just installed, with a database of its own; `systemctl restart mumble-server` starts it.

    The story sees another /etc, so that the machine's stays as it is.
    """
    if not os.environ.get("DOCS_PRIVATE_MOUNTS"):
        raise FixtureError(f"{story.path}:{line}: needs a mount namespace of its own: run as root, or allow user namespaces")
    if not os.path.exists(MUMBLE_SETTINGS):
        raise FixtureError(f"{story.path}:{line}: mumble-server is not installed: run scripts/install-deps test")
    etc = story.folder / "etc"
    subprocess.run(["cp", "-a", "/etc", etc], check=False, stderr=subprocess.DEVNULL)
    subprocess.run(["mount", "--bind", etc, "/etc"], check=True)
    changes = {"database": story.folder / "mumble.sqlite", "logfile": "", "pidfile": "", "uname": pwd.getpwuid(os.getuid()).pw_name,
               "bonjour": "false", "dbus": "", "host": "127.0.0.1"}
    settings = etc / "mumble-server.ini"
    head, section, tail = settings.read_text().partition("\n[Ice]")
    for key, value in changes.items():
        head = re.sub(rf"^{key}=.*$\n?", "", head, flags=re.MULTILINE) + f"\n{key}={value}"
    settings.write_text(head + "\n" + section + tail)
    # What systemd does with Debian's service.
    program = shutil.which("murmurd", path="/usr/sbin:/usr/bin") or "mumble-server"
    systemctl = story.folder / "bin/systemctl"
    pid, log = story.folder / "mumble.pid", story.folder / "mumble.log"
    systemctl.write_text(
        f'#!/bin/sh\n[ "$*" = "restart mumble-server" ] || exit 1\n'
        f"[ -e '{pid}' ] && kill $(cat '{pid}')\n"
        f"{program} -fg -ini {MUMBLE_SETTINGS} >'{log}' 2>&1 </dev/null &\n"
        f"echo $! >'{pid}'\n"
        f"for _ in $(seq 300); do grep -q 'Server listening on' '{log}' && exit 0; sleep 0.1; done\ncat '{log}'; exit 1\n")
    systemctl.chmod(0o755)
