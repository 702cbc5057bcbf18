### The console: making a campaign, watching it, and what every page has.

product = catalink
skip_to_content = Ir al contenido
campaigns = Campañas
suppression_list = Lista de exclusión
settings = Ajustes
users = Usuarios
sign_out = Cerrar sesión
rehearsal = Ensayo
rehearsal_banner = Ensayo. Un simulador sustituye al proveedor: ningún mensaje sale de este equipo y las campañas reales no se ven afectadas.
rehearsal_enter = Iniciar un ensayo
rehearsal_leave = Salir del ensayo
limits_no_zone = El horario de envío necesita una zona horaria, como Asia/Kolkata: sin ella no se sabe cuándo empieza.
message_is_used = La campaña ya tiene destinatarios, así que su mensaje no cambia. Para otro mensaje, crea otra campaña.
rehearse_title = Primero un ensayo
rehearse_text = Una copia de esta campaña se ejecuta con un proveedor simulado, con confirmaciones. No se envía nada y la campaña no cambia.
rehearse_faults = Qué falla
rehearse_nothing = Nada
rehearse_some = Algunos errores y rechazos, como casi todos los días
rehearse_low_balance = El saldo se agota a mitad de camino
rehearse_undelivered = Uno de cada cinco mensajes no se entrega
rehearse_doubts = Se pierden respuestas del proveedor
rehearse_do = Ensayar una copia
open_banner = Quien use este equipo tiene acceso total. Añade un usuario para exigir el inicio de sesión.
open_banner_link = Añadir un usuario
command_line = Lo mismo desde un terminal
languages_label = Idioma
connection_lost = Se perdió la conexión; las cifras no se actualizan. Reconectando…
no_news_since = Sin novedades desde { $time }; las cifras pueden ser antiguas. Reconectando…
notify_me = Avisarme cuando se detenga el envío
notify_on = Recibirás un aviso cuando se detenga el envío, aunque esta pestaña esté en segundo plano.

## Time and quantities

seconds = { $n } s
minutes = { $n } min
hours = { $n } h
days = { $n } d
per_second = { $rate } por segundo
rows = { $n ->
    [one] { $n } fila
   *[other] { $n } filas
}
line = Línea
line_n = línea { $line }

## Failures

not_found = No encontrado
not_found_text = No hay nada en esta dirección. Puede que la página se haya eliminado o que la dirección esté incompleta.
forbidden = No permitido
forbidden_text = Tu rol no lo permite. Un administrador puede cambiarlo.
wrong_host = Esta consola no tiene usuarios ni contraseña, así que solo responde en 127.0.0.1 o localhost.
cross_site = La solicitud venía de otro sitio y se rechazó.
too_large = El archivo supera el límite de esta consola ({ $size }).
not_understood = El servidor no pudo leer lo enviado. Vuelve atrás, recarga la página e inténtalo de nuevo.
not_now = Ahora no es posible
failed = Algo falló en el servidor
failed_text = No se perdió nada: cada paso se registra antes de darlo. Los detalles están en el registro del servidor.
back_to_campaigns = Volver a las campañas

## Signing in

sign_in = Iniciar sesión
name = Nombre
password = Contraseña
sign_in_wrong = El nombre o la contraseña no son correctos.
sign_in_busy = Hay demasiados inicios de sesión en este momento. Inténtalo de nuevo en unos segundos.
sign_in_often = Demasiados intentos. Inténtalo de nuevo en { $wait }.
sign_in_ended = Se cerró tu sesión. Inicia sesión y repite lo que hacías.
sign_in_ended_kept = Se cerró tu sesión. Inicia sesión para seguir; lo que escribiste se conserva.
code_label = Código de tu aplicación
code_hint = 6 dígitos, o uno de tus códigos de recuperación.
code_wrong = El código no es correcto o ya se usó. Espera al siguiente.
code_too_late = Pasó demasiado tiempo. Inicia sesión de nuevo.
go_on_title = Sesión iniciada de nuevo
go_on_text = Lo que escribiste aún no se ha enviado.
go_on = Enviar ahora
go_on_not = No enviar
account = Mi cuenta

## Searching, and one person

