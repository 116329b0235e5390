-- An invented table of the national system, with three rows; yours will have other names.
create table guns (
  id integer primary key, case_no text not null, what text not null, event_day text, gun_type text,
  maker text, model text, calibre text, serial text, urgent integer not null default 0, reason text
);
insert into guns values
  (1, 'K-2026-0901', 'STOLEN', '2026-05-04', 'PISTOL', 'Glock', '17', '9 mm', 'TZZ 901', 0, null),
  (2, 'K-2026-0902', 'STOLEN', '2026-02-30', 'PISTOL', 'Glock', '17', '9 mm', 'TZZ 902', 0, null),
  (3, 'K-2026-0903', 'SEARCH', null, 'PISTOL', 'Glock', null, '9 mm', 'TZZ 901', 1, 'TRAFFIC STOP');
