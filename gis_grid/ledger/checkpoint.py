"""What is written down of the chain and kept elsewhere: where it ended, and the hash there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from gis_grid.kit.errors import BadInput, Conflict

if TYPE_CHECKING:
    from pathlib import Path


class Checkpoint(BaseModel):
    """The end of the chain at a time."""

    seq: Annotated[int, Field(ge=0)]
    hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    at: AwareDatetime
    entries: Annotated[int, Field(ge=0)]
    program: str

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """Read a checkpoint's file.

        Raises
        ------
        BadInput
            When there is none, or it is no checkpoint.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise BadInput("The checkpoint cannot be read", error.strerror or "", where=str(path)) from error
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise BadInput("This is no checkpoint of the ledger", wrong, where=str(path)) from error

    def write(self, path: Path) -> None:
        """Write a new file.

        Raises
        ------
        Conflict
            When there is one already: an older checkpoint proves more than a newer one.
        BadInput
            When it cannot be written.
        """
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(self.model_dump_json(indent=2) + "\n")
        except FileExistsError as error:
            raise Conflict(
                "The file is there already", "checkpoints are kept: name another", where=str(path)
            ) from error
        except OSError as error:
            raise BadInput(
                "The checkpoint cannot be written", error.strerror or "", where=str(path)
            ) from error
