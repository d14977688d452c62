"""The page of who may do what: the matrix of roles, and what each route asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiles_page import NOTE

from gis_grid.accounts.roles import MAY, SESSION_ONLY, Permission, Reach

if TYPE_CHECKING:
    from fastapi import FastAPI

_REACH = {
    Reach.GROUND: "what lies in the areas; no worker",
    Reach.PEOPLE: "that, and the workers of their grids",
    Reach.OWN: "what lies in the areas, and of workers only oneself",
}


def permissions_page(app: FastAPI) -> str:
    """One row a permission, and one a route."""
    head = "| permission | " + " | ".join(MAY) + " |"
    return "\n".join(
        [
            "# Who may do what",
            NOTE,
            "Every role is held in areas, each with all below it; what is not in this table is refused.",
            "Every route is tried as every role, from the own, the neighbouring, an empty and no area, by",
            "[test_every_route.py](../../tests/accounts/test_every_route.py).",
            "",
            head,
            "| --- |" + " --- |" * len(MAY),
            *(_permission_row(permission) for permission in Permission),
            "",
            *(f"- **{reach.value}**: {meaning}" for reach, meaning in _REACH.items()),
            "",
            "Not with a token, whatever it was given: "
            + ", ".join(f"`{one.value}`" for one in Permission if one in SESSION_ONLY)
            + ".",
            "",
            "## What a route asks for",
            "",
            "Nobody signed in: 401. A role without the permission: 403. With it, a thing outside of the",
            "areas is the same 404 as one that does not exist.",
            "",
            "| route | permission |",
            "| --- | --- |",
            *(
                f"| `{method.upper()} {path}` | {_asked(operation)} |"
                for path, methods in sorted(app.openapi()["paths"].items())
                for method, operation in methods.items()
            ),
            "",
        ]
    )


def _permission_row(permission: Permission) -> str:
    reaches = (granted.get(permission) for granted in MAY.values())
    cells = ("-" if reach is None else reach.value for reach in reaches)
    return f"| `{permission.value}` | " + " | ".join(cells) + " |"


def _asked(operation: dict[str, Any]) -> str:
    security = operation.get("security", [])
    if {"device": []} in security:
        return "a device's token"
    asked = {scope for one in security for scopes in one.values() for scope in scopes}
    return f"`{asked.pop()}`" if asked else "none: anybody"
