### Facts that every face tells: pauses, questions about a list, who can be reached, the cost.

## Names

quoted = “{ $name }”

## Why a campaign is paused

pause_operator = A user paused it here or in a terminal.
pause_low_balance = The account's balance is used up (E110). The recipient list is fine, and no attempt was used up.
pause_credentials = The provider does not accept the account's SID or API key (RBC001). The recipient list is fine.
pause_sender = The sender's number cannot be used with this account. The recipient list is fine.
pause_account = The account is not allowed to send, or something between this server and the provider blocks the requests. The recipient list is fine.
pause_daily_limit = The account has reached its limit for today (WAV2101). The recipient list is fine.
pause_refusals = The provider is refusing one message after another. The cause is probably the message, not the recipients.
pause_outage = The provider has been down for a long time. The recipient list is fine.
pause_canary = Too few of the first messages were delivered.
pause_opt_outs = Too many of the people who got the message asked to stop.
pause_storage = The database cannot be written: the disk is full or failing.

## What to do about a pause

remedy_operator = Resume it when you are ready.
remedy_low_balance = Top up the account or raise its credit limit at the provider, then resume.
remedy_credentials = Ask an admin to set a valid KALEYRA_SID and KALEYRA_API_KEY and to restart the console, then resume. A key ends when it is switched off or its creator leaves the team.
remedy_sender = Check the sender's number in the provider's console: it must belong to this account and be set up for the WhatsApp API V2. Then resume.
remedy_account = Check the account's type, the addresses from which the key may be used, the pod, and any proxy; the provider's support enables the WhatsApp API V2. Then resume.
remedy_daily_limit = Wait until tomorrow, or ask the provider for a higher limit; then resume.
remedy_refusals = Check the message and send a test to your own phone. You can retry failed rows.
remedy_outage = Wait until the provider answers again, then resume: one message is sent first.
remedy_canary = Check the reasons below before you send the rest.
remedy_opt_outs = Check whom the list is of and what the message says before you send the rest: complaints cost the number its quality.
remedy_storage = Free some space on the disk, then resume.

## Who can be reached, and the cost

reach_now = { $n ->
    [one] Of { $n } person { $open } can be reached now
   *[other] Of { $n } people { $open } can be reached now
}
reach_late = { $late } of them would be too late at { $mps } a second
reach_closed = { $n ->
    [one] { $n } has not written in the last 24 hours: the message would be accepted and never arrive
   *[other] { $n } have not written in the last 24 hours: their messages would be accepted and never arrive
}
cost_sum = { $n ->
    [one] { $amount } for { $n } message
   *[other] { $amount } for { $n } messages
}
cost_no_rate = { $n ->
    [one] no rate for { $n }
   *[other] no rate for { $n }
}
cost_expected = By your rates it costs { $sums }, if all are delivered.
and = { $first } and { $second }

## Questions about a list

title_sheet = Which sheet contains the list?
title_member = Which file of the archive contains the list?
title_number = Which column contains the phone number?
title_variable = Which of the columns of one name does the message mean?
title_leavers = These people left. Should they be kept off all lists?
title_tags = Is this a placeholder of another program?
title_consent = Who must not be messaged?
title_blanks = Are these texts values?
title_dates = Does the day or the month come first?
title_encoding = Which letters are right?
title_hidden = Do the hidden rows belong to the list?
heading_region = Which country do the numbers without + belong to?
heading_consent = Some people do not want to be messaged
heading_numbers = Where else could the numbers be?
heading_part = Which part of the file contains the list?
heading_entities = Do HTML entities stand for characters?
ask_sheet = several sheets hold telephone numbers ({ $sheets }); say which one
ask_member = { $n ->
    [one] this archive holds { $n } file; say which one is meant
   *[other] this archive holds { $n } files; say which one is meant
}
ask_member_harmful = { $n ->
    [one] this archive holds { $n } file; do NOT choose { $names }: these people unsubscribed or cannot be reached; say which one is meant
   *[other] this archive holds { $n } files; do NOT choose { $names }: these people unsubscribed or cannot be reached; say which one is meant
}
ask_number = several columns could be the telephone number; say which one
ask_variable = several columns are called { $name }, with different values; say which one the message means
ask_leavers_name = by its name ({ $name }), this is a file of people who unsubscribed or cannot be reached: nobody in it should be messaged
ask_leavers_columns = by its columns, this is a file of people who unsubscribed or cannot be reached: nobody in it should be messaged
ask_tags = the message has { $names }, which would be sent as it stands; a placeholder is written { $placeholder }
ask_consent = { $n ->
    [one] { $names } says yes and no, and may say who must not be messaged among { $n } row; say what it means
   *[other] { $names } says yes and no, and may say who must not be messaged among { $n } rows; say what it means
}
ask_consents = { $n ->
    [one] { $names } say yes and no, and may say who must not be messaged among { $n } row; say what it means
   *[other] { $names } say yes and no, and may say who must not be messaged among { $n } rows; say what it means
}
ask_blank = { $texts } in { $columns } most likely stands for no value; say whether it can be sent as text
ask_blanks = { $texts } in { $columns } most likely stand for no value; say whether they can be sent as text
ask_dates = day and month cannot be told apart in column { $column }, which says when people wrote; say which comes first
ask_encoding = the letters of this text can be read in several ways; say which one is right
ask_hidden = { $n ->
    [one] { $n } of { $rows } rows is hidden in the sheet{ $by }; say whether to leave it out
   *[other] { $n } of { $rows } rows are hidden in the sheet{ $by }; say whether to leave them out
}
hidden_by =  (a filter on { $columns })

