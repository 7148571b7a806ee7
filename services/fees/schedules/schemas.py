"""Shapes of schedules over HTTP and in the form."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from services.fees.contract import Band, Component
from services.fees.wording import PRORATIONS
from shared.web.jsonfields import Whole

_KINDS = ("fixed", "per_inhabitant", "bands", "one_off")
_YEAR = validate.Range(min=2000, max=2100, error="Oppgi et årstall.")


class BandBody(Schema):
    """From so many inhabitants on, this amount."""

    from_inhabitants = Whole(required=True)
    amount_ore = Whole(required=True)


class ComponentBody(Schema):
    """A part of the fee, in øre."""

    name = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,39}$(?!\n)"))
    label = fields.String(required=True, validate=validate.Length(min=1, max=80))
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    amount_ore = Whole(load_default=0)
    bands = fields.List(fields.Nested(BandBody), load_default=list)

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> Component:
        """The contract's value."""
        bands = tuple(Band(**band) for band in loaded.pop("bands"))
        return Component(bands=bands, **loaded)


class ScheduleRequest(Schema):
    """A schedule to adopt. With `schedule_id`, it takes the place of what that one said."""

    schedule_id = fields.UUID(load_default=None, allow_none=True)
    first_year = Whole(required=True, validate=_YEAR)
    last_year = Whole(load_default=None, allow_none=True, validate=_YEAR)
    components = fields.List(fields.Nested(ComponentBody), required=True, validate=validate.Length(max=20))
    proration = fields.String(required=True, validate=validate.OneOf(tuple(PRORATIONS)))
    host_pays = fields.Boolean(required=True)
    decided_by = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    decided_on = fields.Date(load_default=None, allow_none=True)
    assumed = fields.List(fields.String(validate=validate.Length(max=80)), load_default=list)


class ScheduleView(Schema):
    """A schedule as adopted last."""

    schedule_id = fields.String()
    first_year = fields.Integer()
    last_year = fields.Integer(allow_none=True)
    components = fields.List(fields.Nested(ComponentBody))
    proration = fields.String()
    host_pays = fields.Boolean()
    decided_by = fields.String(allow_none=True)
    decided_on = fields.Date(allow_none=True)
    assumed = fields.List(fields.String())
    adopted_at = fields.String()
    event_id = fields.String()
    example = fields.Boolean()


class SchedulesView(Schema):
    """All schedules."""

    items = fields.List(fields.Nested(ScheduleView))


class Kroner(fields.Field[int]):
    """An amount as people write it (`150 000,50`), in øre."""

    default_error_messages = {"amount": "Skriv et beløp i kroner, for eksempel 150 000,00."}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:  # noqa: ARG002
        return ore(str(value))


def ore(text: str) -> int:
    """The øre of an amount in kroner with at most two decimals; ValidationError where it is none."""
    plain = "".join(text.split()).removeprefix("kr").replace(".", ",")
    whole, _, decimals = plain.partition(",")
    if not whole.isascii() or not whole.isdigit() or len(whole) > 12 or len(decimals) > 2:  # noqa: PLR2004
        raise ValidationError(Kroner.default_error_messages["amount"])
    if decimals and not (decimals.isascii() and decimals.isdigit()):
        raise ValidationError(Kroner.default_error_messages["amount"])
    return int(whole) * 100 + int(decimals.ljust(2, "0") or 0)


class ScheduleForm(Schema):
    """The form: one component of each kind at most; what is left empty is not there."""

    first_year = fields.Integer(
        required=True,
        validate=_YEAR,
        error_messages={"invalid": "Oppgi et årstall.", "required": "Oppgi et årstall."},
    )
    last_year = fields.Integer(
        load_default=None, validate=_YEAR, error_messages={"invalid": "Oppgi et årstall."}
    )
    fixed = Kroner(load_default=None)
    per_inhabitant = Kroner(load_default=None)
    one_off = Kroner(load_default=None)
    bands = fields.String(load_default="")
    proration = fields.String(
        required=True, validate=validate.OneOf(tuple(PRORATIONS), error="Velg hvordan en del av året telles.")
    )
    host_pays = fields.Boolean(load_default=False)
    decided_by = fields.String(load_default=None, validate=validate.Length(max=200))
    decided_on = fields.Date(
        load_default=None,
    )

    @post_load
    def build(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The amounts as components of the contract."""
        named = (("fixed", "Fast del"), ("per_inhabitant", "Variabel del"), ("one_off", "Engangsbeløp"))
        found = [
            Component(name=_NAMES[kind], label=label, kind=kind, amount_ore=amount)  # type: ignore[arg-type]
            for kind, label in named
            if (amount := loaded.pop(kind)) is not None
        ]
        bands = parse_bands(loaded.pop("bands"))
        if bands:
            found.append(Component(name="bands", label="Trinn etter folketall", kind="bands", bands=bands))
        return loaded | {"components": tuple(found)}


_NAMES = {"fixed": "fixed", "per_inhabitant": "variable", "one_off": "one_off"}


def parse_bands(text: str) -> tuple[Band, ...]:
    """Bands written one a line, `from inhabitants; kroner`; ValidationError under `bands`."""
    bands = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        limit, separator, amount = line.partition(";")
        limit = "".join(limit.split())
        if not separator or not limit.isascii() or not limit.isdigit() or len(limit) > 12:  # noqa: PLR2004
            message = "Skriv ett trinn per linje: fra innbyggertall; kroner."
            raise ValidationError(message, "bands")
        try:
            bands.append(Band(from_inhabitants=int(limit), amount_ore=ore(amount)))
        except ValidationError as error:
            raise ValidationError(error.messages, "bands") from error
    return tuple(bands)
