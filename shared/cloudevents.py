"""An event as one CloudEvents 1.0 JSON document: the same bytes on the log, in the feed and in a webhook."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Literal, NoReturn

import msgspec
from msgspec import UNSET, UnsetType

from shared import typed
from shared.codec import MAXIMUM_SIZE, Data
from shared.errors import Refused
from shared.messages import MAXIMUM_NAME, TYPE_PREFIX, Event, Recorded
from shared.upcasting import is_upcast, upcast
from shared.validity import InvalidDocument, is_absolute_uri, is_moment, validate

__all__ = ("EventTooLarge", "InvalidDocument", "UnknownType", "check_size", "decode", "encode", "schema_uri")

_ID = r"[A-Za-z0-9_-]{1,64}"
_PLAIN = r"[!#$&-\[\]-~]+"  # U+0021-U+007E without ", % and \, so that headers and JSON need no escapes
_NAME = _PLAIN.replace("+", f"{{1,{MAXIMUM_NAME}}}")
_NUMBER = r"00[0-9]{18}"  # what a BIGINT holds
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
_CONTENT = "application/json"

CANONICAL = re.compile(
    rf'\{{"specversion":"1\.0","id":"(?P<id>{_ID})","source":"(?P<source>{_PLAIN})","type":"(?P<type>{_PLAIN})"'
    rf',"subject":"(?P<subject>{_PLAIN})","time":"(?P<time>{_MOMENT})","recordedtime":"(?P<recordedtime>{_MOMENT})"'
    rf',"datacontenttype":"application/json","dataschema":"(?P<dataschema>{_PLAIN})"'
    rf',"sequence":"(?P<sequence>{_NUMBER})","partitionkey":"(?P<partitionkey>{_NAME})"'
    rf',"stream":"(?P<stream>{_NAME})","streamversion":(?P<streamversion>[1-9]\d{{0,8}})'
    rf',"correlationid":"(?P<correlationid>{_PLAIN})"(?:,"causationid":"(?P<causationid>{_PLAIN})")?'
    rf',"actor":"(?P<actor>{_PLAIN})"(?:,"example":(?P<example>true))?,"data":(?P<data>\{{.*\}})\}}',
    re.DOTALL | re.ASCII,
)
"""The bytes as our own `encode` writes them: what matches needs no further look at its attributes."""


class EventTooLarge(Refused):
    """The event would not fit into the 64 KiB that every receiver must take."""

    code = "event-too-large"
    status = 413
    nb = "Det er for mye tekst i én registrering. Del den opp."


class UnknownType(msgspec.Struct, frozen=True, kw_only=True):
    """A valid event of a type that the reader's contract does not name (yet)."""

    type: str
    event_id: str
    service: str
    key: str
    subject: str
    stream: str
    version: int
    sequence: int
    recorded_at: str
    example: bool = False


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    recordedtime: str
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    sequence: str
    partitionkey: str
    stream: str
    streamversion: int
    correlationid: str
    causationid: str | UnsetType = UNSET
    actor: str
    example: bool | UnsetType = UNSET
    data: Any


_encoder = msgspec.json.Encoder()
_is_source = functools.lru_cache(maxsize=64)(is_absolute_uri)
_is_moment = functools.lru_cache(maxsize=64)(is_moment)  # the two of an event are mostly one
_all_words = re.compile(rf"{_ID}(?: {_PLAIN})+")


def schema_uri(source: str, type_name: str) -> str:
    """Where the schema of an event's `data` is found below its service's address."""
    return f"{source}/schemas/{type_name}.json"


