"""The private cluster: made, shared, left, killed and refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool
from throwaway import SPEED_OVER_SAFETY, reachable_folder

from gis_grid.kit import cluster_config, cluster_watch, postgres
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.cluster_server import ClusterServer
from gis_grid.kit.cluster_watch import kept_alive
from gis_grid.kit.errors import NotReady, Unavailable
from gis_grid.kit.file_lock import FileLock
from gis_grid.kit.logins import SERVICE_ROLE
from gis_grid.kit.postmaster import Postmaster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USE_AND_WAIT = """
import sys
from pathlib import Path
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.cluster_server import ClusterServer
with Cluster(Path(sys.argv[1]), settings={"fsync": "off"}) as url:
    print(url, flush=True)
    sys.stdin.read()
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine"),
]
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about a program that root starts")


@pytest.fixture(scope="module")
def used_folder() -> Iterator[Path]:
    """A data folder with a cluster in it; each test leaves it stopped."""
    with reachable_folder() as folder:
        yield folder


@pytest.fixture
def cluster(used_folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(used_folder, settings=SPEED_OVER_SAFETY)
    yield cluster
    cluster.stop()


def ask(url: str, statement: str) -> Any:
    with create_engine(url, poolclass=NullPool).begin() as conn:
        result = conn.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def may_connect(url: str) -> bool:
    try:
        ask(url, "SELECT 1")
    except OperationalError:
        return False
    return True


def within_seconds(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def another_program(folder: Path, *wrapper: str) -> Iterator[subprocess.Popen[str]]:
    command = [*wrapper, sys.executable, "-c", USE_AND_WAIT, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        yield program
        program.kill()


@contextmanager
def made_by(cluster: Cluster, version: str) -> Iterator[None]:
    file = cluster.folder / "data" / "PG_VERSION"
    real = file.read_text("utf-8")
    file.write_text(version, "utf-8")
    yield
    file.write_text(real, "utf-8")


def server_pid(cluster: Cluster) -> int | None:
    server = Postmaster.find(cluster.folder / "data")
    return server.pid if server else None


def test_a_new_cluster_has_postgis_and_listens_on_a_private_socket_only(cluster: Cluster) -> None:
    with cluster as url:
        assert str(ask(url, "SELECT postgis_lib_version()")) >= "3.3"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SHOW server_encoding") == "UTF8"
        collation = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
        assert ask(url, collation) == "C.UTF-8"
        pid = server_pid(cluster)
        assert pid is not None
        assert [
            c for c in psutil.Process(pid).net_connections() if c.family != psutil.AF_LINK and c.laddr
        ] == []
        socket_folder = make_url(url).query["host"]
        assert Path(str(socket_folder)).stat().st_mode & 0o077 == 0


def test_the_program_works_under_a_role_that_is_no_administrator(cluster: Cluster) -> None:
    with cluster as url:
        assert (
            ask(url, "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = user")
            is False
        )
        assert (
            ask(url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'gis_grid'")
            == "gis_grid"
        )


def test_every_setting_of_the_list_is_in_force(used_folder: Path) -> None:
    cluster = Cluster(used_folder)
    with cluster as url:
        for name, value in cluster_config.SETTINGS.items():
            assert str(ask(url, f"SHOW {name}")) == value, name


def test_the_operators_own_settings_win(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    local = cluster.folder / "data" / "local.conf"
    before = local.read_text("utf-8")
    local.write_text("work_mem = '7MB'\n", "utf-8")
    with cluster as url:
        assert ask(url, "SHOW work_mem") == "7MB"
    local.write_text(before, "utf-8")


@only_root
def test_root_runs_it_as_an_unprivileged_account_and_both_reach_it(cluster: Cluster) -> None:
    with cluster as url:
        pid = server_pid(cluster)
        assert pid is not None
        owner = psutil.Process(pid).username()
        assert owner != "root"
        psql = f"psql -Atc 'SELECT current_user' -h {make_url(url).query['host']} -U gis_grid gis_grid"
        answer = subprocess.run(
            ["runuser", "-u", owner, "--", "sh", "-c", psql],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert answer.stdout.strip() == "gis_grid", answer.stderr


@only_root
def test_an_account_without_a_mapping_is_turned_away(cluster: Cluster) -> None:
    with cluster as url:
        socket_folder = Path(str(make_url(url).query["host"]))
        cluster.folder.chmod(0o755)
        socket_folder.chmod(0o755)
        psql = f"psql -Atc 'SELECT 1' -h {socket_folder} -U gis_grid gis_grid"
        answer = subprocess.run(
            ["runuser", "-u", "games", "--", "sh", "-c", psql],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        assert "Peer authentication failed" in answer.stderr
        socket_folder.chmod(0o700)


def test_the_last_program_to_leave_stops_it(cluster: Cluster) -> None:
    second = Cluster(cluster.folder.parent)
    cluster.start()
    assert second.start() == cluster.url()
    pid = server_pid(cluster)
    cluster.leave()
    assert server_pid(cluster) == pid
    second.leave()
    assert server_pid(cluster) is None


def test_a_kept_cluster_stays_until_it_is_stopped(cluster: Cluster) -> None:
    cluster.start(keep=True)
    cluster.leave()
    with Cluster(cluster.folder.parent):
        pass
    assert cluster.status().pid is not None
    assert cluster.status().kept
    assert cluster.stop()
    assert not cluster.stop()
    assert cluster.status().pid is None
    assert not cluster.status().kept


def test_a_server_that_an_older_program_started_learns_the_logins(cluster: Cluster) -> None:
    cluster.start()
    logins_file = cluster.folder / "data" / "pg_ident.conf"
    of_today = logins_file.read_text("utf-8").splitlines(keepends=True)
    logins_file.write_text("".join(line for line in of_today if SERVICE_ROLE not in line), "utf-8")
    ask(cluster.url(role=cluster_config.ADMIN_ROLE), "SELECT pg_reload_conf()")
    service = cluster.url(role=SERVICE_ROLE)
    assert within_seconds(lambda: not may_connect(service))
    with Cluster(cluster.folder.parent, settings=SPEED_OVER_SAFETY):
        assert within_seconds(lambda: may_connect(service))


def test_after_a_kill_of_the_program_the_next_one_takes_its_server_over(cluster: Cluster) -> None:
    with another_program(cluster.folder.parent) as program:
        assert program.stdout is not None
        program.stdout.readline()
        pid = server_pid(cluster)
        program.send_signal(signal.SIGKILL)
        program.wait()
        assert server_pid(cluster) == pid
        with cluster as url:
            assert server_pid(cluster) == pid
            assert ask(url, "SELECT 1") == 1
    assert server_pid(cluster) is None


def test_after_a_kill_of_the_server_what_was_committed_is_there(used_folder: Path) -> None:
    cluster = Cluster(used_folder)
    url = cluster.start()
    ask(url, "CREATE TABLE kept AS SELECT 1 AS one")
    pid = server_pid(cluster)
    assert pid is not None
    engine = create_engine(url)
    with engine.connect() as conn:
        conn.execute(text("CREATE TABLE lost AS SELECT 1 AS one"))
        os.kill(pid, signal.SIGKILL)
        assert cluster.start() == url
        with pytest.raises(OperationalError):
            conn.execute(text("SELECT 1"))
    engine.dispose()
    assert ask(url, "SELECT one FROM kept") == 1
    assert ask(url, "SELECT to_regclass('lost')") is None
    ask(url, "DROP TABLE kept")
    cluster.stop()


def test_a_program_that_serves_starts_a_killed_server_again_and_none_that_was_stopped(
    cluster: Cluster,
) -> None:
    url = cluster.start()
    with kept_alive(cluster):
        for _ in range(2):
            killed = server_pid(cluster)
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            until = time.monotonic() + 30
            while server_pid(cluster) in {None, killed} and time.monotonic() < until:
                time.sleep(0.05)
            assert cluster.start() == url
        assert ask(url, "SELECT 1") == 1
        cluster.stop()
        time.sleep(2 * cluster_watch._EVERY_S)
    assert server_pid(cluster) is None
    assert not cluster.revive()


def test_a_stale_pid_file_with_the_number_of_another_process_is_no_server(cluster: Cluster) -> None:
    cluster.start()
    pid_file = cluster.folder / "data" / "postmaster.pid"
    lines = pid_file.read_text("utf-8").splitlines()
    cluster.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]), "utf-8")
        assert cluster.status().pid is None
        with cluster as url:
            assert ask(url, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_program_killed_while_it_makes_the_cluster_leaves_nothing_that_counts(data_dir: Path) -> None:
    with another_program(data_dir) as program:
        deadline = time.monotonic() + 30
        while not list(data_dir.glob("cluster/new-*/base")):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert not (data_dir / "cluster" / "data").exists()
    with Cluster(data_dir, settings=SPEED_OVER_SAFETY) as url:
        assert ask(url, "SELECT count(*) FROM spatial_ref_sys") > 0
    assert list(data_dir.glob("cluster/new-*")) == []


def test_two_programs_that_start_at_once_share_one_cluster(data_dir: Path) -> None:
    with another_program(data_dir) as one, another_program(data_dir) as other:
        assert one.stdout is not None
        assert other.stdout is not None
        assert one.stdout.readline() == other.stdout.readline() != ""
    assert list(data_dir.glob("cluster/new-*")) == []


def test_clusters_of_two_folders_do_not_meet_and_a_long_path_still_gets_a_socket(
    cluster: Cluster, data_dir: Path
) -> None:
    long = data_dir / ("long" * 20) / "folder"
    other = Cluster(long, settings=SPEED_OVER_SAFETY)
    with cluster as url, other as other_url:
        ask(url, "CREATE TABLE mine (a int)")
        assert ask(other_url, "SELECT to_regclass('mine')") is None
        ask(url, "DROP TABLE mine")
        socket_folder = Path(str(make_url(other_url).query["host"]))
        assert len(str(socket_folder)) < 60
        assert socket_folder.stat().st_mode & 0o077 == 0
    assert not socket_folder.exists()


def test_a_socket_folder_that_somebody_else_prepared_is_refused(data_dir: Path) -> None:
    cluster = Cluster(data_dir / ("long" * 20) / "folder", settings=SPEED_OVER_SAFETY)
    elsewhere = Path(str(make_url(cluster.url()).query["host"]))
    elsewhere.symlink_to(data_dir)
    try:
        with pytest.raises(NotReady, match="belongs to somebody else"):
            cluster.start()
    finally:
        elsewhere.unlink()


@only_root
def test_a_folder_that_the_account_cannot_reach_is_named_with_the_setting_that_helps(data_dir: Path) -> None:
    home = data_dir / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(NotReady, match=f"may not enter {home}; set GIS_GRID_DATA_DIR"):
        Cluster(home / "data").start()


@only_root
def test_roots_umask_does_not_close_the_folders_it_makes(data_dir: Path) -> None:
    before = os.umask(0o077)
    try:
        with Cluster(data_dir / "new" / "folder", settings=SPEED_OVER_SAFETY) as url:
            assert ask(url, "SELECT 1") == 1
    finally:
        os.umask(before)
        Cluster(data_dir / "new" / "folder").stop()


@only_root
@pytest.mark.parametrize("user", ["root", "no-such-account"])
def test_an_account_that_cannot_run_it_is_refused(data_dir: Path, user: str) -> None:
    with pytest.raises(NotReady, match="GIS_GRID_CLUSTER_USER"):
        Cluster(data_dir, user=user).start()


def test_a_folder_of_another_postgresql_version_is_left_alone(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    message = r"made by PostgreSQL 14; installed with PostGIS: \d+.*postgresql-14-postgis-3"
    with made_by(cluster, "14\n"), pytest.raises(NotReady, match=message):
        cluster.start()


@pytest.mark.parametrize(
    ("version", "advice"), [("99.0.0", "install postgis 99.0.0 or later"), ("2.5.0", "gis-grid db upgrade")]
)
def test_an_extension_that_the_machine_cannot_serve_is_named(
    cluster: Cluster, version: str, advice: str
) -> None:
    cluster.start()
    admin = cluster.url(role=cluster_config.ADMIN_ROLE)
    real = ask(admin, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
    ask(admin, f"UPDATE pg_extension SET extversion = '{version}' WHERE extname = 'postgis'")
    cluster.leave()
    try:
        with pytest.raises(NotReady, match=advice):
            cluster.start()
        assert cluster.status().pid is None
    finally:
        server = ClusterServer(cluster.folder, SPEED_OVER_SAFETY)
        server.run(postgres.Account.choose(cluster.folder, None))
        ask(admin, f"UPDATE pg_extension SET extversion = '{real}' WHERE extname = 'postgis'")


def test_a_server_that_does_not_start_says_why(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    with pytest.raises(Unavailable, match="no_such_setting"):
        Cluster(cluster.folder.parent, settings={"no_such_setting": "1"}).start()


def test_status_of_nothing_is_nothing(tmp_path: Path) -> None:
    status = Cluster(tmp_path / "nothing").status()
    assert (status.made_by, status.pid, status.socket_folder, status.kept) == (None, None, None, False)
    assert not (tmp_path / "nothing").exists()


def test_a_lock_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    holder, waiter = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert holder.acquire_if_free()
    with pytest.raises(Unavailable, match="holds a lock"):
        waiter.acquire(patience_s=0.1)
    with pytest.raises(Unavailable, match="holds a lock"):
        waiter.acquire_shared()
    holder.release()
    waiter.acquire(patience_s=0)
    waiter.release()


def test_an_upgrade_brings_extensions_that_are_behind_to_the_machines_version(cluster: Cluster) -> None:
    cluster.start()
    admin = cluster.url(role=cluster_config.ADMIN_ROLE)
    real = ask(admin, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
    ask(admin, "UPDATE pg_extension SET extversion = '3.3.0' WHERE extname = 'postgis'")
    updated = Cluster(cluster.folder.parent).upgrade()
    assert [(extension.name, extension.version, extension.available) for extension in updated] == [
        ("postgis", "3.3.0", real)
    ]
    assert ask(admin, "SELECT extversion FROM pg_extension WHERE extname = 'postgis'") == real
    assert Cluster(cluster.folder.parent).upgrade() == []


def test_an_upgrade_to_a_newer_major_version_says_how_to_move(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start()
    cluster.stop()
    made_by = postgres.newest().major
    monkeypatch.setenv("PATH", f"{newer_postgres(tmp_path)}:{os.environ['PATH']}")
    assert [binaries.major for binaries in postgres.installed()][:2] == [99, made_by]
    with pytest.raises(
        NotReady, match=f"made by PostgreSQL {made_by} .*\n.*PostgreSQL 99:\n.*\n  pg_dump -h /"
    ):
        cluster.upgrade()
    with cluster as url:
        assert str(ask(url, "SHOW server_version")).startswith(str(made_by))


def newer_postgres(folder: Path) -> Path:
    """Install what a newer PostgreSQL with PostGIS shows of itself, and return its folder of programs."""
    programs, extensions = folder / "bin", folder / "share" / "extension"
    programs.mkdir()
    extensions.mkdir(parents=True)
    (extensions / "postgis.control").write_text("default_version = '4.0.0'\n", "utf-8")
    answers = {
        "postgres": "postgres (PostgreSQL) 99.0",
        "pg_config": folder / "share",
        "initdb": "",
        "pg_ctl": "",
    }
    for name, answer in answers.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{answer}'\n", "utf-8")
        (programs / name).chmod(0o755)
    return programs


@only_root
def test_a_named_account_runs_it_and_the_folder_remembers(data_dir: Path) -> None:
    named = Cluster(data_dir, user="nobody", settings=SPEED_OVER_SAFETY)
    named.start()
    named.stop()
    unnamed = Cluster(data_dir)
    with unnamed as url:
        pid = server_pid(unnamed)
        assert pid is not None
        assert psutil.Process(pid).username() == "nobody"
        assert ask(url, "SELECT 1") == 1


@only_root
def test_a_server_in_another_container_keeps_the_folder_to_itself(cluster: Cluster) -> None:
    elsewhere = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "unchanged"]
    with another_program(cluster.folder.parent, *elsewhere) as program:
        assert program.stdout is not None
        assert program.stdout.readline() != ""
        with pytest.raises(Unavailable, match="cannot be seen from here"):
            cluster.start()
    with cluster as url:
        assert ask(url, "SELECT 1") == 1
