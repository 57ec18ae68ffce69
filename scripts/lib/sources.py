"""Our sources and what they include. Used by check-includes and tidy."""

import functools
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("client", "proto", "service", "tests")
SUFFIXES = (".c", ".cpp", ".h", ".hpp")
# Where "..." and <...> includes of ours are looked for, as the build does.
INCLUDE_ROOTS = ("", "service", "tests", "client/include")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def files():
    return sorted(
        path.relative_to(ROOT)
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES
    )


@functools.cache
def includes(path):
    """(line, name, our file or None) of each #include in path."""
    text = (ROOT / path).read_text(encoding="utf-8")
    found = []
    for match in INCLUDE.finditer(text):
        name = match.group(2)
        candidates = [pathlib.Path(root, name) for root in INCLUDE_ROOTS]
        if match.group(1) == '"':
            candidates.insert(0, path.parent / name)
        target = next((c for c in candidates if (ROOT / c).is_file()), None)
        line = text.count("\n", 0, match.start(2)) + 1
        found.append((line, name, target))
    return found


def closure(path):
    """path and all of our headers that it includes, however indirectly."""
    seen, todo = set(), [path]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo.extend(target for _, _, target in includes(here) if target)
    return seen
