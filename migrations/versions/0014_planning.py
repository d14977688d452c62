"""Drafts of divisions, what is published of them, and who may plan."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

GROUND = """
ALTER TABLE building ADD COLUMN people integer CHECK (people >= 0);
COMMENT ON COLUMN building.people IS 'residents as counted; where null, estimated from the households';

INSERT INTO role_may VALUES ('planner', 'plan', 'people');
"""

DRAFTS = """
CREATE TABLE scenario (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id      bigint NOT NULL REFERENCES area (id),
    name         text NOT NULL,
    state        text NOT NULL CHECK (state IN ('draft', 'review', 'published', 'withdrawn', 'dropped')),
    limits       jsonb NOT NULL,
    seed         bigint NOT NULL,
    meridian     smallint NOT NULL,
    ground       bytea NOT NULL,
    digest       bytea NOT NULL,
    revision     bigint NOT NULL CHECK (revision >= 1),
    position     integer NOT NULL CHECK (position >= 0),
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    writer       text,
    writer_until timestamptz,
    valid_from   timestamptz,
    reviewed_by  text,
    note         text NOT NULL DEFAULT '',
    told         jsonb NOT NULL DEFAULT '[]',
    exceptions   jsonb NOT NULL DEFAULT '{}',
    based_on     bigint,
    restores     bigint,
    CONSTRAINT scenario_writer_check CHECK ((writer IS NULL) = (writer_until IS NULL))
);
CREATE INDEX scenario_area_id_idx ON scenario (area_id);
COMMENT ON TABLE scenario IS
    'a planner''s draft of one community: the state it began with, and the changes up to its position';
COMMENT ON COLUMN scenario.ground IS 'outline, lines and buildings as they were when the draft was opened';
COMMENT ON COLUMN scenario.digest IS 'of the state it began with; each change has one over its own and this';
COMMENT ON COLUMN scenario.told IS 'what was mended of the imported division that it began with';
COMMENT ON COLUMN scenario.exceptions IS
    'draft grids that were accepted outside the limits when it began, and why';

