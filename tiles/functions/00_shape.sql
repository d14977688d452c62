-- A geometry as far as a tile shows it: simplified, in degrees, and in the coordinates of gis_grid_tile_box. What has
-- to be projected is simplified first: a seventh of the work.
CREATE OR REPLACE FUNCTION gis_grid_tile_simple(geom geometry, z integer, coarse float8) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_Transform(ST_Simplify(geom, coarse, true), CASE WHEN z < 12 THEN 3857 ELSE 4326 END)
$$;

-- A geometry as it is drawn in a tile of a box (gis_grid_tile_box): simplified to a quarter of a pixel of 512,
-- cut at the tile with a margin, in its 4096 units. NULL where nothing is left to draw. Degrees are as long as those
-- of the tile's side towards the pole.
CREATE OR REPLACE FUNCTION gis_grid_tile_shape(geom geometry, z integer, box box2d) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ST_AsMVTGeom(
        gis_grid_tile_simple(geom, z, CASE WHEN z < 12
            THEN degrees((ST_YMax(box) - ST_YMin(box)) / 2048 / 6378137
                / cosh(greatest(ST_YMax(box), -ST_YMin(box)) / 6378137))
            ELSE (ST_YMax(box) - ST_YMin(box)) / 2048 END),
        box, 4096, 64, true)
$$;

-- What turns the coordinates of gis_grid_tile_box into units of the tile, made once for all that is drawn in it:
-- added to x and y, and multiplied by; then the quarter of a pixel of gis_grid_tile_shape, in degrees.
CREATE OR REPLACE FUNCTION gis_grid_tile_turn(z integer, box box2d) RETURNS float8[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    wide float8 := ST_XMax(box) - ST_XMin(box);
    high float8 := ST_YMax(box) - ST_YMin(box);
    coarse float8 := high / 2048;
BEGIN
    IF z < 12 THEN
        coarse := degrees(coarse / 6378137 / cosh(greatest(ST_YMax(box), -ST_YMin(box)) / 6378137));
    END IF;
    RETURN ARRAY[-ST_XMin(box), -ST_YMax(box), 4096 / wide, -4096 / high, coarse];
END $$;

-- An outline as gis_grid_tile_shape draws it, in half the time where nothing has to be cut: it lies on the tile's
-- ground (gis_grid_tile_ground), and is some pixels wide, so that rounding leaves it whole.
CREATE OR REPLACE FUNCTION gis_grid_tile_outline(
    geom geometry, z integer, box box2d, ground geometry, turn float8[]
) RETURNS geometry
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN geom @ ground AND ST_Area(geom) > 4 * turn[5] * ST_Perimeter(geom)
        THEN ST_ForcePolygonCW(ST_SnapToGrid(ST_TransScale(
            gis_grid_tile_simple(geom, z, turn[5]), turn[1], turn[2], turn[3], turn[4]), 1))
        ELSE gis_grid_tile_shape(geom, z, box) END
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
