"""The changes: one small wrong thing at one place of a syntax tree, each with a name that stays.

It compiles nothing and runs nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ADDED: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
_TOLD = ("_log", "log", "logger")
_NO_CODE = frozenset({"annotation", "decorator_list", "args", "returns", "targets"})
_SHOWN = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change. ``name`` stays the same while lines move; ``number`` counts within the file."""

    file: str
    line: int
    function: str  # the outermost function's qualified name; "" at the module's own level
    constant: str  # what is assigned at the module's own level; "" in a function
    operator: str
    before: str
    after: str
    number: int
    name: str

    def __str__(self) -> str:
        """As a list tells it."""
        return f"{self.file}:{self.line} {self.operator}: {self.before} -> {self.after}"


@dataclass(slots=True)
class _Slot:
    """Where a node hangs: an attribute of another, or a place in a list."""

    holder: Any
    key: str | int

    def put(self, node: ast.AST) -> None:
        """Hangs ``node`` there."""
        if isinstance(self.key, int):
            self.holder[self.key] = node
        else:
            setattr(self.holder, self.key, node)


@dataclass(slots=True)
class _Change:
    """``made`` in the place of ``node``."""

    slot: _Slot
    node: ast.AST
    made: ast.AST

    def do(self) -> None:
        """Makes the change."""
        self.slot.put(ast.copy_location(self.made, self.node))


@dataclass(slots=True)
class _Site:
    operator: str
    node: ast.AST
    change: _Change
    place: tuple[str, str]  # function or constant


def mutants_of(file: str, source: str) -> list[Mutant]:
    """Every change of one file, in order."""
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    for number, site in enumerate(_sites(ast.parse(source))):
        before, made = _text(site.node), site.change.made
        after = "nothing" if isinstance(made, ast.Pass) else _text(made)
        function, constant = site.place
        stem = f"{file} {function or constant} {site.operator}: {before} -> {after}"
        seen[stem] += 1
        found.append(
            Mutant(
                file=file,
                line=getattr(site.node, "lineno", 0),
                function=function,
                constant=constant,
                operator=site.operator,
                before=before,
                after=after,
                number=number,
                name=stem if seen[stem] == 1 else f"{stem} #{seen[stem]}",
            )
        )
    return found


def mutated(source: str, number: int) -> ast.Module:
    """The tree of ``source`` with the change of this number alone."""
    tree = ast.parse(source)
    _sites(tree)[number].change.do()
    return ast.fix_missing_locations(tree)


def _sites(tree: ast.Module) -> list[_Site]:
    sites: list[_Site] = []
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            _in_definition(statement, "", sites)
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and target.id.strip("_").isupper():
                _expressions(_Slot(statement, "value"), statement.value, ("", target.id), sites)
    return sites


def _in_definition(node: ast.AST, outer: str, sites: list[_Site]) -> None:
    if isinstance(node, ast.ClassDef):
        for one in node.body:
            _in_definition(one, f"{outer}{node.name}.", sites)
    elif isinstance(node, ast.FunctionDef):
        _statements(node.body, (f"{outer}{node.name}", ""), sites)


def _statements(body: list[ast.stmt], place: tuple[str, str], sites: list[_Site]) -> None:
    for at, statement in enumerate(body):
        if _is_told(statement) or _is_text(statement):
            continue
        if _may_go(statement):
            gone = _Change(_Slot(body, at), statement, ast.Pass())
            sites.append(_Site("dropped", statement, gone, place))
        if isinstance(statement, ast.Raise):
            continue  # what an error says is not judged here
        for field, value in ast.iter_fields(statement):
            if field not in _NO_CODE:
                _part(statement, field, value, place, sites)


def _part(
    statement: ast.stmt, field: str, value: object, place: tuple[str, str], sites: list[_Site]
) -> None:
    if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
        _statements(value, place, sites)
    elif isinstance(value, list):
        for item in value:
            _items(item, place, sites)
    elif isinstance(value, ast.expr):
        if field == "test" and not isinstance(statement, ast.Assert):
            turned = ast.UnaryOp(ast.Not(), value)
            change = _Change(_Slot(statement, field), value, turned)
            sites.append(_Site("negated", value, change, place))
        _expressions(_Slot(statement, field), value, place, sites)


