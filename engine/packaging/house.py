"""Draws the house from its imports into docs/architecture.md: `python -m engine.packaging.house`.

A room is a package of engine/ or addon/, or a module that stands beside these packages.
"""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from ..training.markers import put_into
from .extension import NOT_SHIPPED, ROOT

PAGE = ROOT / "docs" / "architecture.md"
Room = tuple[str, ...]
"""Such as ("engine", "lifting") or ("engine", "track")."""


def imports() -> dict[Room, set[Room]]:
    """Every room with those that its modules import, anywhere in them."""
    found: dict[Room, set[Room]] = {}
    for half in ("addon", "engine"):
        for path in sorted((ROOT / half).rglob("*.py")):
            room = path.relative_to(ROOT).with_suffix("").parts[:2]
            found.setdefault(room, set()).update(name[:2] for name in _imported(path) if name[:2] != room)
    return {room: others & found.keys() for room, others in found.items() if room != ("engine", "__init__")}


def _imported(path: Path) -> Iterator[tuple[str, ...]]:
    """What a module imports from others, as full names."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            module = node.module.split(".") if node.module else ()
            yield from ((*above, *module, alias.name) for alias in node.names)


def reduced(graph: dict[Room, set[Room]]) -> dict[Room, set[Room]]:
    """Without the arrows that follow from others; graphlib.CycleError where arrows run in a circle."""
    reached: dict[Room, set[Room]] = {}
    kept: dict[Room, set[Room]] = {}
    for room in TopologicalSorter(graph).static_order():
        further = set[Room]().union(*(reached[other] for other in graph[room]))
        kept[room] = graph[room] - further
        reached[room] = graph[room] | further
    return kept


def ships(room: Room) -> bool:
    """Whether it is in the extension's zip."""
    return room[1] not in NOT_SHIPPED


def picture() -> Iterator[str]:
    """The lines of the graph, in Mermaid's notation."""
    graph = reduced(imports())
    yield from ("```mermaid", "graph TD")
    for title, half, shipped in (
        ("addon/: Blender", "addon", True),
        ("engine/: pure Python", "engine", True),
        ("addon/, does not ship", "addon", False),
        ("engine/, does not ship", "engine", False),
    ):
        yield f'  subgraph {half}_{"ships" if shipped else "stays"}["{title}"]'
        for room in sorted(graph):
            if room[0] == half and ships(room) == shipped:
                ending = "/" if (ROOT / Path(*room)).is_dir() else ".py"
                yield f'    {"_".join(room)}["{room[1]}{ending}"]'
        yield "  end"
    for room in sorted(graph):
        for other in sorted(graph[room]):
            yield f"  {'_'.join(room)} --> {'_'.join(other)}"
    yield "```"


if __name__ == "__main__":
    put_into(PAGE, "house", picture())
