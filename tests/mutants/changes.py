"""Small changes of a rule's source, one at a time, each of which some test should notice."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_TURNED = {"min": "max", "max": "min", "any": "all", "all": "any"}

Function = ast.FunctionDef


@dataclass(frozen=True)
class Change:
    """In the function `where` of a module, `old` was made `new`; `code` is the function with it."""

    where: str
    line: int
    old: str
    new: str
    code: CodeType

    @property
    def key(self) -> str:
        """What names it as long as the rule stays the same, whatever line it stands on."""
        return f"`{self.where}`: `{self.old}` → `{self.new}`"


def changes_of(source: str, filename: str) -> Iterator[Change]:
    """Every change of every function in `source`, in the order of lines."""
    tree = ast.parse(source)
    for where, function in _functions(tree.body, ""):
        for index, node in enumerate(_nodes(function)):
            for number in range(len(_variants(node))):
                changed = copy.deepcopy(tree)
                place = next(found for name, found in _functions(changed.body, "") if name == where)
                target = _nodes(place)[index]
                new = _variants(target)[number]
                old = _said(target)
                _replace(place, target, new)
                code = compile(ast.fix_missing_locations(changed), filename, "exec")
                yield Change(where, getattr(node, "lineno", 0), old, _said(new), _code_of(code, where))


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Function]]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _nodes(function: Function) -> list[ast.AST]:
    """What runs when the function is called: without annotations and what it is decorated with."""
    found = [node for line in function.body for node in ast.walk(line)]
    said = {inner for node in found if isinstance(node, ast.AnnAssign) for inner in ast.walk(node.annotation)}
    return [node for node in found if node not in said]


def _variants(node: ast.AST) -> list[ast.AST]:
    """What may stand in the place of `node`."""
    return [*_other_values(node), *_other_ways(node)]


def _other_values(node: ast.AST) -> Iterator[ast.AST]:
    """Another outcome of an expression."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=right):
            yield from (ast.Compare(left, [other()], right) for other in _COMPARED[type(operator)])
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            for place in range(len(values)):
                rest = values[:place] + values[place + 1 :]
                yield ast.BoolOp(operator, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=first, op=operation, right=second) if type(operation) in _COMPUTED:
            yield ast.BinOp(first, _COMPUTED[type(operation)](), second)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _TURNED:
            yield ast.Call(ast.Name(_TURNED[name], ast.Load()), args, keywords)
        case _:
            pass


def _other_ways(node: ast.AST) -> Iterator[ast.AST]:
    """A branch, a statement or a condition left out."""
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.If(test=test, body=lines, orelse=others) if not isinstance(test, ast.Compare | ast.BoolOp):
            yield ast.If(ast.Constant(value=False), lines, others)
        case ast.Raise() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.comprehension(target=target, iter=over, ifs=[_, *_], is_async=waits):
            yield ast.comprehension(target, over, [], waits)
        case ast.match_case(pattern=pattern, guard=ast.expr(), body=lines):
            yield ast.match_case(pattern, None, lines)
        case _:
            pass


def _replace(function: Function, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(function):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if item is old else item for item in value]


def _said(node: ast.AST) -> str:
    """The first line of what stands there, short enough to be read."""
    if isinstance(node, ast.comprehension):
        return "".join(f" if {ast.unparse(one)}" for one in node.ifs).strip() or "(no condition)"
    if isinstance(node, ast.match_case):
        return f"case {ast.unparse(node.pattern)}" + (f" if {ast.unparse(node.guard)}" if node.guard else "")
    return ast.unparse(node).splitlines()[0]


def _code_of(module: CodeType, where: str) -> CodeType:
    for constant in module.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_qualname == where:
                return constant
            if where.startswith(f"{constant.co_qualname}."):
                return _code_of(constant, where)
    message = f"{where} is not in the compiled module."
    raise LookupError(message)
