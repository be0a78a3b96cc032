"""The rules: the packaged tables of law, or a user's in their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import get_args

from batchcalc.errors import ConfigError, RuleError
from batchcalc.rules.model import (
    Majoration,
    Parametres,
    Perimetre,
    Profil,
    RegimeBandeaux,
    Valeur,
)
from batchcalc.rules.read import Fichier, lire
from batchcalc.rules.resolve import Demande, resoudre
from batchcalc.rules.serie import Serie, Tables

_DOSSIER = Path(__file__).with_name("tables")
_FNAL_E4 = (10, 50)
_A_VERIFIER = ((10, "interim"), (50, "caisse_conges"))  # between them, every table that is needed
_CHOIX = {
    "fnal_e4": _FNAL_E4,
    "perimetre": get_args(Perimetre),
    "majoration": get_args(Majoration),
    "profil": get_args(Profil),
    "regime_bandeaux": get_args(RegimeBandeaux),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Every number of law, by date. Immutable and picklable; equal when the tables are equal.

    Attributes:
        version: edition of the tables; a rules file without one of its own adds `+local`.
        sha256: hash of the tables, byte for byte (hexadecimal).
        premier_mois: first month of employment covered.
        dernier_mois: last month of employment covered.
        tables: the values themselves.
        path: the file or folder laid over the packaged tables, as given; None: they stand alone.

    >>> rules = batchcalc.Rules.load()
    >>> rules.premier_mois, rules.dernier_mois
    (datetime.date(2018, 1, 1), datetime.date(2026, 12, 1))
    """

    version: str
    sha256: str
    premier_mois: date
    dernier_mois: date
    tables: Tables = field(repr=False, compare=False)
    path: str | None = field(default=None, compare=False)
    _connus: dict[Demande, Parametres] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, path: str | Path | None = None) -> Rules:
        """Load the packaged tables, and a user's over them.

        Args:
            path: a TOML file, or a folder of `*.toml`. A table `[name]` in it replaces the packaged
                table of the same name as a whole; the other tables stay. `version`,
                `premier_mois` and `dernier_mois` replace the packaged ones where given.

        Raises:
            ConfigError: a file that cannot be read, a table that is unknown, malformed or in
                another unit, or a month of the range left without a value.
        """
        if path is None:
            return _empaquetees()
        rules = _assemble(_fichiers(_DOSSIER), _fichiers(Path(path)))
        rules._verifie()
        return replace(rules, path=str(path))

    def parametres(  # noqa: PLR0913 - one keyword for each thing the parameters depend on
        self,
        mois: date,
        *,
        fnal_e4: int,
        perimetre: str = "general",
        majoration: str = "aucune",
        profil: str = "commun",
        taux_agirc_arrco_e6: int | None = None,
        taux_at_e6: int | None = None,
        tolerance: bool = False,
        regime_bandeaux: str = "commun",
    ) -> Parametres:
        """The parameters in force for a month of employment and one kind of employer.

        Args:
            mois: any day of the month.
            fnal_e4: FNAL rate of the month, 10 (0.10 %) or 50 (0.50 %).
            perimetre: `complet_2019` has an effect in 2019 only; `exclu` gives the general ones.
            majoration: factor b of D.241-10.
            profil: adapted rates (BOSS 460, 470).
            taux_agirc_arrco_e6: real employer rate in millionths (5.01 % is 50100), where lower
                than the one in T; without effect otherwise (D.241-7 III).
            taux_at_e6: real AT/MP rate, the same way.
            tolerance: the contract ended within `fenetres` of that month, and the employer keeps
                what the tolerance allows.
            regime_bandeaux: `exoneration` or `regime_special` keep reduced rates from 2026 on.

        Raises:
            RuleError: `mois-hors-tables`, `profil-sans-valeur`, or `choix-inconnu`.
        """
        premier = self._couvert(mois)
        if perimetre == "exclu":  # no rate is used: none is asked for
            profil = "commun"
        demande = Demande(
            premier,
            fnal_e4,
            perimetre,
            majoration,
            profil,
            taux_agirc_arrco_e6,
            taux_at_e6,
            tolerance,
            regime_bandeaux,
        )
        if demande not in self._connus:
            _verifie_choix(demande)
            self._connus[demande] = resoudre(self.tables, demande)
        return self._connus[demande]

    def fenetres(self) -> list[tuple[date, date]]:
        """First and last days of the tolerances: for months and ends of contract inside them."""
        return [
            (entree.debut, entree.fin)
            for nom, serie in self.tables.series.items()
            if nom.startswith("tolerance.")
            for entree in serie.entrees
        ]

    def taux_sans_effet(self) -> tuple[int, int]:
        """Real AGIRC-ARRCO and AT/MP rates, in millionths, from which on T is never lowered."""
        return self.tables.maximum("imputation.agirc_arrco"), self.tables.maximum(
            "composante.at_mp"
        )

    def valeurs(self, mois: date) -> list[Valeur]:
        """Every value in force in a month, with its source, for `batchcalc rules show`.

        A reference to the SMIC of a date is given as that SMIC, with the date beside the source.

        Raises:
            RuleError: `mois-hors-tables`.
        """
        return self.tables.valeurs(self._couvert(mois))

    def _couvert(self, mois: date) -> date:
        premier = date(mois.year, mois.month, 1)
        if not self.premier_mois <= premier <= self.dernier_mois:
            raise RuleError(
                f"No rule for {premier:%Y-%m}: the tables cover "
                f"{self.premier_mois:%Y-%m} to {self.dernier_mois:%Y-%m}.",
                hint="Leave the month out, or give a rules file that covers it.",
                code="mois-hors-tables",
            )
        return premier

    def _verifie(self) -> None:
        """Resolve every month, so that a gap in a rules file stops the run before it begins."""
        for mois in _mois(self.premier_mois, self.dernier_mois):
            self.valeurs(mois)
            for fnal_e4, majoration in _A_VERIFIER:
                self.parametres(mois, fnal_e4=fnal_e4, majoration=majoration)


