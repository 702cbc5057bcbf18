### The console: users, suppression list, activity, settings, health check, backup, retention.

## Users

user_add = Add a user
user_add_text = You get a link to pass on, with which they set a password that nobody else knows. If the name exists, the user gets the new role, is signed out, and sets a new password.
user_invite = Create an invitation link
user_invited = invited
user_factor_on = on
invited = { $name } is invited.
invited_link = Invitation link
invited_once = The link is shown this once. It works once, for 24 hours: pass it on where nobody else can read it.
invitation = Invitation
invitation_text = Set a password for { $name }.
invitation_go = Set the password and sign in
invitation_gone = This invitation has been used or has expired. Ask an admin for a new one.

## My account

account = My account
account_wrong = The password is wrong.
password_change = Change my password
password_text = All other sessions of yours are signed out.
password_old = Current password
password_new = New password
password_again = The new password again
password_differs = The two passwords are not the same.
password_changed = Your password is changed. All other sessions of yours are signed out.
factor = Second factor
factor_text = With a second factor nobody can sign in with your password alone: a code from an app on your phone is asked for too.
factor_on = Turn it on…
factor_on_go = Turn the second factor on
factor_on_text = The second factor is on: a code from your app is asked for when you sign in.
factor_off = Turn it off…
factor_off_go = Turn the second factor off
factor_is_on = The second factor is on.
factor_is_off = The second factor is off.
factor_qr = QR code for the app
factor_scan = Scan the code with an authenticator app, or type this key:
factor_code = The 6 digits that the app shows
recovery_codes = Recovery codes
recovery_text = Each of these signs you in once if you lose the phone. They are shown this once: print them, or keep them in a password manager.
recovery_left = { $n ->
    [one] { $n } recovery code is left.
   *[other] { $n } recovery codes are left.
}
user_remove = Remove
user_first = The first user must be an admin. From then on everyone has to sign in.
user_role = Role
user_since = Since
user_password_short = A password must have at least { $least } characters.
user_name_bad = A name must have 1 to 64 characters.
user_last_admin = You cannot remove the last admin: nobody else could add users.
user_none = No users yet.
role_viewer = viewer: can see campaigns and figures; numbers are masked
role_sender = sender: can also create and run campaigns
role_admin = admin: can also manage users and settings

## Suppression list

suppress_title = Suppression list
suppress_text = Numbers that no campaign may message. A number that you add is removed from all queues at once.
suppress_numbers = Numbers, one per line
suppress_reason = Reason
suppress_add = Add to the list
suppress_by_hand = Add numbers manually
suppress_search = Number, last digits, or reason
opt_outs = Possible opt-outs
opt_outs_text = These people wrote something that may be a request to stop. They are not messaged until somebody decides. Their text is not kept; the word that was recognised is.
opt_outs_none = Nobody has to be decided about.
opt_outs_word = Word
opt_outs_yes = Asked to stop
opt_outs_no = Did not ask to stop
opt_outs_asked = This person stays on the suppression list.
opt_outs_not_asked = This person can be messaged again, and waits where they waited.
opt_outs_gone = Nobody has to decide about this person any more.
opt_outs_no_answer = Nothing was decided: the answer is neither yes nor no.
opt_outs_more = { $n ->
    [one] { $n } more person follows when these are decided.
   *[other] { $n } more people follow when these are decided.
}
suppress_remove = Remove
suppress_removal = Take a number off the suppression list
suppress_removal_text = Campaigns can message this person again. Recipients who were left out stay left out.
suppress_asked = This person asked for it, by a word or by a setting in WhatsApp.
suppress_admins = Only an admin can take off what people asked for themselves.
suppress_why = Why? It is written into the activity log
suppress_why_missing = Say why: the activity log keeps it.
suppress_remove_go = Take it off the list
suppress_leave = Leave it on the list
suppress_gone = This number is not on the list any more.
suppress_undo = Undo
suppress_none = The list is empty.
suppress_added = { $n ->
    [one] { $n } number was added to the list.
   *[other] { $n } numbers were added to the list.
}
suppress_removed = { $n ->
    [one] { $n } number was removed from the list.
   *[other] { $n } numbers were removed from the list.
}
suppress_bad = Nothing was added. Line { $line }: { $reason }
suppress_unread = Nothing was added: { $reason }.
suppress_read = Rows with a number: { $rows }. Numbers: { $numbers }.
suppress_known = { $n ->
    [one] { $n } number was on the list already.
   *[other] { $n } numbers were on the list already.
}
suppress_left = Recipients that left the queue: { $rows } ({ $campaign }).
suppress_not_read = { $n ->
    [one] { $n } number could not be read, and whoever it belongs to can still be messaged. Fix it and add the file again:
   *[other] { $n } numbers could not be read, and whoever they belong to can still be messaged. Fix them and add the file again:
}
suppress_line = Line { $line }: { $reason }
suppress_file = Add the numbers from a file
suppress_file_text = Any file that you can use as a recipient list. Every number in it is added, from all columns with numbers, with the reasons and dates of the file. Rows that cannot be read are listed.
suppress_file_label = The file
suppress_file_go = Add all numbers from the file
suppress_column = Only this column
suppress_download = Download the list (CSV)
suppress_since = Since
suppress_default_reason = asked not to be messaged
number = Number

