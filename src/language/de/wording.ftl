### Facts that every face tells: pauses, questions about a list, who can be reached, the cost.

## Names

quoted = „{ $name }“

## Why a campaign is paused

pause_operator = Ein Benutzer hat sie hier oder im Terminal angehalten.
pause_low_balance = Das Guthaben des Kontos ist verbraucht (E110). Die Empfängerliste ist in Ordnung, und kein Versuch ging verloren.
pause_credentials = Der Anbieter akzeptiert SID oder API-Schlüssel des Kontos nicht (RBC001). Die Empfängerliste ist in Ordnung.
pause_sender = Die Nummer des Absenders ist mit diesem Konto nicht verwendbar. Die Empfängerliste ist in Ordnung.
pause_account = Das Konto darf nicht senden, oder etwas zwischen diesem Server und dem Anbieter blockiert die Anfragen. Die Empfängerliste ist in Ordnung.
pause_daily_limit = Das Konto hat sein heutiges Limit erreicht (WAV2101). Die Empfängerliste ist in Ordnung.
pause_refusals = Der Anbieter lehnt eine Nachricht nach der anderen ab. Die Ursache ist wohl die Nachricht, nicht die Empfänger.
pause_outage = Der Anbieter ist seit längerem nicht erreichbar. Die Empfängerliste ist in Ordnung.
pause_canary = Zu wenige der ersten Nachrichten wurden zugestellt.
pause_opt_outs = Zu viele, die die Nachricht bekamen, haben sich abgemeldet.
pause_storage = Die Datenbank ist nicht beschreibbar: Die Platte ist voll oder defekt.

## What to do about a pause

remedy_operator = Setzen Sie sie fort, wenn Sie so weit sind.
remedy_low_balance = Laden Sie das Konto auf oder erhöhen Sie beim Anbieter den Kreditrahmen, dann setzen Sie fort.
remedy_credentials = Bitten Sie einen Admin, gültige Werte für KALEYRA_SID und KALEYRA_API_KEY zu setzen und die Konsole neu zu starten, dann setzen Sie fort. Ein Schlüssel endet, wenn er abgeschaltet wird oder sein Ersteller das Team verlässt.
remedy_sender = Prüfen Sie die Nummer des Absenders in der Konsole des Anbieters: Sie muss zu diesem Konto gehören und für die WhatsApp API V2 eingerichtet sein. Dann setzen Sie fort.
remedy_account = Prüfen Sie die Art des Kontos, die für den Schlüssel erlaubten Adressen, den Pod und einen etwaigen Proxy; die WhatsApp API V2 schaltet der Support des Anbieters frei. Dann setzen Sie fort.
remedy_daily_limit = Warten Sie bis morgen, oder bitten Sie den Anbieter um ein höheres Limit; dann setzen Sie fort.
remedy_refusals = Prüfen Sie die Nachricht und senden Sie einen Test an Ihr eigenes Telefon. Fehlgeschlagene Zeilen können Sie erneut senden.
remedy_outage = Warten Sie, bis der Anbieter wieder antwortet, dann setzen Sie fort: Erst wird eine Nachricht gesendet.
remedy_canary = Sehen Sie sich die Gründe unten an, bevor Sie den Rest senden.
remedy_opt_outs = Prüfen Sie, wer auf der Liste steht und was die Nachricht sagt, bevor Sie den Rest senden: Beschwerden kosten die Nummer ihre Qualität.
remedy_storage = Schaffen Sie Platz auf der Platte, dann setzen Sie fort.

## Who can be reached, and the cost

reach_now = { $n ->
    [one] Von { $n } Person ist { $open } jetzt erreichbar
   *[other] Von { $n } Personen sind { $open } jetzt erreichbar
}
reach_late = { $late } davon kämen bei { $mps } pro Sekunde zu spät
reach_closed = { $n ->
    [one] { $n } hat in den letzten 24 Stunden nicht geschrieben: Die Nachricht würde angenommen und käme nie an
   *[other] { $n } haben in den letzten 24 Stunden nicht geschrieben: Ihre Nachrichten würden angenommen und kämen nie an
}
cost_sum = { $n ->
    [one] { $amount } für { $n } Nachricht
   *[other] { $amount } für { $n } Nachrichten
}
cost_no_rate = { $n ->
    [one] kein Preis für { $n }
   *[other] kein Preis für { $n }
}
cost_expected = Nach Ihren Preisen kostet es { $sums }, wenn alle zugestellt werden.
and = { $first } und { $second }

