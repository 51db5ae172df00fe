"""Markdown pages as what a reader does with them: the commands, the files to be written, and comments for the test.

A fenced block without a language, or `console`, holds commands, one a line, and below each what it prints.
"""

import re
import shlex
from dataclasses import dataclass, field

PROGRAMS = set(
    "apt apt-get base64 bash cat cd chmod cp curl dd dig docker dpkg dpkg-query echo env export for getent git grep head helm id install "
    "jq journalctl kill kubectl ln ls make mkdir mkdocs mv nc openssl pip podman printf pwd python3 rm sed seq sh sleep source ss sudo swift "
    "sudoedit systemctl tail tee test time touch tr unzip useradd wget which xdg-open buildah iceca icegridadmin icegridnode icegridregistry "
    "glacier2router slice2swift kind helmfile systemd-analyze debootstrap chroot sort uniq wc awk timeout tar hey wrk nginx".split())
SUBCOMMANDS = "call check completion demo health help init mock openapi routes serve".split()
FILE_NAME = re.compile(r"`([\w./-]+\.(?:yaml|yml|json|ice|ini|conf|txt|crt|pem|keys?))`")
COMMAND_LANGUAGES = ("", "console")


@dataclass
class Block:
    line: int
    language: str
    text: str
    #: The paragraph right above it.
    before: str = ""
    comments: list = field(default_factory=list)


@dataclass
class Command:
    line: int
    text: str
    output: list = field(default_factory=list)


class PageError(Exception):
    pass


def fail(path, line, text):
    raise PageError(f"{path}:{line}: {text}")


def parse(text):
    """Blocks and comments in their order; a comment is a `(line, text)`."""
    items, paragraph, pending = [], [], []
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        fence = re.match(r"( *)(```+)(.*)$", line)
        if fence:
            body = []
            for _, inner in lines:
                if inner.strip() == fence[2]:
                    break
                body.append(inner.removeprefix(fence[1]))
            items.append(Block(number, fence[3].strip(), "\n".join(body) + "\n", " ".join(paragraph).strip(), pending))
            paragraph, pending = [], []
        elif line.lstrip().startswith("<!--"):
            comment = line.strip()
            while "-->" not in comment:
                comment += " " + next(lines)[1].strip()
            comment = comment.removeprefix("<!--").split("-->")[0].strip()
            items.append((number, comment))
            pending = pending + [comment]
        elif line.strip():
            # Blank lines end a paragraph, though not what is right above a block.
            paragraph, pending = (paragraph if paragraph and paragraph[-1] else []) + [line], []
        elif paragraph:
            paragraph.append("")
    return items


def starts_command(line):
    # What is indented is printed.
    words = line.split() if not line[:1].isspace() else []
    while words and re.match(r"[A-Za-z_]\w*=", words[0]):
        words = words[1:]
    if not words:
        return not line[:1].isspace() and re.match(r"[A-Za-z_]\w*=\S*$", line.strip()) is not None
    if words[0] == "icegate":
        return len(words) > 1 and (words[1] in SUBCOMMANDS or words[1].startswith("-"))
    return words[0] in PROGRAMS or re.match(r"(\./|scripts/|\.build|\.ci/)\S+$", words[0]) is not None


def is_complete(command):
    """Whether the shell would not ask for another line."""
    if command.endswith("\\"):
        return False
    document = re.search(r"<<-?\s*['\"]?(\w+)", command)
    if document:
        return command.split("\n")[-1].strip() == document[1]
    try:
        shlex.split(command, comments=True)
        return True
    except ValueError:
        return False


def commands(path, block):
    """The commands of a block, each with what it shows as their output."""
    found, lines, index = [], block.text.splitlines(), 0
    while index < len(lines):
        line, number = lines[index], block.line + 1 + index
        index += 1
        if starts_command(line):
            while not is_complete(line) and index < len(lines):
                line += "\n" + lines[index]
                index += 1
            found.append(Command(number, line))
        elif line.startswith("#") and (not found or not found[-1].output):
            continue
        elif found:
            found[-1].output.append(line)
        elif line.strip():
            fail(path, number, f"not a command that the test knows: '{line}'; a block of something else has a language, as ```text")
    for command in found:
        while command.output and not command.output[-1].strip():
            command.output.pop()
    return found


def file_of(block):
    """The name of the file that the block is to be written to, which the line above it ends with or names before a colon."""
    if block.language in COMMAND_LANGUAGES or not block.before.rstrip().endswith(":"):
        return None
    names = FILE_NAME.findall(block.before.split(". ")[-1])
    return names[-1] if names else None


def matches(output, expected):
    """Whether the text is what the lines say, in which `…` is anything."""
    pattern = r"[\s\S]*?".join(re.escape(part) for part in "\n".join(line.rstrip() for line in expected).split("…"))
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in output.strip("\n").splitlines())) is not None
