### The console: users, suppression list, activity, settings, health check, backup, retention.

## Users

user_add = Benutzer hinzufügen
user_add_text = Sie bekommen einen Link zum Weitergeben, über den sich jemand ein Passwort setzt, das sonst niemand kennt. Gibt es den Namen schon, bekommt der Benutzer die neue Rolle, wird abgemeldet und setzt ein neues Passwort.
user_invite = Einladungslink erstellen
user_invited = eingeladen
user_factor_on = an
invited = { $name } ist eingeladen.
invited_link = Einladungslink
invited_once = Der Link wird nur dieses eine Mal gezeigt. Er gilt einmal, 24 Stunden lang: Geben Sie ihn weiter, wo ihn sonst niemand lesen kann.
invitation = Einladung
invitation_text = Setzen Sie ein Passwort für { $name }.
invitation_go = Passwort setzen und anmelden
invitation_gone = Diese Einladung ist benutzt oder abgelaufen. Bitten Sie einen Admin um eine neue.

## My account

account = Mein Konto
account_wrong = Das Passwort ist falsch.
password_change = Mein Passwort ändern
password_text = Alle Ihre anderen Sitzungen werden abgemeldet.
password_old = Jetziges Passwort
password_new = Neues Passwort
password_again = Das neue Passwort noch einmal
password_differs = Die beiden Passwörter sind nicht gleich.
password_changed = Ihr Passwort ist geändert. Alle Ihre anderen Sitzungen sind abgemeldet.
factor = Zweiter Faktor
factor_text = Mit einem zweiten Faktor kann sich niemand allein mit Ihrem Passwort anmelden: Es braucht auch einen Code aus einer App auf Ihrem Telefon.
factor_on = Einschalten…
factor_on_go = Zweiten Faktor einschalten
factor_on_text = Der zweite Faktor ist an: Bei der Anmeldung wird nach einem Code aus Ihrer App gefragt.
factor_off = Ausschalten…
factor_off_go = Zweiten Faktor ausschalten
factor_is_on = Der zweite Faktor ist an.
factor_is_off = Der zweite Faktor ist aus.
factor_qr = QR-Code für die App
factor_scan = Scannen Sie den Code mit einer Authenticator-App, oder tippen Sie diesen Schlüssel ein:
factor_code = Die 6 Ziffern, die die App zeigt
recovery_codes = Wiederherstellungscodes
recovery_text = Mit jedem davon können Sie sich einmal anmelden, wenn das Telefon fehlt. Sie werden nur dieses eine Mal gezeigt: Drucken Sie sie aus, oder bewahren Sie sie in einem Passwortmanager auf.
recovery_left = { $n ->
    [one] Es ist noch { $n } Wiederherstellungscode übrig.
   *[other] Es sind noch { $n } Wiederherstellungscodes übrig.
}
user_remove = Entfernen
user_first = Der erste Benutzer muss ein Admin sein. Von da an müssen sich alle anmelden.
user_role = Rolle
user_since = Seit
user_password_short = Ein Passwort braucht mindestens { $least } Zeichen.
user_name_bad = Ein Name braucht 1 bis 64 Zeichen.
user_last_admin = Der letzte Admin kann nicht entfernt werden: Niemand sonst könnte Benutzer hinzufügen.
user_none = Noch keine Benutzer.
role_viewer = Betrachter: sieht Kampagnen und Zahlen; Nummern sind verdeckt
role_sender = Absender: kann auch Kampagnen anlegen und senden
role_admin = Admin: verwaltet auch Benutzer und Einstellungen

## Suppression list