def encode(
    recorded: Recorded[Any], *, source: str, data_schema: str | None = None, data: str | bytes | None = None
) -> bytes:
    """The document of a numbered event; the same event always gives the same bytes.

    `data` is the stored text of `current`, `previous` and `version`: where it is given it is
    taken as it stands, so that a resend repeats its bytes also after the class has got a new
    field. Raises InvalidDocument where an attribute holds what HTTP headers cannot, and
    EventTooLarge over 64 KiB.
    """
    sequence = recorded.sequence
    if sequence is None:
        message = f"The event {recorded.event_id} has no sequence yet."
        raise InvalidDocument("not-numbered", message)
    document = _Document(
        id=recorded.event_id,
        source=source,
        type=f"{TYPE_PREFIX}.{recorded.type}",
        subject=recorded.subject,
        time=recorded.time,
        recordedtime=recorded.recorded_at,
        dataschema=data_schema or schema_uri(source, recorded.type),
        sequence=f"{sequence:020}",
        partitionkey=recorded.key,
        stream=recorded.stream,
        streamversion=recorded.version,
        correlationid=recorded.correlation_id,
        causationid=UNSET if recorded.causation_id is None else recorded.causation_id,
        actor=recorded.actor,
        example=recorded.example or UNSET,
        data=Data(recorded.event, recorded.previous, recorded.version) if data is None else msgspec.Raw(data),
    )
    _check_attributes(document)
    encoded = _encoder.encode(document)
    if len(encoded) > MAXIMUM_SIZE:
        raise EventTooLarge(
            f"The event takes {len(encoded)} bytes; {MAXIMUM_SIZE} are allowed.",
            size=len(encoded),
            maximum=MAXIMUM_SIZE,
        )
    return encoded


def check_size(recorded: Recorded[Any], source: str, *, data: str | bytes | None = None) -> None:
    """Raise before anything is committed what `encode` would raise once the event is numbered."""
    encode(msgspec.structs.replace(recorded, sequence=0), source=source, data=data)


def decode(
    document: bytes | None, events: Mapping[str, type[Event]], service: str
) -> Recorded[Any] | UnknownType:
    """The event in `document`, or what is known of one whose type `events` does not name.

    `events` are classes by type name (`MunicipalityJoined.v1`). Raises InvalidDocument for
    everything that CloudEvents or our contract forbids; unknown fields and extensions are ignored.
    """
    if document is None:
        raise InvalidDocument("empty", "There is no document.")
    attributes, data = _attributes(document)
    type_name = attributes["type"].removeprefix(f"{TYPE_PREFIX}.")
    version = int(attributes["streamversion"])
    if attributes["type"] == type_name or (type_name not in events and not is_upcast(type_name)):
        _read(data, Any, version)
        return _unknown(attributes, service)
    if is_upcast(type_name):
        old = _read(data, Any, version)
        type_name, current = upcast(type_name, old.current)
        if type_name not in events:
            return _unknown(attributes, service)
        data = {"current": current, "previous": old.previous, "version": old.version}
    content = _read(data, events[type_name], version)
    return Recorded(
        event=content.current,
        event_id=attributes["id"],
        service=service,
        stream=attributes["stream"],
        version=version,
        key=attributes["partitionkey"],
        subject=attributes["subject"],
        type=type_name,
        time=attributes["time"],
        recorded_at=attributes["recordedtime"],
        actor=attributes["actor"],
        correlation_id=attributes["correlationid"],
        causation_id=attributes.get("causationid"),
        example=bool(attributes.get("example")),
        sequence=int(attributes["sequence"]),
        previous=content.previous,
    )


def _check_attributes(document: _Document) -> None:
    words = [
        document.id,
        document.source,
        document.type,
        document.subject,
        document.dataschema,
        document.partitionkey,
        document.stream,
        document.correlationid,
        document.actor,
    ]
    if document.causationid is not UNSET:
        words.append(document.causationid)
    joined = " ".join(words)  # one look at all of them; a space within one would make more words of it
    if not _all_words.fullmatch(joined) or joined.count(" ") != len(words) - 1:
        raise InvalidDocument("bad-characters", "An attribute is empty or not plain printable ASCII.")
    if len(document.stream) > MAXIMUM_NAME or len(document.partitionkey) > MAXIMUM_NAME:
        raise InvalidDocument("name-too-long", "No consumer could keep so long a stream or partitionkey.")
    if not _is_source(document.source):
        raise InvalidDocument("bad-source", "The source must be an absolute URI.")
    if not (_is_moment(document.time) and _is_moment(document.recordedtime)):
        raise InvalidDocument("bad-time", "The times must be RFC 3339 moments.")


