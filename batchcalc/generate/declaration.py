"""One monthly declaration of one establishment, block after block in the order of the norm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from batchcalc.generate.bordereau import (
    blocs_bordereau,
    blocs_versement,
    lignes_agregees,
)
from batchcalc.generate.cotisations import Base, Grille, bases
from batchcalc.generate.dossiers import Dossier, Employeur, Personne, mois_de_fin
from batchcalc.generate.enveloppe import Enveloppe
from batchcalc.generate.lignes import (
    FIN,
    PREVOYANCE,
    bloc,
    bloc_affiliation,
    bloc_anciennete,
    bloc_fin,
    bloc_individu,
)
from batchcalc.generate.model import Etablissement
from batchcalc.generate.totaux import Totaux
from batchcalc.generate.versement import (
    autres_revenus,
    bloc_reductions_heures,
    bloc_versement,
    borne,
    net_social,
    periode,
    primes,
    rappel,
    reductions_heures,
    remunerations,
    suspension,
)

_AFFILIATION = bloc_affiliation()
_EFFECTIF_DECLARE_JUSQU_EN = 2023


ORDINAIRE = Enveloppe()


def declaration(
    employeur: Employeur,
    mois: Sequence[date],
    rang: int,
    enveloppe: Enveloppe = ORDINAIRE,
) -> str:
    """The declaration of one establishment, empty where nobody is paid that month.

    Args:
        employeur: the establishment and its people.
        mois: every month of the payroll.
        rang: rank of the month declared.
        enveloppe: what the header says.
    """
    presents = [
        (personne, [dossier for dossier in personne.dossiers if rang in dossier.depots])
        for personne in employeur.personnes
    ]
    individus = "".join(
        _individu(personne, dossiers, employeur, mois, rang)
        for personne, dossiers in presents
        if dossiers
    )
    if not individus:
        return ""
    actifs = [dossier for _, dossiers in presents for dossier in dossiers]
    constitution = _cinq_du_mois_suivant(mois[rang])
    return (
        enveloppe.texte(mois[rang], constitution)
        + _entreprise(employeur.etablissement, mois[rang], len(actifs))
        + _agregats(employeur, actifs, mois, rang)
        + individus
        + _lieu(employeur.etablissement)
    )


def _cinq_du_mois_suivant(mois: date) -> date:
    return date(mois.year + mois.month // 12, mois.month % 12 + 1, 5)


def _entreprise(etablissement: Etablissement, mois: date, effectif: int) -> str:
    """Blocks 06, 11 and 15; the headcounts left the norm after 2023."""
    adresse, apet = etablissement.adresse, _apet(etablissement)
    compte = str(effectif) if mois.year <= _EFFECTIF_DECLARE_JUSQU_EN else None
    lieu = (adresse.voie, adresse.code_postal, adresse.ville)
    voies = tuple(zip(("004", "005", "006"), lieu, strict=True))
    entreprise = bloc(
        "S21.G00.06",
        ("001", etablissement.siren),
        ("002", etablissement.nic_siege),
        ("003", apet),
        *voies,
        ("009", compte),
        ("015", "1486"),
    )
    lieux = tuple(zip(("003", "004", "005"), lieu, strict=True))
    local = bloc(
        "S21.G00.11",
        ("001", etablissement.nic),
        ("002", apet),
        *lieux,
        ("008", compte),
        ("017", "01"),
        ("022", "1486"),
    )
    adhesion = bloc("S21.G00.15", ("001", "CONTRAT-FICTIF"), ("002", PREVOYANCE), ("005", "1"))
    return entreprise + local + adhesion


def _apet(etablissement: Etablissement) -> str:
    return {"commun": "4778C", "batiment": "4399C", "interim": "7820Z"}[etablissement.secteur]


def _lieu(etablissement: Etablissement) -> str:
    adresse = etablissement.adresse
    return bloc(
        "S21.G00.85",
        ("001", etablissement.siret),
        ("002", _apet(etablissement)),
        ("003", adresse.voie),
        ("004", adresse.code_postal),
        ("005", adresse.ville),
    )


def _agregats(
    employeur: Employeur, dossiers: Sequence[Dossier], mois: Sequence[date], rang: int
) -> str:
    """Blocks 20, 22 and 23, one bordereau for each month of employment."""
    etablissement = employeur.etablissement
    totaux = _totaux(employeur, dossiers, rang)
    lignes = {
        periode_: lignes_agregees(total, employeur.grilles[periode_].bareme, etablissement)
        for periode_, total in totaux.items()
    }
    montants = {periode_: sum(ligne.du for ligne in liste) for periode_, liste in lignes.items()}
    versements = blocs_versement(
        {mois[periode_]: total for periode_, total in totaux.items()},
        {mois[periode_]: montant for periode_, montant in montants.items()},
        etablissement,
        mois[rang],
    )
    return versements + "".join(
        blocs_bordereau(mois[periode_], montants[periode_], liste, etablissement.siret)
        for periode_, liste in lignes.items()
        if liste
    )


def _totaux(employeur: Employeur, dossiers: Sequence[Dossier], rang: int) -> dict[int, Totaux]:
    totaux = {rang: Totaux()}
    for dossier in dossiers:
        for assiette in dossier.depots[rang]:
            total = totaux.setdefault(assiette.rang, Totaux())
            total.ajouter(dossier.contrat, assiette, employeur.grilles[assiette.rang].bareme)
        fnal_e4 = employeur.etablissement.fnal_e4
        bareme = employeur.grilles[rang].bareme
        totaux[rang].ajouter_heures(*reductions_heures(dossier.paies[rang], bareme, fnal_e4))
    return totaux


def _individu(
    personne: Personne,
    dossiers: list[Dossier],
    employeur: Employeur,
    mois: Sequence[date],
    rang: int,
) -> str:
    """Block 30 and everything below it: contracts first, then one payment for all of them."""
    paies = [dossier.paies[rang] for dossier in dossiers]
    contrats = [(dossier.contrat, dossier.paies[rang]) for dossier in dossiers]
    seul = len(dossiers) == 1 and employeur.etablissement.sans_contrat
    textes = [bloc_individu(personne.individu)]
    textes += [_contrat(dossier, mois[rang], rang) for dossier in dossiers]
    textes.append(bloc_versement(paies, mois[rang]))
    for dossier in dossiers:
        textes.append(remunerations(dossier.contrat, dossier.paies[rang]))
        textes += [
            rappel(dossier.contrat, assiette, *borne(mois[assiette.rang], dossier.contrat))
            for assiette in dossier.depots[rang]
            if assiette.passe
        ]
    textes += [primes(contrat, paie) for contrat, paie in contrats]
    textes += [autres_revenus(contrat, paie) for contrat, paie in contrats]
    textes.append(net_social(paies, mois[rang]))
    for dossier in dossiers:
        numero = "" if seul else f"S21.G00.78.006,'{dossier.contrat.numero}{FIN}"
        textes += _bases(dossier, employeur, mois, rang, numero)
    textes += [bloc_anciennete(contrat, mois[rang]) for contrat, _ in contrats]
    return "".join(textes)


def _contrat(dossier: Dossier, mois: date, rang: int) -> str:
    fin = bloc_fin(dossier.contrat) if mois_de_fin(dossier.contrat, mois) else ""
    return dossier.texte + fin + suspension(dossier.paies[rang]) + _AFFILIATION


def _bases(
    dossier: Dossier, employeur: Employeur, mois: Sequence[date], rang: int, numero: str
) -> Iterator[str]:
    fnal_e4 = employeur.etablissement.fnal_e4
    for assiette in dossier.depots[rang]:
        grille: Grille = employeur.grilles[assiette.rang]
        heures = (
            ""
            if assiette.passe
            else bloc_reductions_heures(dossier.paies[rang], grille.bareme, fnal_e4)
        )
        base = Base(periode("S21.G00.78", *borne(mois[assiette.rang], dossier.contrat)), numero)
        yield bases(grille, dossier.contrat, assiette, base, heures)
