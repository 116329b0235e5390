"""Puts one change into the running program: only in a process that ends with it.

A function keeps its identity and gets other code, so that whoever imported it has the change too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from types import CodeType, FunctionType
from typing import Any

from bench.mutants.operators import Mutant, mutated
from bench.mutants.rooms import module_of, path_of


class NotPlantedError(Exception):
    """The place could not be found in the running program."""


def plant(mutant: Mutant) -> None:
    """Changes the program. Raises ``NotPlantedError``."""
    path = path_of(mutant.file)
    tree = mutated(path.read_text(), mutant.number)
    module = import_module(module_of(mutant.file))
    if mutant.function:
        code = compile(tree, str(path), "exec", dont_inherit=True)
        function = _function(module, mutant.function)
        wanted = [one for one in _codes(code) if one.co_qualname == mutant.function]
        same = [one for one in wanted if one.co_firstlineno == function.__code__.co_firstlineno]
        if not same:
            raise NotPlantedError(mutant.function)
        function.__code__ = same[0]
    else:
        _assign_from(module, tree, mutant.constant)


def plant_text(file: str, before: str, after: str) -> None:
    """Puts ``after`` in the place of ``before``, which stands once in ``file``.

    Functions get their new code, constants of a module their new value. Raises ``NotPlantedError``.
    """
    path = path_of(file)
    source = path.read_text()
    if source.count(before) != 1:
        raise NotPlantedError(f"{file} holds the text {source.count(before)} times")
    changed = source.replace(before, after)
    module = import_module(module_of(file))
    old, new = ast.parse(source), ast.parse(changed)
    code = compile(new, str(path), "exec", dont_inherit=True)
    stood = dict(_definitions(old.body, ""))
    changed_names: set[str] = set()
    for name, made in _definitions(new.body, ""):
        if ast.dump(made) == ast.dump(stood.get(name, ast.Pass())):
            continue
        function = _function(module, name)
        wanted = [one for one in _codes(code) if one.co_qualname == name]
        if len(wanted) != 1:
            raise NotPlantedError(f"{name} stands {len(wanted)} times")
        function.__code__ = wanted[0]
        changed_names.add(name)
    held = dict(_assigned(old))
    for name, value in _assigned(new):
        is_other = ast.dump(value) != ast.dump(held.get(name, ast.Pass()))
        if is_other or changed_names & {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}:
            _assign_from(module, new, name)  # also what a changed function made at the import
            changed_names.add(name)
            break
    if not changed_names:
        raise NotPlantedError(f"{file}: no function and no constant differs")


def _definitions(body: list[ast.stmt], outer: str) -> Iterator[tuple[str, ast.AST]]:
    for one in body:
        if isinstance(one, ast.ClassDef):
            yield from _definitions(one.body, f"{outer}{one.name}.")
        elif isinstance(one, ast.FunctionDef):
            yield f"{outer}{one.name}", one


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for one in tree.body:
        if isinstance(one, ast.Assign | ast.AnnAssign) and one.value is not None:
            target = one.targets[0] if isinstance(one, ast.Assign) else one.target
            if isinstance(target, ast.Name):
                yield target.id, one.value


def _function(module: Any, name: str) -> FunctionType:
    held: Any = module
    for part in name.split("."):
        held = vars(held)[part] if isinstance(held, type) else getattr(held, part)
    for _ in range(5):
        for way in ("__func__", "fget", "func", "__wrapped__", "_make"):
            inner = getattr(held, way, None)
            if not isinstance(held, FunctionType) or way == "__wrapped__":
                held = inner or held
    if not isinstance(held, FunctionType):
        raise NotPlantedError(name)
    return held


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _codes(one)


def _assign_from(module: Any, tree: ast.Module, first: str) -> None:
    """The constant ``first`` and those after it, which may be made of it; everywhere they went."""
    begun = False
    for statement in tree.body:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if not isinstance(target, ast.Name):
            continue
        begun = begun or target.id == first
        if not begun or not target.id.strip("_").isupper():
            continue
        before = vars(module)[target.id]
        code = compile(ast.Expression(statement.value), module.__file__ or "", "eval")
        made = eval(code, vars(module))  # noqa: S307 - our own source, changed by rule
        for other in [m for name, m in sys.modules.items() if name.startswith("gateway")]:
            for name, held in list(vars(other).items()):
                if held is before and name == target.id:
                    setattr(other, name, made)
        setattr(module, target.id, made)
