"""What a test gives to a store, and what it finds there."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

HEADER = "siret,salarie,contrat,mois,remuneration,fnal"
SIRETS = ("00000000000018", "00000000000026")


def row(contract: str, month: str, pay: object, fnal: str = "", siret: str = SIRETS[0]) -> str:
    return f"{siret},P-{contract},{contract},{month},{pay},{fnal}"


def published(folder: Path) -> dict[str, str]:
    """Digest of every public file; of the record, without what no two runs share."""
    found = {}
    for place in sorted(folder.rglob("*")):
        name = place.relative_to(folder).as_posix()
        if place.is_dir() or name.startswith("etat/"):
            continue
        content = place.read_bytes()
        if name == "run.json":
            said = json.loads(content)
            del said["timings_seconds"], said["notes"]
            content = json.dumps(said, sort_keys=True).encode()
        found[name] = hashlib.sha256(content).hexdigest()
    return found


def stale(folder: Path) -> list[str]:
    return json.loads((folder / "run.json").read_text())["store"]["stale"]
