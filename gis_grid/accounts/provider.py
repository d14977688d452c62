"""The other side of a sign-in by OpenID Connect: where the provider is, its keys, a code for an identity.

Nothing here touches the database: a provider that does not answer holds no connection.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import anyio
import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from gis_grid.kit.errors import NotReady, NotSignedIn, Unavailable

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from gis_grid.kit.settings import Settings

log = logging.getLogger(__name__)

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""How an ID token may be signed: never by `none`, never by the client's own secret."""

_WAYS: Final = ("client_secret_basic", "client_secret_post")
"""How the secret may be shown, in the order in which we would."""

_PATIENCE_S: Final = 10
"""How long one conversation with the provider may take."""

_KEPT: Final = timedelta(hours=1)
"""How long the provider's document and its keys are taken as they were."""

_LEEWAY_S: Final = 60
"""How far the two clocks may be apart."""

_LONGEST_SUBJECT: Final = 255
"""As OpenID Connect has it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What binds one sign-in together: sent at its start, and expected at its end."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the provider.

    Attributes
    ----------
    name : str or None
        What the chosen claim says; ``None`` when it is missing, or is an address that nobody verified.
    """

    issuer: str
    subject: str
    name: str | None


class _Document(BaseModel):
    """What we need of the provider's own description (OpenID Connect Discovery)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]

    def require_own_addresses(self, issuer: str) -> None:
        """Refuse a document of another issuer, or one that leads to another host."""
        own = _origin(issuer)
        addresses = (self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        if self.issuer != issuer:
            raise _wrong_document("it is of another issuer")
        if any(_origin(address) != own for address in addresses):
            raise _wrong_document(f"it leads to another host than {own[1]}")
        if self.userinfo_endpoint and _origin(self.userinfo_endpoint) != own:
            self.userinfo_endpoint = None  # one can do without, when the ID token says enough


class Provider:
    """The one provider that is configured, with what is remembered of its document and keys.

    Parameters
    ----------
    claim
        Which claim may name an account; empty for none.
    """

    def __init__(self, issuer: str, client_id: str, secret: str | None, *, name: str, claim: str) -> None:
        self.issuer = issuer
        self.name = name
        self._client_id = client_id
        self._secret = secret
        self._claim = claim
        self._tls: ssl.SSLContext | None = None
        self._document: tuple[datetime, _Document] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def authorization_url(self, redirect_uri: str, secrets: Secrets, now: datetime) -> str:
        """Return where to send the browser.

        Raises
        ------
        Unavailable
            When the provider does not answer, or not as it should.
        """
        async with self._talk(redirect_uri) as client:
            document = await self._described(client, now)
            url: str = client.create_authorization_url(
                document.authorization_endpoint,
                state=secrets.state,
                nonce=secrets.nonce,
                code_verifier=secrets.verifier,
            )[0]
            return url

    async def identity(self, code: str, redirect_uri: str, secrets: Secrets, now: datetime) -> Identity:
        """Give a code back and return whom the provider signed in.

        Raises
        ------
        NotSignedIn
            When the provider does not take the code, or its ID token is not good.
        Unavailable
            When the provider does not answer, or not as it should.
        """
        async with self._talk(redirect_uri) as client:
            document = await self._described(client, now)
            if self._secret:
                known = document.token_endpoint_auth_methods_supported
                client.token_endpoint_auth_method = next((way for way in _WAYS if way in known), _WAYS[0])
            token = await client.fetch_token(
                document.token_endpoint, code=code, code_verifier=secrets.verifier
            )
            if not isinstance(token.get("id_token"), str):
                raise ValueError("no ID token")  # noqa: TRY004 - as with an answer that is no JSON
            claims = await self._verified(client, document, token, secrets.nonce, now)
            if self._claim and self._claim not in claims and document.userinfo_endpoint:
                claims = {**await self._more(client, document.userinfo_endpoint, claims["sub"]), **claims}
            return Identity(self.issuer, claims["sub"], self._name_in(claims))

    def _name_in(self, claims: dict[str, Any]) -> str | None:
        name = claims.get(self._claim) if self._claim else None
        if self._claim == "email" and claims.get("email_verified") is not True:
            return None
        return name if isinstance(name, str) and name.isprintable() else None

    @asynccontextmanager
    async def _talk(self, redirect_uri: str) -> AsyncIterator[AsyncOAuth2Client]:
        """Speak to the provider: whatever goes wrong becomes an error of our own, without its words."""
        if self._tls is None:
            self._tls = httpx2.create_ssl_context()
        try:
            with anyio.fail_after(_PATIENCE_S):
                async with AsyncOAuth2Client(
                    self._client_id,
                    self._secret,
                    scope="openid email" if self._claim == "email" else "openid profile",
                    redirect_uri=redirect_uri,
                    code_challenge_method="S256",
                    verify=self._tls,
                    timeout=_PATIENCE_S / 2,
                ) as client:
                    yield client
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise NotSignedIn(
                    "The provider did not take its code back", "it is used, too old, or not of this sign-in"
                ) from None
            log.error("the sign-in provider refuses this program: %.100r", error.error)  # noqa: TRY400
            raise Unavailable("The sign-in provider refuses this program", "an operator must look") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError) as error:
            log.warning("the sign-in provider does not answer: %s", type(error).__name__)
            raise Unavailable("The sign-in provider does not answer", "try again later") from None

    async def _described(self, client: AsyncOAuth2Client, now: datetime) -> _Document:
        if self._document is None or now - self._document[0] > _KEPT:
            found = await _get(client, get_well_known_url(self.issuer, external=True))
            try:
                document = _Document.model_validate(found)
            except ValidationError:
                raise _wrong_document("what it must say is missing") from None
            document.require_own_addresses(self.issuer)
            self._document = now, document
        return self._document[1]

    async def _current_keys(
        self, client: AsyncOAuth2Client, document: _Document, now: datetime, *, anew: bool = False
    ) -> KeySet:
        if anew or self._keys is None or now - self._keys[0] > _KEPT:
            found: Any = await _get(client, document.jwks_uri)
            try:
                self._keys = now, KeySet.import_key_set(found)
            except (JoseError, KeyError, TypeError):
                raise _wrong_document("its keys cannot be read") from None
        return self._keys[1]

    async def _verified(
        self, client: AsyncOAuth2Client, document: _Document, token: dict[str, Any], nonce: str, now: datetime
    ) -> dict[str, Any]:
        """Return the claims of an ID token that is the provider's, for us, for this sign-in, and fresh."""
        keys = await self._current_keys(client, document, now)
        try:
            try:
                signed = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
            except InvalidKeyIdError:  # the provider may have changed its keys
                keys = await self._current_keys(client, document, now, anew=True)
                signed = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "sub": {"essential": True},
                    "aud": {"essential": True, "value": self._client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_S)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            log.warning("an ID token was refused: %s", error)
            raise NotSignedIn("The provider's ID token is not good", "the sign-in was refused") from None
        subject = claims["sub"]
        if len(subject) > _LONGEST_SUBJECT or not subject.isprintable():
            raise NotSignedIn("The provider's ID token is not good", "its subject cannot be used")
        return dict(claims)

    async def _more(self, client: AsyncOAuth2Client, address: str, subject: str) -> dict[str, Any]:
        """Return what the provider tells of somebody beside the ID token."""
        found = await _get(client, address, withhold_token=False)
        if found.get("sub") != subject:
            raise NotSignedIn("The provider tells of somebody else", "the sign-in was refused")
        return found


async def _get(client: AsyncOAuth2Client, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
    answer = await client.request("GET", address, withhold_token=withhold_token, follow_redirects=False)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - as with JSON that cannot be read
    return found


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


def _wrong_document(why: str) -> Unavailable:
    log.error("the sign-in provider's document cannot be used: %s", why)
    return Unavailable("The sign-in provider cannot be used", f"its own description is wrong: {why}")


def configured(settings: Settings) -> Provider | None:
    """Return the provider that the settings name, if any; nothing is asked of it yet.

    Raises
    ------
    NotReady
        When the file with the client's secret cannot be read.
    """
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    if settings.oidc_client_secret_file is not None:
        file = settings.oidc_client_secret_file
        try:
            secret = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            where = f"GIS_GRID_OIDC_CLIENT_SECRET_FILE={file}"
            raise NotReady("The client's secret cannot be read", f"{where}: {type(error).__name__}") from None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        secret or None,
        name=settings.oidc_name or urlsplit(settings.oidc_issuer).netloc,
        claim=settings.oidc_name_claim,
    )
