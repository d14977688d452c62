-- Buildings from zoom 14: further out a tile would hold a town of them. Only in the given areas; NULL for all.
CREATE OR REPLACE FUNCTION gis_grid_tile_buildings(z integer, x integer, y integer, areas bigint[]) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_AsMVT(tile, 'buildings', 4096, 'geom', 'id')
    FROM (
        SELECT id, kind, name, floors, households, estimated, gis_grid_tile_shape(building.geom, z, x, y) AS geom
        FROM building
        WHERE z >= 14 AND building.geom && gis_grid_tile_ground(z, x, y)
            AND (areas IS NULL OR building.area_id = ANY (areas))
    ) AS tile
    WHERE geom IS NOT NULL
$$;