def _attributes(document: bytes) -> tuple[Mapping[str, Any], Any]:
    """Attributes and data: text that our own encoder wrote, or members of any other valid document."""
    try:
        canonical = CANONICAL.fullmatch(document.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidDocument("not-utf8", "The document is not UTF-8.") from error
    if canonical and _is_moment(canonical["time"]) and _is_moment(canonical["recordedtime"]):
        if not _is_source(canonical["source"]):
            raise InvalidDocument("bad-source", "The source must be an absolute URI.")
        return canonical.groupdict(), canonical["data"]
    members = validate(document)
    for name, pattern in _OURS.items():
        if name not in members:
            raise InvalidDocument("missing-attribute", f"The attribute {name} is missing.")
        if not isinstance(members[name], str) or not re.fullmatch(pattern, members[name], re.ASCII):
            raise InvalidDocument("bad-attribute", f"The attribute {name} is not what we use.")
    _check_ours(members)
    return members, members["data"]


_OURS = {
    "id": _ID,
    "source": _PLAIN,
    "type": _PLAIN,
    "subject": _PLAIN,
    "time": _PLAIN,
    "recordedtime": _MOMENT,
    "sequence": _NUMBER,
    "partitionkey": _NAME,
    "stream": _NAME,
    "correlationid": _PLAIN,
    "actor": _PLAIN,
}


def _check_ours(members: Mapping[str, Any]) -> None:
    version = members.get("streamversion")
    if not isinstance(version, int) or isinstance(version, bool) or not 0 < version < 10**9:
        raise InvalidDocument("bad-attribute", "The attribute streamversion must be a positive integer.")
    if not isinstance(members.get("causationid", ""), str) or not isinstance(
        members.get("example", True), bool
    ):
        raise InvalidDocument("bad-attribute", "causationid must be text and example a boolean.")
    if not _is_source(members["source"]):
        raise InvalidDocument("bad-source", "The source must be an absolute URI.")
    if not is_moment(members["recordedtime"]):
        raise InvalidDocument("bad-time", "The attribute recordedtime is not an RFC 3339 moment.")
    if members.get("datacontenttype", _CONTENT).split(";")[0].strip().lower() != _CONTENT:
        raise InvalidDocument("bad-content-type", "Only JSON data is known.")
    if not isinstance(members.get("data"), dict):
        raise InvalidDocument("bad-data", "The member data must be an object.")


@functools.cache
def _decoder(fact: Any) -> msgspec.json.Decoder[Data[Any]]:  # noqa: TID251  # a type
    """Of the data about one class of events, or about `Any`; kept, since `typed` takes a lock each time."""
    return typed.decoder(Data[fact])


def _read(data: Any, fact: Any, version: int) -> Data[Any]:
    try:
        content = _decoder(fact).decode(data) if isinstance(data, str) else typed.convert(data, Data[fact])
    except (msgspec.MsgspecError, RecursionError) as error:
        _refuse_data(error)
    if content.version != version:
        raise InvalidDocument("version-mismatch", "streamversion and the version in data differ.")
    return content


def _refuse_data(error: Exception) -> NoReturn:
    # The message names the field and the types, never a value.
    raise InvalidDocument("bad-data", f"The data does not fit its type: {error}") from error


def _unknown(attributes: Mapping[str, Any], service: str) -> UnknownType:
    return UnknownType(
        type=attributes["type"],
        event_id=attributes["id"],
        service=service,
        key=attributes["partitionkey"],
        subject=attributes["subject"],
        stream=attributes["stream"],
        version=int(attributes["streamversion"]),
        sequence=int(attributes["sequence"]),
        recorded_at=attributes["recordedtime"],
        example=bool(attributes.get("example")),
    )
