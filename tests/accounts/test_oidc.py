"""Signing in with a real OpenID Connect provider, and the attacks that each check is for."""

from __future__ import annotations

import base64
import hmac
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from answering import app_on
from fastapi.testclient import TestClient
from joserfc.jwk import OctKey, RSAKey
from oidc_provider.false_provider import FalseProvider, false_provider
from oidc_provider.run_provider import CLIENT_ID, CLIENT_SECRET, Person, running_provider
from sqlalchemy import text
from typer.testing import CliRunner

from gis_grid.accounts.http import COOKIE as SESSION
from gis_grid.accounts.routes.oidc import COOKIE
from gis_grid.accounts.service import oidc
from gis_grid.accounts.service.accounts import Keeper
from gis_grid.cli import app as command_line
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.errors import BadInput, Conflict, NotReady
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response
    from sqlalchemy import Engine

# What the cookies are marked with, they are also kept by: sent on https alone.
OWN = "https://127.0.0.1:8420"
CALLBACK = f"{OWN}/api/oidc/callback"
BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with running_provider([CALLBACK]) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def database(server: Any, migrated: str) -> Iterator[tuple[Engine, Engines]]:
    with server.database(migrated) as name:
        owner = make_engine(server.url(name))
        engines = Engines(*(make_engine(server.url(name), role=role) for role in LOGINS))
        yield owner, engines
        engines.dispose()
        owner.dispose()


class Town(NamedTuple):
    """The program's database, as its owner sees it."""

    owner: Engine
    engines: Engines

    def add(self, name: str, **columns: Any) -> None:
        """Add an account."""
        values = {"name": name, "display_name": name, **columns}
        names, places = ", ".join(values), ", ".join(f":{key}" for key in values)
        self.run(f"INSERT INTO account ({names}, created_at) VALUES ({places}, now())", **values)
        self.run(
            "INSERT INTO account_role (account_id, role) "
            "SELECT id, 'consumer' FROM account WHERE name = :name",
            name=name,
        )

    def run(self, statement: str, **values: Any) -> list[Any]:
        """Run SQL and return what it returns."""
        with self.owner.begin() as conn:
            answer = conn.execute(text(statement), values)
            return [tuple(row) for row in answer] if answer.returns_rows else []

    def identity(self, name: str) -> tuple[str | None, str | None]:
        """Return issuer and subject of an account."""
        (found,) = self.run("SELECT issuer, subject FROM account WHERE name = :name", name=name)
        return found

    def sessions(self, name: str) -> list[Any]:
        """Return how an account's sessions were opened."""
        return self.run(
            "SELECT method FROM session s JOIN account a ON a.id = s.account_id WHERE a.name = :name",
            name=name,
        )

    def ledger(self) -> list[Any]:
        """Return what was written about signing in."""
        return self.run("SELECT actor, action, subject FROM ledger ORDER BY id")


@pytest.fixture
def town(database: tuple[Engine, Engines]) -> Iterator[Town]:
    town = Town(*database)
    yield town
    town.run("DELETE FROM oidc_flow")
    town.run("DELETE FROM account")


@contextmanager
def program(town: Town, issuer: str, **settings: Any) -> Iterator[TestClient]:
    given = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        **settings,
    }
    with (
        app_on(Settings(**given), town.engines) as app,
        TestClient(app, base_url=OWN, follow_redirects=False) as client,
    ):
        yield client


@pytest.fixture
def client(town: Town, issuer: str) -> Iterator[TestClient]:
    with program(town, issuer) as client:
        yield client


@pytest.fixture
def person() -> Iterator[Person]:
    person = Person()
    yield person
    person.close()


def start(client: TestClient, onwards: str = "/") -> str:
    answer = client.get("/api/oidc/start", params={"next": onwards})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def sign_in(client: TestClient, person: Person, login: str = "sub-zhang", onwards: str = "/") -> Response:
    return client.get(person.sign_in(start(client, onwards), login))


def test_somebody_linked_signs_in_and_goes_on_to_where_they_wanted(client, town, person, issuer) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    answer = sign_in(client, person, onwards="/reports/?lang=en#top")
    assert (answer.status_code, answer.headers["location"]) == (303, "/reports/?lang=en#top")
    assert answer.headers["cache-control"] == "no-store"
    assert town.sessions("min") == [("oidc",)]
    assert client.get("/api/session").json()["name"] == "min"
    assert ("min", "sign_in", "account:min") in town.ledger()


