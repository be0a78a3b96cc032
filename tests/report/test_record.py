from __future__ import annotations

import json

from batchcalc.options import Options
from batchcalc.report.record import record
from batchcalc.rules.load import Rules


def test_the_record_says_what_a_result_can_be_checked_by() -> None:
    made = record(
        inputs=[{"path": "in.csv", "sha256": "0" * 64}],
        rules=Rules.load(),
        options=Options(regularisation="annuelle"),
        format="csv",
        counts={"files": 1},
        totals={"contrats_mois": 2, "reduction_cents": -150, "smic_e6": 1_823_033_333},
        notes=["in.csv: columns ignored: x"],
        outputs=[],
        timings={"read": 0.12345},
        exit_status=0,
    )

    assert made["control_totals"] == {
        "contrats_mois": 2,
        "reduction": "-1.50",
        "smic": "1823.033333",
    }
    assert made["options"]["regularisation"] == "annuelle"
    assert made["timings_seconds"] == {"read": 0.123}
    assert Options(**made["options"]) == Options(regularisation="annuelle")
    assert made["format"] == "csv"
    assert made["rules"]["sha256"] == Rules.load().sha256
    assert made["rules"]["path"] is None
    assert {"numba", "numpy", "polars", "python"} <= made["versions"].keys()
    json.dumps(made)
