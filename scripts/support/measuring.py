"""What the scripts/bench… share: building, pinning, starting and stopping."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "Benchmarks"
BUILD = SOURCES / ".build"
C_FLAGS = ["-O2", "-Wall", "-Wextra"]

children = []


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, **options)


def pkg_config(*packages):
    return run("pkg-config", "--cflags", "--libs", *packages, capture_output=True, text=True).stdout.split()


def build_ice_cpp(name, source):
    """A program on ZeroC's Ice for C++, built anew when its source or the Slice file changed."""
    slice_file = SOURCES / "servant/Greeter.ice"
    binary = BUILD / name
    if not binary.exists() or binary.stat().st_mtime < max(f.stat().st_mtime for f in (source, slice_file)):
        run("slice2cpp", "--output-dir", BUILD, slice_file)
        run("c++", *C_FLAGS, "-std=c++11", "-DICE_CPP11_MAPPING", f"-I{BUILD}", "-o", binary, source,
            BUILD / "Greeter.cpp", "-lIce++11", "-lpthread")
    return binary


def build_servant():
    BUILD.mkdir(exist_ok=True)
    return build_ice_cpp("servant", SOURCES / "servant/servant.cpp")


def build_swift(product, package, *options):
    # A package notices new files of another one it depends on only when its own manifest is read again.
    (Path(package) / "Package.swift").touch()
    command = ["swift", "build", "-c", "release", "--product", product, "--package-path", package, *options]
    run(*command, stdout=subprocess.DEVNULL)
    return Path(run(*command, "--show-bin-path", capture_output=True, text=True).stdout.strip()) / product


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pin(core):
    cores = sorted(os.sched_getaffinity(0))
    return lambda: os.sched_setaffinity(0, {cores[core % len(cores)]})


def start(core, *command):
    process = subprocess.Popen(
        [str(part) for part in command], preexec_fn=pin(core), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    children.append(process)
    return process


def stop(process):
    process.terminate()
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    children.remove(process)


def stop_all():
    for process in list(children):
        stop(process)


def wait_for(port, process, seconds=20):
    """Until the port takes connections."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"bench: {process.args[0]} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.002)
    sys.exit(f"bench: nothing listens on port {port}")


def print_machine():
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {time.strftime('%Y-%m-%d %H:%M')}\n")
