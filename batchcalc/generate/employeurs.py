"""The invented companies: forty contracts each, in one to three establishments."""

from __future__ import annotations

import numpy as np

from batchcalc.generate.identite import adresse, nic, siren
from batchcalc.generate.model import Entiers, Etablissement, Secteur

CONTRATS_PAR_ENTREPRISE = 40
_PREMIERE = 100  # the ranks below belong to the bodies that collect contributions
_REPARTITIONS = ((40,), (26, 14), (20, 12, 8))
_SECTEURS: dict[int, Secteur] = {2: "batiment", 5: "interim"}
_TAUX_AT_E5 = (1_110, 2_090, 3_480, 910, 2_760)
_TAUX_MOBILITE_E5 = (2_000, 850, 1_600)


def employeurs(premiere: int, nombre: int) -> tuple[list[Etablissement], Entiers]:
    """Companies `premiere` to `premiere + nombre - 1`.

    Returns:
        Their establishments, and the rank of its establishment for each of their contracts.
    """
    liste: list[Etablissement] = []
    effectifs: list[int] = []
    for rang in range(premiere, premiere + nombre):
        repartition = _REPARTITIONS[rang % len(_REPARTITIONS)]
        liste.extend(etablissement(rang, numero) for numero in range(1, len(repartition) + 1))
        effectifs.extend(repartition)
    return liste, np.repeat(np.arange(len(liste), dtype=np.int64), effectifs)


def etablissement(entreprise: int, numero: int) -> Etablissement:
    """Establishment `numero` (from 1) of a company; sector, size and software follow its rank."""
    siren_ = siren(entreprise + _PREMIERE)
    return Etablissement(
        siren=siren_,
        nic=nic(siren_, numero),
        nic_siege=nic(siren_, 1),
        secteur=_SECTEURS.get(entreprise % 8, "commun"),
        fnal_e4=50 if entreprise % 2 else 10,
        taux_at_e5=_TAUX_AT_E5[entreprise % len(_TAUX_AT_E5)],
        taux_mobilite_e5=_TAUX_MOBILITE_E5[(entreprise + numero) % len(_TAUX_MOBILITE_E5)],
        adresse=adresse(entreprise * 5 + numero),
        sans_contrat=entreprise % 4 == 3,
        deplafonnee_avant=entreprise % 4 == 2,
    )
