-- Water from zoom 6 on, as soon as it is larger than about two pixels; lines of rivers from zoom 12. The same for every area.
CREATE OR REPLACE FUNCTION gis_grid_tile_water(z integer, x integer, y integer, areas bigint[]) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ground geometry := gis_grid_tile_ground(z, x, y);
    box box2d := gis_grid_tile_box(z, x, y);
BEGIN
    RETURN (
        SELECT ST_AsMVT(tile, 'water', 4096, 'geom', 'id')
        FROM (
            SELECT id, name, gis_grid_tile_shape(water.geom, z, box) AS geom
            FROM water
            WHERE z >= 6 AND water.geom && ground
                AND CASE ST_Dimension(water.geom)
                    WHEN 2 THEN z >= 14 OR ST_Area(water.geom) > (360.0 / 2 ^ z / 256) ^ 2
                    ELSE z >= 12 END
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
