### The console: making a campaign, watching it, and what every page has.

product = catalink
skip_to_content = Zum Inhalt
campaigns = Kampagnen
suppression_list = Sperrliste
settings = Einstellungen
users = Benutzer
sign_out = Abmelden
rehearsal = Probelauf
rehearsal_banner = Probelauf. Ein Simulator ersetzt den Anbieter: Keine Nachricht verlässt diesen Rechner, echte Kampagnen bleiben unberührt.
rehearsal_enter = Probelauf starten
rehearsal_leave = Probelauf verlassen
limits_no_zone = Sendezeiten brauchen eine Zeitzone, etwa Asia/Kolkata: Ohne sie ist unklar, wann sie beginnen.
message_is_used = Die Kampagne hat schon Empfänger, deshalb bleibt ihre Nachricht. Legen Sie für eine andere Nachricht eine weitere Kampagne an.
rehearse_title = Erst zur Probe
rehearse_text = Eine Kopie dieser Kampagne läuft bei einem simulierten Anbieter, mit Zustellberichten. Nichts wird gesendet, die Kampagne bleibt, wie sie ist.
rehearse_faults = Was schiefgeht
rehearse_nothing = Nichts
rehearse_some = Einige Fehler und Ablehnungen, wie an den meisten Tagen
rehearse_low_balance = Das Guthaben ist auf halbem Weg verbraucht
rehearse_undelivered = Jede fünfte Nachricht wird nicht zugestellt
rehearse_doubts = Antworten des Anbieters gehen verloren
rehearse_do = Kopie proben
open_banner = Alle, die diesen Rechner nutzen, haben vollen Zugriff. Fügen Sie einen Benutzer hinzu, damit man sich anmelden muss.
open_banner_link = Benutzer hinzufügen
command_line = Dasselbe im Terminal
languages_label = Sprache
connection_lost = Die Verbindung ist unterbrochen, die Zahlen werden nicht aktualisiert. Neuer Versuch…
no_news_since = Keine Neuigkeiten seit { $time }, die Zahlen sind vielleicht veraltet. Neuer Versuch…
notify_me = Benachrichtigen, wenn der Versand stoppt
notify_on = Sie werden benachrichtigt, wenn der Versand stoppt, auch wenn dieser Tab im Hintergrund ist.

## Time and quantities

seconds = { $n } s
minutes = { $n } min
hours = { $n } h
days = { $n } T.
per_second = { $rate } pro Sekunde
rows = { $n ->
    [one] { $n } Zeile
   *[other] { $n } Zeilen
}
line = Zeile
line_n = Zeile { $line }

## Failures

not_found = Nicht gefunden
not_found_text = Unter dieser Adresse ist nichts. Vielleicht wurde die Seite entfernt, oder die Adresse ist unvollständig.
forbidden = Nicht erlaubt
forbidden_text = Ihre Rolle erlaubt das nicht. Ein Admin kann sie ändern.
wrong_host = Diese Konsole hat keine Benutzer und braucht kein Passwort, deshalb antwortet sie nur unter 127.0.0.1 oder localhost.
cross_site = Die Anfrage kam von einer anderen Website und wurde abgelehnt.
too_large = Die Datei ist größer, als diese Konsole annimmt ({ $size }).
not_understood = Der Server konnte die Eingabe nicht lesen. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
not_now = Das ist jetzt nicht möglich
failed = Auf dem Server ist etwas schiefgegangen
failed_text = Nichts ist verloren: Jeder Schritt wird festgehalten, bevor er ausgeführt wird. Näheres steht im Protokoll des Servers.
back_to_campaigns = Zurück zu den Kampagnen

## Signing in

sign_in = Anmelden
name = Name
password = Passwort
sign_in_wrong = Name oder Passwort ist falsch.
sign_in_busy = Gerade melden sich zu viele an. Versuchen Sie es in ein paar Sekunden wieder.
sign_in_often = Zu viele Versuche. Versuchen Sie es in { $wait } wieder.
sign_in_ended = Sie wurden abgemeldet. Melden Sie sich an und wiederholen Sie es.
sign_in_ended_kept = Sie wurden abgemeldet. Melden Sie sich an, um fortzufahren; Ihre Eingabe bleibt erhalten.
code_label = Code aus Ihrer App
code_hint = 6 Ziffern oder einer Ihrer Wiederherstellungscodes.
code_wrong = Der Code ist falsch oder wurde schon benutzt. Warten Sie auf den nächsten.
code_too_late = Das hat zu lange gedauert. Melden Sie sich noch einmal an.
go_on_title = Wieder angemeldet
go_on_text = Ihre Eingabe ist noch nicht gesendet.
go_on = Jetzt senden
go_on_not = Nicht senden
account = Mein Konto

## Searching, and one person

search_title = Suchen
search_everything = Alles durchsuchen
search_what = Kampagne, Nummer, Tag oder Name
search_hint = Eine Kampagne; eine Nummer in beliebiger Schreibweise oder ihr Anfang; ein Tag; ein Name aus einer der neuesten Listen.
search_nothing = Nichts gefunden.
search_on = Alle Zeilen einer Kampagne durchsuchen
people = Personen
person = Person
person_suppressed = Auf der Sperrliste: Keine Kampagne schreibt dieser Person.
person_reachable = Nicht auf der Sperrliste.
person_suppress = Diese Person auf die Sperrliste setzen…
person_replied = Letzte Antwort:
person_campaigns = In Kampagnen
person_nowhere = In keiner Kampagne.

