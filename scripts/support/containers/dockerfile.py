"""The last stage of a Dockerfile, as far as ours go: what a container of its image begins with."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Image:
    entrypoint: list = field(default_factory=list)
    command: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)  # path inside: path outside
    health: list | None = None
    user: int = 0


def read(path):
    """The Image of this Dockerfile; an instruction that this doesn't know is an error."""
    folder = Path(path).parent
    text = re.sub(r"^#.*\n", "", Path(path).read_text(), flags=re.M).replace("\\\n", " ")
    image = Image()
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, rest = line.split(None, 1)
        if instruction == "FROM":
            image = Image()
        elif instruction == "USER":
            image.user = int(rest.split(":")[0])
        elif instruction == "ENV":
            image.environment |= dict(pair.split("=", 1) for pair in rest.split())
        elif instruction == "COPY" and "--from" not in rest:
            *sources, inside = rest.split()
            image.files |= {inside: folder / source for source in sources}
        elif instruction == "ENTRYPOINT":
            image.entrypoint = json.loads(rest)
        elif instruction == "CMD":
            image.command = json.loads(rest)
        elif instruction == "HEALTHCHECK":
            image.health = json.loads(rest[rest.index("["):])
        elif instruction not in ("ARG", "COPY", "EXPOSE", "LABEL", "RUN", "STOPSIGNAL", "WORKDIR"):
            raise ValueError(f"{path}: {instruction}")
    return image
