### The console: users, suppression list, activity, settings, health check, backup, retention.

## Users

user_add = Añadir un usuario
user_add_text = Obtienes un enlace para pasarlo, con el que la persona fija una contraseña que nadie más conoce. Si el nombre ya existe, el usuario recibe el nuevo rol, se cierra su sesión y fija otra contraseña.
user_invite = Crear un enlace de invitación
user_invited = invitado
user_factor_on = activado
invited = { $name } tiene una invitación.
invited_link = Enlace de invitación
invited_once = El enlace solo se muestra esta vez. Sirve una vez, durante 24 horas: pásalo donde nadie más pueda leerlo.
invitation = Invitación
invitation_text = Fija una contraseña para { $name }.
invitation_go = Fijar la contraseña e iniciar sesión
invitation_gone = Esta invitación ya se usó o caducó. Pide otra a un administrador.

## My account

account = Mi cuenta
account_wrong = La contraseña no es correcta.
password_change = Cambiar mi contraseña
password_text = Se cierran tus demás sesiones.
password_old = Contraseña actual
password_new = Contraseña nueva
password_again = La contraseña nueva otra vez
password_differs = Las dos contraseñas no coinciden.
password_changed = Tu contraseña cambió. Se cerraron tus demás sesiones.
factor = Segundo factor
factor_text = Con un segundo factor nadie puede entrar solo con tu contraseña: también se pide un código de una aplicación de tu teléfono.
factor_on = Activarlo…
factor_on_go = Activar el segundo factor
factor_on_text = El segundo factor está activado: al iniciar sesión se pide un código de tu aplicación.
factor_off = Desactivarlo…
factor_off_go = Desactivar el segundo factor
factor_is_on = El segundo factor está activado.
factor_is_off = El segundo factor está desactivado.
factor_qr = Código QR para la aplicación
factor_scan = Escanea el código con una aplicación de autenticación o escribe esta clave:
factor_code = Los 6 dígitos que muestra la aplicación
recovery_codes = Códigos de recuperación
recovery_text = Cada uno te deja entrar una vez si pierdes el teléfono. Solo se muestran esta vez: imprímelos o guárdalos en un gestor de contraseñas.
recovery_left = { $n ->
    [one] Queda { $n } código de recuperación.
   *[other] Quedan { $n } códigos de recuperación.
}
user_remove = Quitar
user_first = El primer usuario debe ser administrador. A partir de entonces todos deben iniciar sesión.
user_role = Rol
user_since = Desde
user_password_short = Una contraseña debe tener al menos { $least } caracteres.
user_name_bad = Un nombre debe tener de 1 a 64 caracteres.
user_last_admin = No puedes quitar al último administrador: nadie más podría añadir usuarios.
user_none = Aún no hay usuarios.
role_viewer = observador: ve campañas y cifras; los números están ocultos
role_sender = remitente: también puede crear y enviar campañas
role_admin = administrador: también gestiona usuarios y ajustes

## Suppression list

