//! Who may use the console, and who is signed in to it.

use super::audit;
use crate::{
    domain::Timestamp,
    queue::{Queue, engine::Connection, error::QueueError, rows},
};

/// What a user of the console or a program may do; each role may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Makes, starts, stops and resolves campaigns.
    Sender,
    /// Says who the users are, and what the settings.
    Admin,
}

impl Role {
    /// Every role, from least to most.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Sender, Self::Admin];

    /// The name in SQL and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Sender => "sender",
            Self::Admin => "admin",
        }
    }

    /// Whether whoever has this role may do what `needed` may.
    pub fn includes(self, needed: Self) -> bool {
        self >= needed
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Someone who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub user_id: i64,
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub created_at: Timestamp,
    /// They have set no password yet.
    pub is_invited: bool,
    /// A code is asked for beside the password.
    pub has_second_factor: bool,
}

/// What somebody signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// None while they are invited.
    pub password_hash: Option<String>,
    /// The secret of the second factor.
    pub totp_secret: Option<String>,
}

struct Row {
    user_id: i64,
    name: String,
    role: String,
    created_at: i64,
    password_hash: Option<String>,
    totp_secret: Option<String>,
}

impl Row {
    fn user(&self) -> Result<User, QueueError> {
        let role = Role::from_name(&self.role)
            .ok_or_else(|| rows::inconsistent("console_user", "role", self.user_id, &self.role))?;
        Ok(User {
            user_id: self.user_id,
            name: self.name.clone(),
            role,
            created_at: Timestamp(self.created_at),
            is_invited: self.password_hash.is_none(),
            has_second_factor: self.totp_secret.is_some(),
        })
    }
}

/// Signs a user out everywhere.
pub(super) async fn end_sessions(connection: &mut Connection, user_id: i64) -> Result<(), QueueError> {
    query!("delete from console_session where user_id = $1", user_id).execute(connection).await?;
    Ok(())
}

struct SessionRow {
    user_id: i64,
    name: String,
    role: String,
    created_at: i64,
    password_hash: Option<String>,
    totp_secret: Option<String>,
    expires_at: i64,
}

impl Queue {
    /// Adds a user, or gives one of that name a new role and password, which ends their sessions, invitation and second factor.
    pub async fn add_user(
        &self,
        name: String,
        role: Role,
        password_hash: String,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let entry = self.audit_entry("user add", None, format!("{name} as {}", role.name()));
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            let role = role.name();
            let user_id = query_scalar!(
                        r#"insert into console_user (name, role, password_hash, created_at) values ($1, $2, $3, $4)
                        on conflict (name) do update set role = excluded.role, password_hash = excluded.password_hash,
                            invitation_sha256 = null, invited_until = null,
                            totp_secret = null, totp_step = null, recovery_codes = null
                        returning user_id as "user_id!""#,
                        name,
                        role,
                        password_hash,
                        now.0,
                    )
                    .fetch_one(&mut *connection)
                    .await?;
            end_sessions(connection, user_id).await
        })
    }

    /// Removes a user and ends their sessions. Says whether there was one.
    pub async fn remove_user(&self, name: String) -> Result<bool, QueueError> {
        let entry = self.audit_entry("user remove", None, name.clone());
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            query!(
                "delete from console_session
                        where user_id in (select user_id from console_user where name = $1)",
                name
            )
            .execute(&mut *connection)
            .await?;
            let removed =
                query!("delete from console_user where name = $1", name).execute(connection).await?;
            Ok(removed.rows_affected() > 0)
        })
    }

    /// Every user, by name.
    pub async fn users(&self) -> Result<Vec<User>, QueueError> {
        let found = query_as!(
            Row,
            "select user_id, name, role, created_at, password_hash, totp_secret from console_user order by name"
        )
        .fetch_all(&self.readers)
        .await?;
        found.iter().map(Row::user).collect()
    }

    /// True when somebody may sign in, so that everybody has to.
    pub async fn has_users(&self) -> Result<bool, QueueError> {
        let has = query_scalar!(r#"select exists (select 1 from console_user) as "has!: bool""#)
            .fetch_one(&self.readers)
            .await?;
        Ok(has)
    }

    /// The user of that name, and what they sign in with.
    pub async fn user(&self, name: &str) -> Result<Option<(User, Credentials)>, QueueError> {
        let found = query_as!(
            Row,
            "select user_id, name, role, created_at, password_hash, totp_secret from console_user where name = $1",
            name
        )
        .fetch_optional(&self.readers)
        .await?;
        let with_credentials = |row: Row| {
            let user = row.user()?;
            Ok((user, Credentials { password_hash: row.password_hash, totp_secret: row.totp_secret }))
        };
        found.map(with_credentials).transpose()
    }

    /// Begins a session, named by the digest of its token, and forgets those that have run out.
    pub async fn open_session(
        &self,
        user_id: i64,
        token_sha256: String,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("delete from console_session where expires_at <= $1", now.0)
                .execute(&mut *connection)
                .await?;
            query!(
                "insert into console_session (token_sha256, user_id, expires_at) values ($1, $2, $3)",
                token_sha256,
                user_id,
                expires_at.0,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// The user of a session that has not run out, and when it will.
    pub async fn session(
        &self,
        token_sha256: &str,
        now: Timestamp,
    ) -> Result<Option<(User, Timestamp)>, QueueError> {
        let found = query_as!(
            SessionRow,
            "select user_id, name, role, created_at, password_hash, totp_secret, expires_at
            from console_session join console_user using (user_id)
            where token_sha256 = $1 and expires_at > $2",
            token_sha256,
            now.0,
        )
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = found else { return Ok(None) };
        let ends = Timestamp(row.expires_at);
        let row = Row {
            user_id: row.user_id,
            name: row.name,
            role: row.role,
            created_at: row.created_at,
            password_hash: row.password_hash,
            totp_secret: row.totp_secret,
        };
        Ok(Some((row.user()?, ends)))
    }

    /// Lets a session that is used last longer.
    pub async fn renew_session(&self, token_sha256: String, ends: Timestamp) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!(
                "update console_session set expires_at = $1 where token_sha256 = $2",
                ends.0,
                token_sha256
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// Ends a session.
    pub async fn close_session(&self, token_sha256: String) -> Result<(), QueueError> {
        in_commit!(self, |connection| {
            query!("delete from console_session where token_sha256 = $1", token_sha256)
                .execute(connection)
                .await?;
            Ok(())
        })
    }
}
