-- Every version of every grid's outline from zoom 9, in force within an interval, both ends included, NULL for an
-- open one; further out how many each community has. Bands as of grids. Only in the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_boundaries(
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
            SELECT ST_AsMVT(tile, 'boundaries_by_community', 4096, 'geom', 'id')
            FROM (
                SELECT community.id, community.code, community.name, counted.count, community.geom
                FROM gis_grid_tile_communities(z, x, y, areas) AS community
                CROSS JOIN LATERAL (
                    SELECT count(*) FROM boundary JOIN grid ON grid.id = boundary.grid_id
                    WHERE grid.area_id = community.id AND valid && during) AS counted
                WHERE counted.count > 0
                OFFSET 0
            ) AS tile
            WHERE geom IS NOT NULL
        );
    END IF;
    RETURN (
        SELECT ST_AsMVT(tile, 'boundaries', 4096, 'geom', 'id')
        FROM (
            SELECT boundary.id, grid.code AS grid_code, grid.name AS grid_name, area.code AS community_code,
                area.name AS community_name, boundary.households, boundary.buildings,
                CASE WHEN boundary.households < few THEN 'under' WHEN boundary.households > many THEN 'over'
                    ELSE 'in' END AS band,
                trim('"' FROM to_json(lower(boundary.valid))::text) AS valid_from,
                trim('"' FROM to_json(upper(boundary.valid))::text) AS valid_until,
                gis_grid_tile_shape(boundary.geom, z, box) AS geom
            FROM boundary JOIN grid ON grid.id = boundary.grid_id LEFT JOIN area ON area.id = grid.area_id
            WHERE boundary.geom && ground AND boundary.valid && during
                AND (areas IS NULL OR grid.area_id = ANY (areas))
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