suppress_title = Lista de exclusión
suppress_text = Números a los que ninguna campaña puede escribir. Un número que añadas sale enseguida de todas las colas.
suppress_numbers = Números, uno por línea
suppress_reason = Motivo
suppress_add = Añadir a la lista
suppress_by_hand = Añadir números a mano
suppress_search = Número, últimas cifras o motivo
opt_outs = Posibles bajas
opt_outs_text = Estas personas escribieron algo que puede ser una baja. No reciben mensajes hasta que alguien decida. Su texto no se guarda; la palabra reconocida, sí.
opt_outs_none = No hay nadie por decidir.
opt_outs_word = Palabra
opt_outs_yes = Pidió la baja
opt_outs_no = No pidió la baja
opt_outs_asked = Esta persona sigue en la lista de exclusión.
opt_outs_not_asked = Esta persona puede recibir mensajes otra vez y espera donde esperaba.
opt_outs_gone = Ya no hay que decidir sobre esta persona.
opt_outs_no_answer = No se decidió nada: la respuesta no es sí ni no.
opt_outs_more = { $n ->
    [one] { $n } persona más sigue cuando estas se decidan.
   *[other] { $n } personas más siguen cuando estas se decidan.
}
suppress_remove = Quitar
suppress_removal = Quitar un número de la lista de exclusión
suppress_removal_text = Las campañas pueden volver a escribir a esta persona. Los destinatarios omitidos siguen omitidos.
suppress_asked = Esta persona lo pidió, con una palabra o con un ajuste de WhatsApp.
suppress_admins = Solo un administrador puede quitar lo que las personas pidieron.
suppress_why = ¿Por qué? Se anota en el registro de actividad
suppress_why_missing = Di por qué: el registro de actividad lo guarda.
suppress_remove_go = Quitarlo de la lista
suppress_leave = Dejarlo en la lista
suppress_gone = Este número ya no está en la lista.
suppress_undo = Deshacer
suppress_none = La lista está vacía.
suppress_added = { $n ->
    [one] Se añadió { $n } número a la lista.
   *[other] Se añadieron { $n } números a la lista.
}
suppress_removed = { $n ->
    [one] Se quitó { $n } número de la lista.
   *[other] Se quitaron { $n } números de la lista.
}
suppress_bad = No se añadió nada. Línea { $line }: { $reason }
suppress_unread = No se añadió nada: { $reason }.
suppress_read = Filas con un número: { $rows }. Números: { $numbers }.
suppress_known = { $n ->
    [one] { $n } número ya estaba en la lista.
   *[other] { $n } números ya estaban en la lista.
}
suppress_left = Destinatarios que salieron de la cola: { $rows } ({ $campaign }).
suppress_not_read = { $n ->
    [one] No se pudo leer { $n } número, y su dueño aún puede recibir mensajes. Corrígelo y añade el archivo otra vez:
   *[other] No se pudieron leer { $n } números, y sus dueños aún pueden recibir mensajes. Corrígelos y añade el archivo otra vez:
}
suppress_line = Línea { $line }: { $reason }
suppress_file = Añadir los números de un archivo
suppress_file_text = Cualquier archivo que sirva como lista de destinatarios. Se añaden todos sus números, de todas las columnas con números, con los motivos y fechas del archivo. Las filas ilegibles se enumeran.
suppress_file_label = El archivo
suppress_file_go = Añadir todos los números del archivo
suppress_column = Solo esta columna
suppress_download = Descargar la lista (CSV)
suppress_since = Desde
suppress_default_reason = pidió no recibir mensajes
number = Número

## Audit trail

audit = Actividad
audit_title = Registro de actividad
audit_text = Todo lo que los usuarios hicieron con campañas, números y usuarios, aquí o en un terminal, lo más reciente primero. Las entradas no se pueden cambiar.
audit_all = Toda la actividad
audit_none = Aún no hay actividad.
audit_who = Usuario
audit_deed = Acción
audit_detail = Detalles
audit_full = Solo se muestran las últimas { $n } entradas; el terminal las muestra todas.
audit_of = Registro de actividad
deed_create = creó
deed_start = inició
deed_schedule = programó
deed_pause = pausó
deed_resume = reanudó
deed_finish = terminó
deed_reopen = reabrió
deed_cancel = canceló
deed_import = importó una lista
deed_mend = corrigió filas rechazadas
deed_remove_list = quitó una lista
deed_edit = cambió ajustes
deed_rename = cambió el nombre
deed_delete = eliminó una campaña
deed_retry = reintentó
deed_resolve = resolvió dudas
deed_rate = cambió el ritmo
deed_suppress = excluyó
deed_unsuppress = quitó de la lista de exclusión
deed_purge = borró datos de destinatarios
deed_test = envió una prueba
deed_undo = deshizo el inicio
deed_discard = descartó un borrador
deed_interrupt = interrumpió
deed_continue = continuó
deed_download = descargó
deed_reconcile = importó un informe
deed_sign_in = inicio de sesión rechazado
deed_signed_in = inició sesión
deed_invite = invitó a un usuario
deed_password = cambió una contraseña
deed_factor = cambió un segundo factor
deed_archive = archivó
deed_unarchive = sacó del archivo
deed_restored = permitió enviar desde una copia
deed_user_add = añadió un usuario
deed_user_remove = quitó un usuario
deed_notify_test = probó un canal