search_title = Buscar
search_everything = Buscar en todo
search_what = Campaña, número, etiqueta o nombre
search_hint = Una campaña; un número escrito de cualquier forma, o su comienzo; una etiqueta; un nombre de una de las listas más recientes.
search_nothing = No se encontró nada.
search_on = Buscar en todas las filas de una campaña
people = Personas
person = Persona
person_suppressed = En la lista de exclusión: ninguna campaña escribe a esta persona.
person_reachable = No está en la lista de exclusión.
person_suppress = Poner a esta persona en la lista de exclusión…
person_replied = Última respuesta:
person_campaigns = En campañas
person_nowhere = En ninguna campaña.

## List of campaigns

home_needs = Te necesita
home_running = En curso
home_recent = Últimos 30 días
home_all = Todas las campañas
home_open = { $n ->
    [one] { $n } persona quizá pidió la baja: decidir
   *[other] { $n } personas quizá pidieron la baja: decidir
}
home_draft = sin iniciar
home_doubts = { $n ->
    [one] { $n } en duda
   *[other] { $n } en duda
}
home_older = Todas las campañas, también las antiguas y archivadas
archived = Archivada
archive_go = Archivar
unarchive_go = Sacar del archivo
archive_text = Una campaña archivada no aparece en la lista; se encuentra por su nombre y conserva sus filas y cifras.
archive_not_now = Una campaña en curso no se puede archivar.
new_campaign = Nueva campaña
older_campaigns = Campañas anteriores
no_campaigns = Aún no hay campañas. Para crear una necesitas una lista de destinatarios y un mensaje.
no_campaigns_steps = Sube un archivo, revisa sus columnas, corrige las filas rechazadas, escribe el mensaje y envíate una prueba. No se envía nada a la lista hasta que pulses el último botón.
no_campaigns_rehearse = Ensaya primero: un simulador sustituye al proveedor
campaign = Campaña
state = Estado
progress = Progreso
created = Creada
of_n = { $done } de { $total }

## States and statuses

state_draft = Borrador
state_scheduled = Programada
state_running = Enviando
state_paused = En pausa
state_finished = Terminada
state_cancelled = Cancelada
status_queued = en espera
status_sending = enviándose
status_accepted = aceptado
status_failed = fallido
status_in_doubt = en duda
status_rejected = rechazado
status_duplicate = duplicado
status_suppressed = excluido
status_cancelled = cancelado
status_skipped = inalcanzable
delivery_sent = enviado
delivery_delivered = entregado
delivery_read = leído
delivery_undelivered = no entregado
no_receipt = sin confirmación
receipts_so_far = Según las confirmaciones recibidas
furthest = Hasta: { $delivery }
row_delivered = Entregado
row_read = Leído

## Watching

