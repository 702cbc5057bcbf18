### The report as a page, and figures wherever they are shown.

## The page

title = { $name }: Kampagnenbericht
accepted_means = Angenommen heißt, dass der Anbieter die Nachricht übernommen hat. Es heißt nicht, dass sie ein Telefon erreicht hat; das zeigt erst ein Zustellbericht.
became_of = Was aus den angenommenen Nachrichten wurde
silent = Es sind keine Zustellberichte gekommen. Nichts auf dieser Seite sagt, ob die Nachrichten angekommen sind: Entweder ist es zu früh, oder der Anbieter weiß nicht, wohin er sie senden soll.
waits = { $n ->
    [one] Dauer bis zur Zustellung, gemessen an { $n } Nachricht: die Hälfte in { $median }, neun von zehn in { $most }.
   *[other] Dauer bis zur Zustellung, gemessen an { $n } Nachrichten: die Hälfte in { $median }, neun von zehn in { $most }.
}
came_of_it = Was daraus wurde
still_open = Was noch offen ist
nothing_open = Nichts. Für jeden Empfänger gibt es eine endgültige Antwort.
answers = Die Antworten des Anbieters im Zeitverlauf
arrivals = Wann Nachrichten ankamen
arrivals_read = Nachrichten, von denen nur das Lesen gemeldet wurde, stehen bei der Zeit des Lesens.
highest = höchster Wert: { $peak }
why_failed = Warum Nachrichten fehlschlugen
what_happened = Was geschah
what_to_do = Was zu tun ist
messages = Nachrichten
code = Code
other_reasons = Andere Gründe
no_reason = Kein Grund genannt
not_accepted = nicht angenommen
not_delivered = nicht zugestellt
not_sent = Zeilen, die nicht gesendet wurden
of_list = Von { $rows } in der Liste:
by_code = Unbrauchbare Zeilen nach Code
message = Die Nachricht
made_by = Erstellt von catalink am { $time }. Alle Zeiten gelten in der Zeitzone { $zone }.

## The state of the campaign

state_draft = Noch nicht gestartet
state_scheduled = Geplant
state_starts = Beginnt am { $time }
state_running = Wird noch gesendet
state_paused = Angehalten
state_paused_by = Angehalten ({ $cause })
state_finished = Abgeschlossen
state_cancelled = Abgebrochen
cause_operator = von Hand
cause_low_balance = Guthaben zu niedrig
cause_credentials = Zugangsdaten
cause_sender = Absender
cause_account = Konto
cause_daily_limit = Tageslimit
cause_refusals = Ablehnungen
cause_outage = Ausfall
cause_canary = erste Nachrichten
cause_opt_outs = Abmeldungen
cause_storage = Speicher
period_since = gestartet am { $from }
period = { $from } bis { $to }

## The lead

nobody = In dieser Kampagne ist niemand, dem eine Nachricht zu senden wäre.
lead_accepted = { $n ->
    [one] Der Anbieter hat { $accepted } von { $n } Nachricht angenommen.
   *[other] Der Anbieter hat { $accepted } von { $n } Nachrichten angenommen.
}
lead_delivered = { $n ->
    [one] { $n } ist auf einem Telefon angekommen.
   *[other] { $n } sind auf einem Telefon angekommen.
}
lead_delivered_lost = { $n ->
    [one] { $n } ist auf einem Telefon angekommen, { $lost } kommen nicht an.
   *[other] { $n } sind auf einem Telefon angekommen, { $lost } kommen nicht an.
}
lead_open = Für { $open } steht die endgültige Antwort noch aus.

## Figures

to_be_sent = zu senden
of_rows = { $n ->
    [one] von { $n } Zeile der Liste
   *[other] von { $n } Zeilen der Liste
}
of_to_be_sent = { $share } der zu sendenden
of_accepted = { $share } der angenommenen
no_receipts = bisher keine Zustellberichte
accepted = angenommen
delivered = zugestellt
failed = fehlgeschlagen
undelivered = nicht zugestellt
in_doubt = ungeklärt

## Steps

