-- Incidents of a kind from zoom 12, reported within an interval, both ends included, NULL for an open one; further
-- out how many each community has, and how many of them are open; of those merged into another one only that one
-- counts, and what has no place does not. `now` decides which deadline is near. Only in the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_incidents(
    z integer, x integer, y integer, areas bigint[],
    first timestamptz, last timestamptz, layer text, wanted text, now timestamptz
) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ground geometry := gis_grid_tile_ground(z, x, y);
    box box2d := gis_grid_tile_box(z, x, y);
BEGIN
    IF z < 12 THEN
        RETURN (
            SELECT ST_AsMVT(tile, layer || '_by_community', 4096, 'geom', 'id')
            FROM (
                SELECT community.id, community.code, community.name, counted.count, counted.open, community.geom
                FROM gis_grid_tile_communities(z, x, y, areas) AS community
                CROSS JOIN LATERAL (
                    SELECT count(*), count(*) FILTER (WHERE state_kind = 'open') AS open
                    FROM incident AS i
                    WHERE i.area_id = community.id AND i.kind = wanted AND i.duplicate_of IS NULL
                        AND i.geom IS NOT NULL
                        AND i.reported_at BETWEEN coalesce(first, '-infinity') AND coalesce(last, 'infinity')
                ) AS counted
                WHERE counted.count > 0
                OFFSET 0
            ) AS tile
            WHERE geom IS NOT NULL
        );
    END IF;
    RETURN (
        SELECT ST_AsMVT(tile, layer, 4096, 'geom', 'id')
        FROM (
            SELECT i.id, i.code, i.category, i.category_code, i.title, i.state, i.state_kind, i.level, i.severity,
                i.emergency, trim('"' FROM to_json(i.reported_at)::text) AS reported_at, trim('"' FROM to_json(i.deadline)::text) AS deadline,
                trim('"' FROM to_json(i.closed_at)::text) AS closed_at,
                CASE WHEN i.red_at <= now THEN 'red' WHEN i.yellow_at <= now THEN 'yellow' ELSE 'none' END AS light,
                i.duplicate_of IS NOT NULL AS merged, to_hex(i.h3_r10) AS h3, grid.code AS grid_code,
                gis_grid_tile_shape(i.geom, z, box) AS geom
            FROM incident AS i
            LEFT JOIN boundary ON boundary.id = i.boundary_id LEFT JOIN grid ON grid.id = boundary.grid_id
            WHERE i.geom && ground AND i.kind = wanted AND (areas IS NULL OR i.area_id = ANY (areas))
                AND i.reported_at BETWEEN coalesce(first, '-infinity') AND coalesce(last, 'infinity')
            OFFSET 0
        ) AS tile
        WHERE geom IS NOT NULL
    );
END $$;
