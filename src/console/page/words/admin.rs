//! The texts of users, suppression list, activity, settings, health check, backup and retention.

use crate::language::catalogue;

catalogue! {
    /// Around the campaigns.
    AdminWords in "admin";
    // Users
    user_add, user_add_text, user_invite, user_invited, user_factor_on, invited(name), invited_link, invited_once,
    invitation, invitation_text(name), invitation_go, invitation_gone,
    // My account
    account, account_wrong, password_change, password_text, password_old, password_new, password_again,
    password_differs, password_changed, factor, factor_text, factor_on, factor_on_go, factor_on_text, factor_off,
    factor_off_go, factor_is_on, factor_is_off, factor_qr, factor_scan, factor_code, recovery_codes, recovery_text,
    recovery_left(n), user_remove, user_first, user_role, user_since, user_password_short(least), user_name_bad,
    user_last_admin, user_none, role_viewer, role_sender, role_admin,
    // Suppression list
    suppress_title, suppress_text, suppress_numbers, suppress_reason, suppress_add, suppress_by_hand,
    suppress_search, opt_outs, opt_outs_text, opt_outs_none, opt_outs_word, opt_outs_yes, opt_outs_no,
    opt_outs_asked, opt_outs_not_asked, opt_outs_gone, opt_outs_no_answer, opt_outs_more(n), suppress_remove,
    suppress_removal, suppress_removal_text, suppress_asked, suppress_admins, suppress_why, suppress_why_missing,
    suppress_remove_go, suppress_leave, suppress_gone, suppress_undo, suppress_none, suppress_added(n),
    suppress_removed(n), suppress_bad(line, reason), suppress_unread(reason), suppress_read(rows, numbers),
    suppress_known(n), suppress_left(rows, campaign), suppress_not_read(n), suppress_line(line, reason),
    suppress_file, suppress_file_text, suppress_file_label, suppress_file_go, suppress_column, suppress_download,
    suppress_since, suppress_default_reason, number,
    // Audit trail
    audit, audit_title, audit_text, audit_all, audit_none, audit_who, audit_deed, audit_detail, audit_full(n),
    audit_of, deed_create, deed_start, deed_schedule, deed_pause, deed_resume, deed_finish, deed_reopen,
    deed_cancel, deed_import, deed_mend, deed_remove_list, deed_edit, deed_rename, deed_delete, deed_retry,
    deed_resolve, deed_rate, deed_suppress, deed_unsuppress, deed_purge, deed_test, deed_undo, deed_discard,
    deed_interrupt, deed_continue, deed_download, deed_reconcile, deed_sign_in, deed_signed_in, deed_invite,
    deed_password, deed_factor, deed_archive, deed_unarchive, deed_restored, deed_user_add, deed_user_remove,
    deed_notify_test,
    // Settings
    settings_text, settings_pod, settings_base, settings_sid, settings_sender, settings_key, settings_db,
    settings_version, settings_present, settings_missing, settings_file, settings_listen,
    // Whether everything is there
    check, check_text(command), check_go, check_fine, check_wrong(n), check_is_fine, check_is_wrong, check_clock,
    check_account, check_reached, check_no_file, check_campaigns(n), check_no_database, check_clock_wrong(time),
    check_account_found(sid, number), check_known, check_unclear(reason),
    // Notices
    notices, notices_text(command), notices_none, notices_go, notices_sent, notices_failed(n),
    // A copy of the database
    backup, backup_text(command), backup_go, backup_busy, backup_failed(reason),
    // What has grown old
    old, old_text(command), old_days, old_days_bad(text), old_look, old_none(n), old_found(n), old_receipts(n),
    old_warning, old_go(n), old_go_receipts(n), old_changed, old_wiped(what), old_wiped_one(campaign, rows),
}