@cache
def _empaquetees() -> Rules:
    return _assemble(_fichiers(_DOSSIER), ())


def _fichiers(chemin: Path) -> tuple[Fichier, ...]:
    if not chemin.is_dir():
        return (lire(chemin),)
    trouves = sorted(chemin.glob("*.toml"))
    if not trouves:
        raise ConfigError(
            "The rules folder holds no .toml file.",
            hint="Give a TOML file of tables, or a folder that holds some.",
            code="regles-illisibles",
            file=str(chemin),
        )
    return tuple(lire(trouve) for trouve in trouves)


def _assemble(base: tuple[Fichier, ...], locaux: tuple[Fichier, ...]) -> Rules:
    series = _par_nom(base)
    for nom, serie in _par_nom(locaux).items():
        _verifie_remplacement(serie, series.get(nom))
        series[nom] = serie
    premier_mois, dernier_mois = _mois_couverts((*base, *locaux))
    empreinte = sha256(b"".join(fichier.empreinte for fichier in (*base, *locaux)))
    return Rules(
        version=_version(base, locaux),
        sha256=empreinte.hexdigest(),
        premier_mois=premier_mois,
        dernier_mois=dernier_mois,
        tables=Tables(series),
    )


def _mois_couverts(fichiers: tuple[Fichier, ...]) -> tuple[date, date]:
    mois = {cle: valeur for fichier in fichiers for cle, valeur in fichier.mois.items()}
    premier, dernier = mois["premier_mois"], mois["dernier_mois"]
    if dernier < premier:
        raise ConfigError(
            f"dernier_mois: {dernier} is before premier_mois, {premier}.",
            hint="Correct one of the two.",
            code="regles-dates",
            file=fichiers[-1].nom,
        )
    return premier, dernier


def _version(base: Iterable[Fichier], locaux: tuple[Fichier, ...]) -> str:
    locales = [fichier.version for fichier in locaux if fichier.version]
    if locales:
        return locales[-1]
    officielle = next(fichier.version for fichier in base if fichier.version)
    return f"{officielle}+local" if locaux else officielle


def _par_nom(fichiers: Iterable[Fichier]) -> dict[str, Serie]:
    series: dict[str, Serie] = {}
    for serie in (serie for fichier in fichiers for serie in fichier.series):
        if serie.nom in series:
            raise ConfigError(
                f"{serie.nom}: the table is already in {series[serie.nom].fichier}.",
                hint="Keep one of the two.",
                code="regles-table-double",
                file=serie.fichier,
            )
        series[serie.nom] = serie
    return series


def _verifie_remplacement(serie: Serie, remplacee: Serie | None) -> None:
    if remplacee is None:
        raise ConfigError(
            f"{serie.nom}: no such table.",
            hint="Use the name of a packaged table; `batchcalc rules show` prints them.",
            code="regles-table-inconnue",
            file=serie.fichier,
        )
    if serie.unite != remplacee.unite:
        raise ConfigError(
            f"{serie.nom}.unite: the unit is {serie.unite}, not {remplacee.unite}.",
            hint=f"Write the values in {remplacee.unite}.",
            code="regles-unite",
            file=serie.fichier,
        )


def _verifie_choix(demande: Demande) -> None:
    for nom, permis in _CHOIX.items():
        if getattr(demande, nom) not in permis:
            raise RuleError(
                f"Unknown {nom}.",
                hint=f"Use one of {', '.join(map(str, permis))}.",
                code="choix-inconnu",
            )


def _mois(premier: date, dernier: date) -> Iterator[date]:
    while premier <= dernier:
        yield premier
        premier = date(premier.year + premier.month // 12, premier.month % 12 + 1, 1)
