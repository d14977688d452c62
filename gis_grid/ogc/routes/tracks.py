"""A worker's track as features; every reading is a look at it, and written into the ledger."""

import re
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field, create_model

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.errors import NotFound
from gis_grid.kit.features import Collection, Interval, Reading
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.ogc.intervals import closed_interval, moment
from gis_grid.ogc.looking import answer_look
from gis_grid.ogc.one_track import OF_TRACKS, PATH, OneTrack, one_track
from gis_grid.ogc.parameters import models_of
from gis_grid.ogc.routes.items import (
    ANSWERS,
    ANSWERS_OF_ONE,
    Call,
    answer_one,
    answer_page,
    no_feature,
    reading_of,
)
from gis_grid.patrols.looking import LONGEST

router = APIRouter(prefix="/ogc", tags=["ogc"])

_ID: Final = re.compile(r"(?P<worker>.+?)/(?P<at>[0-9T:.-]+Z)(/[0-9]+)?")
_PAGE: Final = 1000

_Caller = Annotated[Caller, may(Permission.SEE_TRACKS)]
_Track = Annotated[OneTrack, Depends(one_track)]


def _add(collection: Collection) -> None:
    """Add the routes that name worker and time by parameters."""
    # Who leaves the worker out is told how tracks are asked for, which a missing field alone would not say.
    asking = replace(
        collection, parameters=tuple(replace(one, required=False) for one in collection.parameters)
    )
    items = _longer(models_of(asking).items)
    unnamed = _unnamed(collection)
    one = models_of(unnamed).one

    def read_items(
        caller: _Caller,
        settings: AppSettings,
        request: Request,
        query: Annotated[items, Query()],  # type: ignore[valid-type]
    ) -> Response:
        asked: Any = query
        if asked.interval is not None:
            closed_interval(asked.interval, longest=LONGEST)
        reading = reading_of(caller, settings, collection, asked)
        call = Call(request, caller, None)

        def page() -> Response:
            return answer_page(call, collection, reading, asked, skip=asked.offset)

        return answer_look(request, collection, reading, page)

    def read_item(
        caller: _Caller,
        settings: AppSettings,
        request: Request,
        fid: str,
        query: Annotated[one, Query()],  # type: ignore[valid-type]
    ) -> Response:
        asked: Any = query
        reading = _named(reading_of(caller, settings, unnamed, asked), collection, fid)
        call = Call(request, caller, None)
        try:
            return answer_look(
                request, collection, reading, lambda: answer_one(call, collection, reading, asked, fid)
            )
        except NotFound:
            # That of a worker who is not seen is like any other that is not there.
            raise no_feature(collection, fid) from None

    path = f"/collections/{collection.id}/items"
    _get(collection, path, "", ANSWERS)(read_items)
    _get(collection, f"{path}/{{fid:path}}", "_one", ANSWERS_OF_ONE)(read_item)


def _add_of_one(collection: Collection) -> None:
    """Add the routes that have worker and days in their path."""
    unnamed = _unnamed(collection)
    models = models_of(unnamed)
    items = _longer(models.items)

    def read_items(
        caller: _Caller,
        settings: AppSettings,
        request: Request,
        track: _Track,
        query: Annotated[items, Query()],  # type: ignore[valid-type]
    ) -> Response:
        asked: Any = query
        reading = track.reading(reading_of(caller, settings, unnamed, asked))
        call = Call(request, caller, None)

        def page() -> Response:
            # Here `worker` is a property as others are.
            return answer_page(call, unnamed, reading, asked, skip=asked.offset)

        return answer_look(request, collection, reading, page)

    def read_item(  # noqa: PLR0917 - FastAPI passes them by name
        caller: _Caller,
        settings: AppSettings,
        request: Request,
        track: _Track,
        fid: str,
        query: Annotated[models.one, Query()],  # type: ignore[name-defined]
    ) -> Response:
        reading = track.reading(reading_of(caller, settings, unnamed, query))
        call = Call(request, caller, None)
        return answer_look(
            request, collection, reading, lambda: answer_one(call, collection, reading, query, fid)
        )

    path = f"{PATH}/collections/{collection.id}/items"
    _get(collection, path, "_of_worker", ANSWERS)(read_items)
    _get(collection, f"{path}/{{fid:path}}", "_one_of_worker", ANSWERS_OF_ONE)(read_item)


def _get(collection: Collection, path: str, name: str, answers: dict[int | str, dict[str, Any]]) -> Any:
    return router.get(
        path,
        response_class=GeoJson,
        responses=answers,
        name=f"{collection.id}{name}",
        description=f"{collection.about.en}.",
    )


def _longer(model: Any) -> Any:
    """Return the model of a page with more features, and with the parameter that there was before cursors."""
    limit = (int, Field(_PAGE, ge=1, description=model.model_fields["limit"].description))
    offset = (
        int,
        Field(
            0,
            ge=0,
            le=100_000_000,
            description="Features to pass over. Deprecated: follow `next`.",
            json_schema_extra={"deprecated": True},
        ),
    )
    return create_model(f"{model.__name__}Longer", __base__=model, limit=limit, offset=offset)


def _unnamed(collection: Collection) -> Collection:
    """Return a collection whose worker is named elsewhere."""
    return replace(collection, parameters=tuple(one for one in collection.parameters if not one.required))


def _named(reading: Reading, collection: Collection, fid: str) -> Reading:
    """Return what is read of the worker, and of the moment, that a feature's id names.

    Raises
    ------
    NotFound
        When it is no such id.
    """
    read = _ID.fullmatch(fid)
    at = None if read is None else moment(read["at"])
    if read is None or at is None or "\0" in fid:
        raise no_feature(collection, fid)
    return replace(reading, interval=Interval(at, at), asked={**reading.asked, "worker": read["worker"]})


for _collection in OF_TRACKS:
    _add(_collection)
    _add_of_one(_collection)
