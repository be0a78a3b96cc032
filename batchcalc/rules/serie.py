"""The tables of law once read: dated values, and the look-ups the resolution needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from batchcalc.errors import ConfigError
from batchcalc.rules.model import Valeur
from batchcalc.rules.unite import DECIMALES, EN_VIGUEUR


@dataclass(frozen=True, slots=True)
class Entree:
    """One value of a table and the days it is in force.

    Attributes:
        debut: first day in force, the first of a month.
        fin: last day in force, the last of a month (`date.max` when open).
        texte: the value as written.
        source: text and article.
        statut: `S`, `S2`, `C` or `I`.
    """

    debut: date
    fin: date
    texte: str
    source: str
    statut: str


@dataclass(frozen=True, slots=True)
class Serie:
    """One table: a parameter of law and its values in order of date, without gap.

    Attributes:
        nom: dotted name, e.g. `smic.horaire`.
        unite: unit of all its values.
        fichier: the file it was read from.
        entrees: the values.
    """

    nom: str
    unite: str
    fichier: str
    entrees: tuple[Entree, ...]

    def en_vigueur(self, jour: date) -> Entree | None:
        """The value in force on a day, if any."""
        return next((e for e in self.entrees if e.debut <= jour <= e.fin), None)


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables by name. `exige_*` raise ConfigError where no value is in force."""

    series: Mapping[str, Serie]

    def entree(self, nom: str, jour: date) -> Entree | None:
        """The value of a table on a day; None where the table or the value does not exist."""
        serie = self.series.get(nom)
        return serie.en_vigueur(jour) if serie else None

    def exige(self, nom: str, jour: date) -> Entree:
        """The value of a table that must have one on that day."""
        entree = self.entree(nom, jour)
        if entree is None:
            raise ConfigError(
                f"The table {nom} has no value in force on {jour}.",
                hint="Give the table a value whose `debut` and `fin` cover that day.",
                code="regles-trou",
                file=self.series[nom].fichier,
            )
        return entree

    def entier(self, nom: str, jour: date) -> int:
        """A number in the smallest unit of its table (see DECIMALES); 0 where none is in force."""
        return self._entier(nom, self.entree(nom, jour))

    def exige_entier(self, nom: str, jour: date) -> int:
        """The same for a table that must have a value on that day."""
        return self._entier(nom, self.exige(nom, jour))

    def maximum(self, nom: str) -> int:
        """The largest number a table ever holds, in its smallest unit."""
        return max(self._entier(nom, entree) for entree in self.series[nom].entrees)

    def smic_cents(self, nom: str, jour: date) -> int:
        """The hourly SMIC a `smic_reference` table points to for that day, in cents."""
        texte = self.exige(nom, jour).texte
        reference = jour if texte == EN_VIGUEUR else date.fromisoformat(texte)
        return self.exige_entier("smic.horaire", reference)

    def valeurs(self, jour: date) -> list[Valeur]:
        """Every value in force on a day, in the order of the tables."""
        en_vigueur = ((serie, serie.en_vigueur(jour)) for serie in self.series.values())
        return [self._valeur(serie, entree, jour) for serie, entree in en_vigueur if entree]

    def _entier(self, nom: str, entree: Entree | None) -> int:
        if entree is None:
            return 0
        return int(Fraction(entree.texte) * 10 ** DECIMALES[self.series[nom].unite])

    def _valeur(self, serie: Serie, entree: Entree, jour: date) -> Valeur:
        texte, unite, source = entree.texte, serie.unite, entree.source
        if unite == "smic_reference":  # a reader wants the SMIC itself beside the rule
            regle = "SMIC en vigueur" if texte == EN_VIGUEUR else f"SMIC au {texte}"
            source = f"{regle} : {source}"
            cents = self.smic_cents(serie.nom, jour)
            texte, unite = f"{cents // 100}.{cents % 100:02d}", "euro_par_heure"
        return Valeur(serie.nom, texte, unite, entree.debut, source, entree.statut)
