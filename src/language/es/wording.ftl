### Facts that every face tells: pauses, questions about a list, who can be reached, the cost.

## Names

quoted = «{ $name }»

## Why a campaign is paused

pause_operator = Un usuario la pausó aquí o en un terminal.
pause_low_balance = El saldo de la cuenta se agotó (E110). La lista de destinatarios está bien y no se gastó ningún intento.
pause_credentials = El proveedor no acepta el SID o la clave de API de la cuenta (RBC001). La lista de destinatarios está bien.
pause_sender = El número del remitente no se puede usar con esta cuenta. La lista de destinatarios está bien.
pause_account = La cuenta no puede enviar, o algo entre este servidor y el proveedor bloquea las solicitudes. La lista de destinatarios está bien.
pause_daily_limit = La cuenta alcanzó su límite de hoy (WAV2101). La lista de destinatarios está bien.
pause_refusals = El proveedor rechaza un mensaje tras otro. Probablemente la causa es el mensaje, no los destinatarios.
pause_outage = El proveedor lleva mucho tiempo sin servicio. La lista de destinatarios está bien.
pause_canary = Se entregaron muy pocos de los primeros mensajes.
pause_opt_outs = Demasiadas personas que recibieron el mensaje pidieron la baja.
pause_storage = No se puede escribir en la base de datos: el disco está lleno o falla.

## What to do about a pause

remedy_operator = Reanúdala cuando quieras.
remedy_low_balance = Recarga la cuenta o sube su límite de crédito en el proveedor y reanuda.
remedy_credentials = Pide a un administrador que ponga un KALEYRA_SID y una KALEYRA_API_KEY válidos y reinicie la consola; luego reanuda. Una clave acaba cuando se desactiva o cuando su creador deja el equipo.
remedy_sender = Comprueba el número del remitente en la consola del proveedor: debe ser de esta cuenta y estar preparado para la WhatsApp API V2. Luego reanuda.
remedy_account = Comprueba el tipo de cuenta, las direcciones desde las que se puede usar la clave, el pod y cualquier proxy; el soporte del proveedor activa la WhatsApp API V2. Luego reanuda.
remedy_daily_limit = Espera hasta mañana o pide al proveedor un límite más alto; luego reanuda.
remedy_refusals = Revisa el mensaje y envía una prueba a tu teléfono. Puedes reintentar las filas fallidas.
remedy_outage = Espera a que el proveedor vuelva a responder y reanuda: primero se envía un mensaje.
remedy_canary = Revisa los motivos de abajo antes de enviar el resto.
remedy_opt_outs = Revisa de quiénes es la lista y qué dice el mensaje antes de enviar el resto: las quejas bajan la calidad del número.
remedy_storage = Libera espacio en el disco y reanuda.

## Who can be reached, and the cost

reach_now = { $n ->
    [one] De { $n } persona, { $open } está al alcance ahora
   *[other] De { $n } personas, { $open } están al alcance ahora
}
reach_late = para { $late } de ellas sería tarde a { $mps } por segundo
reach_closed = { $n ->
    [one] { $n } no ha escrito en las últimas 24 horas: el mensaje se aceptaría y no llegaría
   *[other] { $n } no han escrito en las últimas 24 horas: sus mensajes se aceptarían y no llegarían
}
cost_sum = { $n ->
    [one] { $amount } por { $n } mensaje
   *[other] { $amount } por { $n } mensajes
}
cost_no_rate = { $n ->
    [one] sin tarifa para { $n }
   *[other] sin tarifa para { $n }
}
cost_expected = Según tus tarifas cuesta { $sums }, si se entregan todos.
and = { $first } y { $second }

## Questions about a list

