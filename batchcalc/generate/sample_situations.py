"""One file for each thing that trips a reader or a calculator."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from batchcalc.generate.declaration import declaration
from batchcalc.generate.enveloppe import FIN_DE_CONTRAT, Enveloppe, envoi, pied
from batchcalc.generate.fiches import Fiche, Paye, employeur, octets, payer
from batchcalc.generate.lignes import bloc_fin, bloc_individu
from batchcalc.generate.model import (
    APPRENTI_1979,
    CDD,
    JOURS_MOIS_E2,
    MANDAT,
    MISSION,
    Etablissement,
    mois_entre,
)
from batchcalc.rules.load import Rules

Fichiers = dict[str, bytes]

_JANVIER = date(2026, 1, 1)
_FEVRIER = date(2026, 2, 1)
_ENTREE = date(2023, 10, 2)


def _paye(
    rules: Rules,
    fiches: list[Fiche],
    etablissements: list[Etablissement],
    debut: date = _JANVIER,
    fin: date | None = None,
) -> Paye:
    return payer(fiches, etablissements, mois_entre(debut, fin or debut), rules)


def _un(texte: str, nom: str = ".dsn") -> Fichiers:
    return {nom: octets(texte)}


def apostrophe(rules: Rules) -> Fichiers:
    """Values with apostrophes, commas, and the two side by side."""
    paye = _paye(rules, [Fiche(1_010, 205_000, _ENTREE)], [employeur(10)])
    voie = paye.employeurs[0].personnes[0].individu.adresse.voie
    return _un(paye.envoi(0).replace(voie, "3 RUE DE L'ESSAI, LOT 'B','C'"))


def fins_de_ligne(rules: Rules) -> Fichiers:
    """LF line ends and no line end at the end."""
    paye = _paye(rules, [Fiche(1_020, 205_000, _ENTREE)], [employeur(11)])
    return _un(paye.envoi(0).replace("\r\n", "\n").rstrip("\n"))


def utf8(rules: Rules) -> Fichiers:
    """A file written in UTF-8 by mistake."""
    paye = _paye(rules, [Fiche(1_030, 205_000, _ENTREE)], [employeur(12)])
    return {".dsn": paye.envoi(0).encode("utf-8")}


def plusieurs_envois(rules: Rules) -> Fichiers:
    """Two envois, January and February, in one file."""
    fiche = Fiche(1_040, 205_000, _ENTREE, primes={_FEVRIER: 120_000})
    return _un(_paye(rules, [fiche], [employeur(13)], fin=_FEVRIER).envois())


def plusieurs_etablissements(rules: Rules) -> Fichiers:
    """One envoi, four declarations: three establishments of one company and another company."""
    lieux = [employeur(14, numero=numero) for numero in (1, 2, 3)] + [employeur(15, fnal_e4=50)]
    fiches = [Fiche(1_050 + rang, 205_000, _ENTREE, employeur=rang) for rang in range(4)]
    return _un(_paye(rules, fiches, lieux).envoi(0))


def retour_portail(rules: Rules) -> Fichiers:
    """What the portal sends back: wrapper lines, an end-of-contract DSN, then the monthly one."""
    fiche = Fiche(
        1_060, 205_000, date(2025, 6, 2), date(2026, 1, 23), 31,
        nature=CDD, indemnites={_JANVIER: 61_000},
    )  # fmt: skip
    paye = _paye(rules, [fiche], [employeur(16)])
    tete = "S05.G51.00.001,'V01R02'\r\nS05.G51.00.003,'01'\r\nS06.G51.00.001,'DSNOK'\r\n"
    pied = "S96.G51.00.001,'FINSL'\r\nS96.G51.00.002,'2'\r\nS95.G51.00.001,'1'\r\n"
    mensuelle = declaration(paye.employeurs[0], paye.mois, 0)
    envois = (_marque(fctu(paye)), _marque(mensuelle))
    return _un(tete + "".join(envoi(_JANVIER, [texte]) for texte in envois) + pied)


def _marque(texte: str) -> str:
    """The lines the portal inserts inside a declaration; S90 counts them."""
    entreprise = texte.index("S21.G00.06.001")
    return f"{texte[:entreprise]}S20.G00.96.902,'1'\r\n{texte[entreprise:]}"


def fctu(paye: Paye) -> str:
    """An end-of-single-contract declaration: the contract and its end, no pay."""
    premier = paye.employeurs[0]
    personne = premier.personnes[0]
    dossier = personne.dossiers[0]
    mensuelle = declaration(premier, paye.mois, 0)
    debut = mensuelle.index("S21.G00.06.001")
    fin = mensuelle.index("S21.G00.20.001")
    return (
        Enveloppe(nature=FIN_DE_CONTRAT).texte(paye.mois[0], date(2026, 1, 26))
        + mensuelle[debut:fin]
        + bloc_individu(personne.individu)
        + dossier.texte
        + bloc_fin(dossier.contrat)
    )


def annule_et_remplace(rules: Rules) -> Fichiers:
    """Two files of one month: order 2 replaces order 1."""
    premiere, seconde = _remplacement(rules, 1_070, 17)
    return {
        "-ordre-1.dsn": octets(envoi(_JANVIER, [premiere])),
        "-ordre-2.dsn": octets(envoi(_JANVIER, [seconde])),
    }


def annule_et_remplace_meme_fichier(rules: Rules) -> Fichiers:
    """The same in one file, the replacing declaration first."""
    premiere, seconde = _remplacement(rules, 1_080, 18)
    return _un(envoi(_JANVIER, [seconde, premiere]))


def _remplacement(rules: Rules, personne: int, rang: int) -> tuple[str, str]:
    payes = [
        _paye(rules, [Fiche(personne, base, _ENTREE)], [employeur(rang)])
        for base in (205_000, 221_500)
    ]
    remplacante = Enveloppe(type="03", ordre=2, remplacee="1")
    return (
        declaration(payes[0].employeurs[0], payes[0].mois, 0),
        declaration(payes[1].employeurs[0], payes[1].mois, 0, remplacante),
    )


def fractions(rules: Rules) -> Fichiers:
    """One month in two fractions, each with its own people."""
    fiches = [Fiche(1_090, 205_000, _ENTREE), Fiche(1_091, 231_000, _ENTREE)]
    paye = _paye(rules, fiches, [employeur(19)])
    entier = paye.employeurs[0]
    parts = [replace(entier, personnes=[personne]) for personne in entier.personnes]
    return {
        f"-{rang}-sur-2.dsn": octets(
            envoi(_JANVIER, [declaration(part, paye.mois, 0, Enveloppe(fraction=f"{rang}2"))])
        )
        for rang, part in enumerate(parts, start=1)
    }


def rappel(rules: Rules) -> Fichiers:
    """In April, 300 euros more for January."""
    avril = date(2026, 4, 1)
    fiche = Fiche(1_100, 205_000, _ENTREE, corrections={avril: (30_000, 3)})
    return _un(_paye(rules, [fiche], [employeur(20)], fin=avril).envois())


def plusieurs_contrats(rules: Rules) -> Fichiers:
    """One person, two contracts, one payment; the bases are told apart by 78.006."""
    fiches = [
        Fiche(1_110, 99_000, _ENTREE, numero=1_110, quotite_e2=7_583),
        Fiche(1_110, 131_000, _ENTREE, numero=1_111, quotite_e2=7_584),
    ]
    return _un(_paye(rules, fiches, [employeur(21)]).envoi(0))


def contrat_implicite(rules: Rules) -> Fichiers:
    """78.006 left out where there is one contract; base 03 before base 02."""
    lieu = replace(employeur(22), sans_contrat=True, deplafonnee_avant=True)
    return _un(_paye(rules, [Fiche(1_120, 205_000, _ENTREE)], [lieu]).envoi(0))


def apprenti_2019(rules: Rules) -> Fichiers:
    """The whole of 2019 of an apprentice and, beside, of an ordinary employee."""
    depuis = date(2018, 9, 3)
    fiches = [
        Fiche(1_130, 80_000, depuis, nature=CDD, dispositif=APPRENTI_1979),
        Fiche(1_131, 160_000, depuis),
    ]
    paye = _paye(rules, fiches, [employeur(23)], date(2019, 1, 1), date(2019, 12, 1))
    return _un(paye.envois())


def interim(rules: Rules) -> Fichiers:
    """One mission, its holiday pay, and the coefficient times 1.1."""
    fiche = Fiche(
        1_140, 196_000, date(2026, 1, 12), date(2026, 2, 20), 32,
        nature=MISSION, indemnites={_FEVRIER: 44_000},
    )  # fmt: skip
    return _un(_paye(rules, [fiche], [employeur(24, secteur="interim")], fin=_FEVRIER).envois())


def caisse_conges(rules: Rules) -> Fichiers:
    """40.022 filled in: the coefficient times 100/90."""
    lieu = employeur(25, fnal_e4=50, secteur="batiment")
    return _un(_paye(rules, [Fiche(1_150, 190_000, _ENTREE)], [lieu]).envoi(0))


def absences(rules: Rules) -> Fichiers:
    """Unpaid leave: part of January, all of February."""
    fiche = Fiche(1_160, 221_000, _ENTREE, absences_e4={_JANVIER: 3_636, _FEVRIER: 10_000})
    mars = date(2026, 3, 1)
    return _un(_paye(rules, [fiche], [employeur(26)], fin=mars).envois())


def sortie_et_retour(rules: Rules) -> Fichiers:
    """Cumulated pay goes over 3 SMIC in February and comes back under in April."""
    fiche = Fiche(
        1_170, 530_000, _ENTREE, primes={_FEVRIER: 100_000}, bases={date(2026, 3, 1): 500_000}
    )
    avril = date(2026, 4, 1)
    return _un(_paye(rules, [fiche], [employeur(27)], fin=avril).envois())


def mois_negatif(rules: Rules) -> Fichiers:
    """A bonus taken back makes the pay of February negative."""
    fiches = [
        Fiche(1_180, 192_500, _ENTREE, primes={_FEVRIER: -260_000}),
        Fiche(1_181, 340_000, _ENTREE),
    ]
    return _un(_paye(rules, fiches, [employeur(28)], fin=date(2026, 3, 1)).envois())


def plafond_dfs(rules: Rules) -> Fichiers:
    """DFS of 20 % brought back to the SMIC: the reduction is capped at 130 % of the one without."""
    lieu = employeur(29, fnal_e4=50)
    return _un(_paye(rules, [Fiche(1_190, 220_000, _ENTREE, dfs_e2=2_000)], [lieu]).envoi(0))


def ppv(rules: Rules) -> Fichiers:
    """The same PPV in December 2024, outside R, and in January 2025, inside."""
    decembre, janvier = date(2024, 12, 1), date(2025, 1, 1)
    fiche = Fiche(1_200, 190_000, decembre, ppv={decembre: 50_000, janvier: 50_000})
    return _un(_paye(rules, [fiche], [employeur(30)], decembre, janvier).envois())


def bandeau(rules: Rules) -> Fichiers:
    """2023: over the threshold of the maladie rate in March, under again in May."""
    mai = date(2023, 5, 1)
    fiche = Fiche(
        1_210, 420_000, date(2020, 2, 3),
        bases={date(2023, 3, 1): 450_000, date(2023, 4, 1): 420_000},
    )  # fmt: skip
    return _un(_paye(rules, [fiche], [employeur(31)], date(2023, 1, 1), mai).envois())


def forfait_jours(rules: Rules) -> Fichiers:
    """174 days out of 218, in days a month."""
    fiche = Fiche(
        1_220, 360_000, _ENTREE, quotite_e2=JOURS_MOIS_E2 * 4 // 5,
        quotite_reference_e2=JOURS_MOIS_E2,
    )  # fmt: skip
    return _un(_paye(rules, [fiche], [employeur(32)]).envoi(0))


def mandat(rules: Rules) -> Fichiers:
    """A mandataire social: bases, no SMIC, no reduction."""
    fiches = [Fiche(1_230, 500_000, _ENTREE, nature=MANDAT), Fiche(1_231, 205_000, _ENTREE)]
    return _un(_paye(rules, fiches, [employeur(33)]).envoi(0))


# Person, nature of contract (40.007) and scheme of maladie and vieillesse (40.018, 40.020).
_AUTRES_REGIMES = (
    (1_250, "91", "136"),  # a marin
    (1_251, "01", "140"),  # a notary's clerk
    (1_252, "01", "134"),  # statutory staff of SNCF
    (1_253, "01", "300"),  # an employee of MSA
    (1_254, "60", "200"),  # engagement éducatif
)


def autres_regimes(rules: Rules) -> Fichiers:
    """Contracts with another scheme than the general one, and a colleague in it.

    They declare what a mandataire social declares, who has no reduction either.
    """
    fiches = [Fiche(personne, 205_000, _ENTREE, nature=MANDAT) for personne, *_ in _AUTRES_REGIMES]
    paye = _paye(rules, [*fiches, Fiche(1_255, 205_000, _ENTREE)], [employeur(35)])
    personnes = paye.envoi(0).split("S21.G00.30.001")
    for rang, (_, nature, regime) in enumerate(_AUTRES_REGIMES, start=1):
        texte = personnes[rang].replace("S21.G00.40.007,'80'", f"S21.G00.40.007,'{nature}'")
        for risque in ("018", "020"):
            texte = texte.replace(f"S21.G00.40.{risque},'200'", f"S21.G00.40.{risque},'{regime}'")
        personnes[rang] = texte
    return _un("S21.G00.30.001".join(personnes))


def norme_suivante(rules: Rules) -> Fichiers:
    """A later edition of the norm: an unknown rubrique, block and type of pay."""
    texte = _paye(rules, [Fiche(1_240, 205_000, _ENTREE)], [employeur(34)]).envoi(0)
    corps = texte[: texte.index("S90.G00.90.001")].replace("'P26V01'", "'P27V01'")
    entete_, corps = corps[: corps.index("S20.")], corps[corps.index("S20.") :]
    corps = corps.replace("S21.G00.50.001", "S21.G00.49.001,'NOUVEAU'\r\nS21.G00.50.001")
    corps = corps.replace("S21.G00.51.011,'010'", "S21.G00.51.011,'036'")
    return _un(entete_ + corps + pied((entete_ + corps).count("\n"), 1))