## List of campaigns

home_needs = Braucht Sie
home_running = Läuft
home_recent = Letzte 30 Tage
home_all = Alle Kampagnen
home_open = { $n ->
    [one] { $n } Person möchte vielleicht keine Nachrichten mehr: entscheiden
   *[other] { $n } Personen möchten vielleicht keine Nachrichten mehr: entscheiden
}
home_draft = nicht gestartet
home_doubts = { $n ->
    [one] { $n } ungeklärt
   *[other] { $n } ungeklärt
}
home_older = Alle Kampagnen, auch ältere und archivierte
archived = Archiviert
archive_go = Archivieren
unarchive_go = Aus dem Archiv holen
archive_text = Eine archivierte Kampagne steht nicht in der Liste; man findet sie über ihren Namen, und Zeilen und Zahlen bleiben.
archive_not_now = Eine laufende Kampagne kann nicht archiviert werden.
new_campaign = Neue Kampagne
older_campaigns = Ältere Kampagnen
no_campaigns = Noch keine Kampagnen. Für eine Kampagne brauchen Sie eine Empfängerliste und eine Nachricht.
no_campaigns_steps = Datei hochladen, Spalten prüfen, abgelehnte Zeilen berichtigen, Nachricht schreiben und sich selbst einen Test senden. Vor dem letzten Knopf geht keine Nachricht an die Liste.
no_campaigns_rehearse = Erst proben: Ein Simulator ersetzt den Anbieter
campaign = Kampagne
state = Status
progress = Fortschritt
created = Erstellt
of_n = { $done } von { $total }

## States and statuses

state_draft = Entwurf
state_scheduled = Geplant
state_running = Wird gesendet
state_paused = Angehalten
state_finished = Abgeschlossen
state_cancelled = Abgebrochen
status_queued = wartend
status_sending = wird gesendet
status_accepted = angenommen
status_failed = fehlgeschlagen
status_in_doubt = ungeklärt
status_rejected = abgelehnt
status_duplicate = doppelt
status_suppressed = gesperrt
status_cancelled = abgebrochen
status_skipped = nicht erreichbar
delivery_sent = gesendet
delivery_delivered = zugestellt
delivery_read = gelesen
delivery_undelivered = nicht zugestellt
no_receipt = ohne Zustellbericht
receipts_so_far = Nach den bisherigen Zustellberichten
furthest = Zuletzt: { $delivery }
row_delivered = Zugestellt um
row_read = Gelesen um

## Watching

watch_draft = Nicht gestartet.
watch_scheduled = Geplant: Der Versand beginnt um { $time }.
watch_running = Wird gesendet.
watch_interrupted = Unterbrochen: Jemand hat den Versand gestoppt. Nichts wird gesendet, bis er fortgesetzt wird.
watch_continue = Versand fortsetzen
watch_done = { $done } von { $total } erledigt.
watch_canary = Die ersten Nachrichten sind gesendet. Der Rest wartet auf ihre Zustellberichte, längstens bis { $time }.
watch_waits = Wartet.
watch_resuming = Wird fortgesetzt.
watch_shared = Auch andere Kampagnen werden gesendet; sie teilen sich das Tempo des Kontos.
watch_probing = Wird fortgesetzt: Erst wird eine Nachricht gesendet, nach ihrer Annahme der Rest.
watch_held_hours = Die Übrigen warten auf ihre Sendezeit vor Ort.
watch_held_cap = Die Übrigen haben vorerst so viele Nachrichten bekommen, wie erlaubt sind.
watch_people = Die Übrigen bekommen die Nachricht, sobald sie schreiben.
watch_waiting = Der Versand geht um { $time } weiter: wegen der Sendezeiten oder des geplanten Starts.
watch_retrying = Die übrigen Empfänger warten auf einen neuen Versuch, den nächsten um { $time }.
watch_down = Der Anbieter antwortet nicht; nächster Versuch in { $wait }. Seine letzte Antwort: { $answer }
watch_slowed = Der Anbieter hat um ein langsameres Tempo gebeten. Seine Antwort: { $answer }
watch_broken = Der Versand steht: { $reason }. Er wird von selbst neu versucht.
watch_restored = Es wird nichts gesendet: { $reason }. Wer nach dieser Kopie eine Nachricht bekam, bekäme sie noch einmal. Importieren Sie zuerst den Bericht des Anbieters (unten): Das nimmt diese Empfänger aus der Warteschlange.
restored_go = Von dieser Kopie senden…
restored_text = Wer nach dieser Kopie eine Nachricht bekam und in keinem importierten Bericht steht, bekommt sie ein zweites Mal. Das lässt sich nicht rückgängig machen.
restored_sure = Trotzdem von dieser Kopie senden
watch_paused = Angehalten.
watch_paused_at = Angehalten bei Zeile { $line }.
watch_air = { $n ->
    [one] { $n } Anfrage ist noch unterwegs; ihre Antwort wird festgehalten.
   *[other] { $n } Anfragen sind noch unterwegs; ihre Antworten werden festgehalten.
}
watch_finished = Abgeschlossen.
watch_accepted = { $n ->
    [one] Der Anbieter hat { $n } Nachricht angenommen.
   *[other] Der Anbieter hat alle { $n } Nachrichten angenommen.
}
watch_accepted_of = Der Anbieter hat { $accepted } von { $total } Nachrichten angenommen.
watch_finished_not_all = Abgeschlossen, aber nicht alle wurden erreicht.
watch_cancelled = Abgebrochen. Es werden keine weiteren Nachrichten gesendet.
provider_said = Näheres:
rate_now = Jetzt
rate_allowed = Erlaubt
rate_change = Tempo ändern
rate_do = Übernehmen
rate_label = Nachrichten pro Sekunde
in_air = Unterwegs
done_at = Voraussichtlich fertig
finished_at = Fertig
elapsed = Gestartet
unknown_yet = noch nicht bekannt
course_title = Nachrichten pro Sekunde
course_rate = gesendet
course_allowed = erlaubt
course_text = Die letzten { $span }; der obere Rand steht für { $rate } pro Sekunde.
course_now = jetzt
chart_title = Nachrichten im Zeitverlauf
chart_text = Höchstens { $peak }
chart_not_accepted = nicht angenommen
outcome = Was daraus wurde
outcome_hint = Jeder Schritt enthält auch alle, die weiter kamen; zugestellt und gelesen enthalten auch alle, die geantwortet haben. Anteile beziehen sich auf die angenommenen Nachrichten.
result = Ergebnis
result_no_receipt = noch kein Bericht
result_replied = Reaktionen
funnel_replied = geantwortet
funnel_ordered = bestellt
funnel_undelivered = nicht zugestellt
funnel_open = noch kein Zustellbericht
figures = Alle { $rows } Zeilen der Liste
last_problems = Letzte Probleme
pause = Anhalten
resume = Fortsetzen
resume_topped_up = Guthaben ist aufgeladen: fortsetzen
resume_text = { $n ->
    [one] { $n } Empfänger wartet. Erst wird eine Nachricht gesendet.
   *[other] { $n } Empfänger warten. Erst wird eine Nachricht gesendet, nach ihrer Annahme der Rest.
}
cancel = Kampagne abbrechen…
cancel_text = Wer noch wartet, bekommt nie eine Nachricht. Das lässt sich nicht rückgängig machen.
cancel_sure = Für alle Wartenden abbrechen
start_page = Zur Startseite der Kampagne

