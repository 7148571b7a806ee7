"""The schema that an event names is served below its service, and every document keeps to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from flask import Flask

from deploy.samvirke.suite import SERVICES
from shared.settings import Settings
from tests.contracts.published import CONTRACTS, EVENTS, ROOT, service_of


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Flask]]:
    """The services' applications, each over a database that is never looked at."""
    folder: Path = tmp_path_factory.mktemp("served")
    settings = Settings.from_environment({"SAMVIRKE_DATA": str(folder)})
    stores = {name: service.open_store(settings) for name, service in SERVICES.items()}
    yield {name: service.create_app(stores[name]) for name, service in SERVICES.items()}
    for store in stores.values():
        store.database.close()


def served(apps: dict[str, Flask], address: str, **headers: str) -> Any:
    """The answer at the path that an event's `dataschema` has below the network's own."""
    path = urlsplit(address).path
    service = next(one for one in apps if f"/{one}/schemas/" in path)
    below = path[path.index(f"/{service}/schemas/") :]
    return apps[service].test_client().get(below, headers=headers)


def corpus() -> Iterator[dict[str, Any]]:
    for contract in CONTRACTS:
        for line in (ROOT / f"tests/contracts/corpus/{contract.SERVICE}.jsonl").read_bytes().splitlines():
            yield json.loads(line)


def test_every_document_that_was_ever_published_keeps_to_the_schema_that_it_names(
    apps: dict[str, Flask],
) -> None:
    schemas: dict[str, Any] = {}
    for document in corpus():
        address = document["dataschema"]
        if address not in schemas:
            answer = served(apps, address)
            assert (answer.status_code, answer.mimetype) == (200, "application/schema+json"), address
            jsonschema.Draft202012Validator.check_schema(answer.json)
            schemas[address] = jsonschema.Draft202012Validator(answer.json)
        schemas[address].validate(document["data"])

    assert {address.rsplit("/", 1)[1] for address in schemas} == {
        f"{event.type_name()}.json" for event in EVENTS
    }


def test_a_document_that_lacks_what_is_promised_does_not_keep_to_it(apps: dict[str, Flask]) -> None:
    document = next(one for one in corpus() if one["type"].endswith("MunicipalityJoined.v1"))
    del document["data"]["current"]["member_from"]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document["data"], served(apps, document["dataschema"]).json)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_what_is_served_holds_what_is_frozen(apps: dict[str, Flask], event: Any) -> None:
    service, name = service_of(event), event.type_name()
    frozen = json.loads((ROOT / f"services/{service}/published/{name}.schema.json").read_bytes())
    answer = apps[service].test_client().get(f"/{service}/schemas/{name}.json")

    assert answer.json["$defs"] == frozen["$defs"]
    assert answer.json["properties"]["current"] == {"$ref": frozen["$ref"]}
    assert answer.json["$id"].endswith(f"/{service}/schemas/{name}.json")


def test_a_schema_is_open_to_everybody_and_not_sent_twice(apps: dict[str, Flask]) -> None:
    address = "https://samvirke.example/membership/schemas/MunicipalityJoined.v1.json"
    first = served(apps, address)
    again = served(apps, address, **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.get_data()) == (304, b"")
    assert "max-age" in first.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name", ["MunicipalityJoined.v9", "..%2F..%2Fpyproject", "MunicipalityJoined.v1.example"]
)
def test_a_schema_that_there_is_not_is_answered_with_its_code(apps: dict[str, Flask], name: str) -> None:
    answer = apps["membership"].test_client().get(f"/membership/schemas/{name}.json")

    assert answer.status_code == 404
    assert answer.json["code"] in ("schema-unknown", "path-unknown")
