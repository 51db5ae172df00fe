"""Links of Markdown files to files and headings of this repository."""

import re
from urllib.parse import unquote

LINK = re.compile(r"(?<!\\)!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()\s>]+(?:\([^()]*\))?)>?(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2\s*$", re.MULTILINE | re.DOTALL)


def without_code(text):
    """The text with as many lines, and no code in it."""
    text = FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "``", text)


def slug(heading):
    """The anchor that GitHub gives a heading."""
    heading = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(text):
    found, counts = set(re.findall(r'<a (?:id|name)="([^"]+)"', text)), {}
    text = FENCE.sub("", text)
    for heading in re.findall(r"^#{1,6} +(.+?)(?: #+)?$", text, re.MULTILINE):
        name = slug(heading)
        count = counts.get(name, 0)
        counts[name] = count + 1
        found.add(f"{name}-{count}" if count else name)
    return found


def links(text):
    """Line and target of every link; its text may go over lines."""
    text = without_code(text)
    for match in LINK.finditer(text):
        yield text.count("\n", 0, match.end()) + 1, match[1]


def faults(root, paths):
    """What is wrong with the links of these files, as `file:line: …`."""
    known = {}
    for path in paths:
        text = (root / path).read_text()
        for line, target in links(text):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):
                continue
            name, _, anchor = target.partition("#")
            file = ((root / path).parent / unquote(name)).resolve() if name else (root / path).resolve()
            if not file.exists():
                yield f"{path}:{line}: there is no {target}"
            elif root.resolve() not in (file, *file.parents):
                yield f"{path}:{line}: {target} is outside the repository"
            elif anchor and file.suffix == ".md":
                if file not in known:
                    known[file] = anchors(file.read_text())
                if anchor not in known[file]:
                    yield f"{path}:{line}: there is no heading for #{anchor} in {file.relative_to(root.resolve())}"