suppress_title = Sperrliste
suppress_text = Nummern, denen keine Kampagne schreiben darf. Eine Nummer, die Sie hinzufügen, verlässt sofort alle Warteschlangen.
suppress_numbers = Nummern, eine pro Zeile
suppress_reason = Grund
suppress_add = Zur Liste hinzufügen
suppress_by_hand = Nummern von Hand hinzufügen
suppress_search = Nummer, letzte Ziffern oder Grund
opt_outs = Mögliche Abmeldungen
opt_outs_text = Diese Personen haben etwas geschrieben, das vielleicht eine Abmeldung ist. Sie bekommen keine Nachrichten, bis jemand entscheidet. Ihr Text wird nicht aufbewahrt, nur das erkannte Wort.
opt_outs_none = Über niemanden ist zu entscheiden.
opt_outs_word = Wort
opt_outs_yes = Hat sich abgemeldet
opt_outs_no = Hat sich nicht abgemeldet
opt_outs_asked = Diese Person bleibt auf der Sperrliste.
opt_outs_not_asked = Diese Person kann wieder Nachrichten bekommen und wartet, wo sie gewartet hat.
opt_outs_gone = Über diese Person ist nicht mehr zu entscheiden.
opt_outs_no_answer = Nichts wurde entschieden: Die Antwort ist weder Ja noch Nein.
opt_outs_more = { $n ->
    [one] { $n } weitere Person folgt, wenn diese entschieden sind.
   *[other] { $n } weitere Personen folgen, wenn diese entschieden sind.
}
suppress_remove = Entfernen
suppress_removal = Nummer von der Sperrliste nehmen
suppress_removal_text = Kampagnen können dieser Person wieder schreiben. Empfänger, die ausgelassen wurden, bleiben ausgelassen.
suppress_asked = Diese Person hat selbst darum gebeten, mit einem Wort oder einer Einstellung in WhatsApp.
suppress_admins = Worum Personen selbst gebeten haben, kann nur ein Admin aufheben.
suppress_why = Warum? Es wird ins Aktivitätsprotokoll geschrieben
suppress_why_missing = Geben Sie den Grund an: Das Aktivitätsprotokoll hält ihn fest.
suppress_remove_go = Von der Liste nehmen
suppress_leave = Auf der Liste lassen
suppress_gone = Diese Nummer ist nicht mehr auf der Liste.
suppress_undo = Zurücknehmen
suppress_none = Die Liste ist leer.
suppress_added = { $n ->
    [one] { $n } Nummer wurde zur Liste hinzugefügt.
   *[other] { $n } Nummern wurden zur Liste hinzugefügt.
}
suppress_removed = { $n ->
    [one] { $n } Nummer wurde von der Liste genommen.
   *[other] { $n } Nummern wurden von der Liste genommen.
}
suppress_bad = Nichts wurde hinzugefügt. Zeile { $line }: { $reason }
suppress_unread = Nichts wurde hinzugefügt: { $reason }.
suppress_read = Zeilen mit einer Nummer: { $rows }. Nummern: { $numbers }.
suppress_known = { $n ->
    [one] { $n } Nummer war schon auf der Liste.
   *[other] { $n } Nummern waren schon auf der Liste.
}
suppress_left = Empfänger, die die Warteschlange verlassen haben: { $rows } ({ $campaign }).
suppress_not_read = { $n ->
    [one] { $n } Nummer war nicht lesbar; wem sie gehört, der kann weiter Nachrichten bekommen. Berichtigen Sie sie und fügen Sie die Datei noch einmal hinzu:
   *[other] { $n } Nummern waren nicht lesbar; wem sie gehören, der kann weiter Nachrichten bekommen. Berichtigen Sie sie und fügen Sie die Datei noch einmal hinzu:
}
suppress_line = Zeile { $line }: { $reason }
suppress_file = Nummern aus einer Datei hinzufügen
suppress_file_text = Jede Datei, die auch als Empfängerliste taugt. Alle Nummern darin kommen dazu, aus allen Spalten mit Nummern, mit den Gründen und Daten der Datei. Unlesbare Zeilen werden aufgezählt.
suppress_file_label = Die Datei
suppress_file_go = Alle Nummern der Datei hinzufügen
suppress_column = Nur diese Spalte
suppress_download = Liste herunterladen (CSV)
suppress_since = Seit
suppress_default_reason = möchte keine Nachrichten
number = Nummer

## Audit trail

audit = Aktivität
audit_title = Aktivitätsprotokoll
audit_text = Alles, was Benutzer mit Kampagnen, Nummern und Benutzern gemacht haben, hier oder im Terminal, das Neueste zuerst. Einträge lassen sich nicht ändern.
audit_all = Alle Aktivität
audit_none = Noch keine Aktivität.
audit_who = Benutzer
audit_deed = Aktion
audit_detail = Näheres
audit_full = Zu sehen sind nur die letzten { $n } Einträge; das Terminal zeigt alle.
audit_of = Aktivitätsprotokoll
deed_create = angelegt
deed_start = gestartet
deed_schedule = geplant
deed_pause = angehalten
deed_resume = fortgesetzt
deed_finish = abgeschlossen
deed_reopen = wieder geöffnet
deed_cancel = abgebrochen
deed_import = Liste importiert
deed_mend = abgelehnte Zeilen berichtigt
deed_remove_list = Liste herausgenommen
deed_edit = Einstellungen geändert
deed_rename = umbenannt
deed_delete = Kampagne gelöscht
deed_retry = erneut gesendet
deed_resolve = Ungeklärtes entschieden
deed_rate = Tempo geändert
deed_suppress = gesperrt
deed_unsuppress = von der Sperrliste genommen
deed_purge = Daten der Empfänger gelöscht
deed_test = Test gesendet
deed_undo = Start zurückgenommen
deed_discard = Entwurf verworfen
deed_interrupt = unterbrochen
deed_continue = weitergeführt
deed_download = heruntergeladen
deed_reconcile = Bericht importiert
deed_sign_in = Anmeldung abgelehnt
deed_signed_in = angemeldet
deed_invite = Benutzer eingeladen
deed_password = Passwort geändert
deed_factor = zweiten Faktor geändert
deed_archive = archiviert
deed_unarchive = aus dem Archiv geholt
deed_restored = Kopie zum Senden freigegeben
deed_user_add = Benutzer hinzugefügt
deed_user_remove = Benutzer entfernt
deed_notify_test = Kanal getestet

