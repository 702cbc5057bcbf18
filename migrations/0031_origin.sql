-- Which database this is, so that a copy of it is not taken for it. See queue/file/sentinel.rs.
create table origin (
    origin_id integer primary key,
    database_id text not null,
    -- Commits that held a claim: a copy that has fewer of them than the sentinel beside it would send again.
    n_claims integer not null default 0,
    -- Makes the hashes of purged numbers worthless in another database.
    salt text not null,
    constraint origin_is_one_row check (origin_id = 1)
) strict;

insert into origin (origin_id, database_id, salt) values (1, lower(hex(randomblob(16))), lower(hex(randomblob(16))));
