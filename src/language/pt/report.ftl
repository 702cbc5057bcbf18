### The report as a page, and figures wherever they are shown.

## The page

title = { $name }: relatório da campanha
accepted_means = Aceita quer dizer que o provedor recebeu a mensagem. Não quer dizer que ela chegou a um celular; isso só se sabe quando volta uma confirmação de entrega.
became_of = O que houve com as mensagens aceitas
silent = Nenhuma confirmação de entrega chegou. Nada nesta página diz se as mensagens chegaram: ou é cedo demais, ou o provedor não sabe para onde enviar as confirmações.
waits = { $n ->
    [one] Tempo até a entrega, medido em { $n } mensagem: metade em { $median }, nove em dez em { $most }.
   *[other] Tempo até a entrega, medido em { $n } mensagens: metade em { $median }, nove em dez em { $most }.
}
came_of_it = O que resultou
still_open = O que ainda está em aberto
nothing_open = Nada. Todo destinatário tem uma resposta final.
answers = As respostas do provedor no tempo
arrivals = Quando as mensagens chegaram
arrivals_read = Uma mensagem da qual só a leitura foi informada aparece na hora da leitura.
highest = máximo: { $peak }
why_failed = Por que mensagens falharam
what_happened = O que houve
what_to_do = O que fazer
messages = Mensagens
code = código
other_reasons = Outros motivos
no_reason = Nenhum motivo foi dado
not_accepted = não aceita
not_delivered = não entregue
not_sent = Linhas que não foram enviadas
of_list = De { $rows } na lista:
by_code = Linhas inutilizáveis por código
message = A mensagem
made_by = Feito pelo catalink em { $time }. Todas as horas são do fuso horário { $zone }.

## The state of the campaign

state_draft = Ainda não iniciada
state_scheduled = Agendada
state_starts = Começa em { $time }
state_running = Ainda sendo enviada
state_paused = Pausada
state_paused_by = Pausada ({ $cause })
state_finished = Concluída
state_cancelled = Cancelada
cause_operator = operador
cause_low_balance = saldo baixo
cause_credentials = credenciais
cause_sender = remetente
cause_account = conta
cause_daily_limit = limite diário
cause_refusals = recusas
cause_outage = queda do serviço
cause_canary = primeiras mensagens
cause_opt_outs = descadastros
cause_storage = armazenamento
period_since = iniciada em { $from }
period = de { $from } a { $to }

## The lead

nobody = Não há ninguém nesta campanha para receber uma mensagem.
lead_accepted = { $n ->
    [one] O provedor aceitou { $accepted } de { $n } mensagem.
   *[other] O provedor aceitou { $accepted } de { $n } mensagens.
}
lead_delivered = { $n ->
    [one] { $n } chegou a um celular.
   *[other] { $n } chegaram a um celular.
}
lead_delivered_lost = { $n ->
    [one] { $n } chegou a um celular, { $lost } não vão chegar.
   *[other] { $n } chegaram a um celular, { $lost } não vão chegar.
}
lead_open = De { $open } ainda não há resposta final.

## Figures

to_be_sent = a enviar
of_rows = { $n ->
    [one] de { $n } linha da lista
   *[other] de { $n } linhas da lista
}
of_to_be_sent = { $share } das a enviar
of_accepted = { $share } das aceitas
no_receipts = sem confirmações até agora
accepted = aceitas
delivered = entregues
failed = falharam
undelivered = não entregues
in_doubt = em dúvida

## Steps

step_accepted = Aceitas
step_accepted_means = o provedor recebeu a mensagem
step_sent = Enviadas
step_sent_means = saiu para o celular
step_delivered = Entregues
step_delivered_means = está no celular
step_read = Lidas
step_read_means = foi aberta, onde a pessoa deixa isso ser visto
step_undelivered = Não entregues
step_undelivered_means = foi abandonada depois de aceita
step_no_receipt = Sem confirmação
step_no_receipt_means = nenhuma confirmação diz nada ainda
step_replied = Responderam
step_replied_means = escreveu, apertou um botão, reagiu ou pediu
step_ordered = Pediram
step_ordered_means = enviou um pedido do catálogo
step_delivered_or_answered = está no celular, por uma confirmação ou porque a pessoa respondeu
step_read_or_answered = foi aberta, por uma confirmação ou porque a pessoa respondeu

