"""What is declared is what the reference finds on what the file says."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from batchcalc import reference
from batchcalc.generate import generate
from batchcalc.generate import sample_annees as annees
from batchcalc.generate import sample_situations as situations


def read(texts, dsn):
    """Rows of the input table and declared cents, both by contract and month of employment."""
    rows = defaultdict(dict)
    declared = defaultdict(lambda: defaultdict(int))
    for text in texts:
        for envoi in dsn.parse(text):
            for establishment in envoi.all("05"):
                _establishment(establishment, rows, declared, dsn)
    return list(rows.values()), declared


def _establishment(establishment, rows, declared, dsn) -> None:
    siret = next(establishment.all("06"))["001"] + next(establishment.all("11"))["001"]
    ctps = {line["001"] for line in establishment.all("23")}
    for person in establishment.all("30"):
        contracts = {contract["009"]: contract for contract in person.all("40")}
        for base in person.all("78"):
            if base["001"] != "03":
                continue
            number = base.get("006") or next(iter(contracts))
            month = dsn.day(base["002"]).replace(day=1)
            key = (siret, person["001"], number, month)
            _base(base, declared[key], rows[key], dsn)
            current = (month.year, month.month) == dsn.day(establishment["005"]).timetuple()[:2]
            if current:
                rows[key] |= _identity(key, contracts[number], "236" in ctps)
                rows[key] |= _month(person, number, month, rows[key], dsn)


def _base(base, declared, row, dsn) -> None:
    row["remuneration"] = row.get("remuneration", Decimal(0)) + Decimal(base["004"])
    for part in base.all("79"):
        if part["001"] == "01":
            row["smic_retenu"] = row.get("smic_retenu", Decimal(0)) + Decimal(part["004"])
    for line in base.all("81"):
        if line["001"] in ("018", "106"):
            declared[line["001"]] += dsn.cents(line["004"])
        if line["001"] in ("907", "102"):
            declared[line["001"]] += dsn.cents(line["003"])


def _identity(key, contract, large):
    majoration = "interim" if contract["007"] == "03" else "aucune"
    month = key[3]
    apprentice = contract["008"] in ("64", "65") and month.year == 2019
    general = "complet_2019" if apprentice else "general"
    return {
        "siret": key[0],
        "salarie": key[1],
        "contrat": key[2],
        "mois": month,
        "fnal": Decimal("0.50") if large else Decimal("0.10"),
        "majoration": "caisse_conges" if contract.get("022") else majoration,
        "perimetre": "exclu" if contract["007"] == "80" else general,
    }


def _month(person, number, month, row, dsn):
    found = {}
    for bonus in person.all("52"):
        if bonus["001"] == "904" and bonus["006"] == number:
            found["ppv"] = Decimal(bonus["002"])
    contract = next(c for c in person.all("40") if c["009"] == number)
    if contract.get("023"):
        abated = [
            Decimal(other["002"])
            for other in person.all("54")
            if other["001"] == "10" and other.get("005", number) == number
        ]
        found["remuneration_sans_dfs"] = row["remuneration"] + sum(abated, Decimal(0))
    return found


def check(texts, rules, dsn) -> None:
    rows, declared = read(texts, dsn)
    results = reference.compute(rows, rules=rules)
    assert len(results) == len(declared)
    for due in results:
        key = (due["siret"], due["salarie"], due["contrat"], due["mois"])
        assert -declared[key]["018"] == due["reduction_urssaf"] * 100
        assert -declared[key]["106"] == due["reduction_agirc_arrco"] * 100
        if due["statut"] != "exclu" and due["mois"].year >= 2021:
            assert declared[key]["907"] == due["assiette_complement_maladie"] * 100
            base = due["assiette_complement_allocations_familiales"] * 100
            assert declared[key]["102"] == base


@pytest.mark.parametrize("first", [date(2024, 11, 1), date(2025, 3, 1), date(2026, 1, 1)])
def test_generated_payroll(first: date, tmp_path: Path, rules, dsn) -> None:
    last = first.replace(month=first.month + 1 if first.month < 12 else 12)
    generate(240, first, last, "dsn", tmp_path, seed=2)
    check([path.read_bytes().decode("latin-1") for path in tmp_path.iterdir()], rules, dsn)


def test_whole_year_with_corrections(tmp_path: Path, rules, dsn) -> None:
    generate(40, date(2026, 1, 1), date(2026, 12, 1), "dsn", tmp_path, seed=4)
    texts = [path.read_bytes().decode("latin-1") for path in sorted(tmp_path.iterdir())]
    corrected = [
        base
        for text in texts
        for envoi in dsn.parse(text)
        for base in envoi.all("78")
        if base["002"][2:4] != text[text.index("S20.G00.05.005") + 18 :][:2]
    ]
    assert corrected
    check(texts, rules, dsn)


@pytest.mark.parametrize(
    "year", [annees.fin_2019, annees.fin_2024, annees.printemps_2025, annees.annee_2026]
)
def test_sample_years(year, rules, dsn) -> None:
    paye = year(rules)
    check([paye.envoi(rang) for rang in range(len(paye.mois))], rules, dsn)


@pytest.mark.parametrize(
    "situation",
    [
        situations.rappel,
        situations.apprenti_2019,
        situations.sortie_et_retour,
        situations.mois_negatif,
        situations.plafond_dfs,
        situations.ppv,
        situations.bandeau,
        situations.interim,
        situations.absences,
        situations.contrat_implicite,
    ],
)
def test_situations(situation, rules, dsn) -> None:
    (content,) = situation(rules).values()
    check([content.decode("latin-1")], rules, dsn)
