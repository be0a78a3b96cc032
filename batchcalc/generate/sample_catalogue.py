"""What each sample file exercises, where that is written, and what a right result shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from batchcalc.generate import sample_annees as annees
from batchcalc.generate import sample_situations as situations
from batchcalc.generate.fiches import Paye
from batchcalc.rules.load import Rules


@dataclass(frozen=True, slots=True)
class Annee:
    """A folder of monthly files."""

    nom: str
    paye: Callable[[Rules], Paye]
    regle: str
    article: str
    attendu: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One or a few files in `situations/`, whose names begin with `nom`."""

    nom: str
    fichiers: Callable[[Rules], situations.Fichiers]
    regle: str
    article: str
    attendu: str


ANNEES = (
    Annee(
        "2019",
        annees.fin_2019,
        "transition of 2019: AGIRC-ARRCO part all along, unemployment from October",
        "décret 2018-1356 art. 1 and 4; L.241-13 VII",
        "CTP 671 in September, 668 from October; FNAL class from CTP 332 only (no code 049 then); "
        "`cumul_incomplet` for C00000101, running since 2017; C00000103, apprentice, at T = 0.3214",
    ),
    Annee(
        "2024",
        annees.fin_2024,
        "SMIC 11.65 then 11.88; rate cuts on the SMIC of 31/12/2023 (11.52)",
        "D.241-7; L.241-2-1, L.241-6-1",
        "S 1766.92 in October, 1801.80 in November; C00000202 (4 300, then 4 450 €) over "
        "2 x 4 368.00 € in November: base of code 907 is 8 750.00; "
        "`cumul_incomplet` for C00000203",
    ),
    Annee(
        "2025",
        annees.printemps_2025,
        "T 0.3194 until April, 0.3193 from 1 May, S and R restarted; PPV inside R",
        "D.241-7 (décrets 2023-1329 and 2025-318); L.241-13; BOSS 500",
        "two calculation periods; the PPV of 300.00 of C00000302 lowers its reduction of May; "
        "`cumul_incomplet` for C00000304, running since 2023",
    ),
    Annee(
        "2026",
        annees.annee_2026,
        "a whole year of RGDU: a shop (FNAL 0.10), a builder with caisse de congés (FNAL 0.50), "
        "a temporary work agency",
        "D.241-7 (décrets 2025-1446 and 2026-509), D.241-9, D.241-10, L.241-13 VII",
        "declared amounts equal the computed ones on every contract and month, the two "
        "corrections of C00000009 included; S stays at 12.02 an hour in June",
    ),
)

