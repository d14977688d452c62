-- A geometry as it is drawn in a tile: simplified to half a pixel, cut at the tile, in its 4096 units.
-- NULL where nothing is left to draw.
CREATE OR REPLACE FUNCTION gis_grid_tile_shape(geom geometry, z integer, x integer, y integer) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_AsMVTGeom(
        ST_Simplify(ST_Transform(geom, 3857), 40075016.6855785 / 2 ^ z / 512 / 2, true),
        ST_TileEnvelope(z, x, y), 4096, 64, true)
$$;