## Rows

rows_title = Zeilen
rows_all = alle
rows_search = Name, Nummer, Tag oder Zeile
rows_search_hint = Ein Name oder ein anderer Wert der Liste; eine Nummer in beliebiger Schreibweise, ihr Anfang oder Ende; der Anfang eines Tags; „line 214“.
rows_show = Suchen
rows_none = Keine Zeilen gefunden.
rows_none_yet = Noch keine passenden Zeilen gefunden; die Suche läuft weiter.
rows_further = Suche fortsetzen
rows_more = Nächste Zeilen
rows_first = Zurück zu den ersten Zeilen
rows_with_code = mit dem Code { $code }
rows_limited = { $n ->
    [one] Nur die erste { $n } Zeile ist zu sehen.
   *[other] Nur die ersten { $n } Zeilen sind zu sehen.
}
recipient = Empfänger
status = Status
attempts = Versuche
tags = Tags
what = Was geschah
when = Wann
delivery = Zustellung
row_message_id = Nachrichten-ID (message_id)
row_attempts = Anfragen, die nicht sofort angenommen wurden
row_attempt = Versuch
row_uncounted = nicht gezählt
row_unsent = Für diese Zeile wird keine Nachricht gesendet.
row_values = Werte in der Datei

## Afterwards

failures = Warum manche nicht ankamen
failures_text = Abgelehnte Nachrichten und solche ohne weitere Versuche können erneut gesendet werden: Sie kommen wieder in die Warteschlange.
failures_undelivered = Angenommen, aber nicht zugestellt.
failures_unsent = Der Anbieter hat diese Nachrichten angenommen, aber nie an WhatsApp weitergegeben: Niemand hat sie bekommen.
failures_without_reason = noch nicht nach Grund gezählt
retry_all = Alle { $n } erneut senden
reason = Grund
code = Code
code_none = kein Code
action = Aktion
closed_doubts = Ohne Senden geschlossen; diese Empfänger haben die Nachricht vielleicht bekommen.
closed_resend = Erneut senden…
doubts_resend_go = Erneut senden…
retry_n = { $n } erneut senden
doubts = Ungeklärt
doubts_n = { $n ->
    [one] { $n } Empfänger hat die Nachricht vielleicht bekommen, vielleicht nicht: Die Anfrage ging hinaus, aber es kam keine Antwort.
   *[other] { $n } Empfänger haben die Nachricht vielleicht bekommen, vielleicht nicht: Die Anfragen gingen hinaus, aber es kam keine Antwort.
}
doubts_risk = Erneutes Senden erreicht manche vielleicht zweimal. Schließen lässt manche vielleicht ohne Nachricht. Ein Zustellbericht, der später kommt, klärt es von selbst.
doubts_resend = An { $n } erneut senden, auch wenn es doppelt ankommen kann
doubts_keep = { $n } ohne Senden schließen
doubt_keep = Schließen
doubt_resend = Erneut senden
doubt_none = { $number } ist nicht mehr ungeklärt. Nichts wurde geändert.
download = Ergebnisse
download_rows = Diese Zeilen herunterladen
download_to_mend = Als CSV herunterladen, berichtigen und wieder hinzufügen
download_csv = CSV
download_xlsx = Excel
report = Bericht
totals = Summen
totals_zone = Zeitzone der Stunden
totals_zone_go = Übernehmen
totals_zone_bad = „{ $zone }“ ist keine Zeitzone wie Asia/Kolkata.
further = Mehr
reconcile = Bericht des Anbieters importieren…
reconcile_text = Wenn Zustellberichte fehlen, können Sie sie aus dem Bericht importieren, den Sie aus der Konsole des Anbieters herunterladen. Das klärt auch Ungeklärtes. Zeilen werden über ihr Token oder ihre message_id zugeordnet.
reconcile_file = Der Bericht (CSV)
reconcile_go = Bericht importieren
reconcile_look = Nur zeigen, was sich ändern würde
reconciled_would = { $n ->
    [one] { $n } Empfänger würde sich ändern.
   *[other] { $n } Empfänger würden sich ändern.
}
reconciled_figure = { $what }: { $change }
reconciled = Der Bericht hat { $rows } Zeilen; { $matched } seiner Einträge gehören zu dieser Kampagne.
reconciled_changed = { $n ->
    [one] { $n } Empfänger hat sich geändert.
   *[other] { $n } Empfänger haben sich geändert.
}
reconciled_nobody = Er enthält weder die Tokens noch die message_ids dieser Kampagne.
recount = Zeilen nachzählen…
recount_text = Zählt alle Zeilen neu, vergleicht mit den Zahlen oben und prüft, ob die Zeilen stimmig sind. Nichts wird geändert. Im Terminal: { $command }
recount_go = { $n ->
    [one] { $n } Zeile nachzählen
   *[other] { $n } Zeilen nachzählen
}
recount_fine = Die Zahlen stimmen. Aus den Zeilen gezählt: { $figures }.
recount_wrong = Die Zahlen stimmen nicht: { $figures }. Senden Sie nicht weiter aus dieser Datenbank, bewahren Sie eine Kopie auf und melden Sie das Problem.
purge = Daten der Empfänger löschen…
purge_text = Überschreibt Nummern, Werte, Tags und message_ids; die Zahlen bleiben. Frühere Downloads und Sicherungen enthalten die Daten noch. Das lässt sich nicht rückgängig machen.
purge_done = Die Daten der Empfänger sind gelöscht. Die Zahlen bleiben.
purge_go = { $n ->
    [one] Daten von { $n } Zeile löschen
   *[other] Daten von { $n } Zeilen löschen
}

