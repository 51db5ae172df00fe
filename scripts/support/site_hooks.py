"""What mkdocs has to do otherwise so that the pages are the same on the site as in the repository.

Pages link to files outside docs, their headings have the anchors that GitHub gives them, and fences say more than a language.
"""

import posixpath
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Docs"))

import links  # noqa: E402


def on_config(config, **_):
    config["mdx_configs"].setdefault("toc", {})["slugify"] = lambda text, separator: links.slug(text)
    return config


def on_page_markdown(markdown, page, config, **_):
    # Fences and what is between them, in turn.
    parts, last = [], 0
    for match in links.FENCE.finditer(markdown):
        parts += [prose(markdown[last:match.start()], page, config), fence(match[0])]
        last = match.end()
    return "".join([*parts, prose(markdown[last:], page, config)])


def prose(text, page, config):
    # Comments are for tests, and would make what follows them HTML.
    text = re.sub(r"(?m)^<!--.*?-->\n", "", text)
    return links.LINK.sub(lambda link: outside(link, page, config), text)


def fence(text):
    first, _, rest = text.partition("\n")
    marks, info = re.match(r"(\s*[`~]+) *(.*)", first).groups()
    language, _, title = info.strip().partition(" ")
    title = f' title="{title.strip()}"' if title else ""
    return f"{marks}{language if language in LANGUAGES else 'text'}{title}\n{rest}"


LANGUAGES = ("swift", "yaml", "json", "ini", "http", "xml", "promql", "sh", "console")


def outside(match, page, config):
    """A link that leaves docs, as one into the repository, or as its text where nobody knows where that is."""
    text, target = match[0], match[1]
    if re.match(r"[a-z][a-z0-9+.-]*:|#", target):
        return text
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page.file.src_uri), target.partition("#")[0]))
    if path.startswith("docs/") and not (ROOT / path).is_dir():
        return text
    if path == "docs/decisions":
        return text.replace(target, posixpath.relpath("docs/decisions/README.md", posixpath.join("docs", posixpath.dirname(page.file.src_uri))))
    name = text[1:text.rindex("](")]
    return f"[{name}]({config['repo_url'].rstrip('/')}/blob/main/{path})" if config["repo_url"] else name
