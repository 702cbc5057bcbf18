### The report as a page, and figures wherever they are shown.

## The page

title = { $name }: informe de campaña
accepted_means = Aceptado significa que el proveedor tomó el mensaje. No significa que llegara a un teléfono; eso solo se sabe cuando vuelve una confirmación de entrega.
became_of = Qué pasó con los mensajes aceptados
silent = No ha llegado ninguna confirmación de entrega. Nada en esta página dice si los mensajes llegaron: o es demasiado pronto, o el proveedor no sabe adónde enviar sus confirmaciones.
waits = { $n ->
    [one] Tiempo hasta la entrega, medido en { $n } mensaje: la mitad en { $median }, nueve de cada diez en { $most }.
   *[other] Tiempo hasta la entrega, medido en { $n } mensajes: la mitad en { $median }, nueve de cada diez en { $most }.
}
came_of_it = Qué resultó
still_open = Qué queda pendiente
nothing_open = Nada. Cada destinatario tiene una respuesta definitiva.
answers = Las respuestas del proveedor en el tiempo
arrivals = Cuándo llegaron los mensajes
arrivals_read = Un mensaje del que solo se informó la lectura aparece a la hora de su lectura.
highest = máximo: { $peak }
why_failed = Por qué fallaron mensajes
what_happened = Qué pasó
what_to_do = Qué hacer
messages = Mensajes
code = código
other_reasons = Otros motivos
no_reason = No se dio ningún motivo
not_accepted = no aceptado
not_delivered = no entregado
not_sent = Filas que no se enviaron
of_list = De { $rows } en la lista:
by_code = Filas inservibles por código
message = El mensaje
made_by = Hecho por catalink el { $time }. Todas las horas son de la zona horaria { $zone }.

## The state of the campaign

state_draft = Aún sin iniciar
state_scheduled = Programada
state_starts = Empieza el { $time }
state_running = Aún se está enviando
state_paused = En pausa
state_paused_by = En pausa ({ $cause })
state_finished = Terminada
state_cancelled = Cancelada
cause_operator = operador
cause_low_balance = saldo insuficiente
cause_credentials = credenciales
cause_sender = remitente
cause_account = cuenta
cause_daily_limit = límite diario
cause_refusals = rechazos
cause_outage = caída del servicio
cause_canary = primeros mensajes
cause_opt_outs = bajas
cause_storage = almacenamiento
period_since = iniciada el { $from }
period = del { $from } al { $to }

## The lead

nobody = En esta campaña no hay nadie a quien enviar un mensaje.
lead_accepted = { $n ->
    [one] El proveedor aceptó { $accepted } de { $n } mensaje.
   *[other] El proveedor aceptó { $accepted } de { $n } mensajes.
}
lead_delivered = { $n ->
    [one] { $n } llegó a un teléfono.
   *[other] { $n } llegaron a un teléfono.
}
lead_delivered_lost = { $n ->
    [one] { $n } llegó a un teléfono, { $lost } no llegarán.
   *[other] { $n } llegaron a un teléfono, { $lost } no llegarán.
}
lead_open = De { $open } aún no hay respuesta definitiva.

## Figures

to_be_sent = por enviar
of_rows = { $n ->
    [one] de { $n } fila de la lista
   *[other] de { $n } filas de la lista
}
of_to_be_sent = { $share } de los por enviar
of_accepted = { $share } de los aceptados
no_receipts = sin confirmaciones hasta ahora
accepted = aceptados
delivered = entregados
failed = fallidos
undelivered = no entregados
in_doubt = en duda

## Steps

step_accepted = Aceptados
step_accepted_means = el proveedor tomó el mensaje
step_sent = Enviados
step_sent_means = salió hacia el teléfono
step_delivered = Entregados
step_delivered_means = está en el teléfono
step_read = Leídos
step_read_means = se abrió, donde la persona permite saberlo
step_undelivered = No entregados
step_undelivered_means = se abandonó tras aceptarlo
step_no_receipt = Sin confirmación
step_no_receipt_means = ninguna confirmación dice nada aún
step_replied = Respondieron
step_replied_means = escribió, pulsó un botón, reaccionó o pidió
step_ordered = Pidieron
step_ordered_means = envió un pedido del catálogo
step_delivered_or_answered = está en el teléfono, por una confirmación o porque la persona respondió
step_read_or_answered = se abrió, por una confirmación o porque la persona respondió

## Still open

open_queued = esperan ser enviados
open_sending = en camino al proveedor en este momento
open_in_doubt = en duda: la conexión se cortó antes de la respuesta del proveedor. Pueden haberse enviado o no, y no se reenvían salvo que alguien lo decida
open_sent = enviados, pero aún no en el teléfono: puede estar apagado
open_no_receipt = aceptados, sin confirmación hasta ahora

## Left out

left_rejected = inservibles: no se puede enviar a un número o una fila así
left_duplicate = el mismo número que una fila anterior: a nadie se le escribe dos veces
left_suppressed = en la lista de quienes no quieren mensajes
left_cancelled = no enviados, porque la campaña se canceló
left_skipped = no enviados, porque no estuvieron al alcance a tiempo

## What people did

did_replied = respondieron
did_asked = preguntaron por un producto
did_ordered = pidieron
did_opted_out = se dieron de baja
ties = { $share }: { $quoted } citaron el mensaje, { $tag } por sus etiquetas, { $after } escribieron en 72 horas
orders = { $n ->
    [one] { $n } pedido con { $items }
   *[other] { $n } pedidos con { $items }
}
orders_value = { $n ->
    [one] { $n } pedido con { $items }: { $value }
   *[other] { $n } pedidos con { $items }: { $value }
}
items = { $n ->
    [one] { $n } artículo
   *[other] { $n } artículos
}
without_price = { $n ->
    [one] ({ $n } artículo sin precio)
   *[other] ({ $n } artículos sin precio)
}
and = { $first } y { $second }
arm = { $answered } de { $total } ({ $share })
compared_more = con el mensaje respondieron o pidieron { $messaged }, sin él { $held_out }: { $difference } puntos porcentuales (95 % entre { $low } y { $high }), más que sin él
compared_fewer = con el mensaje respondieron o pidieron { $messaged }, sin él { $held_out }: { $difference } puntos porcentuales (95 % entre { $low } y { $high }), menos que sin él
compared_chance = con el mensaje respondieron o pidieron { $messaged }, sin él { $held_out }: { $difference } puntos porcentuales (95 % entre { $low } y { $high }), lo que puede ser casualidad

## Charts

bars = Barras en el tiempo
peak_minute = { $count } en un minuto
peak_minutes = { $n ->
    [one] { $count } en { $n } minutos
   *[other] { $count } en { $n } minutos
}
peak_hour = { $count } en una hora
peak_day = { $count } en un día
peak_days = { $n ->
    [one] { $count } en { $n } días
   *[other] { $count } en { $n } días
}

## Numbers and times

share = { $share } %
share_under = menos del 0,1 %
share_over = más del 99,9 %
no_time = menos de un segundo
seconds = { $seconds } s
minutes = { $minutes } min
hours = { $hours } h
days = { $days } d
date = { $day } de { $month } de { $year }, { $time }
day = { $day } { $month }
month = { $n ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[other] diciembre
}
month_short = { $n ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sept
    [10] oct
    [11] nov
   *[other] dic
}
weekday = { $n ->
    [1] lun
    [2] mar
    [3] mié
    [4] jue
    [5] vie
    [6] sáb
   *[other] dom
}