SITUATIONS = (
    Situation(
        "01-apostrophe-virgule",
        situations.apostrophe,
        "values with `'`, `,` and `','` inside",
        "DSN, cahier technique, form of the lines",
        "line 30.008 read whole; R 2050.00, S 1823.03, 018 -513.80, 106 -91.36",
    ),
    Situation(
        "02-fins-de-ligne-lf",
        situations.fins_de_ligne,
        "LF line ends, no line end after the last line",
        "DSN, form of the lines",
        "same amounts as 01",
    ),
    Situation(
        "03-utf-8",
        situations.utf8,
        "accents in UTF-8 instead of Latin-1",
        "DSN, character set",
        "same amounts as 01; the name reads right",
    ),
    Situation(
        "04-plusieurs-envois",
        situations.plusieurs_envois,
        "S10 to S90 twice in one file",
        "DSN, S90.G00.90 counts each envoi",
        "two months of one contract, January and February",
    ),
    Situation(
        "05-plusieurs-etablissements",
        situations.plusieurs_etablissements,
        "one envoi, four declarations: three establishments of one company, another company",
        "L.241-13, unit of calculation: the contract (BOSS 1070)",
        "four SIRET, FNAL 0.10 three times and 0.50 once",
    ),
    Situation(
        "06-retour-portail",
        situations.retour_portail,
        "S05, S06, S95, S96 around the envois; lines S20.G00.96 inside; an FCTU (nature 07) first",
        "DSN, portal returns",
        "the FCTU skipped; one row, R 2130.97, S 1352.58 (contract ended on 23 January)",
    ),
    Situation(
        "07-annule-et-remplace",
        situations.annule_et_remplace,
        "two files of one month: order 2 (type 03) replaces order 1",
        "DSN, S20.G00.05.002 and .004",
        "R 2215.00 only, 018 -452.10; never 4265.00",
    ),
    Situation(
        "08-annule-et-remplace-meme-fichier",
        situations.annule_et_remplace_meme_fichier,
        "the same in one file, the replacing declaration first",
        "DSN, S20.G00.05.002 and .004",
        "R 2215.00 only",
    ),
    Situation(
        "09-fraction",
        situations.fractions,
        "one month in two fractions, 12 and 22",
        "DSN, S20.G00.05.003",
        "both count: R 2050.00 and 2310.00",
    ),
    Situation(
        "10-rappel-mois-passe",
        situations.rappel,
        "in April, 300.00 € more for January: a signed differential under the base of January",
        "D.241-9; DSN, periods of 78.002 and 22.003",
        "R of January 2350.00; 018 of January -513.80 + 105.77; bordereaux of January, February "
        "and March in the file of April, each with a CTP 669",
    ),
    Situation(
        "11-plusieurs-contrats",
        situations.plusieurs_contrats,
        "one person, two contracts, one payment",
        "BOSS 1070 to 1100",
        "two rows: R 990.00 with S 911.46, R 1310.00 with S 911.58",
    ),
    Situation(
        "12-contrat-implicite",
        situations.contrat_implicite,
        "78.006 absent where the person has one contract; base 03 before base 02",
        "DSN, 78.006",
        "same amounts as 01",
    ),
    Situation(
        "13-apprenti-2019",
        situations.apprenti_2019,
        "an apprentice (40.008 = 64) and an ordinary employee, the whole of 2019",
        "décret 2018-1356 art. 1 (single T) and art. 4 (two parts)",
        "apprentice: 257.12 every month, 48.08 of it AGIRC-ARRCO; employee: 390.40 until "
        "September, 446.72 from October",
    ),
    Situation(
        "14-interim",
        situations.interim,
        "a mission (40.007 = 03, 40.046), with holiday pay at its end",
        "D.241-10 (11/10); L.1251-19 c. trav.",
        "coefficient x 1.1, at its cap in January: 461.04",
    ),
    Situation(
        "15-caisse-conges",
        situations.caisse_conges,
        "40.022 filled in",
        "D.241-10 (100/90)",
        "coefficient x 100/90 after S, S unchanged at 1823.03: 765.13",
    ),
    Situation(
        "16-absences-028-029",
        situations.absences,
        "unpaid leave: part of January (types 028 and 029), all of February",
        "D.241-7 IV; BOSS 710 to 810",
        "S 1160.18 for 1406.44 / 2210.00; R 0, S 0 and reduction 0 in February",
    ),
    Situation(
        "17-sortie-et-retour-3-smic",
        situations.sortie_et_retour,
        "cumulated pay reaches 3 SMIC in February and is back under in April",
        "L.241-13 II, D.241-7, D.241-9",
        "107.59 in January, taken back in February (CTP 669), nothing in March, 434.16 in April",
    ),
    Situation(
        "18-mois-negatif",
        situations.mois_negatif,
        "a bonus taken back: R of February -675.00",
        "D.241-9",
        "regularisation of 170.54 in February beside the reduction of a colleague: CTP 668 of 194 "
        "and CTP 669 of 145, not netted",
    ),
    Situation(
        "19-plafond-dfs",
        situations.plafond_dfs,
        "DFS of 20 %, brought back to the SMIC",
        "arrêté of 4 December 2019 (130 %)",
        "706.99 = 1.30 x 543.84 instead of 733.04; status `plafonne_dfs`",
    ),
    Situation(
        "20-ppv",
        situations.ppv,
        "the same PPV of 500.00 in December 2024 and January 2025 (52 type 904)",
        "L.241-13 (LFSS 2025)",
        "523.26 in December, outside R; 257.04 in January, inside",
    ),
    Situation(
        "21-bandeau-aller-retour",
        situations.bandeau,
        "2023, five months around 2.5 SMIC",
        "L.241-2-1",
        "bases of code 907: none, none, 12900.00, 4200.00, -17100.00",
    ),
    Situation(
        "22-forfait-jours",
        situations.forfait_jours,
        "40.011 = 20, days a month",
        "D.241-7 IV; BOSS 860",
        "S 1457.62, R 3600.00: 99.36",
    ),
    Situation(
        "23-mandataire-social",
        situations.mandat,
        "40.007 = 80: bases without 79 type 01, 018 or 106",
        "L.241-13 II",
        "status `exclu`; CTP 863; the colleague as in 01",
    ),
    Situation(
        "24-norme-suivante",
        situations.norme_suivante,
        "P27V01: an unknown block, an unknown type 036 of block 51",
        "DSN, cahier technique of the next year",
        "unknown lines kept or reported, same amounts as 01",
    ),
    Situation(
        "25-autres-regimes",
        situations.autres_regimes,
        "another scheme than the general one (40.018, 40.020): ENIM, CRPCEN, SNCF, MSA; contrat "
        "d'engagement éducatif (40.007 = 60)",
        "L.241-13 II; BOSS 530 to 600",
        "status `exclu_marin`, `exclu_notaires`, `exclu_regime_special` (whose reduced rates of "
        "2026 stay), `exclu_regime_agricole`, `exclu_engagement_educatif`; the colleague as in 01",
    ),
)
