"""Whether there is the test that a page names for what can't be run here."""

import re
import subprocess


def missing(root, names):
    """Those of the names, separated by commas, that are no file, make target or test suite of this repository."""
    return [name for name in re.split(r",\s*", names.strip()) if not exists(root, name.strip().strip("`"))]


def exists(root, name):
    if not name:
        return False
    target = re.fullmatch(r"make ([a-z-]+)", name)
    if target:
        return re.search(rf"^{target[1]}:", (root / "Makefile").read_text(), re.MULTILINE) is not None
    if re.fullmatch(r"(?:\w+\.)?[A-Z]\w*", name):
        module, _, suite = name.rpartition(".")
        folder = root / "Tests" / module if module not in ("", "InteropTests") else root / "Tests" / ("Interop" if module else "")
        pattern = re.compile(rf"\b(?:struct|class|enum|actor) {suite}\b")
        return any(pattern.search(file.read_text()) for file in folder.rglob("*.swift"))
    return "/" in name and (root / name).exists()


def files(root, pattern="*.md"):
    """Files of the repository, those not committed yet among them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *([pattern] if pattern else [])],
        cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (root / path).exists())