## Audit trail

audit = Activity
audit_title = Activity log
audit_text = Everything that users have done to campaigns, numbers and users, here or in a terminal, newest first. Entries cannot be changed.
audit_all = All activity
audit_none = No activity yet.
audit_who = User
audit_deed = Action
audit_detail = Details
audit_full = Only the last { $n } entries are shown; the terminal shows all of them.
audit_of = Activity log
deed_create = created
deed_start = started
deed_schedule = scheduled
deed_pause = paused
deed_resume = resumed
deed_finish = finished
deed_reopen = reopened
deed_cancel = cancelled
deed_import = imported a list
deed_mend = mended rejected rows
deed_remove_list = took a list out
deed_edit = changed settings
deed_rename = renamed
deed_delete = deleted a campaign
deed_retry = retried
deed_resolve = resolved doubts
deed_rate = changed the rate
deed_suppress = suppressed
deed_unsuppress = removed from the suppression list
deed_purge = deleted recipients’ data
deed_test = sent a test
deed_undo = undid the start
deed_discard = discarded a draft
deed_interrupt = interrupted
deed_continue = continued
deed_download = downloaded
deed_reconcile = imported a report
deed_sign_in = refused a sign-in
deed_signed_in = signed in
deed_invite = invited a user
deed_password = changed a password
deed_factor = changed a second factor
deed_archive = archived
deed_unarchive = took out of the archive
deed_restored = let a copy send
deed_user_add = added a user
deed_user_remove = removed a user
deed_notify_test = tested a channel

## Settings

settings_text = The settings come from the environment and the settings file of the server. Restart the server to change them.
settings_pod = Pod
settings_base = Provider's address
settings_sid = Account (SID)
settings_sender = Sender's number
settings_key = API key
settings_db = Database
settings_version = Version
settings_present = present; never shown
settings_missing = not set
settings_file = Settings file
settings_listen = Listening on

## Whether everything is there

check = Health check
check_text = Checks the settings, the database and the clock, and asks the provider about the account and the sender’s number. No message is sent. In a terminal: { $command }
check_go = Run the health check
check_fine = Everything is in order.
check_wrong = { $n ->
    [one] { $n } thing is missing or wrong.
   *[other] { $n } things are missing or wrong.
}
check_is_fine = OK
check_is_wrong = problem
check_clock = Clock
check_account = Account
check_reached = Provider’s answer
check_no_file = none: all settings come from the environment and the command line
check_campaigns = { $n ->
    [one] { $n } campaign
   *[other] { $n } campaigns
}
check_no_database = does not exist yet
check_clock_wrong = { $time }: the server’s clock is wrong
check_account_found = SID { $sid }, sender { $number }, and a key
check_known = The provider accepts the SID, the key and the sender’s number.
check_unclear = The provider answers, but does not confirm the account: { $reason }.

## Notices

notices = Notices
notices_text = Tell you of pauses, ends and trouble without anybody looking. In a terminal: { $command }
notices_none = There are no channels. Write one into the settings file: [notices.NAME]
notices_go = Send a test notice
notices_sent = Every channel took the test.
notices_failed = { $n ->
    [one] { $n } channel did not take the test.
   *[other] { $n } channels did not take the test.
}

## A copy of the database

backup = Backup of the database
backup_text = You can download a backup at any time, also while a campaign is being sent. It contains all numbers: keep it safe. A restored backup sends nothing until someone confirms it. In a terminal: { $command }
backup_go = Download a backup
backup_busy = Another backup is being made. Try again when it is finished.
backup_failed = The backup failed: { $reason }.

## What has grown old

old = Expired data
old_text = Deletes the recipients’ data of every campaign that ended at least this many days ago: numbers, values, tags and message ids, and lists that were never added. The figures are kept. In a terminal: { $command }
old_days = Days since the campaign ended
old_days_bad = “{ $text }” is not a number of days from 1 to 36500.
old_look = Show expired data
old_none = { $n ->
    [one] No data is older than { $n } day.
   *[other] No data is older than { $n } days.
}
old_found = { $n ->
    [one] Ended at least { $n } day ago:
   *[other] Ended at least { $n } days ago:
}
old_receipts = { $n ->
    [one] { $n } delivery receipt without a recipient
   *[other] { $n } delivery receipts without a recipient
}
old_warning = Earlier downloads and backups still contain the data. This cannot be undone.
old_go = { $n ->
    [one] Delete the data of { $n } row
   *[other] Delete the data of { $n } rows
}
old_go_receipts = { $n ->
    [one] Delete { $n } receipt
   *[other] Delete { $n } receipts
}
old_changed = The data has changed since you opened this page. Nothing was deleted; review it and try again.
old_wiped = Deleted: { $what }. The figures are kept.
old_wiped_one = { $campaign } ({ $rows })
