-- Areas: counties at every zoom, subdistricts from 8, communities from 11; ids as in the API.
-- Only the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_areas(z integer, x integer, y integer, areas bigint[]) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_AsMVT(tile, 'areas', 4096, 'geom', 'id')
    FROM (
        SELECT id, code, name, kind, synthetic, gis_grid_tile_shape(area.geom, z, x, y) AS geom
        FROM area
        WHERE area.geom && gis_grid_tile_ground(z, x, y)
            AND (areas IS NULL OR area.id = ANY (areas))
            AND CASE kind WHEN 'county' THEN true WHEN 'subdistrict' THEN z >= 8 ELSE z >= 11 END
    ) AS tile
    WHERE geom IS NOT NULL
$$;
