from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from batchcalc.generate.blocs import Bloc, blocs
from batchcalc.generate.fiches import Fiche, employeur, payer
from batchcalc.generate.model import MANDAT, mois_entre
from batchcalc.rules.load import Rules

ANNEE = mois_entre(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def bloc(rules: Rules) -> Bloc:
    return next(blocs(2_000, ANNEE, 7, rules))


def test_mois_entre_crosses_years() -> None:
    assert mois_entre(date(2025, 11, 15), date(2026, 2, 1)) == (
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    )


def test_smic_is_exact(bloc: Bloc, rules: Rules) -> None:
    paies, contrats, variables = bloc.paies, bloc.paies.contrats, bloc.paies.variables
    active = np.argwhere(paies.actif & (variables.base_cents > 0)[:, :])[::37]
    for contrat, rang in active.tolist():
        h = rules.parametres(paies.mois[rang], fnal_e4=10).smic_horaire_cents
        quotite = Fraction(
            int(contrats.quotite_e2[contrat]), int(contrats.quotite_reference_e2[contrat])
        )
        smic = Fraction(h * 1820, 12) * min(Fraction(1), quotite)
        smic *= Fraction(int(contrats.equivalence_e2[contrat]), 3500)
        smic *= Fraction(
            int(paies.due_cents[contrat, rang]), int(variables.base_cents[contrat, rang])
        )
        heures = int(paies.structurelles_e2[contrat, rang] + variables.aleatoires_e2[contrat, rang])
        smic += Fraction(h * heures, 100)
        assert paies.smic_cents[contrat, rang] == int(smic + Fraction(1, 2))


def test_spread_of_pay(bloc: Bloc) -> None:
    paies = bloc.paies
    pleins = paies.actif & (paies.smic_cents > 0) & ~paies.proratise
    niveau = paies.remuneration_cents[pleins] / paies.smic_cents[pleins]
    assert 0.45 < ((niveau >= 1.0) & (niveau < 1.6)).mean() < 0.75
    assert 0.03 < (niveau > 3).mean() < 0.15
    assert (paies.remuneration_cents[paies.actif] < 0).any()


def test_every_kind_is_there(bloc: Bloc) -> None:
    contrats, variables = bloc.paies.contrats, bloc.paies.variables
    assert set(contrats.nature.tolist()) == {1, 2, 3, MANDAT}
    assert set(contrats.dispositif.tolist()) == {64, 65, 99}
    assert {employeur.fnal_e4 for employeur in bloc.etablissements} == {10, 50}
    assert (contrats.quotite_e2 < contrats.quotite_reference_e2).any()
    assert (np.diff(contrats.personne) == 0).any()
    for tableau in (
        contrats.dfs_e2,
        variables.absence_e4,
        variables.aleatoires_e2,
        variables.ppv_cents,
        variables.indemnite_cents,
    ):
        assert tableau.any()
    assert (variables.correction_cents < 0).any()
    assert not np.isnat(contrats.fin).all()


def test_a_person_stays_in_one_establishment(bloc: Bloc) -> None:
    contrats = bloc.paies.contrats
    seconds = np.flatnonzero(np.diff(contrats.personne) == 0)
    assert (contrats.etablissement[seconds] == contrats.etablissement[seconds + 1]).all()


def test_a_contract_is_paid_between_its_dates(bloc: Bloc) -> None:
    paies, contrats = bloc.paies, bloc.paies.contrats
    premiers = np.array(paies.mois, dtype="datetime64[M]")
    debut = contrats.debut.astype("datetime64[M]")[:, None] <= premiers
    fin = contrats.fin.astype("datetime64[M]")[:, None]
    assert (paies.actif == (debut & (np.isnat(fin) | (fin >= premiers)))).all()
    assert paies.actif.any(axis=1).all()


def test_a_smaller_payroll_begins_the_larger_one(rules: Rules) -> None:
    petite = next(blocs(60, ANNEE, 3, rules)).paies
    grande = next(blocs(500, ANNEE, 3, rules)).paies
    assert (petite.remuneration_cents == grande.remuneration_cents[:60]).all()


def test_entry_inside_a_month_is_prorated(rules: Rules) -> None:
    fiche = Fiche(1, 200_000, date(2026, 6, 16))
    paye = payer([fiche], [employeur(0)], ANNEE, rules)
    paie = paye.employeurs[0].personnes[0].dossiers[0].paies[5]
    assert (paie.due, paie.proratise, paie.debut) == (100_000, True, date(2026, 6, 16))


def test_dfs_never_goes_below_the_smic(rules: Rules) -> None:
    fiche = Fiche(1, 190_000, date(2020, 1, 1), dfs_e2=1_000)
    paye = payer([fiche], [employeur(0)], ANNEE[:1], rules)
    assert paye.employeurs[0].personnes[0].dossiers[0].paies[0].remuneration == 182_303
