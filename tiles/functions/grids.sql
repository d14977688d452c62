-- Grids from zoom 9, each with the boundary in force at a moment (first = last), or with the last of its
-- boundaries in an interval, both ends included, NULL for an open one; further out how many grids each community
-- has. Households under `few` or over `many` have a band of their own. Only in the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_grids(
    z integer, x integer, y integer, areas bigint[],
    first timestamptz, last timestamptz, few integer, many integer
) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ground geometry := gis_grid_tile_ground(z, x, y);
    box box2d := gis_grid_tile_box(z, x, y);
    during tstzrange := tstzrange(first, last, '[]');
BEGIN
    IF z < 9 THEN
        RETURN (
            SELECT ST_AsMVT(tile, 'grids_by_community', 4096, 'geom', 'id')
            FROM (
                SELECT community.id, community.code, community.name, counted.count, community.geom
                FROM gis_grid_tile_communities(z, x, y, areas) AS community
                CROSS JOIN LATERAL (
                    SELECT count(*) FROM grid
                    WHERE grid.area_id = community.id AND EXISTS (
                        SELECT FROM boundary WHERE grid_id = grid.id AND valid && during)) AS counted
                WHERE counted.count > 0
                OFFSET 0
            ) AS tile
            WHERE geom IS NOT NULL
        );
    END IF;
    RETURN (
        SELECT ST_AsMVT(tile, 'grids', 4096, 'geom', 'id')
        FROM (
            SELECT grid.id, grid.code, grid.name, area.code AS community_code, area.name AS community_name,
                boundary.households, boundary.buildings,
                CASE WHEN boundary.households < few THEN 'under' WHEN boundary.households > many THEN 'over'
                    ELSE 'in' END AS band,
                trim('"' FROM to_json(lower(boundary.valid))::text) AS valid_from,
                trim('"' FROM to_json(upper(boundary.valid))::text) AS valid_until,
                gis_grid_tile_shape(boundary.geom, z, box) AS geom
            FROM boundary JOIN grid ON grid.id = boundary.grid_id LEFT JOIN area ON area.id = grid.area_id
            WHERE boundary.geom && ground AND boundary.valid && during
                AND (areas IS NULL OR grid.area_id = ANY (areas))
                AND (first = last OR NOT EXISTS (
                    SELECT FROM boundary AS later
                    WHERE later.grid_id = boundary.grid_id AND later.valid && during
                        AND lower(later.valid) > lower(boundary.valid)))
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