def test_a_sign_in_is_sent_off_with_pkce_state_and_nonce_and_a_cookie_for_this_browser_alone(
    client, town
) -> None:
    answer = client.get("/api/oidc/start")
    sent = asked(answer.headers["location"])
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == CALLBACK
    assert {"state", "nonce", "code_challenge"} <= sent.keys()
    cookie = answer.headers["set-cookie"]
    assert all(
        part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/api/oidc", "Max-Age=600")
    )
    ((kept,),) = town.run("SELECT row_to_json(f)::text FROM oidc_flow f")
    assert sent["state"] not in kept
    assert client.cookies[COOKIE] not in kept


def test_behind_a_proxy_the_provider_sends_one_back_to_the_public_address(town) -> None:
    public = "https://grid.example.org"
    with false_provider() as provider, program(town, provider.issuer, public_url=public) as client:
        assert asked(start(client))["redirect_uri"] == f"{public}/api/oidc/callback"


def test_the_pages_learn_what_the_button_says(town, issuer, client) -> None:
    assert client.get("/api/oidc").json() == {"name": urlsplit(issuer).netloc}
    with program(town, issuer, oidc_name="政务登录") as named:
        assert named.get("/api/oidc").json() == {"name": "政务登录"}


def test_without_the_setting_there_is_no_provider(anonymous) -> None:
    assert anonymous.get("/api/oidc").json() is None
    assert anonymous.get("/api/oidc/start").status_code == 404
    assert anonymous.get("/api/oidc/callback?state=a&code=b").status_code == 404


# Whose account it is


def test_the_first_sign_in_links_an_untouched_account_of_the_name_and_later_ones_go_by_the_subject(
    client, town, person, issuer
) -> None:
    town.add("zhang.min")
    assert sign_in(client, person).status_code == 303
    assert town.identity("zhang.min") == (issuer, "sub-zhang")
    town.run("UPDATE account SET name = 'renamed' WHERE name = 'zhang.min'")
    assert sign_in(client, person).status_code == 303
    assert town.sessions("renamed") == [("oidc",), ("oidc",)]
    assert ("zhang.min", "account_changed", "account:zhang.min") in town.ledger()


@pytest.mark.parametrize(
    "touched",
    [
        "UPDATE account SET password_hash = 'some' WHERE name = 'zhang.min'",
        "UPDATE account SET issuer = 'https://other', subject = 'x' WHERE name = 'zhang.min'",
        "UPDATE account SET disabled_at = now() WHERE name = 'zhang.min'",
        "UPDATE account SET demo = true WHERE name = 'zhang.min'",
        "INSERT INTO account_role (account_id, role) SELECT id, 'admin' FROM account",
        (
            "INSERT INTO one_time_link (account_id, secret_digest, purpose, made_at, expires_at, used_at) "
            "SELECT id, '\\x01', 'set_password', now(), now(), now() FROM account"
        ),
        (
            "INSERT INTO api_token (account_id, name, secret_digest, permissions, created_at, expires_at) "
            "SELECT id, 'of a program', '\\x01', '{}', now(), now() FROM account"
        ),
        (
            "INSERT INTO session (account_id, secret_digest, method, opened_at, last_seen_at, expires_at) "
            "SELECT id, '\\x01', 'link', now(), now(), now() FROM account"
        ),
    ],
)
def test_no_account_that_has_another_way_in_is_taken_over_by_its_name(client, town, person, touched) -> None:
    town.add("zhang.min")
    town.run(touched)
    before = town.identity("zhang.min")
    assert sign_in(client, person).status_code == 403
    assert town.identity("zhang.min") == before
    assert ("oidc",) not in town.sessions("zhang.min")


def test_a_second_person_of_the_name_does_not_get_the_account(client, town, person, issuer) -> None:
    town.add("zhang.min", issuer=issuer, subject="sub-of-the-first")
    assert sign_in(client, person).status_code == 403


def test_a_stranger_is_told_so_and_no_account_is_made(client, town, person) -> None:
    answer = client.get(person.sign_in(start(client), "sub-stranger"), headers=BROWSER)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    assert "there is no account for you here" in answer.text
    assert "没有可用的账号" in answer.text
    assert "stranger" not in answer.text
    assert SESSION not in client.cookies
    assert town.run("SELECT name FROM account") == []
    assert town.ledger()[-1] == ("door:sign-in", "sign_in_refused", "account:")


