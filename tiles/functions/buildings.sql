-- Buildings from zoom 12; further out how many of them, and of their households, each community has.
-- Only in the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_buildings(z integer, x integer, y integer, areas bigint[]) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ground geometry := gis_grid_tile_ground(z, x, y);
    box box2d := gis_grid_tile_box(z, x, y);
BEGIN
    IF z < 12 THEN
        RETURN (
            SELECT ST_AsMVT(tile, 'buildings_by_community', 4096, 'geom', 'id')
            FROM (
                SELECT community.id, community.code, community.name, counted.count, counted.households,
                    community.geom
                FROM gis_grid_tile_communities(z, x, y, areas) AS community
                CROSS JOIN LATERAL (
                    SELECT count(*), sum(households) AS households FROM building
                    WHERE building.area_id = community.id) AS counted
                WHERE counted.count > 0
                OFFSET 0
            ) AS tile
            WHERE geom IS NOT NULL
        );
    END IF;
    RETURN (
        SELECT ST_AsMVT(tile, 'buildings', 4096, 'geom', 'id')
        FROM (
            SELECT building.id, building.kind, building.name, floors, households, estimated,
                area.code AS community_code, gis_grid_tile_shape(building.geom, z, box) AS geom
            FROM building LEFT JOIN area ON area.id = building.area_id
            WHERE building.geom && ground AND (areas IS NULL OR building.area_id = ANY (areas))
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
