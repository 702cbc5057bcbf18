### The console: making a campaign, watching it, and what every page has.

product = catalink
skip_to_content = Skip to content
campaigns = Campaigns
suppression_list = Suppression list
settings = Settings
users = Users
sign_out = Sign out
rehearsal = Rehearsal
rehearsal_banner = Rehearsal. A simulator replaces the provider: no message leaves this machine, and real campaigns are not affected.
rehearsal_enter = Start a rehearsal
rehearsal_leave = Leave the rehearsal
limits_no_zone = Sending hours need a time zone, such as Asia/Kolkata: without one nobody knows when they begin.
message_is_used = The campaign has recipients already, so its message stays as it is. Create another campaign with the message as it is meant.
rehearse_title = Rehearse it first
rehearse_text = A copy of this campaign runs on a simulated provider, with receipts. Nothing is sent, and the campaign stays as it is.
rehearse_faults = What goes wrong
rehearse_nothing = Nothing
rehearse_some = A few errors and refusals, as on most days
rehearse_low_balance = The balance is used up half-way
rehearse_undelivered = One in five messages is not delivered
rehearse_doubts = Answers of the provider get lost
rehearse_do = Rehearse a copy
open_banner = Everyone who uses this machine has full access. Add a user to require signing in.
open_banner_link = Add a user
command_line = The same from a terminal
languages_label = Language
connection_lost = The connection is lost; the figures are not being updated. Reconnecting…
no_news_since = No news since { $time }; the figures may be old. Reconnecting…
notify_me = Notify me when sending stops
notify_on = You are notified when sending stops, also while this tab is in the background.

## Time and quantities

seconds = { $n }{"\u00A0"}s
minutes = { $n }{"\u00A0"}min
hours = { $n }{"\u00A0"}h
days = { $n }{"\u00A0"}d
per_second = { $rate } per second
rows = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
line = Line
line_n = line { $line }

## Failures

not_found = Not found
not_found_text = There is nothing at this address. The page may have been removed, or the address may be incomplete.
forbidden = Not allowed
forbidden_text = Your role does not allow this. An admin can change it.
wrong_host = This console has no users and needs no password, so it only answers at 127.0.0.1 or localhost.
cross_site = The request came from another site and was refused.
too_large = The file is larger than the limit of this console ({ $size }).
not_understood = The server could not read what was sent. Go back, load the page again, and repeat it.
not_now = This is not possible now
failed = Something went wrong on the server
failed_text = Nothing was lost: the queue records each step before it is taken. See the server log for details.
back_to_campaigns = Back to the campaigns

## Signing in

sign_in = Sign in
name = Name
password = Password
sign_in_wrong = The name or the password is wrong.
sign_in_busy = Too many people are signing in at the moment. Try again in a few seconds.
sign_in_often = Too many attempts. Try again in { $wait }.
sign_in_ended = You have been signed out. Sign in, and do it again.
sign_in_ended_kept = You have been signed out. Sign in to go on; what you typed is kept.
code_label = Code from your app
code_hint = 6 digits, or one of your recovery codes.
code_wrong = The code is wrong, or has been used already. Wait for the next one.
code_too_late = That took too long. Sign in again.
go_on_title = Signed in again
go_on_text = What you typed has not been sent yet.
go_on = Send it now
go_on_not = Do not send it
account = My account

## Searching, and one person

search_title = Search
search_everything = Search everything
search_what = Campaign, number, tag, or name
search_hint = A campaign; a number in any spelling, or its beginning; a tag; a name in one of the newest lists.
search_nothing = Nothing was found.
search_on = Search all rows of a campaign
people = People
person = Person
person_suppressed = On the suppression list: no campaign messages this person.
person_reachable = Not on the suppression list.
person_suppress = Put this person on the suppression list…
person_replied = Last answered:
person_campaigns = In campaigns
person_nowhere = In no campaign.

## List of campaigns

