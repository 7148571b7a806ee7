"""`python -m tests.contracts.freeze`: write down what the contracts publish, unless that would break a promise.

After a new event or a further optional field. Schemas and examples are written anew; the corpus
only grows, since what has once been published may come again from any log.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.contracts.compatibility import breaking_changes
from tests.contracts.published import ROOT, Published, everything


def broken_promises(contracts: Iterable[Published], folder: Path = ROOT) -> list[str]:
    """What differs from the frozen schemas and is more than a further optional field."""
    contracts = list(contracts)
    known = {one.schema_file for one in contracts}
    gone = [
        f"{path.parents[1].name} {path.name.removesuffix('.schema.json')} is published no longer"
        for path in sorted(folder.glob("services/*/published/*.schema.json"))
        if str(path.relative_to(folder)) not in known
    ]
    changed = [
        f"{one.service} {one.event.type_name()}: {change}"
        for one in contracts
        if (folder / one.schema_file).exists()
        for change in breaking_changes(
            json.loads((folder / one.schema_file).read_text(encoding="utf-8")), json.loads(one.schema)
        )
    ]
    return gone + changed


def freeze(contracts: Iterable[Published], folder: Path = ROOT) -> list[str]:
    """Write schemas, examples and corpus; return the files that changed."""
    contracts = list(contracts)
    files = sorted(
        {file for one in contracts for file in (one.schema_file, one.example_file, one.corpus_file)}
    )
    before = {file: (folder / file).read_bytes() for file in files if (folder / file).exists()}
    for one in contracts:
        schema, example = folder / one.schema_file, folder / one.example_file
        schema.parent.mkdir(parents=True, exist_ok=True)
        schema.write_text(one.schema, encoding="utf-8")
        example.write_bytes(one.example + b"\n")
        _keep(folder / one.corpus_file, (one.example, *one.further))
    return [file for file in files if before.get(file) != (folder / file).read_bytes()]


def _keep(corpus: Path, documents: Iterable[bytes]) -> None:
    corpus.parent.mkdir(parents=True, exist_ok=True)
    kept = corpus.read_bytes().splitlines() if corpus.exists() else []
    fresh = [document for document in documents if document not in kept]
    with corpus.open("ab") as file:
        file.writelines(document + b"\n" for document in fresh)


def main() -> int:
    """Freeze, or say what stands in the way; the exit code is 1 then."""
    contracts = everything()
    broken = broken_promises(contracts)
    if broken:
        sys.stderr.write("\n".join([*broken, "Publish a new class (…V2) beside the old one instead.", ""]))
        return 1
    sys.stdout.writelines(f"{path}\n" for path in freeze(contracts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
