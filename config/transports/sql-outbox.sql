-- The outbox of adapters/sql_table, for SQLite and PostgreSQL. The first six columns belong to the
-- transport; the rest are the names in the adapter's [reply]. Add columns of your own as you like.
create table iarms_outbox (
  answer_id text not null, line integer not null, kind text not null, source_row text,
  made text not null, told text,
  case_no text, result text, code text, at_place text, value text, expected text, remedy text,
  message text, record_id text, version text, grade text, score text, reasons text, owner text,
  record_type text, event_day text, gun_type text, maker text, model text, calibre text, serial text,
  found_serial text, found_by text, found_at text, found_on text, hit_id text, role text,
  action text, contact text, phone text, email text, raised text,
  primary key (answer_id, line)
);
