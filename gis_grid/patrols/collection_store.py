"""SQL of the rows of the collection of patrols."""

from __future__ import annotations

from typing import Final

# Of the latest judgement of each week; where somebody walked is not told here.
PATROLS: Final = """
    SELECT judgement.id || '-' || CAST(extract(epoch FROM patrol.starts_at) AS bigint) AS id,
        worker.code AS worker_code, patrol.local_date, patrol.starts_at, patrol.ends_at, patrol.known_s,
        patrol.unknown_s, patrol.lower_s, patrol.best_s, patrol.upper_s, patrol.verdicts, judgement.iso_week,
        judgement.revision, judgement.provisional, CAST(NULL AS geometry(Geometry, 4326)) AS geom
    FROM judgement JOIN patrol ON patrol.judgement_id = judgement.id
    JOIN worker ON worker.id = judgement.worker_id
    WHERE NOT EXISTS (
        SELECT FROM judgement AS later
        WHERE later.worker_id = judgement.worker_id AND later.iso_week = judgement.iso_week
            AND later.revision > judgement.revision)
"""