## What speaks for an answer

grounds_all = messages { $rows }, also people who may have opted out
grounds_left_out = messages { $rows }, leaves out { $left_out }
such_as = { $what }, such as { $samples }
rows = { $n ->
    [one] { $n } row
   *[other] { $n } rows
}
cells = { $n ->
    [one] { $n } cell
   *[other] { $n } cells
}
cells_of = { $cells } of { $column }, such as { $example } → { $decoded }
gain_offer = fixes { $valid } of { $refused } rejected rows
gain_offer_at_least = fixes at least { $valid } of { $refused } rejected rows
gain_numbers = { $n ->
    [one] up to { $n } more recipient
   *[other] up to { $n } more recipients
}
gain_left_out = leaves out { $left_out } of { $rows } rows

## Answers as buttons

say_with_code = They include the country code
say_country = They are numbers of { $country }
no_country = no country
leave_no = Leave out the people who say no in { $columns }
leave_yes = Leave out the people who say yes in { $columns }
leave_any_no = Leave out the people who say no in any of { $columns }
leave_any_yes = Leave out the people who say yes in any of { $columns }
leave_both = Leave out the people who say no in { $no } or yes in { $yes }
message_all = Message all of them
take_number = Take the number from { $first }, otherwise from { $others }
fill_in = Fill in the value of the column: { $tags }
keep_tags = Send it as it stands
suppress_all = Put all of them on the suppression list
message_leavers = Message them all the same
numbers_first = Take the first number of a cell
numbers_all = Take every number of a cell
numbers_reject = Reject rows with several numbers
hidden_out = Leave the hidden rows out
hidden_in = Include the hidden rows
read_as = Read it as { $encoding }
decode = Decode HTML entities
day_first = The day comes first
month_first = The month comes first
texts_blank = They mean that there is no value
text_kept = Send { $text } as it is
texts_kept = Send them as they are

## What fixes rejected rows

fix_missing = add the numbers, or leave the rows out
fix_scientific = digits were lost and cannot be recovered: export again with the column formatted as text, or import the original workbook
fix_ambiguous = check the digits and write numbers of other countries with +; or say once which country numbers without + are of
fix_placeholder = replace invented numbers with real ones
fix_digits = check the digits and the country
fix_letters = write the numbers in digits only
fix_not_a_number = these cells are not phone numbers; is it the right column?
fix_extension = give numbers without an extension
fix_control = type these numbers again; they contain invisible characters
fix_multiple = keep one number per cell, or use the first or all of them
fix_type = give a mobile number instead
fix_country = correct the country code or the country column
fix_consent = nothing: these people did not agree to be messaged
fix_blank_columns = fill the blank cells of column { $columns }, or give the variable a default in the message
fix_blank = fill these cells, or give the variable a default in the message
fix_body = shorten the message or the values in it
fix_ref = shorten the tags; the provider would cut them
fix_fields = put quotes around cells that contain the delimiter
fix_quote = remove the stray quote, or close it
