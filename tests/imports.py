"""What Python files import, read from their text: nothing is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """One file of a package."""

    name: str
    """From the package on, as in "sign_mocap.engine.track"."""
    is_package: bool
    tree: ast.Module

    @cached_property
    def names(self) -> set[str]:
        """What it defines or imports, at any depth."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.alias):
                found.add(node.asname or node.name)
        return found

    @property
    def imported(self) -> Iterator[tuple[str, str]]:
        """Each import, those within functions too: (module, name imported from it or nothing)."""
        above = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = above[: len(above) - node.level + 1] if node.level else []
                whole = ".".join([*base, *filter(None, [node.module])])
                yield from ((whole, alias.name) for alias in node.names)


def modules_in(folder: Path, package: str, *parts: str) -> dict[str, Module]:
    """Name -> module, of every Python file of a folder (or of some folders in it) that is imported as a package."""
    found: dict[str, Module] = {}
    for path in sorted(file for part in parts or (".",) for file in (folder / part).rglob("*.py")):
        words = path.relative_to(folder).with_suffix("").parts
        is_package = words[-1] == "__init__"
        name = ".".join([package, *(words[:-1] if is_package else words)])
        found[name] = Module(name, is_package, ast.parse(path.read_text(encoding="utf-8")))
    return found


def edges(modules: dict[str, Module]) -> dict[str, set[str]]:
    """Module -> those of the modules that it imports."""
    found: dict[str, set[str]] = {}
    for name, module in modules.items():
        wholes = {base if f"{base}.{wanted}" not in modules else f"{base}.{wanted}" for base, wanted in module.imported}
        found[name] = wholes & {*modules} - {name}
    return found


def unresolved(modules: dict[str, Module], outside: set[str]) -> list[str]:
    """Every import of something that neither the modules nor the packages `outside` hold, as "A imports B"."""
    package = next(iter(modules)).split(".")[0]
    lost: list[str] = []
    for name, module in modules.items():
        for base, wanted in module.imported:
            if base.split(".")[0] == package:
                inside = f"{base}.{wanted}" in modules or (base in modules and wanted in modules[base].names)
            else:
                inside = base.split(".")[0] in outside
            if not inside:
                lost.append(f"{name} imports {f'{base}.{wanted}'.strip('.')}")
    return lost
