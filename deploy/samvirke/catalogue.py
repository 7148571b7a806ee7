"""The catalogue of published events as Markdown, told by the contracts and by those who listen."""

from __future__ import annotations

import ast
import inspect
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import ModuleType

import msgspec

import services.fees.consumer
import services.groups.consumer
import services.membership.consumer
import services.notifications.consumer
from services.fees import contract as fees
from services.groups import contract as groups
from services.membership import contract as membership
from services.notifications import contract as notifications
from shared.consumers import Consumer
from shared.messages import TYPE_PREFIX, Event, Value

CONTRACTS: tuple[ModuleType, ...] = (membership, fees, groups, notifications)

LISTENERS: tuple[tuple[str, Sequence[Consumer]], ...] = (
    (membership.SERVICE, services.membership.consumer.CONSUMERS),
    (fees.SERVICE, services.fees.consumer.CONSUMERS),
    (groups.SERVICE, services.groups.consumer.CONSUMERS),
    (notifications.SERVICE, services.notifications.consumer.CONSUMERS),
)

_HEAD = """# Events

Generated from the contracts by `make docs`; the schemas and an example of each event stand in
`services/SERVICE/published`, are served below `/SERVICE/schemas/` and listed by `/notifications/v1/event-types`.

Every event is one CloudEvents 1.0 JSON document, the same on the log and in the feed. The fields below stand in
`data.current`, the values they replaced in `data.previous`, the stream's version in `data.version`. The key decides the
order: events of one key come in the order in which they were written. A field with a value under *If left out* may be
missing in older documents. Receivers ignore fields and types that they do not know.
"""

_PLAIN = {"str": "text", "int": "integer", "bool": "boolean", "date": "date", "None": "null"}


@dataclass(frozen=True)
class _Told:
    """What the source of one contract says: its types, and the words after each name and field."""

    words: dict[str, str] = field(default_factory=dict)
    choices: dict[str, ast.expr] = field(default_factory=dict)
    parts: dict[str, type[Value]] = field(default_factory=dict)
    annotations: dict[tuple[str, str], ast.expr] = field(default_factory=dict)
    meanings: dict[tuple[str, str], str] = field(default_factory=dict)


def events_document() -> str:
    """The whole catalogue: per service its events, then the parts they are made of."""
    return "\n".join([_HEAD, *(line for contract in CONTRACTS for line in _service(contract))])


def _service(contract: ModuleType) -> Iterator[str]:
    told = _read(contract)
    yield f"## {contract.SERVICE}\n\n{inspect.getdoc(contract)}\n\nTopic `{contract.TOPIC}`.\n"
    yield "".join(f"- [{event.__name__}](#{event.__name__.lower()})\n" for event in contract.EVENTS)
    for event in contract.EVENTS:
        yield _event(event, told)
    for part in told.parts.values():
        yield f"### {part.__name__}\n\nA part of events. {inspect.getdoc(part)}\n\n{_fields(part, told)}"


def _event(event: type[Event], told: _Told) -> str:
    key = "the municipality's id" if "municipality_id" in event.__struct_fields__ else "its stream"
    happened = f"`{event.happened}`" if event.happened else "when it was recorded"
    listeners = "".join(f"- {line}\n" for line in _listeners(event)) or "- nobody yet\n"
    return (
        f"### {event.__name__}\n\n{inspect.getdoc(event)}\n\n"
        f"Type `{TYPE_PREFIX}.{event.type_name()}`, key: {key}, time: {happened}. Listening:\n\n{listeners}\n"
        f"{_fields(event, told)}"
    )


def _listeners(event: type[Event]) -> Iterator[str]:
    for service, consumers in LISTENERS:
        effects = [effect for consumer in consumers for effect in _effects(consumer, event)]
        if effects:
            yield f"{service}: {', '.join(effects)}"


def _effects(consumer: Consumer, event: type[Event]) -> Iterator[str]:
    if event in consumer.events and consumer.journal is not None:
        yield "the journal"
    yield from (f"read model `{one.name}`" for one in consumer.projections if event in one.on)
    yield from (f"policy `{one.name}`" for one in consumer.policies if event in one.on)


def _fields(part: type[Event | Value], told: _Told) -> str:
    rows = ["| Field | Type | If left out | Meaning |", "|---|---|---|---|"]
    for one in msgspec.structs.fields(part):
        shape = told.annotations[part.__name__, one.name]
        default = "" if one.required else f"`{json.dumps(msgspec.to_builtins(one.default))}`"
        meaning = told.meanings.get((part.__name__, one.name)) or _meaning(shape, told)
        rows.append(f"| `{one.name}` | {_type(shape, told)} | {default} | {meaning} |")
    return "\n".join([*rows, ""])


def _type(shape: ast.expr, told: _Told) -> str:
    """An annotation in words: `date | None` is a date or null."""
    match shape:
        case ast.BinOp(left=left, right=right):
            return f"{_type(left, told)} or {_type(right, told)}"
        case ast.Subscript(value=ast.Name(id="Literal"), slice=chosen):
            values = chosen.elts if isinstance(chosen, ast.Tuple) else [chosen]
            return "one of " + ", ".join(f"`{ast.literal_eval(value)}`" for value in values)
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[item, *_])):
            return f"list of {_type(item, told)}"
        case ast.Name(id=name) if name in told.parts:
            return f"[{name}](#{name.lower()})"
        case ast.Name(id=name) if name in told.choices:
            return _type(told.choices[name], told)
        case _:
            name = ast.unparse(shape)
            return _PLAIN.get(name, f"text (`{name}`)")


def _meaning(shape: ast.expr, told: _Told) -> str:
    named = [node.id for node in ast.walk(shape) if isinstance(node, ast.Name)]
    return " ".join(told.words[name] for name in named if name in told.words)


def _read(contract: ModuleType) -> _Told:
    told = _Told()
    name = contract.__name__
    for module in [
        sys.modules[one] for one in sorted(sys.modules) if one == name or one.startswith(f"{name}.")
    ]:
        body = ast.parse(inspect.getsource(module)).body
        told.words.update(_words_after(body))
        for node in body:
            match node:
                case ast.Assign(targets=[ast.Name(id=alias)], value=ast.Subscript() as value):
                    told.choices[alias] = value
                case ast.ClassDef():
                    _read_class(node, getattr(module, node.name), told)
                case _:
                    pass  # imports, constants and words
    return told


def _read_class(node: ast.ClassDef, described: type, told: _Told) -> None:
    if issubclass(described, Value):
        told.parts[node.name] = described
    told.meanings.update({(node.name, name): text for name, text in _words_after(node.body).items()})
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            told.annotations[node.name, line.target.id] = line.annotation


def _words_after(body: list[ast.stmt]) -> dict[str, str]:
    """The text that stands right after an assignment says what is assigned there."""
    words: dict[str, str] = {}
    for before, after in itertools.pairwise(body):
        target = (
            before.targets[0]
            if isinstance(before, ast.Assign)
            else before.target
            if isinstance(before, ast.AnnAssign)
            else None
        )
        match after:
            case ast.Expr(value=ast.Constant(value=str() as text)) if isinstance(target, ast.Name):
                words[target.id] = " ".join(text.split())
    return words
