"""The page of the Python package's public names, from their signatures and doc comments: python_reference.py SOURCE PAGE

Reads the sources without importing them, so that the site needs no package.
"""

import ast
import inspect
import sys
from pathlib import Path

source, page = Path(sys.argv[1]), Path(sys.argv[2])
Definition = ast.FunctionDef | ast.ClassDef


def public_names(module: Path) -> list[str]:
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    raise SystemExit(f"{module}: no __all__ in it")


def definitions(folder: Path) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for file in sorted(folder.glob("*.py")):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, Definition) and not node.name.startswith("_"):
                # `measure` is in two files: the public one stands in the file that __init__ names.
                found[f"{file.stem}.{node.name}"] = node
    return found


def imported_from(module: Path) -> dict[str, str]:
    return {
        alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module is not None
        for alias in node.names
    }


def signature(name: str, function: ast.FunctionDef) -> str:
    arguments = ast.unparse(function.args).removeprefix("self, ").removeprefix("self")
    returns = f" -> {ast.unparse(function.returns)}" if function.returns is not None else ""
    return f"{name}({arguments}){returns}"


def described(node: Definition) -> str:
    return inspect.cleandoc(ast.get_docstring(node) or "")


def is_property(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator) == "property" for decorator in function.decorator_list)


def section(prefix: str, node: Definition) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [f"## {node.name}", "", "```python", signature(prefix + node.name, node), "```", "", described(node), ""]
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
    initial = next((one for one in methods if one.name == "__init__"), None)
    lines = [f"## {node.name}", ""]
    if initial is not None:
        lines += ["```python", signature(prefix + node.name, initial).removesuffix(" -> None"), "```", ""]
    lines += [described(node), ""]
    for method in methods:
        if (method.name.startswith("_") and method.name != "__call__") or not ast.get_docstring(method):
            continue
        name = f"{node.name}.{method.name}" if method.name != "__call__" else f"{node.name}(…)"
        shown = f"{node.name}.{method.name}" if is_property(method) else signature(f"{node.name}.{method.name}", method)
        lines += [f"### {name}", "", "```python", shown, "```", "", described(method), ""]
    return lines


lines = ["# Python", "", "`pip install ./packages/python`. How it is used: [Python](/docs/python).", ""]
for folder, prefix in ((source, "unitscope."), (source / "callbacks", "unitscope.callbacks.")):
    module = folder / "__init__.py"
    places, known = imported_from(module), definitions(folder)
    for name in public_names(module):
        if name in places:
            lines += section(prefix, known[places[name]])
page.write_text("\n".join(lines))
