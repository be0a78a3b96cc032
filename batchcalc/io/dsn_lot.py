"""A lot of files: their tables, and what only their bytes can tell, texts and named contracts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from batchcalc.io import dsn_codes as codes
from batchcalc.io import dsn_rubriques as rubriques
from batchcalc.io.archive import Contenu
from batchcalc.io.dsn_tables import ENTETES, Entiers, Tables
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_texts
from batchcalc.kernels import dsn_values as v

JAMAIS: Final = 99_999_999
"""Last day of a contract that has not ended, as yyyymmdd."""

RIEN: Final = -1
"""No file, declaration, person, contract or month."""

NOMMENT: Final = (k.REMUNERATION, k.PRIME, k.REVENU, k.BASE)
"""Tables whose rows name a contract of their person."""

SALARIE: Final = "salarie"

_TEXTES: Final = (
    (k.ENTREPRISE, "siren"),
    (k.ETABLISSEMENT, "nic"),
    (k.BORDEREAU, "entite"),
    (k.CONTRAT, "numero"),
)
_FICHIERS: Final = (k.ENVOI, k.DECLARATION, k.ERREUR)
_MONTRABLES: Final = (v.BAD_DECIMAL, v.TOO_MANY_DIGITS, v.BAD_DATE, v.BAD_INTEGER)


class Lot:
    """Files read together.

    Attributes:
        tables: their rows.
        fichiers: their names.
    """

    def __init__(self) -> None:
        self.tables = Tables()
        self.fichiers: list[str] = []
        self._textes: dict[tuple[int, str], list[str | None]] = {}
        self._colonnes: dict[tuple[int, str], list[Entiers]] = {}
        self._lus = np.zeros(k.N_TABLES, np.int64)

    def lis(self, nom: str, contenu: Contenu) -> Iterator[bool]:
        """Read a file; gives True each time `vide` must be called, False at the end."""
        self.fichiers.append(nom)
        for coupe in self.tables.lis(contenu):
            self._complete(contenu)
            yield coupe

    def textes(self, table: int, champ: str) -> list[str | None]:
        """Text of a field, one a row."""
        return self._textes.setdefault((table, champ), [])

    def fichier(self, table: int) -> Entiers:
        """Rank of the file of each row."""
        return self._colonne(table, "fichier")

    def contrat(self, table: int) -> Entiers:
        """Row of the contract each row names, NO_CONTRACT or UNKNOWN_CONTRACT."""
        return self._colonne(table, "contrat")

    def periode(self, table: int, depuis: int = 0) -> tuple[Entiers, Entiers]:
        """First and last day of the period of each row; by default the month declared."""
        mois = self.mois_declare(self.tables.parents(table, depuis))
        debut, fin = mois * 100 + 1, mois * 100 + 31
        champs = rubriques.PAR_TABLE[table].champs
        for borne, champ in ((debut, "debut"), (fin, "fin")):
            if champ in champs:
                lues = self.tables.colonne(table, champ, depuis)
                np.copyto(borne, lues, where=lues > v.LAST_MARK)
        return debut, fin

    def mois(self, table: int) -> Entiers:
        """Month each row is about, yyyymm: of its period, else declared; RIEN if unreadable."""
        champs = rubriques.PAR_TABLE[table].champs
        lus = np.full(self.tables.nombre(table), v.NULL)
        if "debut" in champs:
            lus = self.tables.colonne(table, "debut")
        mois = np.where(lus > v.LAST_MARK, lus // 100, RIEN)
        if table in (k.PRIME, k.REVENU):
            declare = self.mois_declare(self.tables.parents(table))
            mois = np.where(lus == v.NULL, declare, mois)
        return mois

    def etablissement(self, individus: Entiers) -> Entiers:
        """Establishment of persons."""
        return self.tables.parents(k.INDIVIDU)[individus]

    def declaration(self, etablissements: Entiers) -> Entiers:
        """Declaration of establishments."""
        return self.tables.parents(k.ENTREPRISE)[
            self.tables.parents(k.ETABLISSEMENT)[etablissements]
        ]

    def mois_declare(self, individus: Entiers) -> Entiers:
        """Month declared for persons, yyyymm; 0 where it cannot be read."""
        declarations = self.declaration(self.etablissement(individus))
        mois = self.tables.colonne(k.DECLARATION, "mois")[declarations]
        return np.where(mois > v.LAST_MARK, mois // 100, 0)

    def fin_de_contrat(self, depuis: int = 0, fins_depuis: int = 0) -> Entiers:
        """Last day of each contract; a cancelled end is none."""
        tables = self.tables
        fins = np.full(tables.nombre(k.CONTRAT) - depuis, JAMAIS)
        dates = tables.colonne(k.FIN, "date", fins_depuis)
        annule = tables.colonne(k.FIN, "motif", fins_depuis) == codes.FIN_ANNULEE
        fins[tables.parents(k.FIN, fins_depuis) - depuis] = np.where(
            annule | (dates <= v.LAST_MARK), JAMAIS, dates
        )
        return fins

    def vide(self) -> None:
        """Empty the tables of persons."""
        self.tables.vide()
        for contenu in (self._textes, self._colonnes):
            for cle in [cle for cle in contenu if cle[0] not in ENTETES]:
                del contenu[cle]
        self._lus[[table for table in range(k.N_TABLES) if table not in ENTETES]] = 0

    def _colonne(self, table: int, nom: str) -> Entiers:
        morceaux = self._colonnes.get((table, nom), [])
        return np.concatenate(morceaux) if morceaux else np.empty(0, np.int64)

    def _ajoute(self, table: int, nom: str, valeurs: Entiers) -> None:
        self._colonnes.setdefault((table, nom), []).append(valeurs)

    def _complete(self, contenu: Contenu) -> None:
        """Read what the rows just scanned point to, while their file is at hand."""
        for table, champ in _TEXTES:
            nouveaux = self.tables.colonne(table, champ, int(self._lus[table]))
            self.textes(table, champ).extend(_decode(contenu, nouveaux))
        self.textes(k.INDIVIDU, SALARIE).extend(_decode(contenu, self._identifiants()))
        self.textes(k.ERREUR, "valeur").extend(_decode(contenu, self._valeurs_fautives()))
        for table in _FICHIERS:
            nombre = self.tables.nombre(table) - int(self._lus[table])
            self._ajoute(table, "fichier", np.full(nombre, len(self.fichiers) - 1))
        for table in NOMMENT:
            self._ajoute(table, "contrat", self._contrats_nommes(table, contenu))
        self._lus[:] = [self.tables.nombre(table) for table in range(k.N_TABLES)]

    def _identifiants(self) -> Entiers:
        """NIR of a person, or else NTT, or else number in the company."""
        depuis = int(self._lus[k.INDIVIDU])
        nir, ntt, matricule = (
            self.tables.colonne(k.INDIVIDU, champ, depuis) for champ in ("nir", "ntt", "matricule")
        )
        autre = np.where(ntt > v.LAST_MARK, ntt, matricule)
        return np.where(nir > v.LAST_MARK, nir, autre)

    def _valeurs_fautives(self) -> Entiers:
        """Values that are no text: those may be shown."""
        erreurs = self.tables.rangees(k.ERREUR, int(self._lus[k.ERREUR]))
        return np.where(np.isin(erreurs[:, k.CODE], _MONTRABLES), erreurs[:, k.SPAN], v.NULL)

    def _contrats_nommes(self, table: int, contenu: Contenu) -> Entiers:
        tables, depuis = self.tables, int(self._lus[table])
        premier = int(self._lus[k.CONTRAT])
        individus = tables.parents(table, depuis)
        personnes = tables.parents(k.CONTRAT, premier)
        debut, fin = self.periode(table, depuis)
        contrats = np.empty(individus.size, np.int64)
        dsn_texts.attach(
            np.frombuffer(contenu, np.uint8),
            np.ascontiguousarray(tables.colonne(table, "contrat", depuis)),
            debut,
            fin,
            np.searchsorted(personnes, individus, "left"),
            np.searchsorted(personnes, individus, "right"),
            np.ascontiguousarray(tables.colonne(k.CONTRAT, "numero", premier)),
            np.ascontiguousarray(tables.colonne(k.CONTRAT, "debut", premier)),
            self.fin_de_contrat(premier, int(self._lus[k.FIN])),
            contrats,
        )
        return np.where(contrats >= 0, contrats + premier, contrats)


def _decode(contenu: Contenu, spans: Entiers) -> list[str | None]:
    """Texts of a file: UTF-8 where they read so, else Latin-1, which any bytes are."""
    connus = spans > v.LAST_MARK
    octets = np.empty(int((spans[connus] & 255).sum()) + spans.size, np.uint8)
    dsn_texts.gather(np.frombuffer(contenu, np.uint8), np.ascontiguousarray(spans), octets)
    brut = octets.tobytes()
    try:
        textes: list[str | None] = [*brut.decode().split("\n")[:-1]]
    except UnicodeDecodeError:
        textes = [*brut.decode("latin-1").split("\n")[:-1]]
    for rang in np.flatnonzero(~connus).tolist():
        textes[rang] = None
    return textes