## Steps

step_upload = Hochladen
step_columns = Spalten
step_check = Prüfen
step_message = Nachricht
step_start = Start
step_add = Hinzufügen
steps = Schritte
next = Weiter
discard = Entwurf verwerfen…
discard_list = Liste verwerfen…
discard_text = Löscht die Datei und alle Einstellungen dieses Entwurfs. Das lässt sich nicht rückgängig machen.
discard_go = Verwerfen
upload_title = Neue Kampagne
upload_name = Name der Kampagne
upload_name_hint = Buchstaben, Ziffern, Punkte, Binde- und Unterstriche, zum Beispiel spring-26.
upload_file = Empfängerliste
upload_hint = CSV, TSV, Excel oder OpenDocument, auch mit gzip oder zip gepackt; höchstens { $size }. Sie können die Datei hierher ziehen.
upload_go = Hochladen
upload_progress = { $done } von { $total } hochgeladen
upload_reading = Hochgeladen. Wird gelesen…
upload_failed = Das Hochladen ist nicht fertig geworden. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.
upload_exists = Eine Kampagne dieses Namens gibt es schon. Wenn Sie diese Datei gerade hochgeladen haben, ist sie angekommen.
upload_open = Öffnen und fortfahren
upload_empty = Diese Datei ist leer.
upload_another = Andere Datei wählen
upload_no_file = Wählen Sie eine Datei.
detected = Erkannt in { $file }
change = Ändern
apply = Übernehmen
automatic = erkennen

## A further list

