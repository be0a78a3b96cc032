"""DSN files written in the test: as plain as can be, one line a rubrique."""

from __future__ import annotations

import polars as pl
import pytest

from batchcalc.io.dsn import DsnLecture, read_dsn
from batchcalc.schema import no_rejets, vide

SIREN = "900123459"
NIC = "00017"
SIRET = SIREN + NIC
URSSAF = "78861779300013"
NIR = "2900199001001"


class Dsn:
    """Blocks of lines that fit together: `dsn.fichier(dsn.declaration(dsn.individu(...)))`."""

    siret = SIRET
    nir = NIR

    @staticmethod
    def bloc(code: str, rubriques: dict[str, str]) -> list[str]:
        """The lines of one occurrence; S21 unless the code says otherwise."""
        prefixe = code if code.startswith("S") else f"S21.G00.{code}"
        return [f"{prefixe}.{numero},'{valeur}'" for numero, valeur in sorted(rubriques.items())]

    def contrat(self, numero="00001", *suite: list[str], **rubriques: str) -> list[str]:
        """Block 40, full time since 2023, and what hangs under it (`fin`)."""
        lus = {
            "001": "01032023",
            "007": "01",
            "009": numero,
            "011": "10",
            "012": "151.67",
            "013": "151.67",
            "014": "10",
        }
        lus |= {nom.removeprefix("r"): valeur for nom, valeur in rubriques.items()}
        lignes = self.bloc("40", {numero: valeur for numero, valeur in lus.items() if valeur})
        return lignes + [ligne for bloc in suite for ligne in bloc]

    def fin(self, date="31012026", motif="031") -> list[str]:
        return self.bloc("62", {"001": date, "002": motif})

    def base(self, montant="2050.00", contrat="00001", mois="012026", code="03", **suite):
        """Block 78 of a month; `smic` and `cotisations` (code: amount) under it."""
        lignes = self.bloc("78", {"001": code, "002": f"01{mois}", "003": f"28{mois}"})
        lignes += [f"S21.G00.78.004,'{montant}'"]
        lignes += [f"S21.G00.78.006,'{contrat}'"] if contrat else []
        if suite.get("smic"):
            lignes += self.bloc("79", {"001": "01", "004": suite["smic"]})
        for cotisation, valeur in suite.get("cotisations", {}).items():
            rubriques = {"001": cotisation, "003": montant, "004": valeur}
            lignes += self.bloc("81", rubriques | suite.get("rubriques", {}))
        return lignes

    def remuneration(self, code, montant="0.00", heures="", contrat="00001", mois="012026"):
        """Block 51."""
        rubriques = {"001": f"01{mois}", "002": f"28{mois}", "010": contrat, "011": code}
        rubriques |= {"012": heures} if heures else {}
        return self.bloc("51", rubriques | {"013": montant})

    def activite(self, unite, mesure="12.00") -> list[str]:
        """Block 53, under the block 51 before it."""
        return self.bloc("53", {"001": "01", "002": mesure, "003": unite})

    def individu(self, *blocs: list[str], nir=NIR, **rubriques: str) -> list[str]:
        """Block 30, then blocks; a block 50 comes before the first that is no contract."""
        lus = {"001": nir, "002": "D'AVRIL, DIT 'L'OISEAU", "004": "CAMILLE"}
        lus |= {nom.removeprefix("r"): valeur for nom, valeur in rubriques.items()}
        lignes = self.bloc("30", {numero: valeur for numero, valeur in lus.items() if valeur})
        paye = False
        for bloc in blocs:
            if not paye and not bloc[0].startswith("S21.G00.40"):
                lignes += self.bloc("50", {"001": "31012026", "002": "1500.00"})
                paye = True
            lignes += bloc
        return lignes

    def salarie(self, montant="2050.00", numero="00001", nir=NIR, **suite) -> list[str]:
        """A person with one contract and one base."""
        return self.individu(self.contrat(numero), self.base(montant, numero, **suite), nir=nir)

    def etablissement(self, *individus: list[str], nic=NIC, siren=SIREN, **rubriques: str):
        """Blocks 06 and 11; `bordereau` lines may stand first among what follows."""
        lus = {"001": nic, "002": "6201Z", "004": "99100"}
        lus |= {nom.removeprefix("r"): valeur for nom, valeur in rubriques.items()}
        lignes = self.bloc("06", {"001": siren, "002": nic, "003": "6201Z"})
        lignes += self.bloc("11", lus)
        return lignes + [ligne for individu in individus for ligne in individu]

    def bordereau(self, ctps: dict[str, str], mois="012026", siret=SIRET) -> list[str]:
        """Blocks 22 and 23: an amount a CTP."""
        tete = {"001": URSSAF, "002": siret, "003": f"01{mois}", "004": f"28{mois}"}
        lignes = self.bloc("22", tete)
        for ctp, assiette in ctps.items():
            lignes += self.bloc("23", {"001": ctp, "002": "921", "004": assiette})
        return lignes

    def declaration(self, *etablissements: list[str], mois="012026", **rubriques: str):
        """Block 20.05, normal and whole; persons alone go under the usual establishment."""
        lus = {
            "001": "01",
            "002": "01",
            "003": "11",
            "004": "1",
            "005": f"01{mois}",
            "007": "05022026",
            "008": "01",
        }
        lus |= {nom.removeprefix("r"): valeur for nom, valeur in rubriques.items()}
        lignes = self.bloc("S20.G00.05", {nom: valeur for nom, valeur in lus.items() if valeur})
        if etablissements and etablissements[0][0].startswith(("S21.G00.30", "S21.G00.22")):
            return lignes + self.etablissement(*etablissements)
        return lignes + [ligne for etablissement in etablissements for ligne in etablissement]

    def envoi(self, *declarations: list[str], lignes="", nombre="", essai="02") -> list[str]:
        """S10 to S90, the totals right unless given."""
        corps = self.bloc("S10.G00.00", {"001": "PAIE", "005": essai, "006": "P26V01"})
        corps += self.bloc("S10.G00.01", {"001": SIREN, "002": NIC})
        corps += [ligne for declaration in declarations for ligne in declaration]
        total = lignes or str(len(corps) + 2)
        return corps + self.bloc(
            "S90.G00.90", {"001": total, "002": nombre or str(len(declarations))}
        )

    def octets(self, lignes: list[str], fin="\r\n") -> bytes:
        return (fin.join(lignes) + fin).encode("latin-1")

    def fichier(self, *declarations: list[str], **totaux: str) -> bytes:
        """One envoi."""
        return self.octets(self.envoi(*declarations, **totaux))

    def lis(self, *contenus: bytes) -> DsnLecture:
        """Read files named a.dsn, b.dsn..."""
        return read_dsn(
            (f"{nom}.dsn", contenu) for nom, contenu in zip("abcdef", contenus, strict=False)
        )

    def lis_salarie(self, *blocs: list[str], mois="012026") -> dict[str, object]:
        """The only row of a person with these blocks."""
        lecture = self.lis(self.fichier(self.declaration(self.individu(*blocs), mois=mois)))
        assert lecture.rejets.is_empty()
        return lecture.mois_contrat.row(0, named=True)


@pytest.fixture(scope="session")
def dsn() -> Dsn:
    return Dsn()


@pytest.fixture
def lus():
    """All rows and all rejects of a table, read in lots."""

    def read(table, size=1 << 20):
        lots = list(table.lots(size))
        rejets = pl.concat([no_rejets(), *(lot.rejets for lot in lots)])
        return pl.concat([vide(), *(lot.physique for lot in lots)], how="diagonal"), rejets

    return read