home_needs = Needs you
home_running = Under way
home_recent = Last 30 days
home_all = All campaigns
home_open = { $n ->
    [one] { $n } person may have asked to stop: decide
   *[other] { $n } people may have asked to stop: decide
}
home_draft = not started
home_doubts = { $n ->
    [one] { $n } in doubt
   *[other] { $n } in doubt
}
home_older = All campaigns, also older and archived ones
archived = Archived
archive_go = Archive
unarchive_go = Take out of the archive
archive_text = An archived campaign is not listed; it is found by its name, and keeps its rows and figures.
archive_not_now = A campaign that is on its way cannot be archived.
new_campaign = New campaign
older_campaigns = Older campaigns
no_campaigns = No campaigns yet. To create one, you need a list of recipients and a message.
no_campaigns_steps = Upload a file, check its columns, fix the rejected rows, write the message, and send a test to yourself. No message is sent to the list before you press the last button.
no_campaigns_rehearse = Rehearse first: a simulator replaces the provider
campaign = Campaign
state = State
progress = Progress
created = Created
of_n = { $done } of { $total }

## States and statuses

state_draft = Draft
state_scheduled = Scheduled
state_running = Sending
state_paused = Paused
state_finished = Finished
state_cancelled = Cancelled
status_queued = waiting
status_sending = being sent
status_accepted = accepted
status_failed = failed
status_in_doubt = in doubt
status_rejected = rejected
status_duplicate = duplicate
status_suppressed = suppressed
status_cancelled = cancelled
status_skipped = out of reach
delivery_sent = sent
delivery_delivered = delivered
delivery_read = read
delivery_undelivered = undelivered
no_receipt = without a receipt
receipts_so_far = By the receipts so far
furthest = Furthest: { $delivery }
row_delivered = Delivered at
row_read = Read at

## Watching

watch_draft = Not started.
watch_scheduled = Scheduled: sending starts at { $time }.
watch_running = Sending.
watch_interrupted = Interrupted: somebody stopped the sending. Nothing is sent until it is continued.
watch_continue = Continue sending
watch_done = { $done } of { $total } done.
watch_canary = The first messages have been sent. The rest are waiting for their delivery receipts, until { $time } at the latest.
watch_waits = Waiting.
watch_resuming = Resuming.
watch_shared = Other campaigns are also being sent; they share the account’s rate.
watch_probing = Resuming: one message is sent first, the rest once it is accepted.
watch_held_hours = Whoever is left waits for the hours where they are.
watch_held_cap = Whoever is left has had as many messages as the cap allows for now.
watch_people = Whoever is left gets the message as soon as they write.
watch_waiting = Sending continues at { $time }: because of the sending hours or the scheduled time.
watch_retrying = The remaining recipients are waiting for a retry; the next one is at { $time }.
watch_down = The provider does not answer; the next attempt is in { $wait }. Its last answer: { $answer }
watch_slowed = The provider asked for a slower rate. Its answer: { $answer }
watch_broken = Sending has stopped: { $reason }. It will be retried automatically.
watch_restored = Nothing is being sent: { $reason }. Anyone who was messaged after this copy was made would be messaged again. First import the provider’s report (below): it removes those recipients from the queue.
restored_go = Send from this copy…
restored_text = Anyone who was messaged after this copy was made, and who is not in an imported report, gets the message a second time. This cannot be undone.
restored_sure = Send from this copy anyway
watch_paused = Paused.
watch_paused_at = Paused at line { $line }.
watch_air = { $n ->
    [one] { $n } request is still in flight; its answer will be recorded.
   *[other] { $n } requests are still in flight; their answers will be recorded.
}
watch_finished = Finished.
watch_accepted = { $n ->
    [one] The provider accepted { $n } message.
   *[other] The provider accepted all { $n } messages.
}
watch_accepted_of = The provider accepted { $accepted } of { $total } messages.
watch_finished_not_all = Finished, but not everyone was reached.
watch_cancelled = Cancelled. No further messages are sent.
provider_said = Details:
rate_now = Now
rate_allowed = Allowed
rate_change = Change the rate
rate_do = Apply
rate_label = Messages per second
in_air = In flight
done_at = Expected to finish
finished_at = Finished
elapsed = Started
unknown_yet = not known yet
course_title = Messages per second
course_rate = sent
course_allowed = allowed
course_text = The last { $span }; the top edge is { $rate } per second.
course_now = now
chart_title = Messages over time
chart_text = At most { $peak }
chart_not_accepted = not accepted
outcome = What came of it
outcome_hint = Each step includes those who got further; delivered and read include whoever answered. Shares are of the accepted messages.
result = Result
result_no_receipt = no receipt yet
result_replied = replied or ordered
funnel_replied = replied
funnel_ordered = ordered
funnel_undelivered = not delivered
funnel_open = no receipt of delivery yet
figures = All { $rows } rows of the list
last_problems = Latest problems
pause = Pause
resume = Resume
resume_topped_up = The balance is topped up: resume
resume_text = { $n ->
    [one] { $n } recipient is waiting. One message is sent first.
   *[other] { $n } recipients are waiting. One message is sent first, the rest once it is accepted.
}
cancel = Cancel campaign…
cancel_text = Recipients who are still waiting will never be messaged. This cannot be undone.
cancel_sure = Cancel for all waiting recipients
start_page = Go to the start page

