//! What users do about their own account: an invitation, a password, a second factor.

use super::{audit, users::end_sessions};
use crate::{
    domain::Timestamp,
    queue::{Queue, Role, User, engine::On, error::QueueError, rows},
};

impl Queue {
    /// Adds a user who sets the password on their own, by the token of an invitation. One of that name gets a new role, and
    /// password, second factor and sessions end.
    pub async fn invite_user(
        &self,
        name: String,
        role: Role,
        invitation_sha256: String,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let entry = self.audit_entry("user invite", None, format!("{name} as {}", role.name()));
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            let role = role.name();
            let user_id = query_scalar!(
                r#"insert into console_user (name, role, created_at, invitation_sha256, invited_until)
                values ($1, $2, $3, $4, $5)
                on conflict (name) do update set role = excluded.role, password_hash = null,
                    invitation_sha256 = excluded.invitation_sha256, invited_until = excluded.invited_until,
                    totp_secret = null, totp_step = null, recovery_codes = null
                returning user_id as "user_id!""#,
                name,
                role,
                now.0,
                invitation_sha256,
                until.0,
            )
            .fetch_one(&mut *connection)
            .await?;
            end_sessions(connection, user_id).await
        })
    }

    /// The name of whoever holds an invitation that has not run out.
    pub async fn invited(
        &self,
        invitation_sha256: &str,
        now: Timestamp,
    ) -> Result<Option<String>, QueueError> {
        let found = query_scalar!(
            "select name from console_user where invitation_sha256 = $1 and invited_until > $2",
            invitation_sha256,
            now.0
        );
        Ok(found.fetch_optional(&self.readers).await?)
    }

    /// Uses an invitation up: its user has that password from here on. False where it has run out or was used.
    pub async fn accept_invitation(
        &self,
        invitation_sha256: String,
        password_hash: String,
        now: Timestamp,
    ) -> Result<bool, QueueError> {
        in_commit!(self, |connection| {
            let changed = query!(
                "update console_user set password_hash = $1, invitation_sha256 = null, invited_until = null
                where invitation_sha256 = $2 and invited_until > $3",
                password_hash,
                invitation_sha256,
                now.0,
            )
            .execute(connection)
            .await?;
            Ok(changed.rows_affected() > 0)
        })
    }

    /// Gives a user another password, and ends all of their sessions but the one with that token.
    pub async fn change_password(
        &self,
        user: &User,
        password_hash: String,
        but: String,
    ) -> Result<(), QueueError> {
        let entry = self.audit_entry("password", None, user.name.clone());
        let user_id = user.user_id;
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            query!("update console_user set password_hash = $1 where user_id = $2", password_hash, user_id)
                .execute(&mut *connection)
                .await?;
            query!("delete from console_session where user_id = $1 and token_sha256 <> $2", user_id, but)
                .execute(connection)
                .await?;
            Ok(())
        })
    }

    /// Turns the second factor on, with the step of the code that proved it and the digests of recovery codes; or off.
    pub async fn set_second_factor(
        &self,
        user: &User,
        factor: Option<(String, i64, Vec<String>)>,
    ) -> Result<(), QueueError> {
        let what = if factor.is_some() { "on" } else { "off" };
        let entry = self.audit_entry("second factor", None, format!("{what} for {}", user.name));
        let user_id = user.user_id;
        let (secret, step, codes) = match factor {
            Some((secret, step, codes)) => (Some(secret), Some(step), Some(rows::to_json(&codes))),
            None => (None, None, None),
        };
        in_commit!(self, |connection| {
            audit::record(connection, &entry).await?;
            query!(
                "update console_user set totp_secret = $1, totp_step = $2, recovery_codes = $3 where user_id = $4",
                secret,
                step,
                codes,
                user_id,
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }

    /// Uses the code of a step of time up. False where that step, or a later one, was used before: a code that was overlooked is
    /// worth nothing.
    pub async fn use_step(&self, user_id: i64, step: i64) -> Result<bool, QueueError> {
        in_commit!(self, |connection| {
            let changed = query!(
                "update console_user set totp_step = $1 where user_id = $2 and totp_step < $1",
                step,
                user_id,
            )
            .execute(connection)
            .await?;
            Ok(changed.rows_affected() > 0)
        })
    }

    /// Uses a recovery code up. False where it is none.
    pub async fn use_recovery_code(&self, user_id: i64, code_sha256: String) -> Result<bool, QueueError> {
        in_commit!(self, |connection| {
            let mut codes = recovery_codes(&mut *connection, user_id).await?;
            let n_before = codes.len();
            codes.retain(|code| *code != code_sha256);
            if codes.len() == n_before {
                return Ok(false);
            }
            let codes = rows::to_json(&codes);
            query!("update console_user set recovery_codes = $2 where user_id = $1", user_id, codes)
                .execute(connection)
                .await?;
            Ok(true)
        })
    }

    /// How many recovery codes a user has left.
    pub async fn n_recovery_codes(&self, user_id: i64) -> Result<u64, QueueError> {
        Ok(recovery_codes(&self.readers, user_id).await?.len() as u64)
    }
}

/// The digests of the recovery codes that a user has left.
async fn recovery_codes<'e>(on: impl Into<On<'e>> + Send, user_id: i64) -> Result<Vec<String>, QueueError> {
    let stored = query_scalar!("select recovery_codes from console_user where user_id = $1", user_id);
    let Some(stored) = stored.fetch_optional(on).await?.flatten() else { return Ok(Vec::new()) };
    serde_json::from_str(&stored)
        .map_err(|_| rows::inconsistent("console_user", "recovery_codes", user_id, &stored))
}