## Settings

settings_text = Die Einstellungen kommen aus der Umgebung und der Einstellungsdatei des Servers. Starten Sie den Server neu, um sie zu ändern.
settings_pod = Pod
settings_base = Adresse des Anbieters
settings_sid = Konto (SID)
settings_sender = Nummer des Absenders
settings_key = API-Schlüssel
settings_db = Datenbank
settings_version = Version
settings_present = vorhanden; wird nie gezeigt
settings_missing = nicht gesetzt
settings_file = Einstellungsdatei
settings_listen = Erreichbar unter

## Whether everything is there

check = Prüfung
check_text = Prüft Einstellungen, Datenbank und Uhr und fragt den Anbieter nach dem Konto und der Nummer des Absenders. Es wird keine Nachricht gesendet. Im Terminal: { $command }
check_go = Prüfung starten
check_fine = Alles ist in Ordnung.
check_wrong = { $n ->
    [one] { $n } Punkt fehlt oder ist falsch.
   *[other] { $n } Punkte fehlen oder sind falsch.
}
check_is_fine = OK
check_is_wrong = Problem
check_clock = Uhr
check_account = Konto
check_reached = Antwort des Anbieters
check_no_file = keine: Alle Einstellungen kommen aus der Umgebung und der Befehlszeile
check_campaigns = { $n ->
    [one] { $n } Kampagne
   *[other] { $n } Kampagnen
}
check_no_database = gibt es noch nicht
check_clock_wrong = { $time }: Die Uhr des Servers geht falsch
check_account_found = SID { $sid }, Absender { $number } und ein Schlüssel
check_known = Der Anbieter akzeptiert SID, Schlüssel und Nummer des Absenders.
check_unclear = Der Anbieter antwortet, bestätigt das Konto aber nicht: { $reason }.

## Notices

notices = Benachrichtigungen
notices_text = Melden Pausen, Abschlüsse und Störungen, ohne dass jemand nachsieht. Im Terminal: { $command }
notices_none = Es gibt keine Kanäle. Tragen Sie einen in die Einstellungsdatei ein: [notices.NAME]
notices_go = Testbenachrichtigung senden
notices_sent = Alle Kanäle haben den Test angenommen.
notices_failed = { $n ->
    [one] { $n } Kanal hat den Test nicht angenommen.
   *[other] { $n } Kanäle haben den Test nicht angenommen.
}

## A copy of the database

backup = Sicherung der Datenbank
backup_text = Sie können jederzeit eine Sicherung herunterladen, auch während eine Kampagne gesendet wird. Sie enthält alle Nummern: Bewahren Sie sie sicher auf. Eine zurückgespielte Sicherung sendet nichts, bis es jemand bestätigt. Im Terminal: { $command }
backup_go = Sicherung herunterladen
backup_busy = Es wird gerade eine andere Sicherung gemacht. Versuchen Sie es danach noch einmal.
backup_failed = Die Sicherung ist fehlgeschlagen: { $reason }.

## What has grown old

old = Abgelaufene Daten
old_text = Löscht die Daten der Empfänger jeder Kampagne, die vor mindestens so vielen Tagen endete: Nummern, Werte, Tags und message_ids, und Listen, die nie hinzugefügt wurden. Die Zahlen bleiben. Im Terminal: { $command }
old_days = Tage seit dem Ende der Kampagne
old_days_bad = „{ $text }“ ist keine Zahl von Tagen von 1 bis 36500.
old_look = Abgelaufene Daten zeigen
old_none = { $n ->
    [one] Keine Daten sind älter als { $n } Tag.
   *[other] Keine Daten sind älter als { $n } Tage.
}
old_found = { $n ->
    [one] Vor mindestens { $n } Tag beendet:
   *[other] Vor mindestens { $n } Tagen beendet:
}
old_receipts = { $n ->
    [one] { $n } Zustellbericht ohne Empfänger
   *[other] { $n } Zustellberichte ohne Empfänger
}
old_warning = Frühere Downloads und Sicherungen enthalten die Daten noch. Das lässt sich nicht rückgängig machen.
old_go = { $n ->
    [one] Daten von { $n } Zeile löschen
   *[other] Daten von { $n } Zeilen löschen
}
old_go_receipts = { $n ->
    [one] { $n } Zustellbericht löschen
   *[other] { $n } Zustellberichte löschen
}
old_changed = Die Daten haben sich geändert, seit Sie diese Seite geöffnet haben. Nichts wurde gelöscht; sehen Sie sie noch einmal durch.
old_wiped = Gelöscht: { $what }. Die Zahlen bleiben.
old_wiped_one = { $campaign } ({ $rows })
