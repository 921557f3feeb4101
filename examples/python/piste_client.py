"""Calls PISTE's APIs with the stored access token.

Needs `secretsmanager:GetSecretValue` on the token's secret and, for Chorus Pro, on the technical account's. It reads the
token when needed and caches it for at most five minutes: a stored token is valid for at least that long. It never logs a
secret, and no error contains one.
"""

import base64
import json
import os
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import boto3

API_BASE_URLS = {
    "qualif": "https://sandbox-api.piste.gouv.fr",
    "prod": "https://api.piste.gouv.fr",
}
KEPT_FOR_SECONDS = 300
LEAST_SECONDS_LEFT = 10
TIMEOUT_IN_SECONDS = 30


class PisteError(Exception):
    """A refused call, with the HTTP `status` of the answer."""

    def __init__(self, message, status=None):
        super().__init__(message)
        self.status = status


class AccountRefused(PisteError):
    """Chorus Pro refused the technical account. A retry could lock it: store its new password instead."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Refuses redirects, which could send the token to another host."""

    def redirect_request(self, *_):
        return None


class _CachedSecret:
    """A secret's current value, read again after five minutes."""

    def __init__(self, secrets, name):
        self._secrets = secrets
        self._name = name
        self._lock = threading.Lock()
        self._value = None
        self._version = None
        self._read_at = 0.0

    def get(self):
        with self._lock:
            if self._value is None or time.monotonic() - self._read_at >= KEPT_FOR_SECONDS:
                self._read()
            return self._value, self._version

    def read_again(self, refused_version):
        """Reads again, unless another thread has done so since that version was read."""
        with self._lock:
            if self._version == refused_version:
                self._read()
            return self._value, self._version

    def _read(self):
        started = time.monotonic()
        answer = self._secrets.get_secret_value(SecretId=self._name, VersionStage="AWSCURRENT")
        self._value = json.loads(answer["SecretString"])
        self._version = answer["VersionId"]
        self._read_at = started


class Piste:
    """Create one and share it: it caches secrets.

    `base_url` is only for a local PISTE (`npx piste emulator`): a loopback address, and an environment other than prod.
    """

    def __init__(self, environment, application="chorus-pro", account="default", region=None, base_url=None):
        if environment not in API_BASE_URLS:
            raise ValueError(f"environment must be qualif or prod, got {environment!r}")
        if base_url is not None and (environment == "prod" or not _is_loopback(base_url)):
            raise ValueError(
                f"base_url must be a loopback address, http://127.0.0.1:<port>, and not for prod, got {base_url!r}"
            )
        self._base_url = base_url or API_BASE_URLS[environment]
        secrets = boto3.client("secretsmanager", region_name=region)
        prefix = f"piste/{environment}/{application}"
        self._token = _CachedSecret(secrets, f"{prefix}/token")
        self._account = _CachedSecret(secrets, f"{prefix}/technical-account/{account}")
        self._account_name = account
        # The version of the account's secret that Chorus Pro refused.
        self._refused_version = None
        self._opener = urllib.request.build_opener(_NoRedirects)

    def post(self, path, body):
        """Posts JSON to a path of the gateway, such as `/cpro/structures/v1/rechercher`, and returns the JSON answer.

        Raises `AccountRefused`, or `PisteError` for any other failure.
        """
        # Without the slash, the path could change the host.
        if not path.startswith("/"):
            raise ValueError(f"path must begin with /, got {path!r}")
        token, version = self._valid_token()
        try:
            return self._send(path, body, token)
        except urllib.error.HTTPError as refusal:
            if not _says_invalid_token(refusal):
                raise self._error(path, refusal) from None
        # Retries once: the cached token was replaced, or expired early.
        token, _ = self._token.read_again(version)
        try:
            return self._send(path, body, token)
        except urllib.error.HTTPError as refusal:
            raise self._error(path, refusal) from None

    def _valid_token(self):
        token, version = self._token.get()
        if token["expires_at"] - time.time() < LEAST_SECONDS_LEFT:
            token, version = self._token.read_again(version)
        if token["expires_at"] - time.time() < LEAST_SECONDS_LEFT:
            raise PisteError("the stored token has expired: `npx piste doctor` says why")
        return token, version

    def _send(self, path, body, token):
        headers = {
            "Authorization": "Bearer " + token["access_token"],
            "Content-Type": "application/json;charset=utf-8",
            "Accept": "application/json;charset=utf-8",
        }
        is_chorus_pro = path.startswith("/cpro/")
        version = None
        if is_chorus_pro:
            account, version = self._account.get()
            if version == self._refused_version:
                account, version = self._account.read_again(version)
            if version == self._refused_version:
                raise AccountRefused(f"technical account {self._account_name}: refused before, and not replaced since")
            pair = f"{account['login']}:{account['password']}".encode()
            headers["cpro-account"] = base64.b64encode(pair).decode()
        request = urllib.request.Request(self._base_url + path, json.dumps(body).encode(), headers, method="POST")
        try:
            with self._opener.open(request, timeout=TIMEOUT_IN_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if is_chorus_pro and refusal.code == 401 and not _says_invalid_token(refusal):
                self._refused_version = version
            raise

    def _error(self, path, refusal):
        if refusal.code == 401 and path.startswith("/cpro/") and not _says_invalid_token(refusal):
            return AccountRefused(f"technical account {self._account_name}: Chorus Pro refuses it", refusal.code)
        return PisteError(f"POST {path}: {refusal.code}", refusal.code)


def _says_invalid_token(refusal):
    """Whether the gateway refuses the token; any other 401 of Chorus Pro is about the account."""
    challenge = refusal.headers.get("WWW-Authenticate", "")
    return refusal.code == 401 and re.search(r'\berror\s*=\s*"?invalid_token\b', challenge, re.IGNORECASE) is not None


def _is_loopback(address):
    parts = urllib.parse.urlsplit(address)
    return parts.scheme == "http" and parts.hostname == "127.0.0.1" and parts.username is None


def from_environment():
    """From the constructs' `environmentVariables`."""
    return Piste(
        environment=os.environ["PISTE_ENVIRONMENT"],
        application=os.environ.get("PISTE_APPLICATION", "chorus-pro"),
        account=os.environ.get("PISTE_TECHNICAL_ACCOUNT", "default"),
        base_url=os.environ.get("PISTE_API_BASE_URL"),
    )