def test_a_closed_account_stays_closed(client, town, person, issuer) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    town.run("UPDATE account SET disabled_at = now()")
    assert sign_in(client, person).status_code == 403
    assert town.ledger()[-1] == ("door:sign-in", "sign_in_refused", "account:min")


def test_an_address_links_only_when_the_provider_has_verified_it(town, issuer, person) -> None:
    town.add("zhang.min@example.org")
    town.add("li.na@example.org")
    with program(town, issuer, oidc_name_claim="email") as client:
        assert sign_in(client, person).status_code == 303
    other = Person()
    with program(town, issuer, oidc_name_claim="email") as client:
        assert sign_in(client, other, "sub-li").status_code == 403
    other.close()
    assert town.identity("li.na@example.org") == (None, None)


def test_with_no_claim_names_link_nothing(town, issuer, person) -> None:
    town.add("zhang.min")
    with program(town, issuer, oidc_name_claim="") as client:
        assert sign_in(client, person).status_code == 403


def test_an_operator_links_by_hand_and_ends_it_again(town, client, person, issuer) -> None:
    keeper = Keeper("cli:root")
    town.add("min", password_hash="some")
    town.add("other")
    with town.engines.door.begin() as conn:
        oidc.link(conn, keeper, "min", issuer, "sub-zhang", now=now())
    assert sign_in(client, person).status_code == 303
    with town.engines.door.begin() as conn:
        with pytest.raises(Conflict):
            oidc.link(conn, keeper, "other", issuer, "sub-zhang", now=now())
        with pytest.raises(BadInput):
            oidc.link(conn, keeper, "min", issuer, None, now=now())
        oidc.link(conn, keeper, "min", None, None, now=now())
    assert town.identity("min") == (None, None)
    assert client.get("/api/session").status_code == 401


def test_the_command_line_makes_accounts_for_the_provider_and_links_them(town, issuer, person) -> None:
    settings = {
        "GIS_GRID_DATABASE_URL": town.owner.url.render_as_string(hide_password=False),
        "GIS_GRID_OIDC_ISSUER": issuer,
        "GIS_GRID_OIDC_CLIENT_ID": CLIENT_ID,
    }

    def run(*arguments: str) -> str:
        ran = CliRunner().invoke(command_line, ["user", *arguments], env=settings, catch_exceptions=False)
        assert ran.exit_code == 0
        return ran.output

    assert "welcome" not in run("add", "zhang.min", "--role", "planner", "--by-provider")
    run("add", "min", "--role", "planner")
    with program(town, issuer) as client:
        assert sign_in(client, person).status_code == 303
        assert town.identity("zhang.min") == (issuer, "sub-zhang")
        assert "no more" in run("oidc", "zhang.min")
        assert issuer in run("oidc", "min", "--subject", "sub-zhang")
        assert sign_in(client, person).status_code == 303
    assert town.sessions("min") == [("oidc",)]


# What is tried against it


def test_a_callback_in_another_browser_does_nothing_and_the_right_one_still_can(
    client, town, person, issuer
) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    back = person.sign_in(start(client), "sub-zhang")
    with program(town, issuer) as victim:
        answer = victim.get(back, headers=BROWSER)
        assert answer.status_code == 400
        assert "not begun in this browser" in answer.text
        victim.get("/api/oidc/start")
        assert victim.get(back).status_code == 400
        assert SESSION not in victim.cookies
    assert client.get(back).status_code == 303


def test_a_callback_works_once(client, town, person, issuer) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    back = person.sign_in(start(client), "sub-zhang")
    browser = client.cookies[COOKIE]
    assert client.get(back).status_code == 303
    client.cookies.set(COOKIE, browser)
    assert client.get(back).status_code == 400
    assert town.sessions("min") == [("oidc",)]


def test_a_code_of_another_sign_in_is_of_no_use(client, town, person, issuer) -> None:
    """An attacker's own code in the victim's flow: PKCE binds the code to the flow that it was made for."""
    town.add("min", issuer=issuer, subject="sub-zhang")
    code = asked(person.sign_in(start(client), "sub-zhang"))["code"]
    state = asked(start(client))["state"]
    answer = client.get("/api/oidc/callback", params={"state": state, "code": code})
    assert answer.status_code == 401
    assert answer.json()["title"] == "The provider did not take its code back"
    assert town.sessions("min") == []


