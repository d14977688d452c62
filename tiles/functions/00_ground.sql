-- The ground that a tile covers, in EPSG:4326 as the layers and their indexes, with the margin of 64 units that
-- gis_grid_tile_shape keeps. By formula, since ST_Transform turns longitudes behind 180 degrees to the other side.
CREATE OR REPLACE FUNCTION gis_grid_tile_ground(z integer, x integer, y integer) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_MakeEnvelope(
        degrees(ST_XMin(envelope) / 6378137),
        degrees(2 * atan(exp(ST_YMin(envelope) / 6378137)) - pi() / 2),
        degrees(ST_XMax(envelope) / 6378137),
        degrees(2 * atan(exp(ST_YMax(envelope) / 6378137)) - pi() / 2),
        4326)
    FROM ST_TileEnvelope(z, x, y, margin => 64.0 / 4096) AS envelope
$$;

-- The box of a tile in the coordinates in which gis_grid_tile_shape draws at its zoom: from 12 on in degrees.
-- There a tile is so low that degrees of latitude are as good as metres of Mercator: what is drawn lies at most
-- two thirds of one of its 4096 units beside its place, and nothing has to be projected.
CREATE OR REPLACE FUNCTION gis_grid_tile_box(z integer, x integer, y integer) RETURNS box2d
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN z < 12 THEN envelope::box2d ELSE ST_MakeBox2D(
        ST_MakePoint(degrees(ST_XMin(envelope) / 6378137),
            degrees(2 * atan(exp(ST_YMin(envelope) / 6378137)) - pi() / 2)),
        ST_MakePoint(degrees(ST_XMax(envelope) / 6378137),
            degrees(2 * atan(exp(ST_YMax(envelope) / 6378137)) - pi() / 2))) END
    FROM ST_TileEnvelope(z, x, y) AS envelope
$$;
