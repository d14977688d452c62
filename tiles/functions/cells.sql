-- H3 cells with what is told of each: outlines (WKB, EPSG:4326) and objects of the same length come from the
-- program, which counts them as it does for every other answer. The keys of an object are a feature's attributes.
CREATE OR REPLACE FUNCTION gis_grid_tile_cells(
    z integer, x integer, y integer, layer text, cells bigint[], outlines bytea[], told jsonb[]
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_AsMVT(tile, layer, 4096, 'geom', 'id')
    FROM (
        SELECT id, about, gis_grid_tile_shape(ST_GeomFromWKB(outline, 4326), z, gis_grid_tile_box(z, x, y)) AS geom
        FROM unnest(cells, outlines, told) AS cell (id, outline, about)
        OFFSET 0
    ) AS tile
    WHERE geom IS NOT NULL
$$;