## Rows

rows_title = Rows
rows_all = all
rows_search = Name, number, tag, or line
rows_search_hint = A name or another value of the list; a number in any spelling, its beginning or its end; the beginning of a tag; “line 214”.
rows_show = Search
rows_none = No rows found.
rows_none_yet = No matching rows found so far; the search goes on.
rows_further = Continue the search
rows_more = Next rows
rows_first = Back to the first rows
rows_with_code = with the code { $code }
rows_limited = { $n ->
    [one] Only the first { $n } row is shown.
   *[other] Only the first { $n } rows are shown.
}
recipient = Recipient
status = Status
attempts = Attempts
tags = Tags
what = What happened
when = When
delivery = Delivery
row_message_id = Message id
row_attempts = Requests that were not accepted at once
row_attempt = Attempt
row_uncounted = not counted
row_unsent = No message is sent for this row.
row_values = Values in the file

## Afterwards

failures = Why some did not arrive
failures_text = Refused messages and those that ran out of attempts can be retried: they are queued again.
failures_undelivered = Accepted, but not delivered.
failures_unsent = The provider accepted these messages but never passed them to WhatsApp: no one received them.
failures_without_reason = not yet counted by reason
retry_all = Retry all { $n }
reason = Reason
code = Code
code_none = no code
action = Action
closed_doubts = Closed without sending; these recipients may have received the message.
closed_resend = Resend…
doubts_resend_go = Resend…
retry_n = Retry { $n }
doubts = In doubt
doubts_n = { $n ->
    [one] { $n } recipient may or may not have been messaged: the request was sent, but no answer came back.
   *[other] { $n } recipients may or may not have been messaged: the requests were sent, but no answer came back.
}
doubts_risk = Resending may message someone twice. Closing may leave someone without the message. A delivery receipt that arrives later resolves a doubt automatically.
doubts_resend = Resend to { $n }, with the risk of duplicates
doubts_keep = Close { $n } without sending
doubt_keep = Close
doubt_resend = Resend
doubt_none = { $number } is no longer in doubt. Nothing was changed.
download = Results
download_rows = Download these rows
download_to_mend = Download as CSV, fix and add again
download_csv = CSV
download_xlsx = Excel
report = Report
totals = Totals
totals_zone = Time zone of the hours
totals_zone_go = Apply
totals_zone_bad = “{ $zone }” is not a time zone such as Asia/Kolkata.
further = More
reconcile = Import the provider’s report…
reconcile_text = If delivery receipts did not arrive, you can import them from the report that you download from the provider’s console. It also resolves doubts. Rows are matched by their token or message id.
reconcile_file = The report (CSV)
reconcile_go = Import the report
reconcile_look = Only show what would change
reconciled_would = { $n ->
    [one] { $n } recipient would change.
   *[other] { $n } recipients would change.
}
reconciled_figure = { $what }: { $change }
reconciled = The report has { $rows } rows; { $matched } of its entries belong to this campaign.
reconciled_changed = { $n ->
    [one] { $n } recipient changed.
   *[other] { $n } recipients changed.
}
reconciled_nobody = It contains neither the tokens nor the message ids of this campaign.
recount = Recount the rows…
recount_text = Counts all rows again, compares the result with the figures above, and checks that the rows are consistent. Nothing is changed. In a terminal: { $command }
recount_go = { $n ->
    [one] Recount { $n } row
   *[other] Recount { $n } rows
}
recount_fine = The figures are correct. Counted from the rows: { $figures }.
recount_wrong = The figures are wrong: { $figures }. Stop sending from this database, keep a copy of it, and report the problem.
purge = Delete the recipients’ data…
purge_text = Overwrites numbers, values, tags and message ids; the figures are kept. Earlier downloads and backups still contain the data. This cannot be undone.
purge_done = The recipients’ data has been deleted. The figures are kept.
purge_go = { $n ->
    [one] Delete the data of { $n } row
   *[other] Delete the data of { $n } rows
}

