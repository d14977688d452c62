-- Roads: main roads from zoom 8, railways from 10, lanes from 13, paths from 15. The same for every area.
CREATE OR REPLACE FUNCTION gis_grid_tile_roads(z integer, x integer, y integer, areas bigint[]) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ground geometry := gis_grid_tile_ground(z, x, y);
    box box2d := gis_grid_tile_box(z, x, y);
BEGIN
    RETURN (
        SELECT ST_AsMVT(tile, 'roads', 4096, 'geom', 'id')
        FROM (
            SELECT id, class, name, gis_grid_tile_shape(road.geom, z, box) AS geom
            FROM road
            WHERE z >= 8 AND road.geom && ground
                AND CASE class WHEN 'main' THEN true WHEN 'rail' THEN z >= 10 WHEN 'lane' THEN z >= 13 ELSE z >= 15 END
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