title_sheet = ¿Qué hoja contiene la lista?
title_member = ¿Qué archivo del comprimido contiene la lista?
title_number = ¿Qué columna contiene el número de teléfono?
title_variable = ¿A cuál de las columnas con el mismo nombre se refiere el mensaje?
title_leavers = Estas personas se dieron de baja. ¿Se dejan fuera de todas las listas?
title_tags = ¿Es un marcador de otro programa?
title_consent = ¿A quién no se debe escribir?
title_blanks = ¿Son valores estos textos?
title_dates = ¿Va primero el día o el mes?
title_encoding = ¿Qué letras son correctas?
title_hidden = ¿Las filas ocultas son parte de la lista?
heading_region = ¿De qué país son los números sin +?
heading_consent = Algunas personas no quieren mensajes
heading_numbers = ¿Dónde más podrían estar los números?
heading_part = ¿Qué parte del archivo contiene la lista?
heading_entities = ¿Las entidades HTML representan caracteres?
ask_sheet = varias hojas contienen números de teléfono ({ $sheets }); elige una
ask_member = { $n ->
    [one] este comprimido contiene { $n } archivo; elige cuál es
   *[other] este comprimido contiene { $n } archivos; elige cuál es
}
ask_member_harmful = { $n ->
    [one] este comprimido contiene { $n } archivo; NO elijas { $names }: estas personas se dieron de baja o no están al alcance; elige cuál es
   *[other] este comprimido contiene { $n } archivos; NO elijas { $names }: estas personas se dieron de baja o no están al alcance; elige cuál es
}
ask_number = varias columnas podrían ser el número de teléfono; elige una
ask_variable = varias columnas se llaman { $name }, con valores distintos; elige a cuál se refiere el mensaje
ask_leavers_name = por su nombre ({ $name }), este es un archivo de personas que se dieron de baja o no están al alcance: no se debe escribir a nadie de él
ask_leavers_columns = por sus columnas, este es un archivo de personas que se dieron de baja o no están al alcance: no se debe escribir a nadie de él
ask_tags = el mensaje tiene { $names }, que se enviaría tal cual; un marcador se escribe { $placeholder }
ask_consent = { $n ->
    [one] { $names } dice sí y no, y quizá dice a quién no se debe escribir entre { $n } fila; di qué significa
   *[other] { $names } dice sí y no, y quizá dice a quién no se debe escribir entre { $n } filas; di qué significa
}
ask_consents = { $n ->
    [one] { $names } dicen sí y no, y quizá dicen a quién no se debe escribir entre { $n } fila; di qué significa
   *[other] { $names } dicen sí y no, y quizá dicen a quién no se debe escribir entre { $n } filas; di qué significa
}
ask_blank = { $texts } en { $columns } probablemente significa que no hay valor; di si se puede enviar como texto
ask_blanks = { $texts } en { $columns } probablemente significan que no hay valor; di si se pueden enviar como texto
ask_dates = en la columna { $column }, que dice cuándo escribieron, no se distinguen el día y el mes; di cuál va primero
ask_encoding = las letras de este texto se pueden leer de varias formas; elige la correcta
ask_hidden = { $n ->
    [one] { $n } de { $rows } filas está oculta en la hoja{ $by }; di si se omite
   *[other] { $n } de { $rows } filas están ocultas en la hoja{ $by }; di si se omiten
}
hidden_by =  (un filtro en { $columns })

## What speaks for an answer

grounds_all = escribe a { $rows }, también a quienes quizá se dieron de baja
grounds_left_out = escribe a { $rows }, omite { $left_out }
such_as = { $what }, como { $samples }
rows = { $n ->
    [one] { $n } fila
   *[other] { $n } filas
}
cells = { $n ->
    [one] { $n } celda
   *[other] { $n } celdas
}
cells_of = { $cells } de { $column }, como { $example } → { $decoded }
gain_offer = corrige { $valid } de { $refused } filas rechazadas
gain_offer_at_least = corrige al menos { $valid } de { $refused } filas rechazadas
gain_numbers = { $n ->
    [one] hasta { $n } destinatario más
   *[other] hasta { $n } destinatarios más
}
gain_left_out = omite { $left_out } de { $rows } filas

## Answers as buttons

say_with_code = Incluyen el prefijo internacional
say_country = Son números de { $country }
no_country = ningún país
leave_no = Omitir a quienes dicen no en { $columns }
leave_yes = Omitir a quienes dicen sí en { $columns }
leave_any_no = Omitir a quienes dicen no en alguna de { $columns }
leave_any_yes = Omitir a quienes dicen sí en alguna de { $columns }
leave_both = Omitir a quienes dicen no en { $no } o sí en { $yes }
message_all = Escribir a todos
take_number = Tomar el número de { $first } o, si no, de { $others }
fill_in = Poner el valor de la columna: { $tags }
keep_tags = Enviarlo tal cual
suppress_all = Poner a todos en la lista de exclusión
message_leavers = Escribirles de todos modos
numbers_first = Tomar el primer número de la celda
numbers_all = Tomar todos los números de la celda
numbers_reject = Rechazar las filas con varios números
hidden_out = Omitir las filas ocultas
hidden_in = Incluir las filas ocultas
read_as = Leerlo como { $encoding }
decode = Decodificar las entidades HTML
day_first = El día va primero
month_first = El mes va primero
texts_blank = Significan que no hay valor
text_kept = Enviar { $text } tal cual
texts_kept = Enviarlos tal cual

## What fixes rejected rows

fix_missing = añade los números o deja fuera las filas
fix_scientific = se perdieron cifras y no se pueden recuperar: exporta de nuevo con la columna como texto o importa el libro original
fix_ambiguous = revisa las cifras y escribe con + los números de otros países; o di de qué país son los números sin +
fix_placeholder = sustituye los números inventados por reales
fix_digits = revisa las cifras y el país
fix_letters = escribe los números solo con cifras
fix_not_a_number = estas celdas no son números de teléfono; ¿es la columna correcta?
fix_extension = da los números sin extensión
fix_control = vuelve a escribir estos números; contienen caracteres invisibles
fix_multiple = deja un número por celda, o usa el primero o todos
fix_type = da un número de móvil en su lugar
fix_country = corrige el prefijo o la columna del país
fix_consent = nada: estas personas no aceptaron recibir mensajes
fix_blank_columns = rellena las celdas vacías de la columna { $columns } o da a la variable un valor por defecto en el mensaje
fix_blank = rellena estas celdas o da a la variable un valor por defecto en el mensaje
fix_body = acorta el mensaje o sus valores
fix_ref = acorta las etiquetas; el proveedor las cortaría
fix_fields = pon entre comillas las celdas que contienen el separador
fix_quote = quita la comilla suelta o ciérrala
