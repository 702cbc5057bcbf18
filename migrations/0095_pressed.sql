-- Who has said "send": the start is theirs, also when the server is restarted before its instant.
alter table draft add column pressed_by text;
