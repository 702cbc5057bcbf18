-- Who did what. Written in the transaction that does it; never changed, never shortened.
create table audit (
    audit_id integer primary key,
    at integer not null,
    -- The user of the operating system with the process, or the user of the console.
    who text not null,
    command text not null,
    -- The campaign's name at that time; null where the command is about none.
    campaign text,
    detail text not null
) strict;

create trigger audit_is_never_changed before update on audit
begin
    select raise(abort, 'the audit trail is never changed');
end;

create trigger audit_is_never_shortened before delete on audit
begin
    select raise(abort, 'the audit trail is never shortened');
end;

-- When the recipients' data were wiped. Their numbers are salted hashes since, all beyond the largest E.164 number.
alter table campaign add column purged_at integer;
