"""Small physical frames as streams, and what merging them must give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib import import_module
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import strategies as st

from batchcalc import schema
from batchcalc.flux import DesordreError, Flux, fusion
from batchcalc.schema.ordre import Reperes, reperes

TYPES = {
    "siret": pl.String(),
    "salarie": pl.String(),
    "contrat": pl.String(),
    "mois": pl.Date(),
    "remuneration_cents": pl.Int64(),
    "fnal_e4": pl.Int64(),
    "ppv_cents": pl.Int64(),
    "fichier": pl.String(),
    "ligne": pl.UInt32(),
}
FACULTATIVES = ("fnal_e4", "ppv_cents")
MODULE = import_module("batchcalc.flux.fusion")
"""The package gives the name to its function."""

LIGNES = st.lists(
    st.tuples(
        st.sampled_from("123").map(lambda chiffre: chiffre * 14),
        st.sampled_from("AB\u00e9"),
        st.sampled_from("12"),
        st.sampled_from([date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]),
        st.integers(-9, 9),
        st.sampled_from([None, 10, 10, 50]),
        st.sampled_from([None, 0, 7]),
    ),
    max_size=12,
)


def frame_de(lignes: Sequence[tuple], fichier: str, sans: Iterable[str] = ()) -> pl.DataFrame:
    """Rows of a file, in the order given, without some of the columns that may be absent."""
    colonnes = [nom for nom in TYPES if nom not in schema.ORIGINE]
    frame = pl.DataFrame(lignes, schema={nom: TYPES[nom] for nom in colonnes}, orient="row")
    rangs = pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)
    return frame.with_columns(fichier=pl.lit(fichier), ligne=rangs).drop(sans)


def contrats(
    siret: str, nombre: int, mois: Iterable[int] = (1,), *, premier: int = 0
) -> list[tuple]:
    """Contract-months in key order: so many contracts of an establishment, each in those months."""
    return [
        (siret, f"S-{i:06d}", "1", date(2026, m, 1), 100 * m, None, None)
        for i in range(premier, premier + nombre)
        for m in mois
    ]


def flux_de(source: int, frame: pl.DataFrame, *, annonce: bool = True, vides: int = 0) -> Flux:
    """A frame as a stream; `annonce`: its first siret is known; `vides`: frames without a row."""

    def lots(taille: int) -> Iterator[tuple[pl.DataFrame, Reperes]]:
        tranches = list(frame.iter_slices(taille)) if frame.height else []
        for tranche in [frame.clear()] * vides + tranches + [frame.clear()] * vides:
            yield tranche, reperes(tranche)

    premier = frame.get_column("siret")[0] if annonce and frame.height else ""
    return Flux(source, lots, premier)


def flux_de_tous(frames: Sequence[pl.DataFrame], **options: object) -> list[Flux]:
    return [flux_de(source, frame, **options) for source, frame in enumerate(frames)]


def taille_des_lots(
    monkeypatch: pytest.MonkeyPatch,
    lot: int,
    *,
    minimal: int | None = None,
    grand: int = 1 << 20,
    courses: int = 64,
) -> None:
    """Lots of so many rows, of so many runs; an establishment of more than `grand` is great."""
    monkeypatch.setattr(MODULE, "COURSES", courses)
    monkeypatch.setattr(MODULE, "LOT", lot)
    monkeypatch.setattr(MODULE, "LUS_ENSEMBLE", 12 * lot)
    monkeypatch.setattr(MODULE, "LOT_MINIMAL", lot if minimal is None else minimal)
    monkeypatch.setattr(MODULE, "GRAND_ETABLISSEMENT", grand)


def cles(frame: pl.DataFrame) -> list[tuple]:
    return frame.select(schema.CLE[:3]).rows()


def comparable(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Frames one after the other; a column that is not there holds nothing."""
    vide = pl.DataFrame(schema=TYPES)
    return pl.concat([vide, *frames], how="diagonal").select(*TYPES)


def verifie(flux: Sequence[Flux], frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Merge the streams and compare with all rows sorted and merged at once; the frames given."""
    suites = list(fusion(flux))
    for frame, marques in suites:
        assert frame.height
        if isinstance(marques, Reperes):
            lignes = frame.select(schema.CLE).rows()
            assert lignes == sorted(lignes)
            for niveau, attendu in zip(marques.niveaux, reperes(frame).niveaux, strict=True):
                assert niveau.tolist() == attendu.tolist()
    donnes = [frame for frame, _ in suites]
    for avant, apres in pairwise(donnes):
        assert max(cles(avant)) < min(cles(apres))
    fusions = [schema.fusionne(*suite) for suite in suites]
    ensemble = schema.fusionne(comparable(frames))
    assert comparable(un.frame for un in fusions).equals(ensemble.frame.select(*TYPES))
    ordre = [*schema.ORIGINE, "code", "colonne"]
    rejets = pl.concat([schema.no_rejets(), *(un.rejets for un in fusions)])
    assert rejets.sort(ordre).equals(ensemble.rejets.sort(ordre))
    return donnes


def refusee(flux: Sequence[Flux], frames: Sequence[pl.DataFrame]) -> int | None:
    """The source said to be in no order; where there is none, the streams are merged as due."""
    try:
        verifie(flux, frames)
    except DesordreError as desordre:
        return desordre.source
    return None


def par_etablissement(lignes: Sequence[tuple]) -> list[tuple]:
    """In the order of the establishments, each as it was given."""
    return sorted(lignes, key=lambda ligne: ligne[0])