def test_a_code_works_once(client, town, person, issuer) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    back = person.sign_in(start(client), "sub-zhang")
    browser = client.cookies[COOKIE]
    kept = town.run("SELECT * FROM oidc_flow")[0]
    assert client.get(back).status_code == 303
    names = ("a", "b", "c", "d", "e", "f")
    values = dict(zip(names, kept, strict=True))
    town.run("INSERT INTO oidc_flow VALUES (:a, :b, :c, :d, :e, :f)", **values)
    client.cookies.set(COOKIE, browser)
    answer = client.get(back)
    assert (answer.status_code, answer.json()["title"]) == (401, "The provider did not take its code back")


def test_a_session_that_somebody_put_into_the_browser_before_is_not_the_one_that_is_opened(
    client, town, person, issuer
) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    assert sign_in(client, person).status_code == 303
    planted = client.cookies[SESSION]
    assert sign_in(client, person).status_code == 303
    assert client.cookies[SESSION] != planted
    with program(town, issuer) as attacker:
        attacker.cookies.set(SESSION, planted)
        assert attacker.get("/api/session").status_code == 401


@pytest.mark.parametrize("state", ["", "another", "\0", "状态", "x" * 5000])
def test_a_state_that_we_did_not_give_is_refused(client, state) -> None:
    start(client)
    assert client.get("/api/oidc/callback", params={"state": state, "code": "any"}).status_code == 400


def test_a_sign_in_that_took_too_long_is_refused_and_forgotten(client, town, person, issuer) -> None:
    town.add("min", issuer=issuer, subject="sub-zhang")
    back = person.sign_in(start(client), "sub-zhang")
    town.run("UPDATE oidc_flow SET expires_at = now() - interval '1 second'")
    assert client.get(back).status_code == 400
    start(client)
    assert town.run("SELECT count(*) FROM oidc_flow") == [(1,)]


@pytest.mark.parametrize(
    "onwards",
    [
        "//host.example/",
        "/\\host.example/",
        "\\\\host.example/",
        "https://host.example/",
        "javascript:alert(1)",
        "host.example",
        "",
        "/\t/host.example/",
        "/\n/host.example/",
        " //host.example/",
        "/a\r\nSet-Cookie: x=y",
        "/a\\..\\..//host.example",
        "/" + "x" * 1000,
    ],
)
def test_one_is_never_led_to_another_host(client, town, onwards) -> None:
    assert client.get("/api/oidc/start", params={"next": onwards}).status_code == 400
    assert town.run("SELECT count(*) FROM oidc_flow") == [(0,)]


def test_a_person_who_says_no_is_told_plainly(client, person) -> None:
    answer = client.get(person.cancel(start(client)), headers=BROWSER)
    assert answer.status_code == 401
    assert "access_denied" in answer.text
    assert "did not confirm this sign-in" in answer.text


def test_nobody_puts_words_into_the_page(client) -> None:
    state = asked(start(client))["state"]
    words = {"error": "<b>call 12345", "error_description": "call 12345"}
    answer = client.get("/api/oidc/callback", params={"state": state, **words}, headers=BROWSER)
    assert answer.status_code == 401
    assert "12345" not in answer.text
    assert "'unsafe" not in answer.headers["content-security-policy"]


def test_an_answer_of_another_provider_is_refused(client) -> None:
    params = {"state": asked(start(client))["state"], "code": "any", "iss": "https://other.example"}
    answer = client.get("/api/oidc/callback", params=params)
    assert (answer.status_code, answer.json()["title"]) == (400, "Another provider answers")


# What a provider that is broken or taken over can do


@pytest.fixture
def false() -> Iterator[FalseProvider]:
    with false_provider() as provider:
        yield provider


@pytest.fixture
def fooled(town: Town, false: FalseProvider) -> Iterator[TestClient]:
    town.add("false.one", issuer=false.issuer, subject="sub-false")
    with program(town, false.issuer) as client:
        yield client


def end(client: TestClient, state: str) -> Response:
    return client.get("/api/oidc/callback", params={"state": state, "code": "any"})


