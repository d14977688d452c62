"""The files of all that is held about one worker, each with its query."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """How a file is written: rows of CSV, JSON documents between an opening and a closing, or a track."""

    CSV = ("", "")
    TRACK = ("", None)
    JSON = ("[\n", "\n]\n")
    GEOJSON = ('{"type": "FeatureCollection", "features": [\n', "\n]}\n")


@dataclass(frozen=True, slots=True)
class Held:
    """One file, what it is for people, and where it comes from."""

    name: str
    kind: Kind
    zh: str
    en: str
    query: str


def _plain(words: str) -> str:
    """Return a column of somebody else's words: office programs would carry out what looks like a formula."""
    return f"regexp_replace({words}, '^(?=[[:space:]]*[-+=@])', '''')"


HELD: Final = (
    Held(
        "worker.json",
        Kind.JSON,
        "姓名、编号、互助小组",
        "name, code and mutual-aid group",
        """
        SELECT worker.code, worker.name, mutual_aid_group.code AS mutual_aid_group
        FROM worker LEFT JOIN mutual_aid_member ON mutual_aid_member.worker_id = worker.id
        LEFT JOIN mutual_aid_group ON mutual_aid_group.id = group_id
        WHERE worker.id = %(worker)s
        """,
    ),
    Held(
        "account.json",
        Kind.JSON,
        "登录账号、角色、登录会话、令牌(不含任何密钥)",
        "account to sign in with, its roles, sessions and tokens, without any secret",
        "SELECT * FROM jsonb_to_record(gis_grid_account_of(%(worker)s)) "
        "AS held (account jsonb, device_tokens jsonb)",
    ),
    Held(
        "assignments.csv",
        Kind.CSV,
        "负责的网格与时间",
        "grids and times of responsibility",
        """
        SELECT grid.code AS grid, grid.name, lower(valid) AS "from", upper(valid) AS until
        FROM assignment LEFT JOIN grid ON grid.id = grid_id WHERE worker_id = %(worker)s ORDER BY valid
        """,
    ),
    Held(
        "devices.csv",
        Kind.CSV,
        "使用的设备",
        "phones and other devices",
        """
        SELECT code, datum, lower(valid) AS "from", upper(valid) AS until
        FROM device_holder LEFT JOIN device ON device.id = device_id
        WHERE worker_id = %(worker)s ORDER BY code, valid
        """,
    ),
    Held(
        "device_states.csv",
        Kind.CSV,
        "所持设备最近一次上报的时间与电量",
        "when the phone in hand was last heard of, and its battery",
        """
        SELECT code AS device, heard_at, client, battery_share, charging
        FROM device_state JOIN device ON device.id = device_state.device_id
        JOIN device_holder AS holder ON holder.device_id = device.id AND valid @> heard_at
        WHERE worker_id = %(worker)s ORDER BY code
        """,
    ),
    Held(
        "quarantine.csv",
        Kind.CSV,
        "未能使用的上报原文(可能含定位;设备曾由他人持有的,只列出收到时间)",
        "messages of the phone that could not be used, as they came: positions may be in them. Of a phone "
        "that somebody else had before, only that they came: it may have kept theirs",
        f"""
        SELECT came.received_at, code AS device, came.client, came.method, {_plain("own.query")} AS query,
            {_plain("own.content_type")} AS content_type, {_plain("own.user_agent")} AS user_agent,
            {_plain("encode(own.body, 'escape')")} AS body, {_plain("own.error")} AS error, came.replayed_at
        FROM quarantine AS came JOIN device ON device.id = came.device_id
        JOIN device_holder AS holder ON holder.device_id = device.id AND valid @> came.received_at
        LEFT JOIN quarantine AS own ON own.id = came.id
            AND coalesce(lower(valid) <= issued_at, lower(valid) IS NULL)
        WHERE worker_id = %(worker)s ORDER BY came.id
        """,  # noqa: S608 - put together from constants
    ),
    Held(
        "quarantine_counts.csv",
        Kind.CSV,
        "未能使用的上报数量:24 小时内保留与未保留的条数",
        "how many messages of the phone could not be used: kept within 24 hours, and not kept",
        """
        SELECT code AS device, since, kept, kept_bytes, not_kept, not_kept_at
        FROM quarantine_tally AS tally JOIN device ON device.id = tally.device_id
        JOIN device_holder AS holder ON holder.device_id = device.id AND valid @> since
        WHERE worker_id = %(worker)s ORDER BY code
        """,
    ),
    Held(
        "duty.csv",
        Kind.CSV,
        "在岗时段:只在这些时段记录定位",
        "times on duty: positions are taken only then",
        """
        SELECT lower(during) AS "from", upper(during) AS until, kind, declared_by
        FROM duty WHERE worker_id = %(worker)s ORDER BY during
        """,
    ),
    Held(
        "fixes.csv",
        Kind.TRACK,
        "定位点(WGS84)",
        "positions (WGS84)",
        # Of its devices; sealed days are no rows, and are read by the program.
        "SELECT id, code FROM device",
    ),
    Held(
        "off_duty_counts.csv",
        Kind.CSV,
        "非在岗时段丢弃的定位点数量",
        "how many positions outside duty were dropped",
        "SELECT local_date, fixes FROM off_duty_count WHERE worker_id = %(worker)s ORDER BY 1",
    ),
    Held(
        "track_prints.csv",
        Kind.CSV,
        "用于比对轨迹是否复制的摘要数量(不含位置)",
        "how many digests are kept to find copied tracks; no position can be told from them",
        """
        SELECT iso_week, read_at, length(hashes) / 8 AS digests
        FROM track_print WHERE worker_id = %(worker)s ORDER BY 1
        """,
    ),
    Held(
        "way_prints.csv",
        Kind.CSV,
        "用于比对路线是否雷同的摘要数量",
        "how many digests of the way are kept, by day, to find copies without an equal digit",
        """
        SELECT local_date, length(hashes) / 4 AS digests
        FROM way_print WHERE worker_id = %(worker)s ORDER BY 1
        """,
    ),
    Held(
        "arrivals.csv",
        Kind.CSV,
        "手机上报到达情况的汇总(用于核对时钟与精度)",
        "how messages of the phone came, by day: what clocks and accuracy are looked at by",
        """
        SELECT local_date, messages, least_lag_ms, total_lag_ms, ahead, silent
        FROM day_arrival WHERE worker_id = %(worker)s ORDER BY 1
        """,
    ),
    Held(
        "sealed_days.csv",
        Kind.CSV,
        "封存的每日轨迹及其摘要",
        "days whose track is sealed, and the digest of each",
        """
        SELECT local_date, revision, sealed_at, fixes, encode(digest, 'hex') AS digest
        FROM track_day WHERE worker_id = %(worker)s ORDER BY local_date, revision
        """,
    ),
    Held(
        "signatures.csv",
        Kind.CSV,
        "签到签退",
        "signing in and out",
        """
        SELECT at, kind, duty_kind, lon, lat, accuracy_m, received_at
        FROM signature WHERE worker_id = %(worker)s ORDER BY at
        """,
    ),
    Held(
        "part_time.csv",
        Kind.CSV,
        "兼职期间",
        "days of part-time employment",
        """
        SELECT lower(valid) AS first_date, upper(valid) - 1 AS last_date
        FROM part_time WHERE worker_id = %(worker)s ORDER BY valid
        """,
    ),
    Held(
        "absences.csv",
        Kind.CSV,
        "批准的请假",
        "approved absences",
        """
        SELECT first_date, last_date, approved_by FROM absence WHERE worker_id = %(worker)s ORDER BY 1
        """,
    ),
    Held(
        "stand_ins.csv",
        Kind.CSV,
        "代班:本人请假时由谁代,本人代谁",
        "stand-ins: by whom in absences of one's own, and for whom",
        """
        SELECT absent.code AS absent, colleague.code AS stand_in,
            lower(during) AS "from", upper(during) AS until
        FROM stand_in JOIN absence ON absence.id = absence_id
        LEFT JOIN worker AS absent ON absent.id = absence.worker_id
        LEFT JOIN worker AS colleague ON colleague.id = stand_in.worker_id
        WHERE %(worker)s IN (stand_in.worker_id, absence.worker_id) ORDER BY during
        """,
    ),
    Held(
        "online_checks.csv",
        Kind.CSV,
        "在线抽查",
        "checks whether one was on line",
        "SELECT at, declared_by FROM online_check WHERE worker_id = %(worker)s ORDER BY at",
    ),
    Held(
        "daily_forms.csv",
        Kind.CSV,
        "每日表单",
        "daily forms",
        "SELECT local_date, form, filed_at FROM daily_form WHERE worker_id = %(worker)s ORDER BY 1, 2",
    ),
    Held(
        "judgements.json",
        Kind.JSON,
        "每周考核的全部版本:每日、每周、每次巡查的结论及依据,轨迹疑点",
        "every revision of every judged week: verdicts of days, weeks and patrols with grounds, and signs",
        """
        SELECT iso_week, revision, judged_at, provisional, core_version, profiles,
            input_digest, result_digest, flags,
            (SELECT jsonb_agg(to_jsonb(one) - 'judgement_id') FROM week_verdict one WHERE judgement_id = j.id)
                AS week,
            (SELECT jsonb_agg(to_jsonb(one) - 'judgement_id' ORDER BY local_date)
                FROM day_verdict one WHERE judgement_id = j.id) AS days,
            (SELECT jsonb_agg(to_jsonb(one) - 'judgement_id' - 'id' ORDER BY starts_at)
                FROM patrol one WHERE judgement_id = j.id) AS patrols,
            (SELECT jsonb_agg(to_jsonb(one) - 'judgement_id' ORDER BY one.local_date, one.kind)
                FROM integrity_sign sign, gis_grid_told(sign) one WHERE sign.judgement_id = j.id) AS signs
        FROM judgement j WHERE worker_id = %(worker)s ORDER BY iso_week, revision
        """,
    ),
    Held(
        "judged_on.json",
        Kind.JSON,
        "每周考核所依据的内容,定位点另见 fixes.csv;只计数的走访类别和同事的轨迹除外",
        "what each week was judged on; positions are in fixes.csv; without visit classes that are only"
        " counted and tracks of colleagues",
        """
        SELECT iso_week, revision, document - 'work' AS judged_on,
            (document -> 'work') - ARRAY['visits', 'stand_in_visits', 'targets', 'reports'] AS records
        FROM judgement j JOIN judgement_input i ON i.judgement_id = j.id
        WHERE worker_id = %(worker)s ORDER BY iso_week, revision
        """,
    ),
    Held(
        "period_judgements.json",
        Kind.JSON,
        "每月、每季考核的全部版本",
        "every revision of every judged month and quarter",
        """
        SELECT period, revision, judged_at, provisional, core_version, profiles, result_digest, verdicts
        FROM period_judgement WHERE worker_id = %(worker)s ORDER BY period, revision
        """,
    ),
    Held(
        "contests.csv",
        Kind.CSV,
        "本人对考核结论提出的异议与答复",
        "what the worker objected to in verdicts, and what was said to it",
        f"""
        SELECT iso_week, period, revision, subject, local_date, starts_at, {_plain("rule")} AS rule,
            outcome_then, {_plain("words")} AS words, filed_at, state, withdrawn_at, decided_by, decided_at,
            {_plain("answer")} AS answer
        FROM contest WHERE worker_id = %(worker)s ORDER BY id
        """,  # noqa: S608 - put together from constants
    ),
    Held(
        "incidents.geojson",
        Kind.GEOJSON,
        "本人上报的事件",
        "incidents reported by the worker",
        """
        SELECT 'Feature' AS type, ST_AsGeoJSON(geom)::jsonb AS geometry, jsonb_build_object(
            'code', code, 'kind', kind, 'category', category, 'title', title, 'state', state,
            'severity', severity, 'reported_at', reported_at, 'deadline', deadline, 'closed_at', closed_at,
            'description', description, 'address', address, 'persons', persons
        ) AS properties
        FROM incident WHERE reported_by = %(worker)s ORDER BY reported_at, code
        """,
    ),
    Held(
        "incident_moves.csv",
        Kind.CSV,
        "本人流转的事件",
        "incidents moved on by the worker",
        """
        SELECT incident.code, move.n, move.move, move.from_state, move.to_state, move.role, move.at, move.why,
            move.level, move.rating
        FROM incident_move move JOIN incident ON incident.id = move.incident_id
        WHERE move.by_worker = %(worker)s ORDER BY move.at, incident.code, move.n
        """,
    ),
    Held(
        "visits.csv",
        Kind.CSV,
        "走访的时间与方式,是否撤回,轨迹佐证(不含住户信息与地点;只计数的类别不在其中)",
        "when and how was visited, whether it was withdrawn, what the track says; not whom, nor where, and "
        "not of classes that are only counted",
        """
        SELECT at, mode, reported_at, withdrawn_at, withdrawn_by, withdrawn_why, proof, nearest_m, stayed_s
        FROM gis_grid_visits_by(%(worker)s, %(hidden)s) ORDER BY at, mode
        """,
    ),
    Held(
        "key_places.csv",
        Kind.CSV,
        "每天重点场所的巡查:离得多近、停留多久",
        "key places of each day: how near, and how long the stay was",
        f"""
        SELECT local_date, {_plain("key_place.name")} AS place, revision, computed_at, nearest_m, stayed_s,
            is_inspected, within_m, at_least_s
        FROM place_inspection LEFT JOIN key_place ON key_place.id = place_id
        WHERE worker_id = %(worker)s ORDER BY local_date, place, place_id, revision
        """,  # noqa: S608 - put together from constants
    ),
    Held(
        "appointments.csv",
        Kind.CSV,
        "约定走访的时间(不含对象与地点;只计数的类别不在其中)",
        "when it was agreed to come; not to whom, nor where, and not of classes that are only counted",
        """
        SELECT starts_at AS "from", ends_at AS until, made_by, made_at, ended_at, ended_by, ended_why
        FROM gis_grid_appointments_by(%(worker)s, %(hidden)s) ORDER BY starts_at, made_at
        """,
    ),
    Held(
        "live.csv",
        Kind.CSV,
        "实时地图上本人当前的状态与位置",
        "what the live map has of the worker now, with the last position",
        """
        SELECT local_date, state, state_since, duty_since, seen_at, heard_at, lon, lat, accuracy_m, inside_s,
            owed_day_s, owed_week_s
        FROM live_worker WHERE worker_id = %(worker)s
        """,
    ),
    Held(
        "alerts.csv",
        Kind.CSV,
        "关于本人的实时提醒:何时、谁看过、交给谁",
        "alerts of the live map about the worker: when, who has seen them, to whom they were handed",
        """
        SELECT kind, since, raised_at, cleared_at, acknowledged_by, acknowledged_at, assigned_to, assigned_by,
            assigned_at
        FROM live_alert WHERE worker_id = %(worker)s ORDER BY raised_at, id
        """,
    ),
    Held(
        "looks.csv",
        Kind.CSV,
        "谁在何时查看过本人的轨迹,以及理由",
        "who looked at the tracks, when and why",
        f"""
        SELECT at, actor, detail ->> 'from' AS first_date, detail ->> 'to' AS last_date,
            {_plain("detail ->> 'reason'")} AS reason,
            coalesce((detail ->> 'own')::boolean, false) AS own
        FROM ledger JOIN worker ON subject = 'worker:' || worker.code
        WHERE worker.id = %(worker)s AND action = 'look_at_track' ORDER BY at, ledger.id
        """,  # noqa: S608 - put together from constants
    ),
    Held(
        "ledger.csv",
        Kind.CSV,
        "台账中由本人或关于本人的记录:登录、导出、账号变更等",
        "entries of the ledger by or about the worker: sign-ins, exports, changes of the account",
        "SELECT at, actor, action, subject, detail FROM gis_grid_entries_of(%(worker)s)",
    ),
)
"""What a worker takes along. Of residents nothing: a visit is a time and a mode, without a place."""