## Settings

settings_text = Los ajustes vienen del entorno y del archivo de ajustes del servidor. Reinicia el servidor para cambiarlos.
settings_pod = Pod
settings_base = Dirección del proveedor
settings_sid = Cuenta (SID)
settings_sender = Número del remitente
settings_key = Clave de API
settings_db = Base de datos
settings_version = Versión
settings_present = presente; nunca se muestra
settings_missing = sin definir
settings_file = Archivo de ajustes
settings_listen = Escucha en

## Whether everything is there

check = Comprobación
check_text = Comprueba los ajustes, la base de datos y el reloj, y pregunta al proveedor por la cuenta y el número del remitente. No se envía ningún mensaje. En un terminal: { $command }
check_go = Comprobar
check_fine = Todo está en orden.
check_wrong = { $n ->
    [one] { $n } cosa falta o está mal.
   *[other] { $n } cosas faltan o están mal.
}
check_is_fine = OK
check_is_wrong = problema
check_clock = Reloj
check_account = Cuenta
check_reached = Respuesta del proveedor
check_no_file = ninguno: todos los ajustes vienen del entorno y de la línea de comandos
check_campaigns = { $n ->
    [one] { $n } campaña
   *[other] { $n } campañas
}
check_no_database = aún no existe
check_clock_wrong = { $time }: el reloj del servidor está mal
check_account_found = SID { $sid }, remitente { $number } y una clave
check_known = El proveedor acepta el SID, la clave y el número del remitente.
check_unclear = El proveedor responde, pero no confirma la cuenta: { $reason }.

## Notices

notices = Avisos
notices_text = Avisan de pausas, finales y problemas sin que nadie mire. En un terminal: { $command }
notices_none = No hay canales. Escribe uno en el archivo de ajustes: [notices.NAME]
notices_go = Enviar un aviso de prueba
notices_sent = Todos los canales aceptaron la prueba.
notices_failed = { $n ->
    [one] { $n } canal no aceptó la prueba.
   *[other] { $n } canales no aceptaron la prueba.
}

## A copy of the database

backup = Copia de seguridad de la base de datos
backup_text = Puedes descargar una copia en cualquier momento, también mientras se envía una campaña. Contiene todos los números: guárdala bien. Una copia restaurada no envía nada hasta que alguien lo confirme. En un terminal: { $command }
backup_go = Descargar una copia
backup_busy = Se está haciendo otra copia. Inténtalo de nuevo cuando termine.
backup_failed = La copia falló: { $reason }.

## What has grown old

old = Datos caducados
old_text = Borra los datos de los destinatarios de cada campaña que terminó hace al menos estos días: números, valores, etiquetas y message_id, y las listas que nunca se añadieron. Las cifras se conservan. En un terminal: { $command }
old_days = Días desde que terminó la campaña
old_days_bad = «{ $text }» no es un número de días de 1 a 36500.
old_look = Mostrar los datos caducados
old_none = { $n ->
    [one] Ningún dato tiene más de { $n } día.
   *[other] Ningún dato tiene más de { $n } días.
}
old_found = { $n ->
    [one] Terminaron hace al menos { $n } día:
   *[other] Terminaron hace al menos { $n } días:
}
old_receipts = { $n ->
    [one] { $n } confirmación sin destinatario
   *[other] { $n } confirmaciones sin destinatario
}
old_warning = Las descargas y copias anteriores aún contienen los datos. No se puede deshacer.
old_go = { $n ->
    [one] Borrar los datos de { $n } fila
   *[other] Borrar los datos de { $n } filas
}
old_go_receipts = { $n ->
    [one] Borrar { $n } confirmación
   *[other] Borrar { $n } confirmaciones
}
old_changed = Los datos cambiaron desde que abriste esta página. No se borró nada; revísalos e inténtalo de nuevo.
old_wiped = Borrado: { $what }. Las cifras se conservan.
old_wiped_one = { $campaign } ({ $rows })
