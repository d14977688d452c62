-- A geometry as it is drawn in a tile of a box (gis_grid_tile_box): simplified to a quarter of a pixel of 512,
-- cut at the tile with a margin, in its 4096 units. NULL where nothing is left to draw. What has to be projected is
-- simplified first, in degrees that are as long as those of the tile's side towards the pole: a seventh of the work.
CREATE OR REPLACE FUNCTION gis_grid_tile_shape(geom geometry, z integer, box box2d) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_AsMVTGeom(
        CASE WHEN z < 12
            THEN ST_Transform(
                ST_Simplify(geom, degrees((ST_YMax(box) - ST_YMin(box)) / 2048 / 6378137
                    / cosh(greatest(ST_YMax(box), -ST_YMin(box)) / 6378137)), true), 3857)
            ELSE ST_Simplify(geom, (ST_YMax(box) - ST_YMin(box)) / 2048, true) END,
        box, 4096, 64, true)
$$;

-- Communities as points, for what is told of a tile from so far away that each would be nothing by itself.
CREATE OR REPLACE FUNCTION gis_grid_tile_communities(z integer, x integer, y integer, areas bigint[])
RETURNS TABLE (id bigint, code text, name text, geom geometry)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT id, code, name, gis_grid_tile_shape(ST_PointOnSurface(geom), z, gis_grid_tile_box(z, x, y))
    FROM area
    WHERE kind = 'community' AND geom && gis_grid_tile_ground(z, x, y)
        AND (areas IS NULL OR id = ANY (areas))
$$;
