-- A land of 100 communities with :grids grids each, and :points incidents, on 3.2 by 3.2 degrees; what our
-- program serves, and the same rows as plain tables for its peers, which know no versions and no scope.
-- Loaded as whoever may skip triggers: the checks of incidents look at each row.
SET session_replication_role = replica;
SELECT setseed(0.5);
INSERT INTO area (code, name, kind, geom)
SELECT 'C' || n, '社区' || n, 'community',
    ST_Multi(ST_MakeEnvelope(112 + x * 0.32, 30 + y * 0.32, 112.32 + x * 0.32, 30.32 + y * 0.32, 4326))
FROM (SELECT n, n % 10 AS x, n / 10 AS y FROM generate_series(0, 99) AS n) AS one;
CREATE TEMPORARY TABLE piece AS
SELECT area.id AS area_id, area.code || '-' || n AS code,
    ST_XMin(geom) + (n % s.side) * 0.32 / s.side AS lon, ST_YMin(geom) + (n / s.side) * 0.32 / s.side AS lat,
    0.32 / s.side AS wide
FROM area CROSS JOIN (SELECT ceil(sqrt(:grids))::int AS side) AS s CROSS JOIN generate_series(0, :grids - 1) AS n;
INSERT INTO grid (code, name, area_id) SELECT code, '网格' || code, area_id FROM piece;
-- Outlines of 40 vertices, as streets make them.
INSERT INTO boundary (grid_id, households, buildings, valid, geom)
SELECT grid.id, 250 + floor(random() * 300)::int, 40, '[2020-01-01,)',
    ST_Multi(ST_Segmentize(ST_MakeEnvelope(lon, lat, lon + wide, lat + wide, 4326), wide / 9.5))
FROM piece JOIN grid USING (code);
INSERT INTO incident (code, kind, category, title, state, severity, reported_at, area_id, h3_r9, h3_r10,
                      h3_r11, geom)
SELECT 'I' || n, 'incident', '环境卫生', '楼道堆物', 'reported', 1 + n % 3, '2026-11-01'::timestamptz - n * interval '20 seconds',
    (SELECT min(id) FROM area) + floor(x * 10)::int + 10 * floor(y * 10)::int, n % 90, n % 500, n % 2000,
    ST_SetSRID(ST_MakePoint(112 + x * 3.2, 30 + y * 3.2), 4326)
FROM (SELECT n, random() AS x, random() AS y FROM generate_series(1, :points) AS n) AS p;
CREATE SCHEMA peers;
CREATE TABLE peers.grids AS
SELECT boundary.id, grid.code, grid.name, area.code AS community_code, area.name AS community_name,
    boundary.households, boundary.buildings, lower(boundary.valid) AS valid_from, boundary.geom
FROM boundary JOIN grid ON grid.id = boundary.grid_id JOIN area ON area.id = grid.area_id ORDER BY boundary.id;
CREATE TABLE peers.incidents AS
SELECT id, code, category, title, state, severity, reported_at, geom FROM incident ORDER BY id;
ALTER TABLE peers.grids ADD PRIMARY KEY (id);
ALTER TABLE peers.incidents ADD PRIMARY KEY (id);
CREATE INDEX ON peers.grids USING gist (geom);
CREATE INDEX ON peers.incidents USING gist (geom);
CREATE INDEX ON peers.incidents (reported_at);
RESET session_replication_role;
ANALYZE;
