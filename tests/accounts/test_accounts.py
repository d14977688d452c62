"""Who keeps which accounts, and what nobody may do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely
from signed_in import give_token, open_session, signed_in
from sqlalchemy import text
from walking_ground import hire, publish

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx2 import Response
    from sqlalchemy import Connection


def role(name: str, area: str | None = None) -> dict[str, str | None]:
    return {"role": name, "area": area}


class Asker:
    """The client in the hands of several people, one after the other."""

    def __init__(self, client: TestClient, conn: Connection) -> None:
        self.client, self.conn = client, conn
        self.secrets: dict[str, str] = {}

    def hire(self, name: str, *roles: tuple[Role, str | None], worker: str | None = None) -> None:
        self.secrets[name] = signed_in(self.conn, name, roles, worker=worker)

    def ask(self, who: str, method: str, path: str, body: object = None) -> Response:
        secret = self.secrets[who]
        self.client.cookies.set(COOKIE, secret)
        headers = {CSRF_HEADER: csrf_token(secret)}
        return self.client.request(method, f"/api{path}", json=body, headers=headers)

    def names(self, who: str) -> list[str]:
        return [one["name"] for one in self.ask(who, "GET", "/accounts").json()["accounts"]]

    def add(self, who: str, name: str, *roles: object, **more: object) -> Response:
        return self.ask(who, "POST", "/accounts", {"name": name, "roles": roles, **more})

    def change(self, who: str, name: str, **change: object) -> Response:
        return self.ask(who, "PATCH", f"/accounts/{name}", change)

    def entries(self, subject: str) -> list[tuple[str, str, Any]]:
        rows = self.conn.execute(
            text("SELECT actor, action, detail FROM ledger WHERE subject = :subject ORDER BY id"),
            {"subject": f"account:{subject}"},
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Asker:
    """A subdistrict T with the communities C-G1 and C-G2, a worker in each, and administrators."""
    publish(conn)
    publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
    conn.execute(
        text(
            "INSERT INTO area (code, name, kind, geom) VALUES ('T', '镇', 'subdistrict', "
            "ST_Multi(ST_MakeEnvelope(116.2, 39.8, 116.4, 40.0, 4326))); "
            "UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 'T') WHERE kind = 'community'"
        )
    )
    hire(conn)
    hire(conn, "W2", "G2")
    asker = Asker(anonymous, conn)
    asker.hire("boss", (Role.ADMIN, None))
    asker.hire("of-t", (Role.ADMIN, "T"))
    asker.hire("of-1", (Role.ADMIN, "C-G1"))
    asker.hire("planner-1", (Role.PLANNER, "C-G1"))
    asker.hire("planner-2", (Role.PLANNER, "C-G2"))
    asker.hire("both", (Role.PLANNER, "C-G1"), (Role.AUDITOR, "C-G2"))
    asker.hire("wide", (Role.PLANNER, None))
    asker.hire("nothing")
    return asker


def test_an_administrator_sees_accounts_all_of_whose_roles_lie_in_the_own_areas(town: Asker) -> None:
    assert town.names("of-1") == ["of-1", "planner-1"]
    assert town.names("of-t") == ["both", "of-1", "of-t", "planner-1", "planner-2"]
    assert town.names("boss") == sorted(town.secrets)


@pytest.mark.parametrize("name", ["planner-2", "both", "wide", "boss", "of-t", "nothing", "no-such", "A"])
def test_an_account_outside_looks_as_if_it_were_not_there(town: Asker, name: str) -> None:
    for answer in (
        town.change("of-1", name, display_name="x"),
        town.change("of-1", name, disabled=True),
        town.change("of-1", name, give=[role("planner", "C-G1")]),
        town.ask("of-1", "POST", f"/accounts/{name}/link"),
    ):
        assert answer.status_code == 404
        assert answer.json()["title"] == "No such account"


def test_an_account_is_added_listed_and_written_into_the_ledger(town: Asker) -> None:
    answer = town.add("of-1", "wang", role("worker", "C-G1"), worker="W1", display_name=" 王 ")
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "name": "wang",
        "display_name": "王",
        "worker": "W1",
        "roles": [{"role": "worker", "area": "C-G1", "area_name": "C-G1"}],
        "has_password": False,
        "signs_in_elsewhere": False,
        "demo": False,
        "created_at": answer.json()["created_at"],
        "disabled_at": None,
    }
    assert "wang" in town.names("of-1")
    assert town.entries("wang") == [("of-1", "account_added", {"roles": ["worker@C-G1"], "worker": "W1"})]


@pytest.mark.parametrize(
    ("wrong", "status", "title"),
    [
        ({"name": "Wang"}, 400, "The name cannot be used"),
        ({"name": "w"}, 400, "The name cannot be used"),
        ({"name": "wang\n"}, 400, "The name cannot be used"),
        ({"name": "wang\0"}, 400, "The name cannot be used"),
        ({"name": "planner-1"}, 409, "The name is taken"),
        ({"roles": [role("planner", "C-G9")]}, 400, "No such area"),
        ({"roles": [role("planner", "\0")]}, 400, "No such area"),
        ({"roles": [role("king", "C-G1")]}, 422, "The request is malformed"),
        ({"roles": [{"role": "planner"}]}, 422, "The request is malformed"),
        ({"roles": []}, 422, "The request is malformed"),
        ({"roles": [role("worker", "C-G1")]}, 400, "A worker's account names its worker"),
        ({"worker": "W9"}, 400, "No such worker"),
        ({"worker": "\0"}, 400, "No such worker"),
        ({"display_name": " "}, 400, "The name to show cannot be used"),
        ({"display_name": "a\0b"}, 400, "The name to show cannot be used"),
        ({"display_name": "a" * 101}, 400, "The name to show cannot be used"),
        ({"password": "secret"}, 422, "The request is malformed"),
    ],
)
def test_what_cannot_be_added_is_refused_and_named(
    town: Asker, wrong: dict[str, object], status: int, title: str
) -> None:
    body = {"name": "wang", "roles": [role("planner", "C-G1")], **wrong}
    answer = town.ask("boss", "POST", "/accounts", body)
    assert (answer.status_code, answer.json()["title"]) == (status, title), answer.text
    assert "wang" not in town.names("boss")


def test_two_accounts_are_not_the_same_worker(town: Asker) -> None:
    assert town.add("boss", "wang", role("worker", "C-G1"), worker="W1").status_code == 201
    again = town.add("boss", "zhang", role("worker", "C-G1"), worker="W1")
    assert (again.status_code, again.json()["title"]) == (409, "The worker has an account")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (role("planner", "C-G1"), 200),
        (role("admin", "C-G1"), 200),
        (role("planner", "C-G2"), 400),
        (role("planner", "T"), 400),
        (role("planner", "nowhere"), 400),
        (role("planner"), 403),
        (role("admin"), 403),
    ],
)
def test_an_administrator_of_areas_gives_roles_there_only(
    town: Asker, given: dict[str, str | None], status: int
) -> None:
    assert town.change("of-1", "planner-1", give=[given]).status_code == status
    assert town.change("of-1", "of-1", give=[given]).status_code == status
    added = town.add("of-1", "wang", given)
    assert added.status_code == (201 if status == 200 else status)


def test_an_area_outside_and_one_that_is_not_there_are_refused_alike(town: Asker) -> None:
    details = [
        town.change("of-1", "planner-1", give=[role("planner", area)]).json()["detail"].replace(area, "")
        for area in ("C-G2", "C-G9")
    ]
    assert details[0] == details[1]


def test_an_administrator_above_gives_roles_in_all_areas_below(town: Asker) -> None:
    answer = town.change("of-t", "planner-1", give=[role("planner", "C-G2"), role("auditor", "T")])
    assert [(one["role"], one["area"]) for one in answer.json()["roles"]] == [
        ("auditor", "T"),
        ("planner", "C-G1"),
        ("planner", "C-G2"),
    ]
    assert "planner-1" not in town.names("of-1"), "given to others, it is kept by others"


def test_an_administrator_of_areas_makes_no_account_that_is_a_worker_of_elsewhere(town: Asker) -> None:
    """Through such an account all movements of that worker would be seen."""
    assert town.add("of-1", "spy", role("worker", "C-G1"), worker="W2").status_code == 400
    assert town.change("of-1", "planner-1", give=[role("worker", "C-G1")], worker="W2").status_code == 400
    hire(town.conn, "W3", grid=None)
    assert town.add("of-1", "spy", role("worker", "C-G1"), worker="W3").status_code == 400
    assert town.add("of-1", "w1", role("worker", "C-G1"), worker="W1").status_code == 201
    assert town.add("of-t", "w2", role("worker", "C-G2"), worker="W2").status_code == 201
    assert town.add("boss", "w3", role("worker", "C-G1"), worker="W3").status_code == 201


def test_an_administrator_of_areas_makes_no_link_for_a_worker_who_went_elsewhere(town: Asker) -> None:
    town.add("boss", "wang", role("worker", "C-G1"), worker="W2")
    answer = town.ask("of-1", "POST", "/accounts/wang/link")
    assert (answer.status_code, answer.json()["title"]) == (403, "Not allowed")
    assert town.change("of-1", "wang", disabled=True).status_code == 200, "but ends the account"
    assert town.change("of-1", "wang", disabled=False).status_code == 200
    assert town.ask("of-t", "POST", "/accounts/wang/link").status_code == 201


def test_roles_are_given_and_taken_and_an_account_keeps_one(town: Asker) -> None:
    answer = town.change("of-1", "planner-1", give=[role("auditor", "C-G1")], take=[role("planner", "C-G1")])
    assert [one["role"] for one in answer.json()["roles"]] == ["auditor"]
    assert town.entries("planner-1") == [
        ("of-1", "account_changed", {"gave": ["auditor@C-G1"], "took": ["planner@C-G1"]})
    ]
    last = town.change("of-1", "planner-1", take=[role("auditor", "C-G1")])
    assert (last.status_code, last.json()["title"]) == (400, "An account has a role")
    absent = town.change("of-1", "planner-1", take=[role("planner", "C-G1")])
    assert (absent.status_code, absent.json()["title"]) == (400, "The account has no such role")


def test_a_change_that_changes_nothing_is_no_entry(town: Asker) -> None:
    same = town.change(
        "boss", "planner-1", give=[role("planner", "C-G1")], display_name="planner-1", disabled=False
    )
    assert same.status_code == 200
    assert town.entries("planner-1") == []


def test_a_shown_name_changes_and_stays_out_of_the_ledger(town: Asker) -> None:
    assert town.change("of-1", "planner-1", display_name="李四").json()["display_name"] == "李四"
    assert town.entries("planner-1") == [("of-1", "account_changed", {"display_name": "changed"})]


def test_the_worker_of_an_account_changes_and_a_worker_role_keeps_one(town: Asker) -> None:
    town.add("boss", "wang", role("worker", "C-G1"), worker="W1")
    assert town.change("boss", "wang", worker="W2").json()["worker"] == "W2"
    assert town.change("boss", "wang", worker="").status_code == 400
    left = town.change(
        "boss", "wang", worker="", give=[role("planner", "C-G1")], take=[role("worker", "C-G1")]
    )
    assert left.json()["worker"] is None


def test_nobody_shuts_themselves_out(town: Asker) -> None:
    town.add("boss", "boss-2", role("admin"))
    for change in (
        {"disabled": True},
        {"take": [role("admin")], "give": [role("planner")]},
    ):
        answer = town.change("boss", "boss", **change)
        assert answer.status_code == 409, change
    narrower = town.change("boss", "boss", take=[role("admin")], give=[role("admin", "T")])
    assert narrower.status_code == 200, "another one is administrator everywhere"


def test_the_last_administrator_of_everything_stays(town: Asker) -> None:
    narrower = town.change("boss", "boss", take=[role("admin")], give=[role("admin", "T")])
    assert (narrower.status_code, narrower.json()["title"]) == (
        409,
        "Somebody has to be administrator everywhere",
    )
    town.add("boss", "boss-2", role("admin"))
    town.change("boss", "boss-2", disabled=True)
    again = town.change("boss", "boss", take=[role("admin")], give=[role("admin", "T")])
    assert again.status_code == 409, "one who is disabled does not count"


def test_one_administrator_of_everything_may_end_another(town: Asker) -> None:
    town.hire("boss-2", (Role.ADMIN, None))
    assert town.change("boss", "boss-2", disabled=True).status_code == 200
    assert town.ask("boss-2", "GET", "/accounts").status_code == 401


def test_a_disabled_account_is_out_at_once_and_comes_back_without_its_sessions_and_tokens(
    town: Asker,
) -> None:
    token = give_token(town.conn, "planner-1", ["see_map"])
    headers = {"Authorization": f"Bearer {token}"}
    link = town.ask("of-1", "POST", "/accounts/planner-1/link").json()["link"].removeprefix("/welcome/#")
    assert town.ask("planner-1", "GET", "/areas").status_code == 200
    assert town.client.get("/api/areas", headers=headers).status_code == 200

    disabled = town.change("of-1", "planner-1", disabled=True)
    assert disabled.json()["disabled_at"] is not None
    refused = town.ask("of-1", "POST", "/accounts/planner-1/link")
    assert (refused.status_code, refused.json()["title"]) == (409, "The account is disabled")
    for _ in ("disabled", "enabled again"):
        assert town.ask("planner-1", "GET", "/areas").status_code == 401
        assert town.client.get("/api/areas", headers=headers).status_code == 401
        body = {"secret": link, "password": "a long pass phrase of one's own"}
        assert town.client.post("/api/password/link", json=body).status_code == 401
        assert town.change("of-1", "planner-1", disabled=False).json()["disabled_at"] is None
    account_id = town.conn.execute(text("SELECT id FROM account WHERE name = 'planner-1'")).scalar_one()
    town.secrets["planner-1"] = open_session(town.conn, account_id)
    assert town.ask("planner-1", "GET", "/areas").status_code == 200
    assert [detail for _, action, detail in town.entries("planner-1") if action == "account_changed"] == [
        {"disabled": True},
        {"disabled": False},
    ]


def test_a_link_lets_its_person_set_a_password_once(town: Asker) -> None:
    town.add("of-1", "wang", role("planner", "C-G1"))
    made = town.ask("of-1", "POST", "/accounts/wang/link")
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    page, _, secret = made.json()["link"].partition("#")
    assert page == "/welcome/"
    body = {"secret": secret, "password": "a long pass phrase of one's own"}
    town.client.cookies.clear()
    assert town.client.post("/api/password/link", json=body).status_code == 200
    town.client.cookies.clear()
    assert town.client.post("/api/password/link", json=body).status_code == 401
    (wang,) = (
        one for one in town.ask("of-1", "GET", "/accounts").json()["accounts"] if one["name"] == "wang"
    )
    assert wang["has_password"]


def test_a_link_made_for_less_ends_when_roles_are_given(town: Asker) -> None:
    """An administrator of one area keeps no way into an account that is given more elsewhere."""
    town.add("of-1", "wang", role("planner", "C-G1"))
    secret = town.ask("of-1", "POST", "/accounts/wang/link").json()["link"].partition("#")[2]
    assert town.change("boss", "wang", give=[role("auditor")]).status_code == 200
    town.client.cookies.clear()
    body = {"secret": secret, "password": "a long pass phrase of one's own"}
    assert town.client.post("/api/password/link", json=body).status_code == 401


def test_neither_the_ledger_nor_the_table_has_the_secret_of_a_link(town: Asker) -> None:
    secret = town.ask("of-1", "POST", "/accounts/planner-1/link").json()["link"].partition("#")[2]
    stored = town.conn.execute(
        text(
            "SELECT (SELECT string_agg(l::text, '') FROM one_time_link l) || string_agg(e::text, '') "
            "FROM ledger e"
        )
    ).scalar_one()
    assert secret not in stored
    assert ("of-1", "link_made") in {entry[:2] for entry in town.entries("planner-1")}


@pytest.mark.parametrize("other", [one for one in Role if one is not Role.ADMIN])
def test_who_is_no_administrator_keeps_no_accounts(town: Asker, other: Role) -> None:
    town.hire("other", (other, None))
    assert town.ask("other", "GET", "/accounts").status_code == 403
    assert town.add("other", "wang", role("planner", "C-G1")).status_code == 403
    assert town.change("other", "planner-1", give=[role("admin")]).status_code == 403
    assert town.ask("other", "POST", "/accounts/planner-1/link").status_code == 403


def test_another_site_changes_no_account(town: Asker) -> None:
    town.client.cookies.set(COOKIE, town.secrets["boss"])
    body = {"name": "wang", "roles": [role("admin")]}
    assert town.client.post("/api/accounts", json=body).status_code == 403
    assert "wang" not in town.names("boss")
