"""What an operator can set, read once at start-up from the environment and passed on."""

from __future__ import annotations

import os
import re
from datetime import time
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis_grid.kit.errors import BadInput, RowError

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that are this machine."""


def _default_data_dir() -> Path:
    # A root home is closed to the unprivileged user that the cluster runs as.
    return Path("/var/lib/gis-grid") if os.geteuid() == 0 else user_data_path("gis-grid")


class Settings(BaseSettings):
    """Settings of one running program; every field is an environment variable ``GIS_GRID_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="GIS_GRID_", frozen=True, extra="forbid")

    database_url: str | None = Field(
        default=None,
        description="A PostGIS 3.3+ of one's own, e.g. postgresql://user@host/name. "
        "Unset: a private cluster under the data folder.",
    )
    service_database_url: str | None = Field(
        default=None,
        description="The same database with the login `gis_grid_service`, for the web service: "
        "[security](../security.md#three-logins). Unset: the URL above, taking that role.",
    )
    door_database_url: str | None = Field(
        default=None,
        description="The same database with the login `gis_grid_door`, which signs people in.",
    )
    intake_database_url: str | None = Field(
        default=None,
        description="The same database with the login `gis_grid_intake`, which takes in what phones send.",
    )
    data_dir: Path = Field(
        default_factory=_default_data_dir,
        description="Folder of the private cluster and of everything else the program keeps.",
    )
    archive_dir: Path | None = Field(
        default=None,
        description="Folder of the archive of sealed tracks: [sealing](../sealing.md). "
        "Unset: `archive` in the data folder.",
    )
    hot_days: int = Field(
        default=60,
        ge=7,
        description="How many days after its end a week of fixes stays in the database as it came. Then it "
        "is dropped, when every fix in it is sealed and archived.",
    )
    cluster_user: str | None = Field(
        default=None,
        description="System user that the private cluster runs as when the program is started by root. "
        "Unset: `postgres` where it exists, else `nobody`.",
    )
    timezone: str = Field(
        default="Asia/Shanghai", description="IANA time zone of local days, weeks and shown times."
    )
    duty_by: Literal["sign_in", "tracking"] = Field(
        default="sign_in",
        description="What makes duty known, outside of which no position of a phone is kept. `sign_in`: "
        "signing in and out. `tracking`: on days without a sign-in also that the phone sends, for towns "
        "whose workers switch the app itself on and off.",
    )
    quarantine_days: int = Field(
        default=14,
        ge=1,
        description="Messages of phones that could not be used are deleted after so many days. Nobody can "
        "say whether positions in them are of time off duty: no longer than it takes to look at them.",
    )
    draft_days: int = Field(
        default=90,
        ge=1,
        description="Ground, atoms and changes of drafts that were put away, withdrawn or published are "
        "forgotten after so many days. What was published stays, and so does who edited what when.",
    )
    public_url: str | None = Field(
        default=None,
        description="Address at which people reach the program through a proxy with TLS, e.g. "
        "https://grid.example.gov.cn: [security](../security.md#what-an-operator-has-to-do). "
        "Unset: this machine only.",
    )
    host: str = Field(
        default="127.0.0.1",
        description="Address to serve on. Only with a public address another one than loopback: the program "
        "itself speaks no TLS.",
    )
    port: int = Field(default=8420, ge=0, le=65535, description="Port to serve on; 0 takes a free one.")
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the proxy, separated by commas: only from there, and only with "
        "a public address, is it believed for whom a request is passed on. Unset: nobody is.",
    )

    rules_file: Path | None = Field(
        default=None,
        description="TOML file of what areas have otherwise than the published rule profiles, see "
        "[profiles](profiles.md#what-an-area-has-otherwise). Unset: nothing.",
    )
    work_days_file: Path | None = Field(
        default=None,
        description="CSV file of the deployment's own holidays and make-up days; it wins over the national "
        "calendar, see [profiles](profiles.md#working-days). Unset: the national calendar.",
    )

    judge_late_s: int = Field(
        default=300,
        ge=1,
        description="Fixes that came for a day before today are judged at the next whole multiple of so many "
        "seconds.",
    )
    judge_today_s: int = Field(
        default=3600,
        ge=1,
        description="The same for a day that is still going on: fixes come in all the time, and each time "
        "writes a revision.",
    )

    live_silent_s: int = Field(
        default=600,
        ge=60,
        description="A worker on duty of whom nothing came for so many seconds is silent on the live map: "
        "[states](../live.md#states).",
    )
    live_out_s: int = Field(
        default=300,
        ge=0,
        description="Somebody is called when a worker on duty has been outside the own grid for so many "
        "seconds.",
    )
    live_clear_s: int = Field(
        default=120,
        ge=0,
        description="An alert is cleared when what it says has been over for so many seconds.",
    )
    live_start_by: time = Field(
        default=time(9, 30),
        description="Local time of a working day from which on a worker who is expected and of whom nothing "
        "is known yet has not started.",
    )
    live_due_by: time = Field(
        default=time(18, 0),
        description="Local time of a working day from which on minutes that are still owed are overdue, off "
        "duty.",
    )

    people_per_household: float = Field(
        default=2.62,
        gt=0,
        description="Residents of a building are its households times this where nobody counted them. The "
        "default is the seventh national census: persons a family household.",
    )
    grid_code: str = Field(
        default="{community}{sequence:3}",
        description="Template of the codes of new grids: `{county}`, `{subdistrict}`, `{community}` are the "
        "codes of the areas, `{community:3}` the last three characters of one, `{sequence:3}` a number of at "
        "least three digits. With communities of 12 digits the default makes 15: county 6, subdistrict 3, "
        "community 3, sequence 3.",
    )

    oidc_issuer: str | None = Field(
        default=None,
        description="Address of an OpenID Connect provider that people may sign in with, exactly as it names "
        "itself: [sign-in with a provider](../oidc.md). Unset: nobody else is ever asked.",
    )
    oidc_client_id: str | None = Field(
        default=None,
        validate_default=True,
        description="What the provider calls this program; needed with an issuer.",
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret that the provider gave for it, if any."
    )
    oidc_client_secret_file: Path | None = Field(
        default=None, description="File that holds this secret, instead of the variable."
    )
    oidc_name: str = Field(
        default="", description="What the button on the sign-in page says. Unset: the provider's host name."
    )
    oidc_name_claim: str = Field(
        default="preferred_username",
        description="Claim that may link an account at its first sign-in, see "
        "[which account](../oidc.md#which-account). Empty: none, each account is linked by hand.",
    )

    largest_file_mib: int = Field(
        default=1024,
        ge=1,
        le=1 << 20,
        description="How many MiB a track file may have that a phone sends "
        "([files over HTTP](../import.md#over-http)). Up to eight at a time wait in the data folder.",
    )

    largest_attachment_mib: int = Field(
        default=50,
        ge=1,
        le=1024,
        description="How many MiB a photo, sound or video of an incident may have. They are kept in `media` "
        "in the data folder: [incidents](../incidents.md#photos-sound-and-video).",
    )

    chromium: Path | None = Field(
        default=None,
        description="Chromium that makes PDF and PNG of reports ([reports](../reports.md#as-a-file)). "
        "Unset: one that is installed.",
    )
    heat_min_targets: int = Field(
        default=5,
        ge=1,
        description="A heat cell of visits is published from this many distinct visit targets on; "
        "fewer are withheld.",
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not an IANA time zone such as Asia/Shanghai")
        return value

    @field_validator("grid_code")
    @classmethod
    def _code_template(cls, value: str) -> str:
        field = r"\{(county|subdistrict|community|sequence)(:[1-9])?\}"
        if re.fullmatch(rf"([^{{}}\s]|{field})+", value) is None or value.count("{sequence") != 1:
            raise ValueError(f"{value!r} is no template such as {{community}}{{sequence:3}}")
        return value

    @field_validator("public_url")
    @classmethod
    def _over_tls(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
        if value and not (parts.scheme == "https" and parts.hostname and plain):
            raise ValueError(f"{value!r} is no address such as https://grid.example.gov.cn")
        return value.rstrip("/") if value else None

    @field_validator("host")
    @classmethod
    def _loopback_unless_public(cls, value: str, info: ValidationInfo) -> str:
        if value in LOOPBACK:
            return value
        if not info.data.get("public_url"):
            raise ValueError(
                f"{value!r} is not a loopback address; tracks of workers are not served openly. Another one "
                "needs GIS_GRID_PUBLIC_URL, the address of a proxy with TLS"
            )
        try:
            return str(ip_address(value))
        except ValueError:
            raise ValueError(f"{value!r} is no IP address") from None

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str, info: ValidationInfo) -> str:
        networks = [one.strip() for one in value.split(",") if one.strip()]
        if networks and not info.data.get("public_url"):
            raise ValueError("needs GIS_GRID_PUBLIC_URL, the address of the proxy")
        for one in networks:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(f"{one!r} is neither an IP address nor a network") from None
        return ",".join(networks)

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if value and not (safe and parts.hostname and not parts.query and not parts.fragment):
            raise ValueError(f"{value!r} is no issuer: expected an https address (http on loopback only)")
        return value or None

    @field_validator("oidc_client_id")
    @classmethod
    def _client_of_issuer(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("oidc_issuer") and not value:
            raise ValueError("is needed with GIS_GRID_OIDC_ISSUER")
        return value or None

    @property
    def public_hosts(self) -> tuple[str, ...]:
        """Names by which browsers call the program, beside those of this machine."""
        host = urlsplit(self.public_url or "").hostname
        return () if host is None else (host,)

    @property
    def archive(self) -> Path:
        """The folder of the archive."""
        return self.archive_dir or self.data_dir / "archive"

    @property
    def basemap(self) -> Path:
        """The file of the base map, where one has been built."""
        return self.data_dir / "basemap.pmtiles"

    @property
    def tz(self) -> ZoneInfo:
        """The time zone as an object."""
        return ZoneInfo(self.timezone)


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises
    ------
    BadInput
        When a variable cannot be used; names each, what stands in it and what was expected.
    """
    try:
        return Settings()
    except ValidationError as error:
        rows = [
            RowError(
                f"GIS_GRID_{str(item['loc'][0]).upper()}",
                None,
                str(item["input"]),
                item["msg"].removeprefix("Value error, "),
            )
            for item in error.errors()
        ]
        raise BadInput("A setting cannot be used", "see docs/reference/settings.md", errors=rows) from None