## Questions about a list

title_sheet = Welches Blatt enthält die Liste?
title_member = Welche Datei des Archivs enthält die Liste?
title_number = Welche Spalte enthält die Telefonnummer?
title_variable = Welche der gleichnamigen Spalten meint die Nachricht?
title_leavers = Diese Personen haben sich abgemeldet. Sollen sie aus allen Listen bleiben?
title_tags = Ist das ein Platzhalter eines anderen Programms?
title_consent = Wer darf keine Nachricht bekommen?
title_blanks = Sind diese Texte Werte?
title_dates = Steht der Tag oder der Monat vorn?
title_encoding = Welche Buchstaben stimmen?
title_hidden = Gehören die ausgeblendeten Zeilen zur Liste?
heading_region = Zu welchem Land gehören die Nummern ohne +?
heading_consent = Manche möchten keine Nachrichten
heading_numbers = Wo könnten die Nummern sonst sein?
heading_part = Welcher Teil der Datei enthält die Liste?
heading_entities = Stehen HTML-Entities für Zeichen?
ask_sheet = mehrere Blätter enthalten Telefonnummern ({ $sheets }); wählen Sie eines
ask_member = { $n ->
    [one] dieses Archiv enthält { $n } Datei; wählen Sie die gemeinte
   *[other] dieses Archiv enthält { $n } Dateien; wählen Sie die gemeinte
}
ask_member_harmful = { $n ->
    [one] dieses Archiv enthält { $n } Datei; NICHT { $names }: Diese Personen haben sich abgemeldet oder sind nicht erreichbar; wählen Sie die gemeinte
   *[other] dieses Archiv enthält { $n } Dateien; NICHT { $names }: Diese Personen haben sich abgemeldet oder sind nicht erreichbar; wählen Sie die gemeinte
}
ask_number = mehrere Spalten könnten die Telefonnummer sein; wählen Sie eine
ask_variable = mehrere Spalten heißen { $name }, mit verschiedenen Werten; wählen Sie, welche die Nachricht meint
ask_leavers_name = nach ihrem Namen ({ $name }) ist das eine Datei von Personen, die sich abgemeldet haben oder nicht erreichbar sind: Niemand darin sollte eine Nachricht bekommen
ask_leavers_columns = nach ihren Spalten ist das eine Datei von Personen, die sich abgemeldet haben oder nicht erreichbar sind: Niemand darin sollte eine Nachricht bekommen
ask_tags = die Nachricht enthält { $names } und würde so gesendet; ein Platzhalter schreibt sich { $placeholder }
ask_consent = { $n ->
    [one] { $names } enthält Ja und Nein und sagt vielleicht, wer von { $n } Zeile keine Nachricht bekommen darf; sagen Sie, was es bedeutet
   *[other] { $names } enthält Ja und Nein und sagt vielleicht, wer von { $n } Zeilen keine Nachricht bekommen darf; sagen Sie, was es bedeutet
}
ask_consents = { $n ->
    [one] { $names } enthalten Ja und Nein und sagen vielleicht, wer von { $n } Zeile keine Nachricht bekommen darf; sagen Sie, was es bedeutet
   *[other] { $names } enthalten Ja und Nein und sagen vielleicht, wer von { $n } Zeilen keine Nachricht bekommen darf; sagen Sie, was es bedeutet
}
ask_blank = { $texts } in { $columns } bedeutet wohl, dass kein Wert da ist; sagen Sie, ob es als Text gesendet werden kann
ask_blanks = { $texts } in { $columns } bedeuten wohl, dass kein Wert da ist; sagen Sie, ob sie als Text gesendet werden können
ask_dates = in Spalte { $column }, die sagt, wann jemand schrieb, sind Tag und Monat nicht zu unterscheiden; sagen Sie, was vorn steht
ask_encoding = die Buchstaben dieses Textes lassen sich verschieden lesen; wählen Sie, was stimmt
ask_hidden = { $n ->
    [one] { $n } von { $rows } Zeilen ist im Blatt ausgeblendet{ $by }; sagen Sie, ob sie wegbleiben soll
   *[other] { $n } von { $rows } Zeilen sind im Blatt ausgeblendet{ $by }; sagen Sie, ob sie wegbleiben sollen
}
hidden_by =  (ein Filter auf { $columns })

