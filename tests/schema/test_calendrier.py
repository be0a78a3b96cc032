"""Days and months as numbers: as datetime has them, in the table of days and out of it."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batchcalc.schema.calendrier import numeros_de_mois, premiers_du_mois, premiers_jours

EPOQUE = date(1970, 1, 1)
PREMIER, DERNIER = date(1900, 1, 1), date(2199, 12, 31)

JOURS = st.dates(PREMIER, DERNIER)
DANS_LA_TABLE = st.dates(date(2000, 1, 1), date(2099, 12, 31))
AUX_BORDS = st.sampled_from(
    [date(1999, 12, 31), date(2000, 1, 1), date(2099, 12, 31), date(2100, 1, 1)]
)


def jours_de(dates):
    return np.array([(jour - EPOQUE).days for jour in dates], np.int32)


def numero(jour):
    return 12 * jour.year + jour.month - 1


def dates_de(jours):
    return [EPOQUE + timedelta(days=int(jour)) for jour in jours]


@pytest.fixture(scope="module")
def tous():
    """Every day of three centuries."""
    return [PREMIER + timedelta(days=n) for n in range((DERNIER - PREMIER).days + 1)]


@pytest.mark.parametrize(
    ("premiere", "derniere"), [(1900, 2199), (1900, 1999), (2000, 2099), (2100, 2199)]
)
def test_the_number_of_the_month_of_every_day(tous, premiere, derniere):
    dates = [jour for jour in tous if premiere <= jour.year <= derniere]

    numeros = numeros_de_mois(jours_de(dates))

    assert numeros.dtype == np.int32
    assert numeros.tolist() == [numero(jour) for jour in dates]


@pytest.mark.parametrize(
    ("premiere", "derniere"), [(1900, 2199), (1900, 1999), (2000, 2099), (2100, 2199)]
)
def test_the_first_day_of_the_month_of_every_day(tous, premiere, derniere):
    dates = [jour for jour in tous if premiere <= jour.year <= derniere]

    premiers = premiers_du_mois(jours_de(dates))

    assert premiers.dtype == np.int32
    assert dates_de(premiers) == [jour.replace(day=1) for jour in dates]


def test_the_first_day_of_every_month(tous):
    premiers = [jour for jour in tous if jour.day == 1]

    jours = premiers_jours(np.array([numero(jour) for jour in premiers], np.int32))

    assert jours.dtype == np.int32
    assert jours.tolist() == jours_de(premiers).tolist()


@given(st.lists(JOURS | DANS_LA_TABLE | AUX_BORDS, max_size=20))
@example([date(1999, 12, 31), date(2050, 6, 15)])
@example([date(2050, 6, 15), date(2100, 1, 1)])
@example([date(2000, 1, 1), date(2099, 12, 31)])
def test_days_in_any_order(dates):
    jours = jours_de(dates)

    assert numeros_de_mois(jours).tolist() == [numero(jour) for jour in dates]
    assert dates_de(premiers_du_mois(jours)) == [jour.replace(day=1) for jour in dates]
    assert jours.tolist() == jours_de(dates).tolist()


@given(st.dates())
def test_any_day_there_is(jour):
    assert numeros_de_mois(jours_de([jour])).tolist() == [numero(jour)]
    assert premiers_jours(np.array([numero(jour)], np.int32)).tolist() == [
        (jour.replace(day=1) - EPOQUE).days
    ]


@pytest.mark.parametrize("calcul", [numeros_de_mois, premiers_jours, premiers_du_mois])
def test_no_day_gives_none(calcul):
    rien = calcul(np.empty(0, np.int32))

    assert rien.dtype == np.int32
    assert rien.size == 0


@pytest.mark.parametrize("calcul", [numeros_de_mois, premiers_du_mois])
def test_days_lent_by_a_frame_are_read_only(calcul):
    jours = jours_de([date(2026, 2, 28), date(2026, 3, 1)])
    jours.flags.writeable = False

    assert calcul(jours).size == 2


def test_the_table_of_days_is_not_given_away():
    jours = jours_de([date(2026, 2, 28)] * 3)

    numeros_de_mois(jours)[:] = 0

    assert numeros_de_mois(jours).tolist() == [numero(date(2026, 2, 28))] * 3
