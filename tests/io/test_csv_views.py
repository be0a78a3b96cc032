"""Texts given to polars as a kernel lays them out."""

import gc
import io
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from batchcalc.io import csv_views
from batchcalc.io.csv_views import text_series


def laid_out(*texts):
    """Views and kept texts of a column."""
    views, kept = np.zeros((len(texts), 2), np.uint64), b""
    for view, text in zip(views, texts, strict=True):
        octets = text.encode()
        if len(octets) <= 12:
            content = octets.ljust(12, b"\0")
        else:
            content = octets[:4] + bytes(4) + len(kept).to_bytes(4, "little")
            kept += octets
        view[:] = np.frombuffer(len(octets).to_bytes(4, "little") + content, np.uint64)
    return views, np.frombuffer(kept, np.uint8)


TEXTS = ["", "a", "0123456789ab", "0123456789abc", "", "10000000000018" * 3, "b"] * 5


@pytest.mark.parametrize("nulls", [True, False])
def test_texts(nulls):
    series = text_series("t", *laid_out(*TEXTS), nulls=nulls)
    assert (series.name, series.dtype) == ("t", pl.String())
    assert series.to_list() == [text or (None if nulls else "") for text in TEXTS]
    assert series.null_count() == (10 if nulls else 0)


@pytest.mark.parametrize("texts", [[], ["a"], ["0123456789abc"]])
def test_few_texts(texts):
    assert text_series("t", *laid_out(*texts), nulls=True).to_list() == texts


def test_texts_are_like_any_other():
    given, usual = text_series("t", *laid_out(*TEXTS), nulls=True), pl.Series("t", TEXTS)
    usual = usual.replace("", None)
    assert given.sort().equals(usual.sort())
    assert given.unique(maintain_order=True).equals(usual.unique(maintain_order=True))
    assert pl.concat([given, usual, given[3:9]], rechunk=True).null_count() == 22
    file = io.BytesIO()
    given.to_frame().write_parquet(file)
    file.seek(0)
    assert pl.read_parquet(file)["t"].equals(usual)


def test_buffers_are_given_back():
    gc.collect()
    before = csv_views._LOANS.standing()
    series = text_series("t", *laid_out(*TEXTS), nulls=True)
    part = series[3:4]
    del series
    assert csv_views._LOANS.standing() == before + 1
    assert part.to_list() == ["0123456789abc"]
    del part
    assert csv_views._LOANS.standing() == before


def test_an_exception_on_its_way_survives_the_columns_it_drops():
    def read():
        series = text_series("t", *laid_out(*TEXTS), nulls=True)
        yield series.len()
        raise LookupError(series.len())

    with pytest.raises(LookupError) as caught:
        list(read())
    assert caught.value.args == (len(TEXTS),)


def test_a_frame_may_outlive_everything_else():
    code = (
        "import sys, numpy as np\n"
        "from batchcalc.io.csv_views import text_series\n"
        "views = np.zeros((9, 2), np.uint64)\n"
        "sys.kept = text_series('t', views, np.zeros(1, np.uint8), nulls=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