## Steps

step_upload = Upload
step_columns = Columns
step_check = Check
step_message = Message
step_start = Start
step_add = Add
steps = Steps
next = Continue
discard = Discard this draft…
discard_list = Discard this list…
discard_text = Deletes the file and all settings of this draft. This cannot be undone.
discard_go = Discard
upload_title = New campaign
upload_name = Name of the campaign
upload_name_hint = Letters, digits, dots, dashes and underscores, for example spring-26.
upload_file = List of recipients
upload_hint = CSV, TSV, Excel or OpenDocument, also compressed with gzip or zip; at most { $size }. You can drop the file here.
upload_go = Upload
upload_progress = { $done } of { $total } uploaded
upload_reading = Uploaded. Reading it…
upload_failed = The upload did not complete. Check the connection and try again.
upload_exists = A campaign of this name exists already. If you have just uploaded this file, it has arrived.
upload_open = Open it and go on
upload_empty = This file is empty.
upload_another = Choose another file
upload_no_file = Choose a file.
detected = Detected in { $file }
change = Change
apply = Apply
automatic = detect

## A further list

add_title = Add a list
add_text = Add another file for the same message, or the fixed rows of the first file. Numbers that are already in the campaign are not added a second time.
add_rejected = { $n ->
    [one] Download the rejected row to fix it
   *[other] Download the { $n } rejected rows to fix them
}
add_rejected_hint = Each row says what is wrong. Upload the fixed file here.
add_link = Add a list…
add_hint = another file, or fixed rows
add_open = { $file } is uploaded but not added yet.
add_busy = Another list is uploaded but not added yet. Add it or discard it first.
add_draft = The campaign has not been started: the new recipients wait with the others until it is.
add_scheduled = The campaign is scheduled: the new recipients wait with the others.
add_running = The campaign is being sent: the new recipients follow the others.
add_paused = The campaign is paused: the new recipients wait with the others until it is resumed.
add_finished = The campaign is finished: it continues with the new recipients only.
add_n = { $n ->
    [one] Add { $n } row
   *[other] Add { $n } rows
}
add_another = Keep these rows and add another list
add_another_hint = Nothing is sent yet, but the message and the settings can no longer be changed.
send_more = { $n ->
    [one] Send { $n } more message
   *[other] Send { $n } more messages
}
start_sentence_more = { $n ->
    [one] { $n } more person gets this message
   *[other] { $n } more people get this message
}
start_failed = The campaign was not started: { $reason }.
start_missed = the server was not running at the scheduled time
options_unreadable = The saved options of this list cannot be read; another version may have written them. Discard the list on its columns page and upload the file again.
no_draft = This campaign is no longer a draft.
reading = { $done } of { $total } read
reading_title = Reading the list
message_first = Hello! Our new catalogue is here: { $link } Reply STOP to unsubscribe.
size = Size
format = Format
encoding = Encoding
delimiter = Delimiter
delimiter_tab = tab
header = Header
header_line = line { $line }
header_none = none: the first row is a recipient
header_yes = the first row is a header
sheet = Sheet
member = File in the archive
size_max = Maximum size of the unpacked archive
region = Country of numbers without a country code
region_hint = Two letters, for example IN, or “international” if every number includes its country code.
numbers_several = Several numbers in a cell
numbers_first = take the first valid one
numbers_all = take all
numbers_reject = reject the row
columns_who = Number and country
columns_choose_number = Choose below which column contains the number.
columns_unused = { $n ->
    [one] { $n } more column, which the message does not use
   *[other] { $n } more columns, which the message does not use
}
columns_title = What each column contains
columns_hint = You can use every other column in the message. If several columns contain numbers, the first valid number of a row is used, in the order you choose.
missing_title = Values that the message needs
missing_hint = This file has no column of that name. Choose the column that contains the value, or go back to the message and give a default.
missing_choose = Choose a column
answer_unknown = This button is from another version of the page. Load the page again and repeat your answer.
columns_no_number = No column contains the number. Choose one.
columns_twice = Two columns are set to “{ $meaning }”. Choose only one of them.
columns_remembered = The columns are set as for the last file with the same header.
column = Column
samples = First values
meaning = Meaning
field_none = value for the message
field_to = number
field_to_next = number, choice { $choice }
field_variable = { $name } in the message
field_country = country of the number
field_consent = consent (a no is left out)
field_opt_out = opted out (a yes is left out)
field_wrote_at = when the person wrote last
field_time_zone = time zone of the person
field_ref = tag 1 (ref)
field_ref1 = tag 2 (ref1)
field_ref2 = tag 3 (ref2)
field_of = Meaning of { $column }
notes = Notes
cannot_read = This file cannot be used as it is:
asks_first = Please answer one question first:
check_sum = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
check_will_be_sent = will be sent
check_ignored = { $n ->
    [one] { $n } blank row or footer is not counted.
   *[other] { $n } blank rows, repeated headers and footers are not counted.
}
check_problems = Problems in the rejected rows
check_none = All rows can be used.
check_rejects = Download the rejected rows
check_rejects_hint = Fix them in a spreadsheet. Once the good rows are imported, upload the fixed file with “Add a list” on the campaign’s page.
check_known = { $n ->
    [one] { $n } of the duplicates is already in the campaign.
   *[other] { $n } of the duplicates are already in the campaign.
}
check_continue = { $n ->
    [one] Continue with { $n } good row
   *[other] Continue with { $n } good rows
}
check_nobody = No one would be messaged. Fix the file, or change how it is read.
check_duplicates = Same number as in an earlier row
check_duplicate = line { $line } has the same number as line { $earlier }
check_change = Change how the file is read
message_text = Message
message_chips = Values from the list
message_chips_hint = {"{{"} name | default("friend") {"}}"} fills in a missing value; other filters: { $filters }.
message_preview_url = Ask WhatsApp to show a preview of the first link
message_unknown = The list has no column “{ $column }”.
message_assign = Which column do you mean?
message_assign_none = choose a column
message_assign_go = { $n ->
    [one] Use this column
   *[other] Use these columns
}
message_line = Line
message_line_go = Go to
message_no_line = No row that can be sent starts at that line.
message_request = The exact request
message_request_hint = The last number of a row’s token is added when the rows are imported.
message_request_tags = The tags have changed: save the message to see the request again.
message_tags = Tags for reports
message_tags_text = Each message can carry three tags that come back in receipts and reports. Each is a text like the message, such as {"{{"} City {"}}"}.
message_saved = Saved { $time }
message_unsaved = Not saved: the server does not answer. Your text stays here; it is saved once the server answers again.
message_signed_out = Not saved: you have been signed out. Sign in in another tab; your text stays here.
message_stale = This is not the message as typed: the preview could not be fetched.
message_chips_find = Find
message_if_empty = If empty:
message_others = { $n ->
    [one] { $n } more person
   *[other] { $n } more people
}
message_tag_column = the column { $column }
message_show = Show
message_next = Next row
message_back = Previous row
message_longest = Longest message
message_missing = Missing value
message_no_missing = No row has a missing value.
message_chars = { $chars } of { $most } characters
message_too_long = Too long: this row would be rejected.
message_hole = This row has a missing value and would be rejected.
message_save = Save and continue
message_phone = On a phone
message_catalogue = Add the catalogue link
message_catalogue_hint = { $link }, of the sender’s number
lint_no_catalogue = The message has no catalogue link (https://wa.me/c/ followed by the sender’s number).
lint_not_first = WhatsApp only shows a preview of the first link, which is { $link }, not the catalogue.
lint_no_scheme = { $link } needs https:// in front of it; otherwise WhatsApp shows no preview.
lint_other_number = The link opens the catalogue of { $number }, which is not the sender’s number.
lint_preview_off = The preview is switched off, so no product pictures are shown.
lint_unknown_word = The message promises that { $word } stops the messages, and that word does not. Promise a word that does, such as STOP, or add it to [opt_out] words in catalink.toml.
lint_no_way_out = The message does not say how to stop the messages, such as: Reply STOP to unsubscribe.
lint_cut = An emoji, a flag or another character is cut in two and will be displayed wrongly.
lint_direction = An invisible text direction mark is opened but never closed, which reverses the rest of the text.
test_title = Send a test to my own phone
test_to = My number
test_send = Send 1 test message
test_hint = Sends the message of the row shown. It is a real message, and is not counted in the campaign.
test_hint_first = Sends the message of the first row. It is a real message, and is not counted in the campaign.
test_number = “{ $text }” is not a number with + and its country code, such as +919800000001.
test_not_a_number = “{ $text }”: { $reason }.
test_suppressed = { $number } is on the suppression list. Nothing was sent. If it is your own number, take it off the list first.
test_hole = This row’s message is incomplete. Choose another row.
test_accepted = The provider accepted the message for { $number } ({ $id }). Check the phone: accepted does not mean delivered.
test_refused = Not accepted: { $code }: { $reason }
test_unknown = It is not known whether the message was sent: { $code }: { $reason }
start_sentence = { $n ->
    [one] { $n } person gets this message
   *[other] { $n } people get this message
}
start_from = from { $number }
start_rate = at up to { $rate } per second
start_takes = in about { $span }, finishing at about
start_takes_hours = in about { $span } of sending, within the sending hours
start_begins = Sending starts at
start_left_out = { $n ->
    [one] { $n } row is left out:
   *[other] { $n } rows are left out:
}
start_lately = { $n ->
    [one] { $n } of them was messaged in the last 7 days.
   *[other] { $n } of them were messaged in the last 7 days.
}
start_again = { $n ->
    [one] { $n } of them got the same message in the last 30 days.
   *[other] { $n } of them got the same message in the last 30 days.
}
start_again_sure = Send them the same message again
start_no_account = Messages cannot be sent: { $reason }.
start_nobody = There are no recipients to send to.
start_undo_hint = You can undo this for a few seconds.
start_changed = The list has changed since you opened this page: { $now } instead of { $seen }. Check the figures and press the button again.
start_changed_reading = How the list is read has changed since you opened this page. Check the figures and press the button again.
start_changed_message = The message has changed since you opened this page. Read it and press the button again.
start_changed_time = The start has changed: check what the button says, and press it again.
start_when = When
start_time = Start at
start_now = Now
start_later = Scheduled
start_both = You chose “Now” and a time as well. Choose “Scheduled”, or clear the time.
start_no_time = Set the time at which it starts.
start_unsent = The message as you typed it last cannot be sent: { $reason }
start_to_message = Change the message
start_expert = Rate, hours and more
start_row = { $file }, line { $line }:
schedule_n = { $n ->
    [one] Schedule { $n } message for { $time }
   *[other] Schedule { $n } messages for { $time }
}
tested_at = Tested { $time } on …{ $end }.
tested_other = Tested { $time } on …{ $end }, but the message has changed since.
tested_not = Not tested.
scheduling_in = { $n ->
    [one] Scheduled for { $time } in { $n } second.
   *[other] Scheduled for { $time } in { $n } seconds.
}
reach_choose = What happens with those who cannot be reached?
reach_any = Send to everybody now
reach_open = Send to those who can be reached, skip the others
reach_wait = Send to everybody as soon as they write
reach_label = Whom to message
reach_options = Whom and when, for each person
reach_options_text = Hours and days are those where the person is, which follows from the number.
local_from = Not before (where the person is)
local_to = Not after (where the person is)
local_days = Days, such as mon-sat
cap_label = At most so many messages a person, such as 1/1d
not_after = Skip whoever is left at (empty: nobody)
hold_out = Share to leave out for comparison, such as 5%
start_limits = How fast and when
start_at = Start at (empty: now)
start_at_past = That time is in the past. Leave the field empty to start now.
start_hours_half = Set both ends of the sending hours.
number_bad = “{ $text }” is not a valid number for this field.
start_at_bad = “{ $text }” is not a valid time; use the form 2026-11-23T09:00.
start_hours_from = No message before (hour)
start_hours_to = No message after (hour)
start_why = See why
start_canary = First { $first } messages are sent; the rest follow once { $share } % of them are delivered.
canary = Try a few messages first
canary_text = Sends this many messages first. The rest follow once enough delivery receipts confirm them; otherwise the campaign pauses and says why.
canary_n = Number of first messages
canary_none = none
canary_share = Share that must be delivered, in per cent
canary_wait = Wait at most
canary_deaf = This server has no address for delivery receipts (CATALINK_CALLBACK_TOKEN). If no receipts arrive another way, the campaign pauses after { $span }.
canary_bad = “{ $text }” is not a number of messages.
duration_hint = A number with a unit: 30s, 15m, 2h
more_options = More options
option_sender = Sender’s number
option_sender_usual = from the settings
option_in_flight = Requests at once
option_attempts = Attempts per recipient
option_retry_initial = First wait before a retry
option_retry_max = Longest wait
option_unknown = If an answer is lost
option_hold = hold as in doubt and ask me
option_resend = resend, with the risk of duplicates
option_source = Source in the provider’s reports
option_token = Token in a free tag
option_token_yes = yes: delivery receipts can resolve doubts
option_token_no = no

## The settings and lists of a campaign

plan_title = Settings of the campaign
plan_link = Settings
plan_edit = Change the settings
plan_edit_text = The message, the sender and what is sent to whom can change until the first message is sent; the rate always; hours and limits while it is not being sent.
plan_in_steps = A list is being prepared for this campaign: its message and settings are in the steps.
plan_changed = Changed: { $what }.
plan_unchanged = Nothing was changed.
plan_schedule = Scheduled start
plan_reschedule = Reschedule…
plan_move = Move the start
plan_unschedule = Take the start back
plan_unschedule_text = The campaign is a draft again and starts when somebody starts it.
plan_yes = yes
plan_reach_unsaid = ask where most cannot be reached
plan_finish_by = Be done by (empty: no limit)
plan_rename = Rename…
plan_new_name = New name
plan_rename_go = Rename
plan_copy = Copy…
plan_copy_text = Another campaign with the same message and settings. Nobody in it has been messaged.
plan_copy_name = Name of the copy
plan_copy_lists = { $n ->
    [one] copy its { $n } row too
   *[other] copy its { $n } rows too
}
plan_copy_go = Copy
plan_delete = Delete…
plan_delete_text = Only a campaign of which nobody was messaged can be deleted. This cannot be undone.
plan_delete_go = { $n ->
    [one] Delete the campaign and its { $n } row
   *[other] Delete the campaign and its { $n } rows
}
lists_title = Lists
lists_none = No list has been imported yet.
lists_file = File
lists_imported = Imported
lists_mended = { $n ->
    [one] { $n } rejected row came mended with a later list
   *[other] { $n } rejected rows came mended with a later list
}
lists_undo = Take the last list out…
lists_undo_text = All of its rows leave the campaign; rejected rows that it mended come back.
lists_undo_go = Take out { $file } ({ $rows } rows)
lists_kept = The last list stays: somebody in it was messaged, or the campaign is being sent.
lists_replace = Replace all lists…
lists_replace_text = The file is checked first. When you add it, all lists that the campaign has are taken out.
list_search = Name
list_state = State
list_any_state = any
list_find = Search
list_nothing = No campaign is like that.
add_replaces = All lists that the campaign has are taken out first.
start_zone = Time zone
start_save = Save these settings
starting_in = { $n ->
    [one] Starts in { $n } second.
   *[other] Starts in { $n } seconds.
}
starting_kept = The rows are being imported. Nothing is sent until you press Send.
starting_now = The rows are being imported. Sending starts right after that.
undo = Undo
undo_late = The campaign has already started and can no longer be undone. Pause or cancel it instead.
send_n = { $n ->
    [one] Send { $n } message
   *[other] Send { $n } messages
}
