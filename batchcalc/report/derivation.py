"""The whole derivation of one contract-month in words and numbers, with the articles."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from batchcalc.options import Options
from batchcalc.reference.coefficient import coefficient, position
from batchcalc.reference.contributions import Ligne
from batchcalc.reference.regularisation import Donnees, Etape, amount
from batchcalc.reference.rows import MoisContrat
from batchcalc.reference.smic import HEURES_MOIS
from batchcalc.rules.model import Bandeau, Parametres


def derivation(ligne: Ligne, options: Options) -> Iterator[str]:
    """The steps that lead to one contract-month; the person is never named."""
    entree, p = ligne.mois.entree, ligne.mois.parametres
    yield f"establishment {entree.siret}, contract {entree.contrat}, month {entree.mois:%Y-%m}"
    yield f"statut: {ligne.statut}"
    if entree.perimetre == "exclu":
        yield "The month is out of scope: it counts neither in S nor in R, and has no reduction."
        if entree.regime_bandeaux == "commun":
            return
        yield f"It keeps its rate cuts (regime_bandeaux {entree.regime_bandeaux})."
    yield from _parametres(entree, p)
    yield from _smic(ligne, options)
    yield from _remuneration(ligne)
    if entree.perimetre != "exclu":
        yield from _cumul(ligne, options)
        yield from _coefficient(ligne)
        yield from _reduction(ligne, options)
        yield from _repartition(ligne)
    yield from _cut("maladie, L.241-2-1", p.maladie, ligne, "maladie")
    yield from _cut("allocations familiales, L.241-6-1", p.famille, ligne, "famille")


def _parametres(entree: MoisContrat, p: Parametres) -> Iterator[str]:
    yield f"1. Parameters ({'D.241-7' if p.formule == 'rgdu' else 'D.241-7 until 2025'})"
    yield f"   hourly SMIC of the formula  {_euros(p.smic_horaire_cents)}"
    if p.formule == "rgdu":
        yield f"   Tmin {_rate(p.t_min_e6)}, Tdelta {_rate(p.t_e6 - p.t_min_e6)}, P {_power(p)}"
    else:
        yield f"   T {_rate(p.t_e6)}"
    yield from _kind(entree)
    if p.complement_e6:
        yield f"   T' {_rate(p.complement_e6)} on pay of October to December (décret 2018-1356)"
    if p.majoration_num != p.majoration_den:
        yield f"   b {p.majoration_num}/{p.majoration_den} (D.241-10)"
    yield f"   in force from {p.periode_debut:%Y-%m} to {p.periode_fin:%Y-%m}"


def _kind(entree: MoisContrat) -> Iterator[str]:
    """What the parameters depend on: the employer and the kind of employee."""
    profil = "" if entree.profil == "commun" else f", profile {entree.profil}"
    yield f"   for FNAL {_decimal(Fraction(entree.fnal_e4, 100))} %{profil}"
    for name, rate in (
        ("AGIRC-ARRCO", entree.taux_agirc_arrco_employeur_e6),
        ("AT", entree.taux_at_e6),
    ):
        if rate is not None:
            percent = _decimal(Fraction(rate, 10_000))
            yield f"   and {name} {percent} % where lower than the rate in T (BOSS 450)"


def _smic(ligne: Ligne, options: Options) -> Iterator[str]:
    entree, hour = ligne.mois.entree, ligne.mois.parametres.smic_horaire_cents
    yield "2. SMIC term S of the month (D.241-7; BOSS 620-990)"
    if entree.smic_retenu_cents is not None:
        yield f"   retained by the employer  {_euros(entree.smic_retenu_cents)}"
        return
    hours = HEURES_MOIS[options.convention_smic]
    yield f"   {_euros(hour)} x {hours} hours = {_exact(hour * hours)}"
    yield from (f"   {text}" for text in _prorations(entree, hour))
    yield f"   S = {_exact(ligne.mois.donnees_bandeaux.s)}"


def _prorations(entree: MoisContrat, hour: int) -> Iterator[str]:
    if entree.quotite_contrat_e6 < entree.quotite_reference_e6:
        ratio = Fraction(entree.quotite_contrat_e6, entree.quotite_reference_e6)
        yield f"x contract time {ratio} (BOSS 670)"
    if entree.heures_equivalence_e2 != 3500:
        yield f"x factor a {Fraction(entree.heures_equivalence_e2, 3500)} (D.241-10)"
    if entree.remuneration_habituelle_cents is not None:
        due, usual = entree.remuneration_due_cents or 0, entree.remuneration_habituelle_cents
        yield f"x presence {_euros(due)} / {_euros(usual)} (BOSS 710)"
    if entree.heures_supplementaires_e4:
        hours = Fraction(entree.heures_supplementaires_e4, 10_000)
        yield f"+ {_decimal(hours)} overtime hours x {_euros(hour)} (BOSS 650)"


def _remuneration(ligne: Ligne) -> Iterator[str]:
    entree = ligne.mois.entree
    yield "3. Pay R of the month (L.242-1)"
    yield f"   remuneration  {_euros(entree.remuneration_cents)}"
    if entree.ppv_cents and ligne.mois.parametres.ppv_incluse:
        yield f"   + PPV  {_euros(entree.ppv_cents)} (LFSS 2025)"
    if entree.remuneration_sans_dfs_cents is not None:
        without = _euros(ligne.mois.donnees_bandeaux.r_sans_dfs)
        yield f"   without DFS  {without} (arrêté du 04/12/2019)"


def _cumul(ligne: Ligne, options: Options) -> Iterator[str]:
    cumul, base = ligne.etape.cumul, ligne.etape.base
    yield f"4. Data of the coefficient ({options.regularisation}, D.241-8 and D.241-9)"
    yield f"   cumulated over the period: S = {_exact(cumul.s)}, R = {_euros(cumul.r)}"
    which = "the cumulated data" if base is cumul else "the month alone"
    yield f"   the coefficient is computed on {which}"


def _coefficient(ligne: Ligne) -> Iterator[str]:
    p, base, total = ligne.mois.parametres, ligne.etape.base, ligne.etape.total
    yield "5. Coefficient (four decimals, half up; at most T x b)"
    multiple = _decimal(Fraction(p.seuil_e2, 100))
    if base.r <= 0 or base.s <= 0:
        yield "   R or S is zero or less: 0"
        return
    if 100 * base.r >= p.seuil_e2 * base.s:
        yield f"   R >= {multiple} x S = {_exact(Fraction(p.seuil_e2, 100) * base.s)}: no reduction"
        return
    ratio = Fraction(*position(p, base.s, base.r))
    width = Fraction(p.seuil_e2 - 100, 100)
    yield f"   1/{_decimal(width)} x ({multiple} x S/R - 1) = {_approximate(ratio)}"
    power = f" ** {_power(p)}" if p.formule == "rgdu" else ""
    rate = f"{_rate(p.t_min_e6)} + {_rate(p.t_e6 - p.t_min_e6)}" if power else _rate(p.t_e6)
    raw = f"{rate} x {_approximate(ratio)}{power}{_factor_b(p)}"
    capped = " (capped)" if total.coefficient.plafonne else ""
    yield f"   {raw} -> {_e4(total.coefficient.e4)}{capped}"
    if p.complement_e6:
        yield f"   complement, with T': {_e4(total.coefficient_complement.e4)}"


def _reduction(ligne: Ligne, options: Options) -> Iterator[str]:
    p, etape = ligne.mois.parametres, ligne.etape
    base, total = etape.base, etape.total
    yield "6. Reduction of the month"
    yield f"   {_e4(total.coefficient.e4)} x {_euros(base.r)}"
    if total.coefficient_complement.e4:
        e4 = _e4(total.coefficient_complement.e4)
        yield f"   + {e4} x {_euros(base.r_complement)} (pay of October to December 2019)"
    if total.plafonne_dfs:
        yield from _dfs(p, base)
    if total.plafonne_cotisations and base.cotisations is not None:
        due = _euros(base.cotisations) + _factor_b(p)
        yield f"   capped at the contributions due, {due} (D.241-11)"
    yield f"   = {_euros(total.cents)}"
    if total.cents != etape.reduction_cents:
        yield f"   {_difference(etape, options)}"
    yield f"   reduction = {_euros(etape.reduction_cents)}"


def _dfs(p: Parametres, base: Donnees) -> Iterator[str]:
    c = coefficient(p, base.s, base.r_sans_dfs)
    without = f"{_e4(c.e4)} x {_euros(base.r_sans_dfs)} = {_euros(amount(c, base.r_sans_dfs))}"
    yield f"   capped at {p.plafond_dfs_e2} % of the reduction without DFS, {without}"


def _difference(etape: Etape, options: Options) -> str:
    if etape.base is not etape.cumul:
        return f"anticipation lowered by {options.abattement_anticipation} % (BOSS 1120)"
    before = etape.cumul_reduction_cents - etape.reduction_cents
    return f"- granted before in the period {_euros(before)}"


def _repartition(ligne: Ligne) -> Iterator[str]:
    p, parts = ligne.mois.parametres, ligne.repartition
    apart = p.chomage_e6 if p.chomage_a_part else 0
    urssaf_e6, whole = p.imputation_e6 - p.agirc_arrco_e6 - apart, _rate(p.imputation_e6)
    yield "7. Imputation (L.241-13 VII; BOSS 1160)"
    yield f"   URSSAF  {_euros(parts.urssaf_cents)} (x {_rate(urssaf_e6)} / {whole})"
    yield f"     of which unemployment  {_euros(parts.dont_chomage_cents)}"
    if p.chomage_a_part:
        france_travail = _euros(parts.france_travail_cents)
        yield f"   France Travail  {france_travail} (x {_rate(apart)} / {whole})"
    yield f"   AGIRC-ARRCO  {_euros(parts.agirc_arrco_cents)} (the remainder)"


def _cut(title: str, bandeau: Bandeau, ligne: Ligne, name: str) -> Iterator[str]:
    cut = ligne.maladie if name == "maladie" else ligne.famille
    yield f"8. Rate cut {title}"
    if bandeau.regime == "seuil":
        limit = Fraction(bandeau.multiple_e2, 100) * cut.cumul_s
        sign = "<=" if cut.eligible else ">"
        multiple = _decimal(Fraction(bandeau.multiple_e2, 100))
        threshold = f"{multiple} x S {_exact(cut.cumul_s)} = {_exact(limit)}"
        yield f"   R {_euros(cut.cumul_r)} {sign} {threshold}"
        if bandeau.smic_horaire_cents != ligne.mois.parametres.smic_horaire_cents:
            yield f"   S at the hourly SMIC of the threshold, {_euros(bandeau.smic_horaire_cents)}"
    else:
        yield f"   {bandeau.regime.replace('_', ' ')}"
    yield f"   base of the complement this month  {_euros(cut.assiette_cents)}"
    yield f"   cut of the month  {_euros(cut.reduction_cents)}"


def _factor_b(p: Parametres) -> str:
    if p.majoration_num == p.majoration_den:
        return ""
    return f" x {p.majoration_num}/{p.majoration_den}"


def _power(p: Parametres) -> str:
    return _decimal(Fraction(p.puissance_num, p.puissance_den))


def _euros(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _e4(value: int) -> str:
    return f"{value // 10_000}.{value % 10_000:04d}"


def _rate(e6: int) -> str:
    return _decimal(Fraction(e6, 1_000_000))


def _decimal(value: Fraction) -> str:
    """A terminating decimal, or the fraction itself."""
    scaled, places = value, 0
    while scaled.denominator != 1 and places < 6:
        scaled, places = scaled * 10, places + 1
    if scaled.denominator != 1:
        return str(value)
    digits = f"{abs(scaled.numerator):0{places + 1}d}"
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" if value < 0 else "") + whole + (f".{decimals}" if decimals else "")


def _exact(cents: int | Fraction) -> str:
    """Euros: exact where six decimals are, else six decimals and an ellipsis."""
    euros = Fraction(cents) / 100
    text = _decimal(euros)
    return text if "/" not in text else _approximate(euros)


def _approximate(value: Fraction) -> str:
    text = _decimal(value)
    if "/" not in text:
        return text
    scaled = abs(value.numerator) * 10**6 // value.denominator
    return f"{'-' if value < 0 else ''}{scaled // 10**6}.{scaled % 10**6:06d}..."