def test_a_good_token_of_the_false_provider_is_taken(fooled, false, town) -> None:
    sent = asked(start(fooled))
    false.hand_out(false.sign(false.claims(sent["nonce"])))
    assert end(fooled, sent["state"]).status_code == 303
    assert town.sessions("false.one") == [("oidc",)]


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(fooled, false) -> None:
    false.describe(token_endpoint_auth_methods_supported=["client_secret_post"])
    sent = asked(start(fooled))
    false.hand_out(false.sign(false.claims(sent["nonce"])))
    assert end(fooled, sent["state"]).status_code == 303
    assert f"client_secret={CLIENT_SECRET}" in "".join(false.bodies)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": ["gis-grid", "another-client"]},
        {"aud": ["gis-grid"], "azp": "another-client"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": float("nan")},
        {"iat": 9_000_000_000},
        {"nbf": 9_000_000_000},
        {"sub": ""},
        {"sub": 7},
        {"sub": None},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
    ],
)
def test_a_token_that_says_something_wrong_is_refused(fooled, false, town, wrong) -> None:
    sent = asked(start(fooled))
    claims = {**false.claims(sent["nonce"]), **wrong}
    false.hand_out(false.sign({name: value for name, value in claims.items() if value is not None}))
    answer = end(fooled, sent["state"])
    assert (answer.status_code, answer.json()["title"]) == (401, "The provider's ID token is not good")
    assert town.sessions("false.one") == []


def test_a_token_of_another_access_token_is_refused(fooled, false) -> None:
    sent = asked(start(fooled))
    false.hand_out(false.sign({**false.claims(sent["nonce"]), "at_hash": "of another"}))
    assert end(fooled, sent["state"]).status_code == 401


def test_a_token_that_nobody_signed_is_refused(fooled, false, town) -> None:
    sent = asked(start(fooled))
    claims = false.claims(sent["nonce"])
    honest = false.sign(claims)
    nobody = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    stranger = RSAKey.generate_key(2048, {"kid": "first"})
    head, body, _ = honest.split(".")
    named = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"first"}').rstrip(b"=") + b"." + body.encode()
    mac = hmac.digest(false.key.as_pem(private=False), named, "sha256")
    with_the_public_key = f"{named.decode()}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    for token in (
        f"{nobody.decode()}.{body}.",
        f"{head}.{body}.",
        false.sign(claims, key=stranger),
        with_the_public_key,
        false.sign(claims, key=OctKey.import_key(CLIENT_SECRET * 2), alg="HS256"),
        "no token",
        "",
    ):
        sent = asked(start(fooled))
        false.hand_out(token)
        assert end(fooled, sent["state"]).status_code == 401, token
    assert town.sessions("false.one") == []


def test_changed_keys_are_fetched_once_more_and_else_remembered(fooled, false) -> None:
    def signed_in(**header: str) -> int:
        sent = asked(start(fooled))
        false.hand_out(false.sign(false.claims(sent["nonce"]), **header))
        return end(fooled, sent["state"]).status_code

    assert signed_in() == signed_in() == 303
    assert false.asked.count("/keys") == 1
    assert false.asked.count("/.well-known/openid-configuration") == 1
    false.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    false.publish(false.key)
    assert signed_in(kid="second") == 303
    assert false.asked.count("/keys") == 2
    assert signed_in(kid="unknown") == 401
    assert false.asked.count("/keys") == 3


def test_what_userinfo_tells_of_somebody_else_links_nothing(fooled, false, town) -> None:
    town.add("victim")
    false.describe(userinfo_endpoint=f"{false.issuer}/userinfo")
    false.answers["/userinfo"] = 200, {"sub": "sub-other", "preferred_username": "victim"}
    sent = asked(start(fooled))
    claims = {**false.claims(sent["nonce"]), "sub": "sub-new"}
    del claims["preferred_username"]
    false.hand_out(false.sign(claims))
    assert end(fooled, sent["state"]).status_code == 401
    assert town.identity("victim") == (None, None)


def test_userinfo_on_another_host_is_not_asked(fooled, false) -> None:
    false.describe(userinfo_endpoint="http://127.0.0.1:1/userinfo")
    sent = asked(start(fooled))
    claims = false.claims(sent["nonce"])
    del claims["preferred_username"]
    false.hand_out(false.sign(claims))
    assert end(fooled, sent["state"]).status_code == 303


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://other.example"},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"token_endpoint": "http://127.0.0.1:1/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
)
def test_only_the_configured_issuer_is_ever_asked(fooled, false, described) -> None:
    false.describe(**described)
    answer = fooled.get("/api/oidc/start")
    assert (answer.status_code, answer.json()["title"]) == (503, "The sign-in provider cannot be used")
    assert false.asked == ["/.well-known/openid-configuration"]


