-- A purge takes many commits. From its first one on there are people in the campaign whom no list can be compared with.
alter table campaign add column purge_began_at integer;
update campaign set purge_began_at = purged_at;