watch_draft = Sin iniciar.
watch_scheduled = Programada: el envío empieza el { $time }.
watch_running = Enviando.
watch_interrupted = Interrumpida: alguien detuvo el envío. No se envía nada hasta que se continúe.
watch_continue = Continuar el envío
watch_done = { $done } de { $total } listos.
watch_canary = Los primeros mensajes se enviaron. El resto espera sus confirmaciones, como máximo hasta { $time }.
watch_waits = En espera.
watch_resuming = Reanudando.
watch_shared = También se envían otras campañas; comparten el ritmo de la cuenta.
watch_probing = Reanudando: primero se envía un mensaje y, cuando se acepte, el resto.
watch_held_hours = El resto espera el horario de su lugar.
watch_held_cap = El resto ya recibió por ahora tantos mensajes como permite el tope.
watch_people = El resto recibe el mensaje en cuanto escriba.
watch_waiting = El envío continúa el { $time }, por el horario de envío o la hora programada.
watch_retrying = Los destinatarios restantes esperan un reintento; el próximo es el { $time }.
watch_down = El proveedor no responde; el próximo intento es en { $wait }. Su última respuesta: { $answer }
watch_slowed = El proveedor pidió un ritmo más lento. Su respuesta: { $answer }
watch_broken = El envío se detuvo: { $reason }. Se reintentará automáticamente.
watch_restored = No se envía nada: { $reason }. Quien recibió un mensaje después de hacerse esta copia lo recibiría otra vez. Importa antes el informe del proveedor (abajo): quita a esos destinatarios de la cola.
restored_go = Enviar desde esta copia…
restored_text = Quien recibió un mensaje después de esta copia y no está en un informe importado lo recibe por segunda vez. No se puede deshacer.
restored_sure = Enviar desde esta copia de todos modos
watch_paused = En pausa.
watch_paused_at = En pausa en la línea { $line }.
watch_air = { $n ->
    [one] { $n } solicitud sigue en camino; su respuesta se registrará.
   *[other] { $n } solicitudes siguen en camino; sus respuestas se registrarán.
}
watch_finished = Terminada.
watch_accepted = { $n ->
    [one] El proveedor aceptó { $n } mensaje.
   *[other] El proveedor aceptó los { $n } mensajes.
}
watch_accepted_of = El proveedor aceptó { $accepted } de { $total } mensajes.
watch_finished_not_all = Terminada, pero no se llegó a todos.
watch_cancelled = Cancelada. No se envían más mensajes.
provider_said = Detalles:
rate_now = Ahora
rate_allowed = Permitido
rate_change = Cambiar el ritmo
rate_do = Aplicar
rate_label = Mensajes por segundo
in_air = En camino
done_at = Fin previsto
finished_at = Terminó
elapsed = Inició
unknown_yet = aún no se sabe
course_title = Mensajes por segundo
course_rate = enviados
course_allowed = permitidos
course_text = Los últimos { $span }; el borde superior es { $rate } por segundo.
course_now = ahora
chart_title = Mensajes en el tiempo
chart_text = Como máximo { $peak }
chart_not_accepted = no aceptado
outcome = Qué resultó
outcome_hint = Cada paso incluye a quienes llegaron más lejos; entregado y leído incluyen a quienes respondieron. Los porcentajes son de los mensajes aceptados.
result = Resultado
result_no_receipt = aún sin confirmación
result_replied = respondieron o pidieron
funnel_replied = respondieron
funnel_ordered = pidieron
funnel_undelivered = no entregado
funnel_open = sin confirmación de entrega aún
figures = Las { $rows } filas de la lista
last_problems = Últimos problemas
pause = Pausar
resume = Reanudar
resume_topped_up = El saldo está recargado: reanudar
resume_text = { $n ->
    [one] { $n } destinatario espera. Primero se envía un mensaje.
   *[other] { $n } destinatarios esperan. Primero se envía un mensaje y, cuando se acepte, el resto.
}
cancel = Cancelar la campaña…
cancel_text = Quienes aún esperan no recibirán nunca el mensaje. No se puede deshacer.
cancel_sure = Cancelar para todos los que esperan
start_page = Ir a la página de inicio del envío

## Rows

rows_title = Filas
rows_all = todas
rows_search = Nombre, número, etiqueta o línea
rows_search_hint = Un nombre u otro valor de la lista; un número escrito de cualquier forma, su comienzo o su final; el comienzo de una etiqueta; «line 214».
rows_show = Buscar
rows_none = No se encontraron filas.
rows_none_yet = Aún no hay filas que coincidan; la búsqueda sigue.
rows_further = Continuar la búsqueda
rows_more = Filas siguientes
rows_first = Volver a las primeras filas
rows_with_code = con el código { $code }
rows_limited = { $n ->
    [one] Solo se muestra la primera { $n } fila.
   *[other] Solo se muestran las primeras { $n } filas.
}
recipient = Destinatario
status = Estado
attempts = Intentos
tags = Etiquetas
what = Qué pasó
when = Cuándo
delivery = Entrega
row_message_id = ID del mensaje (message_id)
row_attempts = Solicitudes que no se aceptaron a la primera
row_attempt = Intento
row_uncounted = no cuenta
row_unsent = No se envía ningún mensaje para esta fila.
row_values = Valores en el archivo

## Afterwards

