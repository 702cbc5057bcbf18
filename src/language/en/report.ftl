### The report as a page, and figures wherever they are shown.

## The page

title = { $name }: campaign report
accepted_means = Accepted means that the provider took the message. It does not mean that it reached a phone; that is known only when a delivery receipt comes back.
became_of = What became of the accepted messages
silent = No delivery receipts have come in. Nothing on this page says whether the messages arrived: either it is too early, or the provider has not been told where to send its receipts.
waits = { $n ->
    [one] Time to deliver, measured on { $n } message: half arrived in { $median }, nine in ten in { $most }.
   *[other] Time to deliver, measured on { $n } messages: half arrived in { $median }, nine in ten in { $most }.
}
came_of_it = What came of it
still_open = What is still open
nothing_open = Nothing. Every recipient has a final answer.
answers = The provider’s answers over time
arrivals = When messages arrived
arrivals_read = A message of which only the reading was reported is shown at the time of its reading.
highest = highest: { $peak }
why_failed = Why messages failed
what_happened = What happened
what_to_do = What to do
messages = Messages
code = code
other_reasons = Other reasons
no_reason = No reason was given
not_accepted = not accepted
not_delivered = not delivered
not_sent = Rows that were not sent
of_list = Of { $rows } in the list:
by_code = Unusable rows by code
message = The message
made_by = Made by catalink on { $time }. All times are in the time zone { $zone }.

## The state of the campaign

state_draft = Not started yet
state_scheduled = Scheduled
state_starts = Starts on { $time }
state_running = Still being sent
state_paused = Paused
state_paused_by = Paused ({ $cause })
state_finished = Finished
state_cancelled = Cancelled
cause_operator = operator
cause_low_balance = low balance
cause_credentials = credentials
cause_sender = sender
cause_account = account
cause_daily_limit = daily limit
cause_refusals = refusals
cause_outage = outage
cause_canary = canary
cause_opt_outs = opt outs
cause_storage = storage
period_since = started { $from }
period = { $from } to { $to }

## The lead

nobody = There is nobody in this campaign to send a message to.
lead_accepted = { $n ->
    [one] The provider accepted { $accepted } of { $n } message.
   *[other] The provider accepted { $accepted } of { $n } messages.
}
lead_delivered = { $n ->
    [one] { $n } has arrived on a phone.
   *[other] { $n } have arrived on a phone.
}
lead_delivered_lost = { $n ->
    [one] { $n } has arrived on a phone, { $lost } will not arrive.
   *[other] { $n } have arrived on a phone, { $lost } will not arrive.
}
lead_open = For { $open } no final word has come yet.

## Figures

to_be_sent = to be sent
of_rows = { $n ->
    [one] of { $n } row in the list
   *[other] of { $n } rows in the list
}
of_to_be_sent = { $share } of those to be sent
of_accepted = { $share } of those accepted
no_receipts = no receipts so far
accepted = accepted
delivered = delivered
failed = failed
undelivered = undelivered
in_doubt = in doubt

## Steps

step_accepted = Accepted
step_accepted_means = the provider took the message
step_sent = Sent
step_sent_means = it left for the phone
step_delivered = Delivered
step_delivered_means = it is on the phone
step_read = Read
step_read_means = it was opened, where people let this be known
step_undelivered = Undelivered
step_undelivered_means = it was given up after acceptance
step_no_receipt = No receipt
step_no_receipt_means = no receipt has said anything of it yet
step_replied = Replied
step_replied_means = the person wrote, pressed a button, reacted or ordered
step_ordered = Ordered
step_ordered_means = the person sent an order from the catalogue
step_delivered_or_answered = it is on the phone, by a receipt or because the person answered
step_read_or_answered = it was opened, by a receipt or because the person answered

## Still open

open_queued = wait to be sent
open_sending = on their way to the provider at this moment
open_in_doubt = in doubt: the connection broke before the provider's answer came. They may or may not have been sent, and are not resent unless somebody decides to
open_sent = sent, but not on the phone yet: it may be switched off
open_no_receipt = accepted, without any receipt so far

## Left out

left_rejected = unusable: no message could go to such a number or row
left_duplicate = the same number as an earlier row: nobody is messaged twice
left_suppressed = on the list of people who do not want messages
left_cancelled = not sent, because the campaign was cancelled
left_skipped = not sent, because they could not be reached in time

## What people did

did_replied = replied
did_asked = asked about a product
did_ordered = ordered
did_opted_out = opted out
ties = { $share }: { $quoted } quoted the message, { $tag } by its tags, { $after } wrote within 72 hours
orders = { $n ->
    [one] { $n } order with { $items }
   *[other] { $n } orders with { $items }
}
orders_value = { $n ->
    [one] { $n } order with { $items }: { $value }
   *[other] { $n } orders with { $items }: { $value }
}
items = { $n ->
    [one] { $n } item
   *[other] { $n } items
}
without_price = { $n ->
    [one] ({ $n } item without a price)
   *[other] ({ $n } items without a price)
}
and = { $first } and { $second }
arm = { $answered } of { $total } ({ $share })
compared_more = with the message { $messaged } answered or ordered, without it { $held_out }: { $difference } percentage points (95 % between { $low } and { $high }), more than without it
compared_fewer = with the message { $messaged } answered or ordered, without it { $held_out }: { $difference } percentage points (95 % between { $low } and { $high }), fewer than without it
compared_chance = with the message { $messaged } answered or ordered, without it { $held_out }: { $difference } percentage points (95 % between { $low } and { $high }), which can be chance

## Charts

bars = Bars over time
peak_minute = { $count } in a minute
peak_minutes = { $n ->
    [one] { $count } in { $n } minutes
   *[other] { $count } in { $n } minutes
}
peak_hour = { $count } in an hour
peak_day = { $count } in a day
peak_days = { $n ->
    [one] { $count } in { $n } days
   *[other] { $count } in { $n } days
}

## Numbers and times

share = { $share } %
share_under = under 0.1 %
share_over = over 99.9 %
no_time = under a second
seconds = { $seconds } s
minutes = { $minutes } min
hours = { $hours } h
days = { $days } d
date = { $day } { $month } { $year }, { $time }
day = { $day } { $month }
month = { $n ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[other] December
}
month_short = { $n ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[other] Dec
}
weekday = { $n ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[other] Sun
}