CREATE TABLE publication (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id      bigint NOT NULL REFERENCES area (id),
    scenario_id  bigint NOT NULL REFERENCES scenario (id),
    meridian     smallint NOT NULL,
    valid_from   timestamptz NOT NULL,
    published_by text NOT NULL,
    reviewed_by  text,
    at           timestamptz NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamptz,
    moved        jsonb NOT NULL,
    exceptions   jsonb NOT NULL DEFAULT '{}',
    grids        jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT publication_withdrawn_at_check CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
CREATE INDEX publication_scenario_id_idx ON publication (scenario_id);
CREATE UNIQUE INDEX publication_in_force_idx ON publication (area_id, valid_from)
    WHERE withdrawn_at IS NULL;
COMMENT ON TABLE publication IS 'a division that came, or comes, into force at one moment';
COMMENT ON COLUMN publication.moved IS
    'assignments to grids that end, as they were and as they are since: withdrawing puts the former back';
COMMENT ON COLUMN publication.exceptions IS 'grids, by id, that were accepted outside the limits, and why';
COMMENT ON COLUMN publication.grids IS 'which grid, by id, each label of the draft became';
ALTER TABLE scenario ADD CONSTRAINT scenario_based_on_fkey
    FOREIGN KEY (based_on) REFERENCES publication (id);
ALTER TABLE scenario ADD CONSTRAINT scenario_restores_fkey
    FOREIGN KEY (restores) REFERENCES publication (id);
COMMENT ON COLUMN scenario.restores IS 'the publication whose division, or that before it, is brought back';

CREATE TABLE atom (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id        bigint NOT NULL REFERENCES area (id),
    publication_id bigint NOT NULL REFERENCES publication (id),
    households     integer NOT NULL CHECK (households >= 0),
    people         integer NOT NULL CHECK (people >= 0),
    buildings      integer NOT NULL CHECK (buildings >= 0),
    geom           geometry(Polygon, 4326) NOT NULL
);
CREATE INDEX atom_area_id_idx ON atom (area_id);
CREATE INDEX atom_geom_idx ON atom USING gist (geom);
COMMENT ON TABLE atom IS 'the smallest piece of ground that grids are made of; never changed';

CREATE TABLE grid_atom (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    atom_id bigint NOT NULL REFERENCES atom (id),
    grid_id bigint REFERENCES grid (id),
    valid   tstzrange NOT NULL CHECK (NOT isempty(valid)),
    EXCLUDE USING gist (atom_id WITH =, valid WITH &&)
);
CREATE INDEX grid_atom_grid_id_idx ON grid_atom (grid_id);
COMMENT ON TABLE grid_atom IS 'which grid holds which atom, and when; without a grid it is a gap';

CREATE TABLE lineage (
    parent_boundary_id bigint NOT NULL REFERENCES boundary (id),
    child_boundary_id  bigint NOT NULL REFERENCES boundary (id),
    kind               text NOT NULL CHECK (kind IN ('edit', 'split', 'merge')),
    households         integer NOT NULL CHECK (households >= 0),
    area_m2            double precision NOT NULL CHECK (area_m2 >= 0),
    PRIMARY KEY (child_boundary_id, parent_boundary_id)
);
CREATE INDEX lineage_parent_boundary_id_idx ON lineage (parent_boundary_id);
COMMENT ON TABLE lineage IS 'ground and households that a boundary took over from the one before it';

CREATE TABLE scenario_atom (
    scenario_id bigint NOT NULL REFERENCES scenario (id),
    key         bigint NOT NULL,
    label       bigint NOT NULL,
    households  integer NOT NULL CHECK (households >= 0),
    people      integer NOT NULL CHECK (people >= 0),
    buildings   integer NOT NULL CHECK (buildings >= 0),
    atom_id     bigint REFERENCES atom (id),
    geom        geometry(Polygon, 4326) NOT NULL,
    PRIMARY KEY (scenario_id, key)
);
CREATE INDEX scenario_atom_atom_id_idx ON scenario_atom (atom_id);
COMMENT ON TABLE scenario_atom IS 'the state that a draft began with; -1 is the label of a gap';

CREATE TABLE scenario_grid (
    scenario_id bigint NOT NULL REFERENCES scenario (id),
    boundary_id bigint,
    grid_id     bigint NOT NULL REFERENCES grid (id),
    label       bigint,
    PRIMARY KEY (scenario_id, grid_id),
    UNIQUE (scenario_id, label)
);
CREATE INDEX scenario_grid_grid_id_idx ON scenario_grid (grid_id);
COMMENT ON TABLE scenario_grid IS
    'grids that the draft follows upon or brings back, and which draft grid goes on as which';
COMMENT ON COLUMN scenario_grid.boundary_id IS
    'that the grid has before; null for one that was over. No foreign key: a publication may be withdrawn';

CREATE TABLE scenario_edit (
    scenario_id bigint NOT NULL REFERENCES scenario (id),
    n           integer NOT NULL CHECK (n >= 1),
    op          text NOT NULL,
    params      jsonb NOT NULL,
    change      bytea NOT NULL,
    ground      bytea,
    digest      bytea NOT NULL,
    numbers     jsonb NOT NULL,
    by          text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (scenario_id, n)
);
COMMENT ON TABLE scenario_edit IS 'changes of a draft, each with what was and what is instead';
COMMENT ON COLUMN scenario_edit.ground IS 'where the edit looked at the ground anew: as it is since';
ALTER TABLE scenario_edit ALTER COLUMN change SET STORAGE EXTERNAL;
"""

# One writer a community. A row's lock behind a function: an advisory lock could be taken, and kept, by any
# login, and to lock a row of `area` oneself one would need the right to change it.
LOCK = """
CREATE FUNCTION gis_grid_plan_lock(of_area bigint, publishing boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT (pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR coalesce(gis_grid_asked() = 'plan'
        AND (gis_grid_everywhere() OR of_area = ANY (gis_grid_areas())), false)) THEN
        RAISE EXCEPTION 'only planners of an area lock it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- What refers to the area goes on meanwhile: its key does not change.
    PERFORM FROM public.area WHERE id = of_area FOR NO KEY UPDATE;
    IF publishing THEN
        -- Waits for an import of grids, which keeps others from writing any.
        LOCK TABLE public.grid IN ROW EXCLUSIVE MODE;
    END IF;
END $$;
REVOKE ALL ON FUNCTION gis_grid_plan_lock(bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_plan_lock(bigint, boolean) TO gis_grid_service;
"""

# A code is given once, also where the planner sees nothing of the grid that has it.
CODES = """
CREATE FUNCTION gis_grid_codes_given(codes text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT code FROM public.grid WHERE code = ANY (codes)
        AND (pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_asked() = 'plan')
$$;
REVOKE ALL ON FUNCTION gis_grid_codes_given(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_codes_given(text[]) TO gis_grid_service;
"""

_IN_AREAS = "((SELECT gis_grid_everywhere()) OR {column} = ANY ((SELECT gis_grid_areas())::bigint[]))"
_PLANS = "(SELECT gis_grid_asked()) = 'plan'"


def _with(parent: str, column: str) -> str:
    return f"EXISTS (SELECT FROM {parent} AS parent WHERE parent.id = {column})"


# Drafts are for those who plan; what is published is for all who see the area.
SEEN = {
    "scenario": f"{_PLANS} AND {_IN_AREAS.format(column='area_id')}",
    **{
        table: f"{_PLANS} AND {_with('scenario', f'{table}.scenario_id')}"
        for table in ("scenario_atom", "scenario_grid", "scenario_edit")
    },
    "publication": _IN_AREAS.format(column="area_id"),
    "atom": _IN_AREAS.format(column="area_id"),
    "grid_atom": _with("atom", "grid_atom.atom_id"),
    "lineage": _with("boundary", "lineage.child_boundary_id"),
}
"""What the service may read of each table."""

_ITS_GRID = "EXISTS (SELECT FROM grid AS parent WHERE parent.id = {column} AND " + (
    _IN_AREAS.format(column="parent.area_id") + ")"
)
_AHEAD = "lower(valid) > now()"

WRITTEN = {
    "scenario": {"INSERT": SEEN["scenario"], "UPDATE": SEEN["scenario"]},
    "scenario_atom": {"INSERT": SEEN["scenario_atom"]},
    "scenario_grid": {"INSERT": SEEN["scenario_grid"]},
    "scenario_edit": {"INSERT": SEEN["scenario_edit"], "DELETE": SEEN["scenario_edit"]},
    "publication": dict.fromkeys(("INSERT", "UPDATE"), f"{_PLANS} AND {SEEN['publication']}"),
    "atom": {"INSERT": f"{_PLANS} AND {SEEN['atom']}"},
    "grid_atom": {
        **dict.fromkeys(("INSERT", "UPDATE"), f"{_PLANS} AND {SEEN['grid_atom']}"),
        "DELETE": f"{_PLANS} AND {SEEN['grid_atom']} AND {_AHEAD}",
    },
    "lineage": dict.fromkeys(("INSERT", "DELETE"), f"{_PLANS} AND {SEEN['lineage']}"),
    "grid": {"INSERT": f"{_PLANS} AND {_IN_AREAS.format(column='area_id')}"},
    **{
        table: {
            **dict.fromkeys(("INSERT", "UPDATE"), f"{_PLANS} AND {_ITS_GRID.format(column='grid_id')}"),
            "DELETE": f"{_PLANS} AND {_ITS_GRID.format(column='grid_id')} AND {_AHEAD}",
        }
        for table in ("boundary", "assignment")
    },
}
"""What it may write, for one whose scope was entered in order to plan: nothing that is over is taken away."""

CHANGED = {
    "scenario": "name, state, revision, position, changed_at, writer, writer_until, valid_from, reviewed_by,"
    " note",
    "publication": "withdrawn_by, withdrawn_at",
    "grid_atom": "valid",
    "boundary": "valid",
    "assignment": "grid_id, valid",
}
"""Which columns of a row may become others."""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (GROUND, DRAFTS, LOCK, CODES):
        execute(statements)
    for table, condition in SEEN.items():
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING ({condition});"
            f" GRANT SELECT ON {table} TO gis_grid_service"
        )
    for table, ways in WRITTEN.items():
        for way, condition in ways.items():
            clause = {
                "INSERT": f"WITH CHECK ({condition})",
                "UPDATE": f"USING ({condition}) WITH CHECK ({condition})",
                "DELETE": f"USING ({condition})",
            }[way]
            columns = f"({CHANGED[table]})" if way == "UPDATE" else ""
            execute(
                f"CREATE POLICY {table}_planned_{way.lower()} ON {table} FOR {way} TO gis_grid_service"
                f" {clause}; GRANT {way} {columns} ON {table} TO gis_grid_service"
            )


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table in ("grid", "boundary", "assignment"):
        for way in WRITTEN[table]:
            columns = f"({CHANGED[table]})" if way == "UPDATE" else ""
            execute(
                f"REVOKE {way} {columns} ON {table} FROM gis_grid_service;"
                f" DROP POLICY {table}_planned_{way.lower()} ON {table}"
            )
    execute(
        "DROP FUNCTION gis_grid_plan_lock, gis_grid_codes_given;"
        " ALTER TABLE scenario DROP CONSTRAINT scenario_based_on_fkey;"
        " ALTER TABLE scenario DROP CONSTRAINT scenario_restores_fkey;"
        " DROP TABLE scenario_edit, scenario_grid, scenario_atom, lineage, grid_atom, atom, publication,"
        " scenario;"
        " DELETE FROM role_may WHERE permission = 'plan';"
        " ALTER TABLE building DROP COLUMN people"
    )