def test_a_redirect_of_the_provider_is_not_followed(fooled, false) -> None:
    false.answers["/elsewhere"] = 200, f"{false.issuer}/other"
    false.answers["/.well-known/openid-configuration"] = 302, {}
    assert fooled.get("/api/oidc/start").status_code == 503
    assert "/other" not in false.asked


@pytest.mark.parametrize("answer", [(500, {}), (404, {}), (200, b"<html>"), (200, []), (200, b"\xff\xfe")])
def test_a_provider_that_is_broken_is_a_clear_503(fooled, false, answer) -> None:
    good = false.answers["/.well-known/openid-configuration"]
    false.answers["/.well-known/openid-configuration"] = answer
    refused = fooled.get("/api/oidc/start", headers=BROWSER)
    assert refused.status_code == 503
    assert "Try again later" in refused.text
    false.answers["/.well-known/openid-configuration"] = good
    for path in ("/token", "/keys"):
        sent = asked(start(fooled))
        false.hand_out(false.sign(false.claims(sent["nonce"])))
        honest, false.answers[path] = false.answers[path], answer
        assert end(fooled, sent["state"]).status_code == 503
        false.answers[path] = honest
    assert fooled.get("/healthz").status_code == 200


def test_a_provider_that_refuses_this_program_is_a_matter_for_its_operator(fooled, false) -> None:
    sent = asked(start(fooled))
    false.answers["/token"] = 401, {"error": "invalid_client", "error_description": "secret words"}
    answer = end(fooled, sent["state"])
    assert (answer.status_code, answer.json()["title"]) == (503, "The sign-in provider refuses this program")
    assert "secret words" not in answer.text


def test_a_provider_that_is_down_or_slow_holds_nothing_up(town, monkeypatch) -> None:
    with program(town, "http://127.0.0.1:1") as client:
        answer = client.get("/api/oidc/start")
        assert answer.status_code == 503
        assert answer.json()["title"] == "The sign-in provider does not answer"
        assert town.run("SELECT count(*) FROM oidc_flow") == [(0,)]
    monkeypatch.setattr("gis_grid.accounts.provider._PATIENCE_S", 0.2)
    with false_provider() as slow, program(town, slow.issuer) as client:
        slow.wait_s = 1
        assert client.get("/api/oidc/start").status_code == 503
        slow.wait_s = 0
        assert client.get("/api/oidc/start").status_code == 303


# The settings


@pytest.mark.parametrize(
    ("variables", "wrong"),
    [
        ({"ISSUER": "http://id.example.org", "CLIENT_ID": "a"}, "GIS_GRID_OIDC_ISSUER"),
        ({"ISSUER": "id.example.org", "CLIENT_ID": "a"}, "GIS_GRID_OIDC_ISSUER"),
        ({"ISSUER": "https://id.example.org/?a=b", "CLIENT_ID": "a"}, "GIS_GRID_OIDC_ISSUER"),
        ({"ISSUER": "https://id.example.org"}, "GIS_GRID_OIDC_CLIENT_ID"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(monkeypatch, variables, wrong) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"GIS_GRID_OIDC_{name}", value)
    with pytest.raises(BadInput) as refused:
        read_settings()
    assert [row.row for row in refused.value.errors] == [wrong]


def test_the_clients_secret_is_in_no_repr_and_may_come_from_a_file(
    town, issuer, person, tmp_path: Path
) -> None:
    assert CLIENT_SECRET not in repr(Settings(oidc_client_secret=CLIENT_SECRET))
    file = tmp_path / "secret"
    given = {"oidc_client_secret": None, "oidc_client_secret_file": file}
    with pytest.raises(NotReady, match="GIS_GRID_OIDC_CLIENT_SECRET_FILE"), program(town, issuer, **given):
        pass
    file.write_text(f"{CLIENT_SECRET}\n")
    town.add("min", issuer=issuer, subject="sub-zhang")
    with program(town, issuer, **given) as client:
        assert sign_in(client, person).status_code == 303