failures = Por qué algunos no llegaron
failures_text = Los mensajes rechazados y los que agotaron sus intentos se pueden reintentar: vuelven a la cola.
failures_undelivered = Aceptados, pero no entregados.
failures_unsent = El proveedor aceptó estos mensajes pero nunca los pasó a WhatsApp: nadie los recibió.
failures_without_reason = aún sin contar por motivo
retry_all = Reintentar los { $n }
reason = Motivo
code = Código
code_none = sin código
action = Acción
closed_doubts = Cerrados sin enviar; puede que estos destinatarios hayan recibido el mensaje.
closed_resend = Reenviar…
doubts_resend_go = Reenviar…
retry_n = Reintentar { $n }
doubts = En duda
doubts_n = { $n ->
    [one] { $n } destinatario pudo recibir o no el mensaje: la solicitud se envió, pero no llegó respuesta.
   *[other] { $n } destinatarios pudieron recibir o no el mensaje: las solicitudes se enviaron, pero no llegó respuesta.
}
doubts_risk = Reenviar puede escribir dos veces a alguien. Cerrar puede dejar a alguien sin mensaje. Una confirmación que llegue más tarde resuelve la duda.
doubts_resend = Reenviar a { $n }, con riesgo de duplicados
doubts_keep = Cerrar { $n } sin enviar
doubt_keep = Cerrar
doubt_resend = Reenviar
doubt_none = { $number } ya no está en duda. No se cambió nada.
download = Resultados
download_rows = Descargar estas filas
download_to_mend = Descargar como CSV, corregir y volver a añadir
download_csv = CSV
download_xlsx = Excel
report = Informe
totals = Totales
totals_zone = Zona horaria de las horas
totals_zone_go = Aplicar
totals_zone_bad = «{ $zone }» no es una zona horaria como Asia/Kolkata.
further = Más
reconcile = Importar el informe del proveedor…
reconcile_text = Si no llegaron las confirmaciones, puedes importarlas del informe que descargas de la consola del proveedor. También resuelve las dudas. Las filas se emparejan por su token o message_id.
reconcile_file = El informe (CSV)
reconcile_go = Importar el informe
reconcile_look = Solo mostrar qué cambiaría
reconciled_would = { $n ->
    [one] Cambiaría { $n } destinatario.
   *[other] Cambiarían { $n } destinatarios.
}
reconciled_figure = { $what }: { $change }
reconciled = El informe tiene { $rows } filas; { $matched } de sus entradas son de esta campaña.
reconciled_changed = { $n ->
    [one] Cambió { $n } destinatario.
   *[other] Cambiaron { $n } destinatarios.
}
reconciled_nobody = No contiene ni los tokens ni los message_id de esta campaña.
recount = Recontar las filas…
recount_text = Cuenta todas las filas de nuevo, compara con las cifras de arriba y comprueba que las filas sean coherentes. No se cambia nada. En un terminal: { $command }
recount_go = { $n ->
    [one] Recontar { $n } fila
   *[other] Recontar { $n } filas
}
recount_fine = Las cifras son correctas. Contado de las filas: { $figures }.
recount_wrong = Las cifras no son correctas: { $figures }. Deja de enviar desde esta base de datos, guarda una copia e informa del problema.
purge = Borrar los datos de los destinatarios…
purge_text = Sobrescribe números, valores, etiquetas y message_id; las cifras se conservan. Las descargas y copias anteriores aún contienen los datos. No se puede deshacer.
purge_done = Los datos de los destinatarios se borraron. Las cifras se conservan.
purge_go = { $n ->
    [one] Borrar los datos de { $n } fila
   *[other] Borrar los datos de { $n } filas
}

## Steps

step_upload = Subir
step_columns = Columnas
step_check = Revisar
step_message = Mensaje
step_start = Inicio
step_add = Añadir
steps = Pasos
next = Continuar
discard = Descartar este borrador…
discard_list = Descartar esta lista…
discard_text = Borra el archivo y todos los ajustes de este borrador. No se puede deshacer.
discard_go = Descartar
upload_title = Nueva campaña
upload_name = Nombre de la campaña
upload_name_hint = Letras, cifras, puntos, guiones y guiones bajos, por ejemplo spring-26.
upload_file = Lista de destinatarios
upload_hint = CSV, TSV, Excel u OpenDocument, también comprimido con gzip o zip; { $size } como máximo. Puedes soltar el archivo aquí.
upload_go = Subir
upload_progress = { $done } de { $total } subidos
upload_reading = Subido. Leyendo…
upload_failed = La subida no terminó. Comprueba la conexión e inténtalo de nuevo.
upload_exists = Ya existe una campaña con este nombre. Si acabas de subir este archivo, ya llegó.
upload_open = Abrirla y seguir
upload_empty = Este archivo está vacío.
upload_another = Elegir otro archivo
upload_no_file = Elige un archivo.
detected = Detectado en { $file }
change = Cambiar
apply = Aplicar
automatic = detectar

## A further list

