"""HTTP of one's own tokens for programs."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from gis_grid.accounts.account_schemas import TokenList, TokenListed, TokenMade, TokenNew
from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.accounts.service import tokens as service
from gis_grid.accounts.service.tokens import Owner
from gis_grid.kit.clock import now
from gis_grid.kit.http import DoorConn

router = APIRouter(tags=["tokens"])

Oneself = Annotated[Caller, may(Permission.OWN_ACCOUNT)]


@router.get("/tokens")
def read_tokens(caller: Oneself, conn: DoorConn) -> TokenList:
    """List one's own tokens, newest first, and what a new one may be given."""
    found = service.listed(conn, caller.scope.account_id)
    return TokenList(
        tokens=[TokenListed.model_validate(token) for token in found],
        grantable=service.grantable(caller.scope.roles),
    )


@router.post("/tokens", status_code=201, responses={409: {"description": "The account has too many"}})
def make_token(caller: Oneself, conn: DoorConn, wanted: TokenNew, response: Response) -> TokenMade:
    """Make a token for a program; the answer is the only place where its secret is."""
    owner = Owner(caller.scope.account_id, caller.name, caller.scope.roles)
    made = service.make(
        conn, owner, name=wanted.name, permissions=wanted.permissions, now=now(), days=wanted.days
    )
    response.headers["Cache-Control"] = "no-store"
    return TokenMade(**TokenListed.model_validate(made.token).model_dump(), secret=made.secret)


@router.delete("/tokens/{id}", status_code=204)
def revoke_token(
    caller: Oneself, conn: DoorConn, token_id: Annotated[int, Path(alias="id", ge=1, lt=2**63)]
) -> None:
    """End one of one's own tokens."""
    service.revoke(conn, token_id, actor=caller.name, now=now(), account_id=caller.scope.account_id)
