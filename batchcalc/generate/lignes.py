"""Lines of a DSN file, and the blocks that do not change from month to month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from batchcalc.generate.identite import Individu, siret_invente
from batchcalc.generate.model import (
    CDD,
    HEURES_MOIS_E2,
    MANDAT,
    MISSION,
    ORDINAIRE,
    Etablissement,
)

FIN = "'\r\n"
URSSAF = siret_invente(1)
AGIRC_ARRCO = siret_invente(2)
PREVOYANCE = "P0999"
_UTILISATEUR = siret_invente(3)
_CAISSE_CONGES = "CCP99"


@dataclass(frozen=True, slots=True)
class Contrat:
    """One contract as block 40 shows it.

    Units: `_e2` hundredths of an hour (or of a day) a month, hundredths of a percent for `dfs_e2`.
    """

    numero: str
    nature: int
    dispositif: int
    quotite_e2: int
    quotite_reference_e2: int
    dfs_e2: int
    debut: date
    fin: date | None
    motif: int
    cadre: bool


def bloc(code: str, *rubriques: tuple[str, str | None]) -> str:
    """The lines of one block; a rubrique without value is left out."""
    return "".join(
        f"{code}.{rubrique},'{valeur}{FIN}" for rubrique, valeur in rubriques if valeur is not None
    )


def euros(cents: int) -> str:
    """Cents as a DSN amount: point, two decimals, sign `-` only."""
    if cents < 0:
        return f"-{-cents // 100}.{-cents % 100:02d}"
    return f"{cents // 100}.{cents % 100:02d}"


def pourcent(e5: int) -> str:
    """Thousandths of a percent as a DSN rate: two decimals, three where needed."""
    texte = f"{e5 // 1000}.{e5 % 1000:03d}"
    return texte.removesuffix("0")


def jour(valeur: date) -> str:
    """A date as JJMMAAAA."""
    return f"{valeur.day:02d}{valeur.month:02d}{valeur.year}"


def bloc_individu(individu: Individu) -> str:
    """Block 30."""
    return bloc(
        "S21.G00.30",
        ("001", individu.nir),
        ("002", individu.nom),
        ("004", individu.prenom),
        ("005", individu.sexe),
        ("006", individu.naissance),
        ("007", "VILLE-TÉMOIN"),
        ("008", individu.adresse.voie),
        ("009", individu.adresse.code_postal),
        ("010", individu.adresse.ville),
        ("013", "01"),
        ("014", "99"),
        ("015", "XX"),
        ("016", "ESCALIER B, PORTE 2"),
        ("018", "personne@exemple.invalid"),
        ("019", individu.matricule),
        ("023", "99"),
        ("024", "05"),
        ("025", "05"),
    )


def bloc_contrat(contrat: Contrat, etablissement: Etablissement) -> str:
    """Block 40."""
    caisse = etablissement.secteur == "batiment" and contrat.nature != MANDAT
    heures = contrat.quotite_reference_e2 == HEURES_MOIS_E2
    plein = contrat.quotite_e2 >= contrat.quotite_reference_e2
    assure = "200"
    a_terme = contrat.nature in (CDD, MISSION)
    return bloc(
        "S21.G00.40",
        ("001", jour(contrat.debut)),
        ("002", "04" if contrat.cadre else "06"),
        ("003", "01" if contrat.cadre else "04"),
        ("004", "372c" if contrat.cadre else "543d"),
        ("006", "RESPONSABLE D'ÉQUIPE" if contrat.cadre else "EMPLOYÉ POLYVALENT"),
        ("007", f"{contrat.nature:02d}"),
        ("008", f"{contrat.dispositif:02d}"),
        ("009", contrat.numero),
        ("010", jour(contrat.fin) if a_terme and contrat.fin else None),
        ("011", "10" if heures else "20"),
        ("012", euros(contrat.quotite_reference_e2)),
        ("013", euros(contrat.quotite_e2)),
        ("014", "10" if plein else "20"),
        ("016", "99"),
        ("017", "1597" if caisse else "1486"),
        ("018", assure),
        ("019", etablissement.siret),
        ("020", assure),
        ("021", _motif_recours(contrat)),
        ("022", _CAISSE_CONGES if caisse else None),
        ("023", euros(contrat.dfs_e2) if contrat.dfs_e2 else None),
        ("024", "99"),
        ("026", "99"),
        ("036", "03"),
        ("037", "03"),
        ("039", assure),
        ("040", "745BD" if contrat.nature == MISSION else "741GB"),
        ("041", "NIVEAU IV, ÉCHELON 2"),
        ("043", pourcent(etablissement.taux_at_e5)),
        ("046", _UTILISATEUR if contrat.nature == MISSION else None),
    )


def _motif_recours(contrat: Contrat) -> str | None:
    if contrat.dispositif != ORDINAIRE:
        return "06"
    return "02" if contrat.nature in (CDD, MISSION) else None


def bloc_fin(contrat: Contrat) -> str:
    """Block 62."""
    assert contrat.fin is not None
    return bloc(
        "S21.G00.62",
        ("001", jour(contrat.fin)),
        ("002", f"{contrat.motif:03d}"),
        ("006", jour(contrat.fin)),
    )


def bloc_affiliation() -> str:
    """Blocks 70 and 71, between the contract and the payment."""
    prevoyance = bloc("S21.G00.70", ("004", "BASE"), ("012", "1"), ("013", "1"))
    retraite = bloc("S21.G00.71", ("002", "RUAA"))
    return prevoyance + retraite


def bloc_anciennete(contrat: Contrat, mois: date) -> str:
    """Block 86: months in the company and in the position."""
    ecoules = (mois.year - contrat.debut.year) * 12 + mois.month - contrat.debut.month
    return "".join(
        bloc(
            "S21.G00.86",
            ("001", nature),
            ("002", "02"),
            ("003", str(max(ecoules, 0))),
            ("005", contrat.numero),
        )
        for nature in ("01", "07")
    )
