-- Which file the database lives in (queue/file/lock.rs), as of which start of the machine: a copy of it is another file. An
-- empty home is that of a backup; null until it is opened for the first time.
alter table origin add column home text;
alter table origin add column home_boot text;
-- How often the right to send was taken. See queue/file/sentinel.rs.
alter table origin add column n_leases integer not null default 0;
