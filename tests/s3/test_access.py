"""What a store refuses, in our words; credentials are seen nowhere."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import batchcalc
from batchcalc.errors import ConfigError
from tests import objets

PAY = "siret,salarie,contrat,mois,remuneration\n00000000000018,A-17,C1,2026-01,2000\n"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def pay():
    Path("pay.csv").write_text(PAY)


def reading(bucket):
    batchcalc.run(f"{bucket.uri}/pay.csv")


def writing(bucket):
    batchcalc.run("pay.csv", out=f"{bucket.uri}/out")


def refused(call, bucket) -> str:
    """The code of the error; all of what Python would print of it holds no credentials."""
    with pytest.raises(ConfigError) as caught:
        call(bucket)
    told = "".join(traceback.format_exception(caught.value))
    assert objets.KEY not in told
    assert objets.SECRET not in told
    return caught.value.code


@pytest.mark.parametrize("call", [reading, writing])
def test_credentials_the_store_does_not_know(bucket, endpoint, call):
    with objets.refusing(endpoint):
        assert refused(call, bucket) == "s3-refuse"


@pytest.mark.parametrize("call", [reading, writing])
def test_no_credentials(bucket, monkeypatch, call):
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    assert refused(call, bucket) == "s3-sans-identifiants"


def test_a_profile_that_is_not_there(bucket, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "paie")

    assert refused(reading, bucket) == "s3-sans-identifiants"


@pytest.mark.parametrize("call", [reading, writing])
@pytest.mark.parametrize("url", [NOWHERE, "no address"])
def test_a_store_out_of_reach(bucket, monkeypatch, call, url):
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)

    assert refused(call, bucket) == "s3-injoignable"


@pytest.mark.parametrize("call", [reading, writing])
def test_a_bucket_that_is_not_there(bucket, call):
    bucket.uri = "s3://no-such-bucket"

    assert refused(call, bucket) == "s3-bucket-inconnu"


@pytest.mark.parametrize("call", [reading, writing])
@pytest.mark.parametrize(
    "uri",
    [
        f"s3://{objets.KEY}:{objets.SECRET}@paie",
        f"s3://{objets.KEY}@paie",
        "s3://",
        "s3:///paie",
        "s3://a",
        "s3://paie?key=1",
    ],
)
def test_what_cannot_be_a_bucket_is_not_shown(bucket, call, uri):
    bucket.uri = uri

    assert refused(call, bucket) == "s3-nom"


def test_a_path_is_no_store(bucket):
    with pytest.raises(ConfigError) as caught:
        batchcalc.run("pay.csv", out=Path(bucket.uri))
    assert caught.value.code == "s3-nom"
    assert not Path("s3:").exists()


@pytest.mark.parametrize("call", [reading, writing])
def test_without_boto3(bucket, monkeypatch, call):
    monkeypatch.setitem(sys.modules, "boto3.exceptions", None)

    with pytest.raises(ConfigError) as caught:
        call(bucket)
    assert caught.value.code == "s3-absent"
    assert caught.value.hint == "pip install batchcalc-paie[s3]"


def command(*arguments: str) -> tuple[int, str]:
    """Exit code of the command, and all that it said."""
    run = [sys.executable, "-m", "batchcalc", "run", *arguments, "--output-format", "json"]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_command_shows_no_credentials(bucket, endpoint, monkeypatch):
    arguments = (bucket.put("pay.csv", PAY.encode()), "--out", f"{bucket.uri}/out")

    well = command(*arguments)
    record = bucket.get("out/run.json").decode()
    with objets.refusing(endpoint):
        refused = command(*arguments)
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)
    unreached = command(*arguments)

    assert [well[0], refused[0], unreached[0]] == [0, 2, 2]
    assert "error[s3-refuse]" in refused[1]
    assert "error[s3-injoignable]" in unreached[1]
    told = record + well[1] + refused[1] + unreached[1]
    assert objets.KEY not in told
    assert objets.SECRET not in told
