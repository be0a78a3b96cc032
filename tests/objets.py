"""An S3 store on loopback for the tests, with credentials that nobody may see."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

KEY = "AKIANOBODYMAYSEEIT00"
SECRET = "wJalrNobodyMaySeeThis/SecretKey+0000000"
REGION = "eu-west-3"

_numbers = count()


@contextmanager
def refusing(endpoint: str) -> Iterator[None]:
    """The server knows no credentials, and asks for them."""
    ask = f"{endpoint}/moto-api/reset-auth"
    requests.post(ask, data=b"0", timeout=10).raise_for_status()
    try:
        yield
    finally:
        requests.post(ask, data=b"inf", timeout=10).raise_for_status()


@contextmanager
def served() -> Iterator[str]:
    """The endpoint of a server."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # one line a request otherwise
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def use(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's own accounts, and the credentials of the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    said = {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nowhere/config",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)


@cache
def _client(endpoint: str) -> Any:
    return boto3.session.Session().client("s3", endpoint_url=endpoint)


class Bucket:
    """A new bucket, seen from outside of batchcalc."""

    def __init__(self, name: str = "") -> None:
        self.name = name or f"paie-{next(_numbers)}"
        self.uri = f"s3://{self.name}"
        self._client = _client(os.environ["AWS_ENDPOINT_URL"])
        where = {"LocationConstraint": REGION}
        self._client.create_bucket(Bucket=self.name, CreateBucketConfiguration=where)

    def put(self, key: str, content: bytes) -> str:
        """Put an object: its name."""
        self._client.put_object(Bucket=self.name, Key=key, Body=content)
        return f"{self.uri}/{key}"

    def get(self, key: str) -> bytes:
        return self._client.get_object(Bucket=self.name, Key=key)["Body"].read()

    def parts(self, key: str) -> int:
        """How many parts an object was sent in."""
        tag = self._client.head_object(Bucket=self.name, Key=key)["ETag"].strip('"')
        return int(tag.partition("-")[2])

    def listed(self, prefix: str = "") -> list[str]:
        """The keys that can be seen."""
        listed = self._client.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return [found["Key"] for found in listed.get("Contents", [])]

    def uploads(self) -> list[str]:
        """Keys of uploads begun and not completed, which nobody sees."""
        listed = self._client.list_multipart_uploads(Bucket=self.name)
        return sorted(found["Key"] for found in listed.get("Uploads", []))