add_title = Añadir una lista
add_text = Añade otro archivo para el mismo mensaje, o las filas corregidas del primero. Los números que ya están en la campaña no se añaden otra vez.
add_rejected = { $n ->
    [one] Descargar la fila rechazada para corregirla
   *[other] Descargar las { $n } filas rechazadas para corregirlas
}
add_rejected_hint = Cada fila dice qué está mal. Sube aquí el archivo corregido.
add_link = Añadir una lista…
add_hint = otro archivo o filas corregidas
add_open = { $file } está subido, pero aún no añadido.
add_busy = Hay otra lista subida pero aún no añadida. Añádela o descártala primero.
add_draft = La campaña no se ha iniciado: los nuevos destinatarios esperan con los demás hasta entonces.
add_scheduled = La campaña está programada: los nuevos destinatarios esperan con los demás.
add_running = La campaña se está enviando: los nuevos destinatarios siguen a los demás.
add_paused = La campaña está en pausa: los nuevos destinatarios esperan con los demás hasta que se reanude.
add_finished = La campaña terminó: continúa solo con los nuevos destinatarios.
add_n = { $n ->
    [one] Añadir { $n } fila
   *[other] Añadir { $n } filas
}
add_another = Conservar estas filas y añadir otra lista
add_another_hint = Aún no se envía nada, pero el mensaje y los ajustes ya no se podrán cambiar.
send_more = { $n ->
    [one] Enviar { $n } mensaje más
   *[other] Enviar { $n } mensajes más
}
start_sentence_more = { $n ->
    [one] { $n } persona más recibe este mensaje
   *[other] { $n } personas más reciben este mensaje
}
start_failed = La campaña no se inició: { $reason }.
start_missed = el servidor no estaba en marcha a la hora programada
options_unreadable = No se pueden leer las opciones guardadas de esta lista; quizá las escribió otra versión. Descarta la lista en su página de columnas y sube el archivo de nuevo.
no_draft = Esta campaña ya no es un borrador.
reading = { $done } de { $total } leídos
reading_title = Leyendo la lista
message_first = ¡Hola! Nuestro nuevo catálogo está aquí: { $link } Responde STOP para darte de baja.
size = Tamaño
format = Formato
encoding = Codificación
delimiter = Separador
delimiter_tab = tabulador
header = Encabezado
header_line = línea { $line }
header_none = ninguno: la primera fila es un destinatario
header_yes = la primera fila es un encabezado
sheet = Hoja
member = Archivo dentro del comprimido
size_max = Tamaño máximo del archivo descomprimido
region = País de los números sin prefijo internacional
region_hint = Dos letras, por ejemplo IN, o «international» si cada número incluye su prefijo.
numbers_several = Varios números en una celda
numbers_first = tomar el primero válido
numbers_all = tomar todos
numbers_reject = rechazar la fila
columns_who = Número y país
columns_choose_number = Elige abajo qué columna contiene el número.
columns_unused = { $n ->
    [one] { $n } columna más, que el mensaje no usa
   *[other] { $n } columnas más, que el mensaje no usa
}
columns_title = Qué contiene cada columna
columns_hint = Puedes usar cualquier otra columna en el mensaje. Si varias columnas contienen números, se usa el primero válido de cada fila, en el orden que elijas.
missing_title = Valores que el mensaje necesita
missing_hint = Este archivo no tiene una columna con ese nombre. Elige la columna que contiene el valor, o vuelve al mensaje y da un valor por defecto.
missing_choose = Elige una columna
answer_unknown = Este botón es de otra versión de la página. Recarga la página y repite tu respuesta.
columns_no_number = Ninguna columna contiene el número. Elige una.
columns_twice = Dos columnas están como «{ $meaning }». Elige solo una.
columns_remembered = Las columnas están como en el último archivo con el mismo encabezado.
column = Columna
samples = Primeros valores
meaning = Significado
field_none = valor para el mensaje
field_to = número
field_to_next = número, opción { $choice }
field_variable = { $name } en el mensaje
field_country = país del número
field_consent = consentimiento (un no se omite)
field_opt_out = baja (un sí se omite)
field_wrote_at = cuándo escribió por última vez
field_time_zone = zona horaria de la persona
field_ref = etiqueta 1 (ref)
field_ref1 = etiqueta 2 (ref1)
field_ref2 = etiqueta 3 (ref2)
field_of = Significado de { $column }
notes = Notas
cannot_read = Este archivo no se puede usar tal como está:
asks_first = Responde primero a una pregunta:
check_sum = { $n ->
    [one] { $n } fila
   *[other] { $n } filas
}
check_will_be_sent = se enviarán
check_ignored = { $n ->
    [one] { $n } fila vacía o pie no se cuenta.
   *[other] { $n } filas vacías, encabezados repetidos y pies no se cuentan.
}
check_problems = Problemas en las filas rechazadas
check_none = Todas las filas se pueden usar.
check_rejects = Descargar las filas rechazadas
check_rejects_hint = Corrígelas en una hoja de cálculo. Cuando se hayan importado las filas buenas, sube el archivo corregido con «Añadir una lista» en la página de la campaña.
check_known = { $n ->
    [one] { $n } de los duplicados ya está en la campaña.
   *[other] { $n } de los duplicados ya están en la campaña.
}
check_continue = { $n ->
    [one] Continuar con { $n } fila buena
   *[other] Continuar con { $n } filas buenas
}
check_nobody = Nadie recibiría el mensaje. Corrige el archivo o cambia cómo se lee.
check_duplicates = Mismo número que en una fila anterior
check_duplicate = la línea { $line } tiene el mismo número que la línea { $earlier }
check_change = Cambiar cómo se lee el archivo
message_text = Mensaje
message_chips = Valores de la lista
message_chips_hint = {"{{"} name | default("friend") {"}}"} rellena un valor que falta; otros filtros: { $filters }.
message_preview_url = Pedir a WhatsApp que muestre una vista previa del primer enlace
message_unknown = La lista no tiene la columna «{ $column }».
message_assign = ¿Qué columna quieres decir?
message_assign_none = elige una columna
message_assign_go = { $n ->
    [one] Usar esta columna
   *[other] Usar estas columnas
}
message_line = Línea
message_line_go = Ir
message_no_line = En esa línea no empieza ninguna fila que se pueda enviar.
message_request = La solicitud exacta
message_request_hint = El último número del token de una fila se añade al importar.
message_request_tags = Las etiquetas cambiaron: guarda el mensaje para ver la solicitud otra vez.
message_tags = Etiquetas para informes
message_tags_text = Cada mensaje puede llevar tres etiquetas que vuelven en confirmaciones e informes. Cada una es un texto como el mensaje, por ejemplo {"{{"} City {"}}"}.
message_saved = Guardado { $time }
message_unsaved = Sin guardar: el servidor no responde. Tu texto sigue aquí; se guardará cuando el servidor responda.
message_signed_out = Sin guardar: se cerró tu sesión. Inicia sesión en otra pestaña; tu texto sigue aquí.
message_stale = Este no es el mensaje tal como está escrito: no se pudo obtener la vista previa.
message_chips_find = Buscar
message_if_empty = Si está vacío:
message_others = { $n ->
    [one] { $n } persona más
   *[other] { $n } personas más
}
message_tag_column = la columna { $column }
message_show = Mostrar
message_next = Fila siguiente
message_back = Fila anterior
message_longest = Mensaje más largo
message_missing = Valor que falta
message_no_missing = A ninguna fila le falta un valor.
message_chars = { $chars } de { $most } caracteres
message_too_long = Demasiado largo: esta fila se rechazaría.
message_hole = A esta fila le falta un valor y se rechazaría.
message_save = Guardar y continuar
message_phone = En un teléfono
message_catalogue = Añadir el enlace al catálogo
message_catalogue_hint = { $link }, del número del remitente
lint_no_catalogue = El mensaje no tiene enlace al catálogo (https://wa.me/c/ y el número del remitente).
lint_not_first = WhatsApp solo muestra una vista previa del primer enlace, que es { $link }, no el catálogo.
lint_no_scheme = { $link } necesita https:// delante; si no, WhatsApp no muestra vista previa.
lint_other_number = El enlace abre el catálogo de { $number }, que no es el número del remitente.
lint_preview_off = La vista previa está desactivada, así que no se ven fotos de productos.
lint_unknown_word = El mensaje promete que { $word } detiene los mensajes, y esa palabra no lo hace. Promete una que sí, como STOP, o añádela a [opt_out] words en catalink.toml.
lint_no_way_out = El mensaje no dice cómo dejar de recibirlos, por ejemplo: Responde STOP para darte de baja.
lint_cut = Un emoji, una bandera u otro carácter está cortado y se verá mal.
lint_direction = Una marca invisible de dirección del texto se abre y no se cierra; invierte el resto del texto.
test_title = Enviar una prueba a mi teléfono
test_to = Mi número
test_send = Enviar 1 mensaje de prueba
test_hint = Envía el mensaje de la fila mostrada. Es un mensaje real y no cuenta en la campaña.
test_hint_first = Envía el mensaje de la primera fila. Es un mensaje real y no cuenta en la campaña.
test_number = «{ $text }» no es un número con + y su prefijo internacional, como +919800000001.
test_not_a_number = «{ $text }»: { $reason }.
test_suppressed = { $number } está en la lista de exclusión. No se envió nada. Si es tu propio número, quítalo antes de la lista.
test_hole = El mensaje de esta fila está incompleto. Elige otra fila.
test_accepted = El proveedor aceptó el mensaje para { $number } ({ $id }). Mira el teléfono: aceptado no significa entregado.
test_refused = No aceptado: { $code }: { $reason }
test_unknown = No se sabe si el mensaje se envió: { $code }: { $reason }
start_sentence = { $n ->
    [one] { $n } persona recibe este mensaje
   *[other] { $n } personas reciben este mensaje
}
start_from = de { $number }
start_rate = a un máximo de { $rate } por segundo
start_takes = en unos { $span }, termina hacia
start_takes_hours = en unos { $span } de envío, dentro del horario
start_begins = El envío empieza el
start_left_out = { $n ->
    [one] Se omite { $n } fila:
   *[other] Se omiten { $n } filas:
}
start_lately = { $n ->
    [one] { $n } de ellas recibió un mensaje en los últimos 7 días.
   *[other] { $n } de ellas recibieron un mensaje en los últimos 7 días.
}
start_again = { $n ->
    [one] { $n } de ellas recibió el mismo mensaje en los últimos 30 días.
   *[other] { $n } de ellas recibieron el mismo mensaje en los últimos 30 días.
}
start_again_sure = Enviarles el mismo mensaje otra vez
start_no_account = No se pueden enviar mensajes: { $reason }.
start_nobody = No hay destinatarios.
start_undo_hint = Puedes deshacerlo durante unos segundos.
start_changed = La lista cambió desde que abriste esta página: { $now } en vez de { $seen }. Revisa las cifras y pulsa el botón de nuevo.
start_changed_reading = La forma de leer la lista cambió desde que abriste esta página. Revisa las cifras y pulsa el botón de nuevo.
start_changed_message = El mensaje cambió desde que abriste esta página. Léelo y pulsa el botón de nuevo.
start_changed_time = El inicio cambió: revisa lo que dice el botón y púlsalo de nuevo.
start_when = Cuándo
start_time = Empieza el
start_now = Ahora
start_later = Programado
start_both = Elegiste «Ahora» y también una hora. Elige «Programado» o borra la hora.
start_no_time = Indica la hora a la que empieza.
start_unsent = El mensaje tal como lo escribiste por última vez no se puede enviar: { $reason }
start_to_message = Cambiar el mensaje
start_expert = Ritmo, horario y más
start_row = { $file }, línea { $line }:
schedule_n = { $n ->
    [one] Programar { $n } mensaje para { $time }
   *[other] Programar { $n } mensajes para { $time }
}
tested_at = Probado { $time } en …{ $end }.
tested_other = Probado { $time } en …{ $end }, pero el mensaje cambió desde entonces.
tested_not = Sin probar.
scheduling_in = { $n ->
    [one] Se programa para { $time } en { $n } segundo.
   *[other] Se programa para { $time } en { $n } segundos.
}
reach_choose = ¿Qué pasa con quienes no están al alcance?
reach_any = Enviar a todos ahora
reach_open = Enviar a quienes están al alcance y omitir al resto
reach_wait = Enviar a todos en cuanto escriban
reach_label = A quién escribir
reach_options = A quién y cuándo, por persona
reach_options_text = Las horas y los días son los del lugar de la persona, que se deduce del número.
local_from = No antes de (donde está la persona)
local_to = No después de (donde está la persona)
local_days = Días, como mon-sat
cap_label = Máximo de mensajes por persona, como 1/1d
not_after = Omitir a quien falte a las (vacío: a nadie)
hold_out = Parte que se deja fuera para comparar, como 5%
start_limits = A qué ritmo y cuándo
start_at = Empieza el (vacío: ahora)
start_at_past = Esa hora ya pasó. Deja el campo vacío para empezar ahora.
start_hours_half = Indica el principio y el final del horario de envío.
number_bad = «{ $text }» no es un número válido aquí.
start_at_bad = «{ $text }» no es una hora válida; usa la forma 2026-11-23T09:00.
start_hours_from = Ningún mensaje antes de (hora)
start_hours_to = Ningún mensaje después de (hora)
start_why = Ver por qué
start_canary = Primero se envían { $first } mensajes; el resto sigue cuando se entregue el { $share } % de ellos.
canary = Probar antes con unos pocos mensajes
canary_text = Envía primero esta cantidad. El resto sigue cuando suficientes confirmaciones los respaldan; si no, la campaña se pausa y dice por qué.
canary_n = Número de primeros mensajes
canary_none = ninguno
canary_share = Porcentaje que debe entregarse
canary_wait = Esperar como máximo
canary_deaf = Este servidor no tiene dirección para confirmaciones (CATALINK_CALLBACK_TOKEN). Si no llegan de otra forma, la campaña se pausa tras { $span }.
canary_bad = «{ $text }» no es un número de mensajes.
duration_hint = Un número con unidad: 30s, 15m, 2h
more_options = Más opciones
option_sender = Número del remitente
option_sender_usual = de los ajustes
option_in_flight = Solicitudes a la vez
option_attempts = Intentos por destinatario
option_retry_initial = Primera espera antes de reintentar
option_retry_max = Espera máxima
option_unknown = Si se pierde una respuesta
option_hold = dejar en duda y preguntarme
option_resend = reenviar, con riesgo de duplicados
option_source = Origen en los informes del proveedor
option_token = Token en una etiqueta libre
option_token_yes = sí: las confirmaciones pueden resolver dudas
option_token_no = no

## The settings and lists of a campaign

plan_title = Ajustes de la campaña
plan_link = Ajustes
plan_edit = Cambiar los ajustes
plan_edit_text = El mensaje, el remitente y qué se envía a quién se pueden cambiar hasta que se envíe el primer mensaje; el ritmo, siempre; el horario y los límites, mientras no se esté enviando.
plan_in_steps = Se está preparando una lista para esta campaña: su mensaje y sus ajustes están en los pasos.
plan_changed = Cambiado: { $what }.
plan_unchanged = No se cambió nada.
plan_schedule = Inicio programado
plan_reschedule = Reprogramar…
plan_move = Mover el inicio
plan_unschedule = Anular el inicio
plan_unschedule_text = La campaña vuelve a ser un borrador y empieza cuando alguien la inicie.
plan_yes = sí
plan_reach_unsaid = preguntar si la mayoría no está al alcance
plan_finish_by = Terminar antes de (vacío: sin límite)
plan_rename = Cambiar el nombre…
plan_new_name = Nombre nuevo
plan_rename_go = Cambiar el nombre
plan_copy = Copiar…
plan_copy_text = Otra campaña con el mismo mensaje y los mismos ajustes. Nadie en ella ha recibido un mensaje.
plan_copy_name = Nombre de la copia
plan_copy_lists = { $n ->
    [one] copiar también su { $n } fila
   *[other] copiar también sus { $n } filas
}
plan_copy_go = Copiar
plan_delete = Eliminar…
plan_delete_text = Solo se puede eliminar una campaña de la que nadie ha recibido un mensaje. No se puede deshacer.
plan_delete_go = { $n ->
    [one] Eliminar la campaña y su { $n } fila
   *[other] Eliminar la campaña y sus { $n } filas
}
lists_title = Listas
lists_none = Aún no se ha importado ninguna lista.
lists_file = Archivo
lists_imported = Importada
lists_mended = { $n ->
    [one] { $n } fila rechazada llegó corregida en una lista posterior
   *[other] { $n } filas rechazadas llegaron corregidas en una lista posterior
}
lists_undo = Quitar la última lista…
lists_undo_text = Todas sus filas salen de la campaña; las filas rechazadas que corrigió vuelven.
lists_undo_go = Quitar { $file } ({ $rows } filas)
lists_kept = La última lista se queda: alguien de ella recibió un mensaje o la campaña se está enviando.
lists_replace = Sustituir todas las listas…
lists_replace_text = El archivo se revisa primero. Al añadirlo, se quitan todas las listas que tiene la campaña.
list_search = Nombre
list_state = Estado
list_any_state = cualquiera
list_find = Buscar
list_nothing = Ninguna campaña coincide.
add_replaces = Antes se quitan todas las listas que tiene la campaña.
start_zone = Zona horaria
start_save = Guardar estos ajustes
starting_in = { $n ->
    [one] Empieza en { $n } segundo.
   *[other] Empieza en { $n } segundos.
}
starting_kept = Las filas se están importando. No se envía nada hasta que pulses Enviar.
starting_now = Las filas se están importando. El envío empieza justo después.
undo = Deshacer
undo_late = La campaña ya empezó y no se puede deshacer. Páusala o cancélala.
send_n = { $n ->
    [one] Enviar { $n } mensaje
   *[other] Enviar { $n } mensajes
}
