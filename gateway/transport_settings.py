"""What each kind of transport must be told: where the other side is, and how it is asked.

It reads no file; secrets are named by file. The examples in ``config/transports`` comment each.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Octets = Annotated[int, msgspec.Meta(ge=1_024, le=64 * 1_024 * 1_024)]
Days = Annotated[float, msgspec.Meta(ge=1, le=3_650)]
Column = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_$ ]{0,62}$")]
Table = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$")
]


class TransportSettings(
    msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, tag_field="kind"
):
    """What every transport has, whatever its other side is."""

    name: Name
    notices: bool = False
    most_octets: Octets = 16 * 1_024 * 1_024
    retry_first_s: Seconds = 1.0
    retry_longest_s: Seconds = 60.0
    keep_days: Days = 30.0

    @property
    def as_json(self) -> bool:
        """Whether the transport makes native files itself, as JSON, for an adapter of that form."""
        return False


class Sql(TransportSettings, frozen=True, kw_only=True, tag="sql"):
    """New rows of a table or view come in; answers go into an outbox table."""

    url: Annotated[str, msgspec.Meta(pattern=r"^(sqlite:///.|postgresql\+psycopg://)")]
    password_file: str = ""
    table: Table
    columns: tuple[Column, ...]
    row: Column
    sequence: Column | None = None
    change: Column | None = None
    overlap_rows: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 1_000
    overlap_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 300.0
    rows_most: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 500
    rows_in: str = "rows"
    number_in: str = "number"
    outbox: Table
    notify: Annotated[str, msgspec.Meta(pattern=r"^([a-z_][a-z0-9_]{0,62})?$")] = ""
    look_each_s: Seconds = 5.0

    @property
    def as_json(self) -> bool:
        """Rows make a JSON document."""
        return True


Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s@]+$")]
Listen = Annotated[str, msgspec.Meta(pattern=r"^(\[[0-9a-fA-F:]+\]|[^:\s]+):[0-9]{1,5}$")]


class Pull(TransportSettings, frozen=True, kw_only=True, tag="pull"):
    """Items are asked for at a web service of the national system; answers are posted to it."""

    url: Url
    answers_url: Url
    token_file: str = ""
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    items_in: str = "items"
    id_in: str = "id"
    next_in: str = "next"
    cursor_as: str = "cursor"
    document_in: str = ""
    rows_in: str = "rows"
    wait_as: str = ""
    wait_s: Annotated[float, msgspec.Meta(gt=0, le=8)] = 8.0
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=120)] = 30.0
    look_each_s: Seconds = 10.0

    @property
    def as_json(self) -> bool:
        """Documents are taken as they are; single items make a JSON document."""
        return not self.document_in


class Served(TransportSettings, frozen=True, kw_only=True):
    """Where the national system calls us; only this machine without a certificate."""

    listen: Listen
    token_file: str
    certificate_file: str = ""
    key_file: str = ""
    client_ca_file: str = ""
    connections_most: Annotated[int, msgspec.Meta(ge=4, le=1_000)] = 64
    body_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0
    wait_most_s: Annotated[float, msgspec.Meta(ge=0, le=60)] = 30.0


class Push(Served, frozen=True, kw_only=True, tag="push"):
    """The national system posts items to us over HTTP and fetches its answers."""


class Soap(Served, frozen=True, kw_only=True, tag="soap"):
    """The national system submits items and polls answers by SOAP 1.1 or 1.2."""

    most_octets: Annotated[int, msgspec.Meta(ge=1_024, le=7 * 1_024 * 1_024)] = 4 * 1_024 * 1_024


Folder = Annotated[str, msgspec.Meta(min_length=1, max_length=1_000)]


class Sftp(TransportSettings, frozen=True, kw_only=True, tag="sftp"):
    """Files are fetched from a folder of an SFTP server, answers are put into another."""

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 22
    user: Annotated[str, msgspec.Meta(min_length=1)]
    host_key: Annotated[str, msgspec.Meta(pattern=r"^(ssh|ecdsa)-\S+ \S+")]
    private_key_file: str = ""
    passphrase_file: str = ""
    password_file: str = ""
    fetch_from: Folder
    put_into: Folder
    move_to: str = ""
    writers_rename: bool = True
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=120)] = 30.0
    look_each_s: Seconds = 10.0


Address = Annotated[str, msgspec.Meta(pattern=r"^[^\s@<>,;]+@[^\s@<>,;]+$")]
Security = Literal["tls", "starttls", "none"]


class Mail(TransportSettings, frozen=True, kw_only=True, tag="mail"):
    """Attachments of mails in a Maildir or IMAP folder come in; answers go to one mailbox."""

    maildir: str = ""
    imap_host: str = ""
    imap_port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 993
    imap_security: Security = "tls"
    imap_user: str = ""
    imap_password_file: str = ""
    imap_folder: str = "INBOX"
    imap_done_folder: str = ""
    senders: tuple[Address, ...]
    authserv_id: str = ""
    address: Address
    answer_to: Address
    protection: Literal["smime", "none"] = "smime"
    smime_certificate_file: str = ""
    smime_key_file: str = ""
    smime_senders_file: str = ""
    smime_answers_file: str = ""
    smtp_host: str
    smtp_port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 465
    smtp_security: Security = "tls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    ca_file: str = ""
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=120)] = 30.0
    look_each_s: Seconds = 60.0


AnyTransport = Sql | Pull | Push | Soap | Sftp | Mail