add_title = Liste hinzufügen
add_text = Fügen Sie eine weitere Datei für dieselbe Nachricht hinzu, oder die berichtigten Zeilen der ersten Datei. Nummern, die schon in der Kampagne sind, kommen kein zweites Mal hinein.
add_rejected = { $n ->
    [one] Abgelehnte Zeile zum Berichtigen herunterladen
   *[other] Die { $n } abgelehnten Zeilen zum Berichtigen herunterladen
}
add_rejected_hint = In jeder Zeile steht, was falsch ist. Laden Sie die berichtigte Datei hier hoch.
add_link = Liste hinzufügen…
add_hint = weitere Datei oder berichtigte Zeilen
add_open = { $file } ist hochgeladen, aber noch nicht hinzugefügt.
add_busy = Eine andere Liste ist hochgeladen, aber noch nicht hinzugefügt. Fügen Sie sie zuerst hinzu oder verwerfen Sie sie.
add_draft = Die Kampagne ist nicht gestartet: Die neuen Empfänger warten bis dahin mit den anderen.
add_scheduled = Die Kampagne ist geplant: Die neuen Empfänger warten mit den anderen.
add_running = Die Kampagne wird gesendet: Die neuen Empfänger kommen nach den anderen.
add_paused = Die Kampagne ist angehalten: Die neuen Empfänger warten mit den anderen, bis sie fortgesetzt wird.
add_finished = Die Kampagne ist abgeschlossen: Sie geht nur mit den neuen Empfängern weiter.
add_n = { $n ->
    [one] { $n } Zeile hinzufügen
   *[other] { $n } Zeilen hinzufügen
}
add_another = Zeilen behalten und weitere Liste hinzufügen
add_another_hint = Noch wird nichts gesendet, aber Nachricht und Einstellungen stehen dann fest.
send_more = { $n ->
    [one] { $n } weitere Nachricht senden
   *[other] { $n } weitere Nachrichten senden
}
start_sentence_more = { $n ->
    [one] { $n } weitere Person bekommt diese Nachricht
   *[other] { $n } weitere Personen bekommen diese Nachricht
}
start_failed = Die Kampagne wurde nicht gestartet: { $reason }.
start_missed = der Server lief zur geplanten Zeit nicht
options_unreadable = Die gespeicherten Optionen dieser Liste sind nicht lesbar; vielleicht hat eine andere Version sie geschrieben. Verwerfen Sie die Liste auf der Seite ihrer Spalten und laden Sie die Datei neu hoch.
no_draft = Diese Kampagne ist kein Entwurf mehr.
reading = { $done } von { $total } gelesen
reading_title = Liste wird gelesen
message_first = Hallo! Hier ist unser neuer Katalog: { $link } Antworten Sie STOP, um sich abzumelden.
size = Größe
format = Format
encoding = Zeichensatz
delimiter = Trennzeichen
delimiter_tab = Tabulator
header = Kopfzeile
header_line = Zeile { $line }
header_none = keine: Die erste Zeile ist ein Empfänger
header_yes = die erste Zeile ist eine Kopfzeile
sheet = Blatt
member = Datei im Archiv
size_max = Größte entpackte Größe des Archivs
region = Land der Nummern ohne Ländervorwahl
region_hint = Zwei Buchstaben, zum Beispiel IN, oder „international“, wenn jede Nummer ihre Ländervorwahl hat.
numbers_several = Mehrere Nummern in einer Zelle
numbers_first = die erste gültige nehmen
numbers_all = alle nehmen
numbers_reject = Zeile ablehnen
columns_who = Nummer und Land
columns_choose_number = Wählen Sie unten, welche Spalte die Nummer enthält.
columns_unused = { $n ->
    [one] { $n } weitere Spalte, die die Nachricht nicht nutzt
   *[other] { $n } weitere Spalten, die die Nachricht nicht nutzt
}
columns_title = Was jede Spalte enthält
columns_hint = Jede andere Spalte können Sie in der Nachricht verwenden. Enthalten mehrere Spalten Nummern, gilt die erste gültige Nummer einer Zeile, in der Reihenfolge, die Sie wählen.
missing_title = Werte, die die Nachricht braucht
missing_hint = Diese Datei hat keine Spalte dieses Namens. Wählen Sie die Spalte mit dem Wert, oder gehen Sie zur Nachricht zurück und geben Sie einen Ersatz an.
missing_choose = Spalte wählen
answer_unknown = Dieser Knopf stammt von einer anderen Fassung der Seite. Laden Sie die Seite neu und antworten Sie noch einmal.
columns_no_number = Keine Spalte enthält die Nummer. Wählen Sie eine.
columns_twice = Zwei Spalten stehen auf „{ $meaning }“. Wählen Sie nur eine davon.
columns_remembered = Die Spalten sind wie bei der letzten Datei mit derselben Kopfzeile eingestellt.
column = Spalte
samples = Erste Werte
meaning = Bedeutung
field_none = Wert für die Nachricht
field_to = Nummer
field_to_next = Nummer, { $choice }. Wahl
field_variable = { $name } in der Nachricht
field_country = Land der Nummer
field_consent = Einwilligung (ein Nein wird ausgelassen)
field_opt_out = abgemeldet (ein Ja wird ausgelassen)
field_wrote_at = wann die Person zuletzt schrieb
field_time_zone = Zeitzone der Person
field_ref = Tag 1 (ref)
field_ref1 = Tag 2 (ref1)
field_ref2 = Tag 3 (ref2)
field_of = Bedeutung von { $column }
notes = Hinweise
cannot_read = Diese Datei ist so nicht verwendbar:
asks_first = Bitte beantworten Sie zuerst eine Frage:
check_sum = { $n ->
    [one] { $n } Zeile
   *[other] { $n } Zeilen
}
check_will_be_sent = werden gesendet
check_ignored = { $n ->
    [one] { $n } leere Zeile oder Fußzeile zählt nicht mit.
   *[other] { $n } leere Zeilen, wiederholte Kopfzeilen und Fußzeilen zählen nicht mit.
}
check_problems = Probleme in den abgelehnten Zeilen
check_none = Alle Zeilen sind verwendbar.
check_rejects = Abgelehnte Zeilen herunterladen
check_rejects_hint = Berichtigen Sie sie in einer Tabelle. Sind die guten Zeilen importiert, laden Sie die berichtigte Datei über „Liste hinzufügen“ auf der Seite der Kampagne hoch.
check_known = { $n ->
    [one] { $n } der doppelten ist schon in der Kampagne.
   *[other] { $n } der doppelten sind schon in der Kampagne.
}
check_continue = { $n ->
    [one] Mit { $n } guten Zeile weiter
   *[other] Mit { $n } guten Zeilen weiter
}
check_nobody = Niemand bekäme eine Nachricht. Berichtigen Sie die Datei, oder ändern Sie, wie sie gelesen wird.
check_duplicates = Gleiche Nummer wie in einer früheren Zeile
check_duplicate = Zeile { $line } hat dieselbe Nummer wie Zeile { $earlier }
check_change = Ändern, wie die Datei gelesen wird
message_text = Nachricht
message_chips = Werte aus der Liste
message_chips_hint = {"{{"} name | default("friend") {"}}"} füllt einen fehlenden Wert; weitere Filter: { $filters }.
message_preview_url = WhatsApp soll eine Vorschau des ersten Links zeigen
message_unknown = Die Liste hat keine Spalte „{ $column }“.
message_assign = Welche Spalte meinen Sie?
message_assign_none = Spalte wählen
message_assign_go = { $n ->
    [one] Diese Spalte verwenden
   *[other] Diese Spalten verwenden
}
message_line = Zeile
message_line_go = Gehe zu
message_no_line = An dieser Zeile beginnt keine, die gesendet werden kann.
message_request = Die genaue Anfrage
message_request_hint = Die letzte Zahl des Tokens einer Zeile kommt beim Import dazu.
message_request_tags = Die Tags haben sich geändert: Speichern Sie die Nachricht, um die Anfrage wieder zu sehen.
message_tags = Tags für Berichte
message_tags_text = Jede Nachricht kann drei Tags tragen, die in Zustellberichten und Auswertungen wiederkommen. Jeder ist ein Text wie die Nachricht, etwa {"{{"} City {"}}"}.
message_saved = Gespeichert { $time }
message_unsaved = Nicht gespeichert: Der Server antwortet nicht. Ihr Text bleibt hier und wird gespeichert, sobald der Server wieder antwortet.
message_signed_out = Nicht gespeichert: Sie wurden abgemeldet. Melden Sie sich in einem anderen Tab an; Ihr Text bleibt hier.
message_stale = Das ist nicht die Nachricht, wie Sie sie geschrieben haben: Die Vorschau war nicht erreichbar.
message_chips_find = Finden
message_if_empty = Wenn leer:
message_others = { $n ->
    [one] { $n } weitere Person
   *[other] { $n } weitere Personen
}
message_tag_column = die Spalte { $column }
message_show = Zeigen
message_next = Nächste Zeile
message_back = Vorige Zeile
message_longest = Längste Nachricht
message_missing = Fehlender Wert
message_no_missing = In keiner Zeile fehlt ein Wert.
message_chars = { $chars } von { $most } Zeichen
message_too_long = Zu lang: Diese Zeile würde abgelehnt.
message_hole = In dieser Zeile fehlt ein Wert; sie würde abgelehnt.
message_save = Speichern und weiter
message_phone = Auf einem Telefon
message_catalogue = Kataloglink einfügen
message_catalogue_hint = { $link }, von der Nummer des Absenders
lint_no_catalogue = Die Nachricht hat keinen Kataloglink (https://wa.me/c/ und die Nummer des Absenders).
lint_not_first = WhatsApp zeigt nur eine Vorschau des ersten Links, und das ist { $link }, nicht der Katalog.
lint_no_scheme = Vor { $link } gehört https://, sonst zeigt WhatsApp keine Vorschau.
lint_other_number = Der Link öffnet den Katalog von { $number }; das ist nicht die Nummer des Absenders.
lint_preview_off = Die Vorschau ist ausgeschaltet, deshalb sind keine Produktbilder zu sehen.
lint_unknown_word = Die Nachricht verspricht, dass { $word } die Nachrichten beendet; dieses Wort tut es nicht. Nennen Sie eines, das es tut, etwa STOP, oder nehmen Sie es in catalink.toml unter [opt_out] words auf.
lint_no_way_out = Die Nachricht sagt nicht, wie man die Nachrichten beendet, etwa: Antworten Sie STOP, um sich abzumelden.
lint_cut = Ein Emoji, eine Flagge oder ein anderes Zeichen ist zerschnitten und wird falsch angezeigt.
lint_direction = Ein unsichtbares Zeichen für die Schreibrichtung wird nie geschlossen; es dreht den restlichen Text um.
test_title = Test an mein Telefon senden
test_to = Meine Nummer
test_send = 1 Testnachricht senden
test_hint = Sendet die Nachricht der gezeigten Zeile. Es ist eine echte Nachricht; sie zählt nicht zur Kampagne.
test_hint_first = Sendet die Nachricht der ersten Zeile. Es ist eine echte Nachricht; sie zählt nicht zur Kampagne.
test_number = „{ $text }“ ist keine Nummer mit + und Ländervorwahl, wie +919800000001.
test_not_a_number = „{ $text }“: { $reason }.
test_suppressed = { $number } steht auf der Sperrliste. Nichts wurde gesendet. Ist es Ihre eigene Nummer, nehmen Sie sie zuerst von der Liste.
test_hole = Die Nachricht dieser Zeile ist unvollständig. Wählen Sie eine andere Zeile.
test_accepted = Der Anbieter hat die Nachricht für { $number } angenommen ({ $id }). Sehen Sie auf dem Telefon nach: Angenommen heißt nicht zugestellt.
test_refused = Nicht angenommen: { $code }: { $reason }
test_unknown = Es ist nicht bekannt, ob die Nachricht gesendet wurde: { $code }: { $reason }
start_sentence = { $n ->
    [one] { $n } Person bekommt diese Nachricht
   *[other] { $n } Personen bekommen diese Nachricht
}
start_from = von { $number }
start_rate = mit bis zu { $rate } pro Sekunde
start_takes = in etwa { $span }, fertig gegen
start_takes_hours = in etwa { $span } Versand, innerhalb der Sendezeiten
start_begins = Der Versand beginnt um
start_left_out = { $n ->
    [one] { $n } Zeile wird ausgelassen:
   *[other] { $n } Zeilen werden ausgelassen:
}
start_lately = { $n ->
    [one] { $n } davon hat in den letzten 7 Tagen eine Nachricht bekommen.
   *[other] { $n } davon haben in den letzten 7 Tagen eine Nachricht bekommen.
}
start_again = { $n ->
    [one] { $n } davon hat dieselbe Nachricht in den letzten 30 Tagen bekommen.
   *[other] { $n } davon haben dieselbe Nachricht in den letzten 30 Tagen bekommen.
}
start_again_sure = Ihnen dieselbe Nachricht noch einmal senden
start_no_account = Nachrichten können nicht gesendet werden: { $reason }.
start_nobody = Es gibt keine Empfänger.
start_undo_hint = Sie können das ein paar Sekunden lang zurücknehmen.
start_changed = Die Liste hat sich geändert, seit Sie diese Seite geöffnet haben: { $now } statt { $seen }. Prüfen Sie die Zahlen und drücken Sie den Knopf noch einmal.
start_changed_reading = Wie die Liste gelesen wird, hat sich geändert, seit Sie diese Seite geöffnet haben. Prüfen Sie die Zahlen und drücken Sie den Knopf noch einmal.
start_changed_message = Die Nachricht hat sich geändert, seit Sie diese Seite geöffnet haben. Lesen Sie sie und drücken Sie den Knopf noch einmal.
start_changed_time = Der Start hat sich geändert: Prüfen Sie, was auf dem Knopf steht, und drücken Sie ihn noch einmal.
start_when = Wann
start_time = Beginnt um
start_now = Jetzt
start_later = Geplant
start_both = Sie haben „Jetzt“ und auch eine Zeit gewählt. Wählen Sie „Geplant“, oder löschen Sie die Zeit.
start_no_time = Geben Sie an, wann es beginnt.
start_unsent = Die Nachricht, wie Sie sie zuletzt geschrieben haben, kann nicht gesendet werden: { $reason }
start_to_message = Nachricht ändern
start_expert = Tempo, Zeiten und mehr
start_row = { $file }, Zeile { $line }:
schedule_n = { $n ->
    [one] { $n } Nachricht planen für { $time }
   *[other] { $n } Nachrichten planen für { $time }
}
tested_at = Getestet { $time } auf …{ $end }.
tested_other = Getestet { $time } auf …{ $end }, aber die Nachricht hat sich seitdem geändert.
tested_not = Nicht getestet.
scheduling_in = { $n ->
    [one] In { $n } Sekunde geplant für { $time }.
   *[other] In { $n } Sekunden geplant für { $time }.
}
reach_choose = Was geschieht mit denen, die nicht erreichbar sind?
reach_any = Jetzt an alle senden
reach_open = An Erreichbare senden, die anderen auslassen
reach_wait = An alle senden, sobald sie schreiben
reach_label = An wen
reach_options = An wen und wann, für jede Person
reach_options_text = Stunden und Tage gelten am Ort der Person, der sich aus der Nummer ergibt.
local_from = Nicht vor (am Ort der Person)
local_to = Nicht nach (am Ort der Person)
local_days = Tage, etwa mon-sat
cap_label = Höchstens so viele Nachrichten pro Person, etwa 1/1d
not_after = Übrige auslassen ab (leer: niemanden)
hold_out = Anteil, der zum Vergleich ausgelassen wird, etwa 5%
start_limits = Wie schnell und wann
start_at = Beginnt um (leer: jetzt)
start_at_past = Diese Zeit ist vergangen. Lassen Sie das Feld leer, um jetzt zu beginnen.
start_hours_half = Geben Sie Anfang und Ende der Sendezeit an.
number_bad = „{ $text }“ ist hier keine gültige Zahl.
start_at_bad = „{ $text }“ ist keine gültige Zeit; schreiben Sie sie wie 2026-11-23T09:00.
start_hours_from = Keine Nachricht vor (Uhrzeit)
start_hours_to = Keine Nachricht nach (Uhrzeit)
start_why = Warum?
start_canary = Erst werden { $first } Nachrichten gesendet; der Rest folgt, sobald { $share } % davon zugestellt sind.
canary = Erst ein paar Nachrichten senden
canary_text = Sendet erst so viele Nachrichten. Der Rest folgt, sobald genug Zustellberichte sie bestätigen; sonst hält die Kampagne an und sagt, warum.
canary_n = Zahl der ersten Nachrichten
canary_none = keine
canary_share = Anteil, der zugestellt sein muss, in Prozent
canary_wait = Höchstens warten
canary_deaf = Dieser Server hat keine Adresse für Zustellberichte (CATALINK_CALLBACK_TOKEN). Kommen keine auf anderem Weg, hält die Kampagne nach { $span } an.
canary_bad = „{ $text }“ ist keine Zahl von Nachrichten.
duration_hint = Eine Zahl mit Einheit: 30s, 15m, 2h
more_options = Weitere Optionen
option_sender = Nummer des Absenders
option_sender_usual = aus den Einstellungen
option_in_flight = Anfragen zugleich
option_attempts = Versuche pro Empfänger
option_retry_initial = Erste Wartezeit vor einem neuen Versuch
option_retry_max = Längste Wartezeit
option_unknown = Wenn eine Antwort verloren geht
option_hold = als ungeklärt behalten und mich fragen
option_resend = erneut senden, auch wenn es doppelt ankommen kann
option_source = Quelle in den Berichten des Anbieters
option_token = Token in einem freien Tag
option_token_yes = ja: Zustellberichte können Ungeklärtes klären
option_token_no = nein

## The settings and lists of a campaign

plan_title = Einstellungen der Kampagne
plan_link = Einstellungen
plan_edit = Einstellungen ändern
plan_edit_text = Nachricht, Absender und wer was bekommt lassen sich ändern, bis die erste Nachricht gesendet ist; das Tempo immer; Zeiten und Grenzen, solange nicht gesendet wird.
plan_in_steps = Für diese Kampagne wird eine Liste vorbereitet: Nachricht und Einstellungen sind in den Schritten.
plan_changed = Geändert: { $what }.
plan_unchanged = Nichts wurde geändert.
plan_schedule = Geplanter Start
plan_reschedule = Verschieben…
plan_move = Start verschieben
plan_unschedule = Start zurücknehmen
plan_unschedule_text = Die Kampagne ist dann wieder ein Entwurf und beginnt, wenn jemand sie startet.
plan_yes = ja
plan_reach_unsaid = fragen, wenn die meisten nicht erreichbar sind
plan_finish_by = Fertig bis (leer: keine Grenze)
plan_rename = Umbenennen…
plan_new_name = Neuer Name
plan_rename_go = Umbenennen
plan_copy = Kopieren…
plan_copy_text = Eine weitere Kampagne mit derselben Nachricht und denselben Einstellungen. Noch niemand darin hat eine Nachricht bekommen.
plan_copy_name = Name der Kopie
plan_copy_lists = { $n ->
    [one] auch die { $n } Zeile kopieren
   *[other] auch die { $n } Zeilen kopieren
}
plan_copy_go = Kopieren
plan_delete = Löschen…
plan_delete_text = Löschen lässt sich nur eine Kampagne, aus der noch niemand eine Nachricht bekommen hat. Das lässt sich nicht rückgängig machen.
plan_delete_go = { $n ->
    [one] Kampagne und ihre { $n } Zeile löschen
   *[other] Kampagne und ihre { $n } Zeilen löschen
}
lists_title = Listen
lists_none = Noch ist keine Liste importiert.
lists_file = Datei
lists_imported = Importiert
lists_mended = { $n ->
    [one] { $n } abgelehnte Zeile kam berichtigt mit einer späteren Liste
   *[other] { $n } abgelehnte Zeilen kamen berichtigt mit einer späteren Liste
}
lists_undo = Letzte Liste herausnehmen…
lists_undo_text = Alle ihre Zeilen verlassen die Kampagne; abgelehnte Zeilen, die sie berichtigt hat, kommen zurück.
lists_undo_go = { $file } herausnehmen ({ $rows } Zeilen)
lists_kept = Die letzte Liste bleibt: Jemand daraus hat eine Nachricht bekommen, oder die Kampagne wird gesendet.
lists_replace = Alle Listen ersetzen…
lists_replace_text = Die Datei wird zuerst geprüft. Wenn Sie sie hinzufügen, werden alle Listen der Kampagne herausgenommen.
list_search = Name
list_state = Status
list_any_state = beliebig
list_find = Suchen
list_nothing = Keine Kampagne passt dazu.
add_replaces = Zuerst werden alle Listen der Kampagne herausgenommen.
start_zone = Zeitzone
start_save = Einstellungen speichern
starting_in = { $n ->
    [one] Beginnt in { $n } Sekunde.
   *[other] Beginnt in { $n } Sekunden.
}
starting_kept = Die Zeilen werden importiert. Nichts wird gesendet, bevor Sie auf Senden drücken.
starting_now = Die Zeilen werden importiert. Gleich danach beginnt der Versand.
undo = Zurücknehmen
undo_late = Die Kampagne hat schon begonnen und lässt sich nicht mehr zurücknehmen. Halten Sie sie an oder brechen Sie sie ab.
send_n = { $n ->
    [one] { $n } Nachricht senden
   *[other] { $n } Nachrichten senden
}
