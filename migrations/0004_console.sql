-- Who may sign in to the console.
create table console_user (
    user_id integer primary key,
    name text not null,
    role text not null,
    -- argon2id, in the PHC string form; null while the user is invited and has set none.
    password_hash text,
    created_at integer not null,
    -- The digest of the token in the invitation, and until when it can be used; it is used once.
    invitation_sha256 text,
    invited_until integer,
    -- The secret of the second factor (RFC 6238), the last step of time that was used, and the digests of the recovery codes that
    -- are left (a JSON array).
    totp_secret text,
    totp_step integer,
    recovery_codes text,
    constraint console_user_name_is_unique unique (name),
    constraint console_user_invitation_ends check ((invitation_sha256 is null) = (invited_until is null)),
    constraint console_user_role_is_known check (role in ('viewer', 'sender', 'admin'))
) strict;

-- Whoever reads this table cannot sign in with it: it holds the digest of what the cookie holds.
create table console_session (
    token_sha256 text primary key,
    user_id integer not null references console_user,
    expires_at integer not null
) strict, without rowid;

create index console_session_by_user on console_session (user_id);

-- Programs that may use the HTTP API. Whoever reads this table cannot use it: it holds the digest of the token.
create table api_token (
    token_sha256 text primary key,
    name text not null,
    role text not null,
    created_at integer not null,
    -- From this instant on the token is refused.
    expires_at integer not null,
    -- When it was last shown to us, to the minute.
    used_at integer,
    constraint api_token_name_is_unique unique (name),
    constraint api_token_role_is_known check (role in ('viewer', 'sender', 'admin'))
) strict, without rowid;

-- What the API has answered: a request that comes again with the same key gets the same answer.
create table api_answer (
    -- The name of the token; for what came of an import, 'import:'.
    owner text not null,
    answer_key text not null,
    -- Stands for all that makes the request.
    fingerprint text not null,
    -- The process that answers: what it has not answered when it is gone is never answered.
    server text not null,
    -- Whose people's data the answer may hold. The row goes when the campaign is purged or deleted.
    campaign_id integer,
    created_at integer not null,
    -- The answer; none while it is being made.
    status integer,
    content_type text,
    location text,
    body text,
    constraint api_answer_is_whole check ((status is null) = (body is null)),
    primary key (owner, answer_key)
) strict, without rowid;

create index api_answer_by_age on api_answer (created_at);
create index api_answer_by_campaign on api_answer (campaign_id) where campaign_id is not null;

create trigger api_answer_of_a_deleted_campaign after delete on campaign begin
    delete from api_answer where campaign_id = old.campaign_id;
end;

-- What the console knows of a campaign before its rows are imported. Gone once they are.
create table draft (
    campaign_id integer primary key references campaign,
    -- The name of the file in the folder beside the database; random, never the operator's.
    upload text not null,
    -- What the operator calls it.
    file_name text not null,
    n_bytes integer not null,
    -- How the file is to be read, and what the last check of it found. JSON, the console's own.
    choices text not null,
    checked text,
    -- The message and its tags as they were typed last, where they cannot be kept as the campaign's. JSON, the console's own.
    typed text,
    -- The operator has said "send": the rows are imported and the campaign starts at this instant.
    starts_at integer,
    -- Who said so: the start is theirs, also if the server is restarted before its instant.
    pressed_by text
) strict;

-- What the columns of a header meant the last time, for the next file with the same header.
create table column_mapping (
    header_sha256 text primary key,
    choices text not null,
    used_at integer not null
) strict, without rowid;
