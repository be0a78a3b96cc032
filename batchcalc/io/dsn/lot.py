"""A lot of files: their tables, and what only their bytes can tell, texts and named contracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO, FileIO
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from batchcalc.io.archive import Source, flux
from batchcalc.io.dsn import codes, rubriques, signature
from batchcalc.io.dsn.tables import ENTETES, Entiers, Tables
from batchcalc.kernels import dsn_rows as k
from batchcalc.kernels import dsn_texts
from batchcalc.kernels import dsn_values as v
from batchcalc.kernels.dsn_bytes import PADDING

JAMAIS: Final = 99_999_999
"""Last day of a contract that has not ended, as yyyymmdd."""

RIEN: Final = -1
"""No file, declaration, person, contract or month."""

NOMMENT: Final = (k.REMUNERATION, k.PRIME, k.REVENU, k.BASE)
"""Tables whose rows name a contract of their person."""

SALARIE: Final = "salarie"
SIRET: Final = "siret"

QUATORZE_CHIFFRES: Final = r"^[0-9]{14}$"

_TEXTES: Final = (
    (k.ENTREPRISE, "siren"),
    (k.ETABLISSEMENT, "nic"),
    (k.BORDEREAU, "entite"),
    (k.CONTRAT, "numero"),
)
_FICHIERS: Final = (k.ENVOI, k.DECLARATION, k.ERREUR)
_BOM: Final = b"\xef\xbb\xbf"
_MONTRABLES: Final = (v.BAD_DECIMAL, v.TOO_MANY_DIGITS, v.BAD_DATE, v.BAD_INTEGER)


class Lot:
    """Files read one after the other, their rows taken from time to time.

    Attributes:
        tables: their rows.
        fichiers: their names.
        dernieres: last line of each file read so far.
        refus: which files are no DSN, and why.
        abandons: which files were given up.
    """

    def __init__(self, sources: Sequence[Source], tables: Tables) -> None:
        tables.recommence()
        self.tables = tables
        self.fichiers = [nom for nom, _ in sources]
        self.dernieres: list[int] = []
        self.refus: list[tuple[int, signature.Refus]] = []
        self.abandons: list[int] = []
        self._contenus = [contenu for _, contenu in sources]
        self._textes: dict[tuple[int, str], list[pl.Series]] = {}
        self._contrats: dict[int, Entiers] = {}
        # Files, and how many rows each table had where they stopped.
        self._signatures: dict[int, list[tuple[int, int]]] = {table: [] for table in _FICHIERS}
        self._lus = np.zeros(k.N_TABLES, np.int64)

    def tranches(self) -> Iterator[None]:
        """Fill the tables, time after time, until all is read; they are emptied in between."""
        tampon = self.tables.tampon
        for rang, contenu in enumerate(self._contenus):
            if tampon.fin and tampon.deborde(len(contenu)):
                yield from self._tranche()
                tampon.fin = 0
            with flux(contenu) as octets:
                yield from self._lis(rang, octets)
        yield from self._tranche()

    def _lis(self, rang: int, octets: FileIO | BytesIO) -> Iterator[None]:
        """Scan a file piece by piece; where the buffer is full, stop before a person."""
        tables, tampon = self.tables, self.tables.tampon
        position = tampon.fin
        suite = tampon.lis(octets)
        raison = signature.refus(tampon.extrait(position, signature.REGARD))
        if raison is not None:
            self.refus.append((rang, raison))
            self.dernieres.append(0)
            tampon.fin = position
            return
        if tampon.extrait(position, len(_BOM)) == _BOM:
            position += len(_BOM)
        tables.commence()
        while suite and not tables.abandon:
            personne = tampon.derniere_personne(position) if tampon.deborde(0) else 0
            fin = personne or tampon.fin_de_ligne(position)
            tables.avance(position, fin)
            position = fin
            if personne:
                self._signe(rang)
                yield from self._tranche()
                tampon.garde(position)
                position = 0
            suite = tampon.lis(octets)
        tables.avance(position, tampon.fin)
        tables.termine()
        self._signe(rang)
        self.dernieres.append(tables.derniere)
        if tables.abandon:
            self.abandons.append(rang)

    def _tranche(self) -> Iterator[None]:
        self._complete()
        yield
        self._vide()

    def textes(self, table: int, champ: str) -> pl.Series:
        """Text of a field, one a row."""
        morceaux = self._textes.get((table, champ), [])
        if len(morceaux) == 1:
            return morceaux[0]
        return pl.concat(morceaux) if morceaux else pl.Series(dtype=pl.String)

    def fichier(self, table: int) -> Entiers:
        """Rank of the file of each row."""
        signatures = np.asarray(self._signatures[table], np.int64).reshape(-1, 2)
        return np.repeat(signatures[:, 0], np.diff(signatures[:, 1], prepend=0))

    def contrat(self, table: int) -> Entiers:
        """Row of the contract each row names, NO_CONTRACT or UNKNOWN_CONTRACT."""
        return self._contrats[table]

    def periode(self, table: int) -> tuple[Entiers, Entiers]:
        """First and last day of the period of each row; by default the month declared."""
        mois = self.mois_declare(self.tables.parents(table))
        debut, fin = mois * 100 + 1, mois * 100 + 31
        champs = rubriques.PAR_TABLE[table].champs
        for borne, champ in ((debut, "debut"), (fin, "fin")):
            if champ in champs:
                lues = self.tables.colonne(table, champ)
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

    def fin_de_contrat(self) -> Entiers:
        """Last day of each contract; a cancelled end is none."""
        tables = self.tables
        fins = np.full(tables.nombre(k.CONTRAT), JAMAIS)
        dates = tables.colonne(k.FIN, "date")
        annule = tables.colonne(k.FIN, "motif") == codes.FIN_ANNULEE
        fins[tables.parents(k.FIN)] = np.where(annule | (dates <= v.LAST_MARK), JAMAIS, dates)
        return fins

    def _vide(self) -> None:
        """Empty the tables of persons."""
        self.tables.vide()
        for cle in [cle for cle in self._textes if cle[0] not in ENTETES]:
            del self._textes[cle]
        self._signatures[k.ERREUR].clear()
        self._lus[:] = [
            self.tables.nombre(table) if table in ENTETES else 0 for table in range(k.N_TABLES)
        ]

    def _signe(self, fichier: int) -> None:
        """Write down which file the rows just scanned come from."""
        for table, signatures in self._signatures.items():
            signatures.append((fichier, self.tables.nombre(table)))

    def _complete(self) -> None:
        """Read the texts the rows point to, and the contracts they name."""
        for table, champ in _TEXTES:
            nouveaux = self.tables.colonne(table, champ, int(self._lus[table]))
            self._retient(table, champ, self._decode(nouveaux))
        self._retient(k.ETABLISSEMENT, SIRET, self._sirets())
        self._retient(k.INDIVIDU, SALARIE, self._decode(self._identifiants()))
        self._retient(k.ERREUR, "valeur", self._decode(self._valeurs_fautives()))
        personnes = np.arange(self.tables.nombre(k.INDIVIDU) + 1)
        premiers = np.searchsorted(self.tables.parents(k.CONTRAT), personnes)
        for table in NOMMENT:
            self._contrats[table] = self._contrats_nommes(table, premiers)

    def _retient(self, table: int, champ: str, textes: pl.Series) -> None:
        self._textes.setdefault((table, champ), []).append(textes)

    def _sirets(self) -> pl.Series:
        """SIRET of the establishments just scanned, null where it is not fourteen digits."""
        entreprises = self.tables.parents(k.ETABLISSEMENT, int(self._lus[k.ETABLISSEMENT]))
        siren = self.textes(k.ENTREPRISE, "siren").gather(entreprises)
        nic = self._textes[k.ETABLISSEMENT, "nic"][-1]
        bruts = siren.fill_null("") + nic.fill_null("")
        return bruts.zip_with(bruts.str.contains(QUATORZE_CHIFFRES), bruts.clear(len(bruts)))

    def _identifiants(self) -> Entiers:
        """NIR of a person, or else NTT, or else number in the company."""
        nir, ntt, matricule = (
            self.tables.colonne(k.INDIVIDU, champ) for champ in ("nir", "ntt", "matricule")
        )
        autre = np.where(ntt > v.LAST_MARK, ntt, matricule)
        return np.where(nir > v.LAST_MARK, nir, autre)

    def _valeurs_fautives(self) -> Entiers:
        """Values that are no text: those may be shown."""
        erreurs = self.tables.rangees(k.ERREUR)
        return np.where(np.isin(erreurs[:, k.CODE], _MONTRABLES), erreurs[:, k.SPAN], v.NULL)

    def _contrats_nommes(self, table: int, premiers: Entiers) -> Entiers:
        """Contracts that rows name, from the first contract of each person."""
        tables = self.tables
        individus = tables.parents(table)
        contrats = np.empty(individus.size, np.int64)
        dsn_texts.attach(
            tables.tampon.octets,
            np.ascontiguousarray(tables.colonne(table, "contrat")),
            *self.periode(table),
            premiers[individus],
            premiers[individus + 1],
            np.ascontiguousarray(tables.colonne(k.CONTRAT, "numero")),
            np.ascontiguousarray(tables.colonne(k.CONTRAT, "debut")),
            self.fin_de_contrat(),
            contrats,
        )
        return contrats

    def _decode(self, spans: Entiers) -> pl.Series:
        connus = spans > v.LAST_MARK
        longueur = int((spans[connus] & 255).sum()) + spans.size
        octets = np.empty(longueur + PADDING, np.uint8)
        dsn_texts.gather(self.tables.tampon.octets, np.ascontiguousarray(spans), octets)
        return nulle_sauf(_lignes(octets[:longueur].tobytes()), connus)


def nulle_sauf(serie: pl.Series, connus: NDArray[np.bool_]) -> pl.Series:
    """Values where they are known, null elsewhere."""
    return serie if connus.all() else serie.zip_with(pl.Series(connus), serie.clear(len(serie)))


def _lignes(octets: bytes) -> pl.Series:
    """Texts that each end with a line feed, which none of them holds."""
    if not octets:
        return pl.Series(dtype=pl.String)
    try:
        return pl.Series([octets[:-1].decode()]).str.split("\n").explode()
    except UnicodeDecodeError:
        return pl.Series([_texte(ligne) for ligne in octets[:-1].split(b"\n")])


def _texte(octets: bytes) -> str:
    """UTF-8 where it reads so, else Latin-1, which any bytes are and the norm asks for."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")