step_accepted = Angenommen
step_accepted_means = der Anbieter hat die Nachricht übernommen
step_sent = Gesendet
step_sent_means = sie ging zum Telefon
step_delivered = Zugestellt
step_delivered_means = sie ist auf dem Telefon
step_read = Gelesen
step_read_means = sie wurde geöffnet, soweit Lesebestätigungen erlaubt sind
step_undelivered = Nicht zugestellt
step_undelivered_means = nach der Annahme aufgegeben
step_no_receipt = Ohne Zustellbericht
step_no_receipt_means = noch sagt kein Zustellbericht etwas dazu
step_replied = Geantwortet
step_replied_means = hat geschrieben, einen Knopf gedrückt, reagiert oder bestellt
step_ordered = Bestellt
step_ordered_means = hat aus dem Katalog bestellt
step_delivered_or_answered = sie ist auf dem Telefon: laut Zustellbericht oder weil geantwortet wurde
step_read_or_answered = sie wurde geöffnet: laut Zustellbericht oder weil geantwortet wurde

## Still open

open_queued = warten auf den Versand
open_sending = in diesem Moment auf dem Weg zum Anbieter
open_in_doubt = ungeklärt: Die Verbindung brach ab, bevor die Antwort des Anbieters kam. Sie sind vielleicht gesendet, vielleicht nicht, und werden nur erneut gesendet, wenn jemand das entscheidet
open_sent = gesendet, aber noch nicht auf dem Telefon: Es ist vielleicht ausgeschaltet
open_no_receipt = angenommen, bisher ohne Zustellbericht

## Left out

left_rejected = unbrauchbar: An eine solche Nummer oder Zeile kann keine Nachricht gehen
left_duplicate = dieselbe Nummer wie eine frühere Zeile: Niemand bekommt zwei Nachrichten
left_suppressed = auf der Liste derer, die keine Nachrichten möchten
left_cancelled = nicht gesendet, weil die Kampagne abgebrochen wurde
left_skipped = nicht gesendet, weil sie nicht rechtzeitig erreichbar waren

## What people did

did_replied = geantwortet
did_asked = nach einem Produkt gefragt
did_ordered = bestellt
did_opted_out = abgemeldet
ties = { $share }: { $quoted } mit Zitat der Nachricht, { $tag } über ihre Tags, { $after } schrieben binnen 72 Stunden
orders = { $n ->
    [one] { $n } Bestellung mit { $items }
   *[other] { $n } Bestellungen mit { $items }
}
orders_value = { $n ->
    [one] { $n } Bestellung mit { $items }: { $value }
   *[other] { $n } Bestellungen mit { $items }: { $value }
}
items = { $n ->
    [one] { $n } Artikel
   *[other] { $n } Artikeln
}
without_price = { $n ->
    [one] ({ $n } Artikel ohne Preis)
   *[other] ({ $n } Artikel ohne Preis)
}
and = { $first } und { $second }
arm = { $answered } von { $total } ({ $share })
compared_more = mit der Nachricht haben { $messaged } geantwortet oder bestellt, ohne sie { $held_out }: { $difference } Prozentpunkte (95 % zwischen { $low } und { $high }), mehr als ohne sie
compared_fewer = mit der Nachricht haben { $messaged } geantwortet oder bestellt, ohne sie { $held_out }: { $difference } Prozentpunkte (95 % zwischen { $low } und { $high }), weniger als ohne sie
compared_chance = mit der Nachricht haben { $messaged } geantwortet oder bestellt, ohne sie { $held_out }: { $difference } Prozentpunkte (95 % zwischen { $low } und { $high }), was Zufall sein kann

## Charts

bars = Balken im Zeitverlauf
peak_minute = { $count } in einer Minute
peak_minutes = { $n ->
    [one] { $count } in { $n } Minuten
   *[other] { $count } in { $n } Minuten
}
peak_hour = { $count } in einer Stunde
peak_day = { $count } an einem Tag
peak_days = { $n ->
    [one] { $count } in { $n } Tagen
   *[other] { $count } in { $n } Tagen
}

## Numbers and times

share = { $share } %
share_under = unter 0,1 %
share_over = über 99,9 %
no_time = unter einer Sekunde
seconds = { $seconds } s
minutes = { $minutes } min
hours = { $hours } h
days = { $days } T.
date = { $day }. { $month } { $year }, { $time }
day = { $day }. { $month }
month = { $n ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[other] Dezember
}
month_short = { $n ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[other] Dez.
}
weekday = { $n ->
    [1] Mo
    [2] Di
    [3] Mi
    [4] Do
    [5] Fr
    [6] Sa
   *[other] So
}
