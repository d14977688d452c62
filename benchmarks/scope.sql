-- A city of 100 communities with 20 grids and workers each, for benchmarks/scope.py and the tests of plans:
-- 20,000 buildings, roads, waters, hazards and visited places at random, 40,000 judged weeks.
SELECT setseed(0.5);
INSERT INTO area (code, name, kind, geom)
SELECT 'C' || n, 'C' || n, 'community',
    ST_Multi(ST_MakeEnvelope(118 + x * 0.01, 32 + y * 0.01, 118.01 + x * 0.01, 32.01 + y * 0.01, 4326))
FROM (SELECT n, n % 10 AS x, n / 10 AS y FROM generate_series(0, 99) AS n) AS one;
INSERT INTO grid (code, name, area_id)
SELECT area.code || '-' || n, area.code, area.id FROM area CROSS JOIN generate_series(1, 20) AS n;
INSERT INTO boundary (grid_id, households, buildings, valid, geom)
SELECT grid.id, 400, 20, '[2020-01-01,)', ST_Multi(ST_Envelope(ST_Buffer(ST_Centroid(geom), 0.001)))
FROM grid JOIN area ON area.id = grid.area_id;
CREATE TEMPORARY TABLE place AS
SELECT n, lon, lat, area.id AS area_id
FROM (SELECT n, 118 + random() * 0.1 AS lon, 32 + random() * 0.1 AS lat FROM generate_series(1, 20000) AS n) AS p
JOIN area ON area.code = 'C' || (floor((lon - 118) / 0.01) + 10 * floor((lat - 32) / 0.01));
INSERT INTO building (area_id, source, source_ref, households, estimated, geom, point)
SELECT area_id, 't', n::text, 12, false, ST_MakeEnvelope(lon, lat, lon + 1e-4, lat + 1e-4, 4326),
    ST_SetSRID(ST_MakePoint(lon, lat), 4326)
FROM place;
INSERT INTO road (source, source_ref, class, geom)
SELECT 't', n::text, 'main', ST_SetSRID(ST_Multi(ST_MakeLine(ST_MakePoint(lon, lat),
    ST_MakePoint(lon + 1e-3, lat))), 4326) FROM place;
INSERT INTO water (source, source_ref, geom)
SELECT 't', n::text, ST_MakeEnvelope(lon, lat, lon + 1e-3, lat + 1e-3, 4326) FROM place;
INSERT INTO incident (code, kind, category, title, state, severity, reported_at, area_id, h3_r9, h3_r10,
                      h3_r11, geom)
SELECT n::text, 'hazard', 'c', 't', 'reported', 1, now() - n * interval '1 minute', area_id, n % 90, n % 500,
    n % 2000, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
FROM place;
INSERT INTO visit_target (reference, visit_class, area_id, geom)
SELECT n::text, 'household', area_id, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
FROM place;
INSERT INTO worker (code, name) SELECT code, code FROM grid;
INSERT INTO assignment (worker_id, grid_id, valid)
SELECT worker.id, grid.id, '[2020-01-01,)' FROM worker JOIN grid USING (code);
INSERT INTO visit (target_id, worker_id, at, mode)
SELECT visit_target.id, (SELECT min(id) FROM worker), now(), 'door' FROM visit_target;
INSERT INTO judgement (worker_id, iso_week, revision, judged_at, core_version, profiles, boundary_ids,
                       input_digest, result_digest, provisional, flags, body_digest)
SELECT id, '2026-W' || week, 1, now(), '1', '[]', '{}', '', '', false, '{}', ''
FROM worker CROSS JOIN generate_series(10, 29) AS week;
INSERT INTO day_verdict (judgement_id, local_date, working_day, known_s, unknown_s, lower_s, best_s, upper_s,
                         intervals, verdicts)
SELECT id, to_date(iso_week, 'IYYY"-W"IW'), true, 0, 0, 0, 0, 0, '[]', '[]' FROM judgement;
CREATE TABLE fix_of_march PARTITION OF fix FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
INSERT INTO fix (device_id, worker_id, received_at, t, lon, lat, mock, track_part)
SELECT worker.id, worker.id, now(), '2026-03-02'::timestamptz + n * interval '1 minute', 118, 32, false, 0
FROM worker CROSS JOIN generate_series(1, 10) AS n;
ANALYZE;
