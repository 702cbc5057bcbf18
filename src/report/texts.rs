//! The texts of the report, and of figures wherever they are shown.

use crate::language::catalogue;

catalogue! {
    /// Of the report, and of figures.
    ReportWords in "report";
    // The page
    title(name), accepted_means, became_of, silent, waits(n, median, most), came_of_it, still_open, nothing_open,
    answers, arrivals, arrivals_read, highest(peak), why_failed, what_happened, what_to_do, messages, code,
    other_reasons, no_reason, not_accepted, not_delivered, not_sent, of_list(rows), by_code, message,
    made_by(time, zone),
    // The state of the campaign
    state_draft, state_scheduled, state_starts(time), state_running, state_paused, state_paused_by(cause),
    state_finished, state_cancelled, cause_operator, cause_low_balance, cause_credentials, cause_sender,
    cause_account, cause_daily_limit, cause_refusals, cause_outage, cause_canary, cause_opt_outs, cause_storage,
    period_since(from), period(from, to),
    // The lead
    nobody, lead_accepted(n, accepted), lead_delivered(n), lead_delivered_lost(n, lost), lead_open(open),
    // Figures
    to_be_sent, of_rows(n), of_to_be_sent(share), of_accepted(share), no_receipts, accepted, delivered, failed,
    undelivered, in_doubt,
    // Steps
    step_accepted, step_accepted_means, step_sent, step_sent_means, step_delivered, step_delivered_means,
    step_read, step_read_means, step_undelivered, step_undelivered_means, step_no_receipt, step_no_receipt_means,
    step_replied, step_replied_means, step_ordered, step_ordered_means, step_delivered_or_answered,
    step_read_or_answered,
    // Still open
    open_queued, open_sending, open_in_doubt, open_sent, open_no_receipt,
    // Left out
    left_rejected, left_duplicate, left_suppressed, left_cancelled, left_skipped,
    // What people did
    did_replied, did_asked, did_ordered, did_opted_out, ties(share, quoted, tag, after), orders(n, items),
    orders_value(n, items, value), items(n), without_price(n), and(first, second), arm(answered, total, share),
    compared_more(messaged, held_out, difference, low, high),
    compared_fewer(messaged, held_out, difference, low, high),
    compared_chance(messaged, held_out, difference, low, high),
    // Charts
    bars, peak_minute(count), peak_minutes(n, count), peak_hour(count), peak_day(count), peak_days(n, count),
    // Numbers and times
    share(share), share_under, share_over, no_time, seconds(seconds), minutes(minutes), hours(hours), days(days),
    date(day, month, year, time), day(day, month), month(n), month_short(n), weekday(n),
}
