-- The ground that a tile covers, in EPSG:4326 as the layers and their indexes, with the margin of 64 units that
-- gis_grid_tile_shape keeps. By formula, since ST_Transform turns longitudes behind 180 degrees to the other side.
CREATE OR REPLACE FUNCTION gis_grid_tile_ground(z integer, x integer, y integer) RETURNS geometry
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    many float8 := 2 ^ z;
    margin float8 := 64.0 / 4096;
BEGIN
    RETURN ST_MakeEnvelope(
        (x - margin) / many * 360 - 180,
        degrees(atan(sinh(pi() * (1 - 2 * (y + 1 + margin) / many)))),
        (x + 1 + margin) / many * 360 - 180,
        degrees(atan(sinh(pi() * (1 - 2 * (y - margin) / many)))),
        4326);
END $$;

-- The box of a tile in the coordinates in which gis_grid_tile_shape draws at its zoom: from 12 on in degrees.
-- There a tile is so low that degrees of latitude are as good as metres of Mercator: what is drawn lies at most
-- two thirds of one of its 4096 units beside its place, and nothing has to be projected.
CREATE OR REPLACE FUNCTION gis_grid_tile_box(z integer, x integer, y integer) RETURNS box2d
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    many float8 := 2 ^ z;
BEGIN
    IF z < 12 THEN
        RETURN ST_TileEnvelope(z, x, y)::box2d;
    END IF;
    RETURN ST_MakeBox2D(
        ST_MakePoint(x / many * 360 - 180, degrees(atan(sinh(pi() * (1 - 2 * (y + 1) / many))))),
        ST_MakePoint((x + 1) / many * 360 - 180, degrees(atan(sinh(pi() * (1 - 2 * y / many))))));
END $$;
