-- Where everything was moved to, or is being moved: nothing is sent from here any more. A path, or the address of a server without
-- what is secret.
alter table origin add column moved_to text;
-- When that was done; null while it is under way, and where it was cut off.
alter table origin add column moved_at integer;
-- The database (its database_id) from which all of this was moved.
alter table origin add column moved_from text;