## What speaks for an answer

grounds_all = sendet an { $rows }, auch an Personen, die sich vielleicht abgemeldet haben
grounds_left_out = sendet an { $rows }, lässt { $left_out } aus
such_as = { $what }, etwa { $samples }
rows = { $n ->
    [one] { $n } Zeile
   *[other] { $n } Zeilen
}
cells = { $n ->
    [one] { $n } Zelle
   *[other] { $n } Zellen
}
cells_of = { $cells } von { $column }, etwa { $example } → { $decoded }
gain_offer = berichtigt { $valid } von { $refused } abgelehnten Zeilen
gain_offer_at_least = berichtigt mindestens { $valid } von { $refused } abgelehnten Zeilen
gain_numbers = { $n ->
    [one] bis zu { $n } weiterer Empfänger
   *[other] bis zu { $n } weitere Empfänger
}
gain_left_out = lässt { $left_out } von { $rows } Zeilen aus

## Answers as buttons

say_with_code = Sie enthalten die Ländervorwahl
say_country = Es sind Nummern aus: { $country }
no_country = keinem Land
leave_no = Alle auslassen, bei denen in { $columns } Nein steht
leave_yes = Alle auslassen, bei denen in { $columns } Ja steht
leave_any_no = Alle auslassen, bei denen in einer von { $columns } Nein steht
leave_any_yes = Alle auslassen, bei denen in einer von { $columns } Ja steht
leave_both = Alle auslassen, bei denen in { $no } Nein oder in { $yes } Ja steht
message_all = Allen schreiben
take_number = Nummer aus { $first } nehmen, sonst aus { $others }
fill_in = Wert der Spalte einsetzen: { $tags }
keep_tags = So senden, wie es dasteht
suppress_all = Alle auf die Sperrliste setzen
message_leavers = Trotzdem schreiben
numbers_first = Die erste Nummer einer Zelle nehmen
numbers_all = Jede Nummer einer Zelle nehmen
numbers_reject = Zeilen mit mehreren Nummern ablehnen
hidden_out = Ausgeblendete Zeilen weglassen
hidden_in = Ausgeblendete Zeilen mitnehmen
read_as = Als { $encoding } lesen
decode = HTML-Entities auflösen
day_first = Der Tag steht vorn
month_first = Der Monat steht vorn
texts_blank = Sie bedeuten, dass kein Wert da ist
text_kept = { $text } so senden
texts_kept = So senden, wie sie sind

## What fixes rejected rows

fix_missing = Nummern ergänzen oder die Zeilen weglassen
fix_scientific = Ziffern sind verloren und nicht wiederherstellbar: neu exportieren mit der Spalte als Text, oder die ursprüngliche Arbeitsmappe importieren
fix_ambiguous = Ziffern prüfen und Nummern anderer Länder mit + schreiben; oder einmal sagen, zu welchem Land Nummern ohne + gehören
fix_placeholder = erfundene Nummern durch echte ersetzen
fix_digits = Ziffern und Land prüfen
fix_letters = Nummern nur mit Ziffern schreiben
fix_not_a_number = diese Zellen sind keine Telefonnummern; ist es die richtige Spalte?
fix_extension = Nummern ohne Durchwahl angeben
fix_control = diese Nummern neu tippen; sie enthalten unsichtbare Zeichen
fix_multiple = eine Nummer pro Zelle lassen, oder die erste oder alle nehmen
fix_type = stattdessen eine Mobilnummer angeben
fix_country = Ländervorwahl oder Länderspalte berichtigen
fix_consent = nichts: Diese Personen haben Nachrichten nicht zugestimmt
fix_blank_columns = leere Zellen der Spalte { $columns } füllen, oder in der Nachricht einen Ersatz angeben
fix_blank = diese Zellen füllen, oder in der Nachricht einen Ersatz angeben
fix_body = die Nachricht oder die Werte darin kürzen
fix_ref = die Tags kürzen; der Anbieter würde sie abschneiden
fix_fields = Zellen, die das Trennzeichen enthalten, in Anführungszeichen setzen
fix_quote = das einzelne Anführungszeichen entfernen oder schließen
