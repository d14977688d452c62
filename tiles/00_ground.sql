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
