"""What each role may do, and how far: the one table that routes, the database and the tests read."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is in an area of the town."""

    ADMIN = "admin"
    PLANNER = "planner"
    COMMANDER = "commander"
    AUDITOR = "auditor"
    WORKER = "worker"
    CONSUMER = "consumer"


class Permission(StrEnum):
    """What a route lets one do; every route but those of signing in declares exactly one."""

    OWN_ACCOUNT = "own_account"
    """One's own sessions, tokens and name."""
    SEE_MAP = "see_map"
    """Areas, grids, buildings, tiles."""
    SEE_INCIDENTS = "see_incidents"
    REPORT_INCIDENTS = "report_incidents"
    """Report what happened, with photos, sound and video."""
    HANDLE_INCIDENTS = "handle_incidents"
    """Move incidents on, as far as their workflow lets the role; merge duplicates."""
    SEE_ATTACHMENTS = "see_attachments"
    """Photos, sound and video of incidents: residents may be seen in them."""
    SEE_REPORTS = "see_reports"
    SEE_VERDICTS = "see_verdicts"
    """Workers, their days, weeks, patrols and signs."""
    SEE_TRACKS = "see_tracks"
    """Where a worker was; every look is written into the ledger."""
    SEE_LOOKS = "see_looks"
    """Who looked at a worker's tracks."""
    TAKE_OWN_DATA = "take_own_data"
    """Everything that is held about one worker, as a file."""
    SIGN_DUTY = "sign_duty"
    """Sign in and out of one's own duty, and read when one was on duty."""
    SEE_VISITS = "see_visits"
    """Which visits are due, to whom by an opaque reference, and which were made."""
    REPORT_VISITS = "report_visits"
    """One's own visits, and when one agreed to come."""
    CORRECT_VISITS = "correct_visits"
    """Take a visit back that was reported wrongly, call an appointment off."""
    COUNT_VISITS = "count_visits"
    """Enter what was due and done of visits that are only counted."""
    PLAN = "plan"
    """Draft divisions of communities into grids, and publish them."""
    EDIT_MAP = "edit_map"
    """Write buildings, one by one and in files."""
    SEE_LIVE = "see_live"
    """Who is on duty now, where, and what the live engine raises an alert for; each look is written down."""
    HANDLE_ALERTS = "handle_alerts"
    """Acknowledge alerts, and hand them to somebody."""
    CONTEST = "contest"
    """Object to verdicts about oneself, and take that back."""
    REVIEW_CONTESTS = "review_contests"
    """Decide on what workers object to; never on what one filed oneself."""
    MANAGE_ACCOUNTS = "manage_accounts"


SESSION_ONLY: Final = frozenset({Permission.OWN_ACCOUNT, Permission.MANAGE_ACCOUNTS})
"""What no token may do: it could give itself more, or a longer life."""


class Reach(StrEnum):
    """How far a permission goes."""

    GROUND = "ground"
    """What lies in the areas; no worker."""
    PEOPLE = "people"
    """What lies in the areas, and the workers of their grids."""
    OWN = "own"
    """What lies in the areas, and of workers only oneself."""


_EVERYONE: Final = {Permission.OWN_ACCOUNT: Reach.GROUND}

MAY: Final[dict[Role, dict[Permission, Reach]]] = {
    Role.ADMIN: {
        **_EVERYONE,
        Permission.SEE_MAP: Reach.GROUND,
        Permission.MANAGE_ACCOUNTS: Reach.GROUND,
    },
    Role.PLANNER: {
        **_EVERYONE,
        Permission.SEE_MAP: Reach.PEOPLE,
        Permission.SEE_INCIDENTS: Reach.GROUND,
        Permission.SEE_REPORTS: Reach.GROUND,
        Permission.PLAN: Reach.PEOPLE,
        Permission.EDIT_MAP: Reach.GROUND,
    },
    Role.COMMANDER: {
        **_EVERYONE,
        Permission.SEE_MAP: Reach.PEOPLE,
        Permission.SEE_INCIDENTS: Reach.GROUND,
        Permission.REPORT_INCIDENTS: Reach.GROUND,
        Permission.HANDLE_INCIDENTS: Reach.GROUND,
        Permission.SEE_ATTACHMENTS: Reach.GROUND,
        Permission.SEE_REPORTS: Reach.GROUND,
        Permission.SEE_VERDICTS: Reach.PEOPLE,
        Permission.SEE_TRACKS: Reach.PEOPLE,
        Permission.SEE_VISITS: Reach.PEOPLE,
        Permission.CORRECT_VISITS: Reach.PEOPLE,
        Permission.COUNT_VISITS: Reach.PEOPLE,
        Permission.SEE_LIVE: Reach.PEOPLE,
        Permission.HANDLE_ALERTS: Reach.PEOPLE,
    },
    Role.AUDITOR: {
        **_EVERYONE,
        Permission.SEE_MAP: Reach.PEOPLE,
        Permission.SEE_INCIDENTS: Reach.GROUND,
        Permission.SEE_ATTACHMENTS: Reach.GROUND,
        Permission.SEE_REPORTS: Reach.GROUND,
        Permission.SEE_VERDICTS: Reach.PEOPLE,
        Permission.SEE_TRACKS: Reach.PEOPLE,
        Permission.SEE_LOOKS: Reach.PEOPLE,
        Permission.TAKE_OWN_DATA: Reach.PEOPLE,
        Permission.REVIEW_CONTESTS: Reach.PEOPLE,
    },
    Role.WORKER: {
        **_EVERYONE,
        Permission.SEE_MAP: Reach.OWN,
        Permission.SEE_INCIDENTS: Reach.OWN,
        Permission.REPORT_INCIDENTS: Reach.OWN,
        Permission.HANDLE_INCIDENTS: Reach.OWN,
        Permission.SEE_ATTACHMENTS: Reach.OWN,
        Permission.SEE_VERDICTS: Reach.OWN,
        Permission.SEE_TRACKS: Reach.OWN,
        Permission.SEE_LOOKS: Reach.OWN,
        Permission.TAKE_OWN_DATA: Reach.OWN,
        Permission.SIGN_DUTY: Reach.OWN,
        Permission.SEE_VISITS: Reach.OWN,
        Permission.REPORT_VISITS: Reach.OWN,
        Permission.CORRECT_VISITS: Reach.OWN,
        Permission.CONTEST: Reach.OWN,
    },
    Role.CONSUMER: {
        **_EVERYONE,
        Permission.SEE_MAP: Reach.GROUND,
        Permission.SEE_INCIDENTS: Reach.GROUND,
    },
}
"""What is not here is refused. An administrator keeps accounts and sees nobody's movements.

The database holds the same in its table `role_may`: a change here needs a migration.
"""