def _items(item: object, place: tuple[str, str], sites: list[_Site]) -> None:
    """Handlers of ``try``, cases of ``match``, items of ``with``."""
    if isinstance(item, ast.ExceptHandler | ast.match_case):
        _statements(item.body, place, sites)
        if isinstance(item, ast.match_case) and item.guard is not None:
            _expressions(_Slot(item, "guard"), item.guard, place, sites)
    elif isinstance(item, ast.withitem):
        _expressions(_Slot(item, "context_expr"), item.context_expr, place, sites)


def _expressions(slot: _Slot, node: ast.expr, place: tuple[str, str], sites: list[_Site]) -> None:
    if _is_log_call(node) or isinstance(node, ast.JoinedStr):
        return
    sites.extend(_at(slot, node, place))
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "ctx"):
            continue
        if isinstance(value, ast.expr):
            _expressions(_Slot(node, field), value, place, sites)
        for at, one in enumerate(value) if isinstance(value, list) else ():
            if isinstance(one, ast.expr):
                _expressions(_Slot(value, at), one, place, sites)
            elif isinstance(one, ast.keyword):
                _expressions(_Slot(one, "value"), one.value, place, sites)
            elif isinstance(one, ast.comprehension):
                _comprehension(one, place, sites)


def _comprehension(one: ast.comprehension, place: tuple[str, str], sites: list[_Site]) -> None:
    for at, test in enumerate(one.ifs):
        all_of_them = _Change(_Slot(one.ifs, at), test, ast.Constant(value=True))
        sites.append(_Site("filter dropped", test, all_of_them, place))
        _expressions(_Slot(one.ifs, at), test, place, sites)
    _expressions(_Slot(one, "iter"), one.iter, place, sites)


def _at(slot: _Slot, node: ast.expr, place: tuple[str, str]) -> Iterator[_Site]:
    found = _other(node)
    if found is not None:
        operator, made = found
        yield _Site(operator, node, _Change(slot, node, made), place)


def _other(node: ast.expr) -> tuple[str, ast.expr] | None:  # noqa: PLR0911 - a table
    match node:
        case ast.Compare(ops=[op]) if type(op) in _COMPARED:
            made = ast.Compare(node.left, [_COMPARED[type(op)]()], node.comparators)
            return "compared otherwise", made
        case ast.BoolOp(op=op, values=values):
            return "and for or", ast.BoolOp(
                ast.Or() if isinstance(op, ast.And) else ast.And(), values
            )
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return "not dropped", operand
        case ast.BinOp(op=op) if type(op) in _ADDED:
            return "plus for minus", ast.BinOp(node.left, _ADDED[type(op)](), node.right)
        case ast.Constant(value=bool(value)):
            return "other", ast.Constant(value=not value)
        case ast.Constant(value=int(value)):
            return "one more", ast.Constant(value=value + 1)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return "branches swapped", ast.IfExp(test, orelse, body)
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED:
            return "other end", ast.Call(
                ast.Name(_SWAPPED[name], ast.Load()), node.args, node.keywords
            )
        case ast.Subscript(slice=ast.Slice()):
            return "cut dropped", node.value
        case _:
            return None


def _may_go(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise():
            return True
        case ast.Continue() | ast.Break() | ast.Delete():
            return True
        case ast.Return(value=value):
            return value is None
        case ast.Assign(targets=targets):
            return any(isinstance(one, ast.Attribute | ast.Subscript) for one in targets)
        case _:
            return False


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_told(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and _is_log_call(statement.value)


def _is_log_call(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in _TOLD


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def names_in(source: str, name: str) -> Sequence[int]:
    """The lines on which ``name`` is used inside of functions."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    return sorted(
        {
            one.lineno
            for function in functions
            for one in ast.walk(function)
            if isinstance(one, ast.Name) and one.id == name
        }
    )
