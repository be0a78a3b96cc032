"""The aggregate blocks are the sums of the individual lines below them."""

from collections import Counter
from datetime import date

import pytest

from batchcalc.generate import generate
from batchcalc.generate import sample_annees as annees

AGIRC_ARRCO = {"105", "106", "131", "132"}


@pytest.fixture(scope="module")
def establishments(tmp_path_factory: pytest.TempPathFactory, rules, dsn):
    """Every declaration of a generated payroll and of the sample years."""
    out = tmp_path_factory.mktemp("dsn")
    generate(240, date(2026, 1, 1), date(2026, 2, 1), "dsn", out, seed=11)
    texts = [path.read_bytes().decode("latin-1") for path in out.iterdir()]
    for year in (annees.fin_2019, annees.fin_2024, annees.printemps_2025, annees.annee_2026):
        paye = year(rules)
        texts += [paye.envoi(rang) for rang in range(len(paye.mois))]
    return [
        declaration
        for text in texts
        for envoi in dsn.parse(text)
        for declaration in envoi.all("05")
    ]


def rounded(cents: int) -> int:
    return (cents + 50) // 100 * 100


def slips(establishment, dsn):
    """Aggregate lines and their bordereau, by month of employment."""
    for slip in establishment.all("22"):
        lines = {(line["001"], line["002"]): line for line in slip.all("23")}
        yield dsn.day(slip["003"]), slip, lines


def sums(establishment, month, dsn):
    """Sums of bases and of contribution bases and amounts for a month of employment."""
    found: Counter[object] = Counter()
    for base in establishment.all("78"):
        start = dsn.day(base["002"])
        if (start.year, start.month) != (month.year, month.month):
            continue
        found[base["001"]] += dsn.cents(base["004"])
        for line in base.all("81"):
            amount = dsn.cents(line["004"])
            found["amount", line["001"]] += amount
            found["base", line["001"]] += dsn.cents(line.get("003", "0.00"))
            if line["001"] == "018":
                found["plus" if amount > 0 else "minus"] += amount
    return found


def test_reductions_by_the_sign_of_each_line(establishments, dsn) -> None:
    for establishment in establishments:
        for month, _, lines in slips(establishment, dsn):
            total = sums(establishment, month, dsn)
            down, up = ("671", "801") if month < date(2019, 10, 1) else ("668", "669")
            declared = lines.get((down, "921"))
            assert (dsn.cents(declared["005"]) if declared else 0) == rounded(-total["minus"])
            taken_back = lines.get((up, "921"))
            assert (dsn.cents(taken_back["004"]) if taken_back else 0) == rounded(total["plus"])


def test_bases_of_the_lines(establishments, dsn) -> None:
    for establishment in establishments:
        for month, _, lines in slips(establishment, dsn):
            total = sums(establishment, month, dsn)
            regimes = {"920": 0, "921": 0}
            for (ctp, qualifier), line in lines.items():
                if ctp in ("100", "726", "863"):
                    regimes[qualifier] += dsn.cents(line["004"])
            assert abs(regimes["920"] - total["03"]) <= 200
            assert abs(regimes["921"] - total["02"]) <= 200
            expected = {
                ("332", "921"): total["02"],
                ("236", "920"): total["03"],
                ("260", "920"): total["04"],
                ("937", "920"): total["07"],
                ("900", "920"): total["57"],
            }
            for key, base in expected.items():
                if key in lines:
                    assert dsn.cents(lines[key]["004"]) == rounded(base)
            assert (("332", "921") in lines) != (("236", "920") in lines) or not total["03"]


def test_complements_are_the_bases_of_907_and_102(establishments, dsn) -> None:
    for establishment in establishments:
        managers = any(contract["007"] == "80" for contract in establishment.all("40"))
        for month, _, lines in slips(establishment, dsn):
            if managers or month.year < 2021:
                continue
            total = sums(establishment, month, dsn)
            for ctp, code in (("635", "907"), ("430", "102")):
                line = lines.get((ctp, "920"))
                assert (dsn.cents(line["004"]) if line else 0) == rounded(total["base", code])


def test_payments_foot(establishments, dsn) -> None:
    for establishment in establishments:
        paid = {(pay["001"], pay["006"]): dsn.cents(pay["005"]) for pay in establishment.all("20")}
        urssaf = next(establishment.all("22"))["001"] if any(establishment.all("22")) else None
        for month, slip, _ in slips(establishment, dsn):
            due = dsn.cents(slip["005"])
            assert paid.get((urssaf, slip["003"]), 0) == max(due, 0)
            total = sums(establishment, month, dsn)
            pension = sum(total["amount", code] for code in AGIRC_ARRCO)
            others = [
                amount
                for (body, start), amount in paid.items()
                if body not in (urssaf, "P0999") and start == slip["003"]
            ]
            assert sum(others) == max(pension, 0)


def test_total_is_the_signed_sum_of_the_lines(establishments, dsn) -> None:
    """Lines with a base count for base x rate, which the Urssaf applies, in whole euros."""
    fixed = {"260": 9_700, "332": 100, "236": 500, "430": 1_800, "635": 6_000, "772": 4_000,
             "423": 4_000, "937": 250, "027": 16, "959": 550, "971": 1_000, "992": 590,
             "987": 1_000, "669": 100_000}  # fmt: skip
    own = {"100": 13_260, "726": 13_260, "863": 21_060}
    checked = 0
    for establishment in establishments:
        for month, slip, lines in slips(establishment, dsn):
            if month.year != 2026:
                continue
            total = 0
            for (ctp, _), line in lines.items():
                if "005" in line.values:
                    total -= dsn.cents(line["005"]) // 100
                    continue
                rate = fixed.get(ctp, 15_450)
                if "003" in line.values:
                    rate = int(line["003"].replace(".", "")) * 10 + own.get(ctp, 0)
                total += due_euros(dsn.cents(line["004"]), rate)
            assert dsn.cents(slip["005"]) == total * 100
            checked += 1
    assert checked > 30


def due_euros(base_cents: int, rate_e5: int) -> int:
    """Whole euros of base x rate: to the cent first (half away from zero), then half up."""
    product = base_cents * rate_e5
    cents = (2 * abs(product) + 100_000) // 200_000
    return ((cents if product >= 0 else -cents) + 50) // 100


def test_no_negative_bordereau_for_the_month_itself(establishments, dsn) -> None:
    for establishment in establishments:
        main = dsn.day(establishment["005"])
        for month, slip, _ in slips(establishment, dsn):
            assert month < main or dsn.cents(slip["005"]) >= 0
