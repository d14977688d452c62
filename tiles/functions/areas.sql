-- Areas: counties at every zoom, subdistricts from 8, communities from 11; ids as in the API.
-- Only the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_areas(z integer, x integer, y integer, areas bigint[]) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ground geometry := gis_grid_tile_ground(z, x, y);
    box box2d := gis_grid_tile_box(z, x, y);
BEGIN
    RETURN (
        SELECT ST_AsMVT(tile, 'areas', 4096, 'geom', 'id')
        FROM (
            SELECT area.id, area.code, area.name, area.kind, above.code AS parent_code, area.synthetic,
                gis_grid_tile_shape(area.geom, z, box) AS geom
            FROM area LEFT JOIN area AS above ON above.id = area.parent_id
            WHERE area.geom && ground AND (areas IS NULL OR area.id = ANY (areas))
                AND CASE area.kind WHEN 'county' THEN true WHEN 'subdistrict' THEN z >= 8 ELSE z >= 11 END
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