## Still open

open_queued = aguardam o envio
open_sending = a caminho do provedor neste momento
open_in_doubt = em dúvida: a conexão caiu antes da resposta do provedor. Podem ter sido enviadas ou não, e só são reenviadas se alguém decidir
open_sent = enviadas, mas ainda não no celular: pode estar desligado
open_no_receipt = aceitas, sem confirmação até agora

## Left out

left_rejected = inutilizáveis: nenhuma mensagem pode ir para um número ou linha assim
left_duplicate = o mesmo número de uma linha anterior: ninguém recebe duas vezes
left_suppressed = na lista de quem não quer mensagens
left_cancelled = não enviadas, porque a campanha foi cancelada
left_skipped = não enviadas, porque não foram alcançadas a tempo

## What people did

did_replied = responderam
did_asked = perguntaram por um produto
did_ordered = pediram
did_opted_out = saíram da lista
ties = { $share }: { $quoted } citaram a mensagem, { $tag } pelas tags, { $after } escreveram em até 72 horas
orders = { $n ->
    [one] { $n } pedido com { $items }
   *[other] { $n } pedidos com { $items }
}
orders_value = { $n ->
    [one] { $n } pedido com { $items }: { $value }
   *[other] { $n } pedidos com { $items }: { $value }
}
items = { $n ->
    [one] { $n } item
   *[other] { $n } itens
}
without_price = { $n ->
    [one] ({ $n } item sem preço)
   *[other] ({ $n } itens sem preço)
}
and = { $first } e { $second }
arm = { $answered } de { $total } ({ $share })
compared_more = com a mensagem responderam ou pediram { $messaged }, sem ela { $held_out }: { $difference } pontos percentuais (95 % entre { $low } e { $high }), mais que sem ela
compared_fewer = com a mensagem responderam ou pediram { $messaged }, sem ela { $held_out }: { $difference } pontos percentuais (95 % entre { $low } e { $high }), menos que sem ela
compared_chance = com a mensagem responderam ou pediram { $messaged }, sem ela { $held_out }: { $difference } pontos percentuais (95 % entre { $low } e { $high }), o que pode ser acaso

## Charts

bars = Barras no tempo
peak_minute = { $count } em um minuto
peak_minutes = { $n ->
    [one] { $count } em { $n } minutos
   *[other] { $count } em { $n } minutos
}
peak_hour = { $count } em uma hora
peak_day = { $count } em um dia
peak_days = { $n ->
    [one] { $count } em { $n } dias
   *[other] { $count } em { $n } dias
}

## Numbers and times

share = { $share } %
share_under = menos de 0,1 %
share_over = mais de 99,9 %
no_time = menos de um segundo
seconds = { $seconds } s
minutes = { $minutes } min
hours = { $hours } h
days = { $days } d
date = { $day } de { $month } de { $year }, { $time }
day = { $day } { $month }
month = { $n ->
    [1] janeiro
    [2] fevereiro
    [3] março
    [4] abril
    [5] maio
    [6] junho
    [7] julho
    [8] agosto
    [9] setembro
    [10] outubro
    [11] novembro
   *[other] dezembro
}
month_short = { $n ->
    [1] jan.
    [2] fev.
    [3] mar.
    [4] abr.
    [5] mai.
    [6] jun.
    [7] jul.
    [8] ago.
    [9] set.
    [10] out.
    [11] nov.
   *[other] dez.
}
weekday = { $n ->
    [1] seg
    [2] ter
    [3] qua
    [4] qui
    [5] sex
    [6] sáb
   *[other] dom
}
