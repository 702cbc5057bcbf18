### The console: making a campaign, watching it, and what every page has.

product = catalink
skip_to_content = Ir para o conteúdo
campaigns = Campanhas
suppression_list = Lista de exclusão
settings = Configurações
users = Usuários
sign_out = Sair
rehearsal = Ensaio
rehearsal_banner = Ensaio. Um simulador substitui o provedor: nenhuma mensagem sai desta máquina e as campanhas reais não são afetadas.
rehearsal_enter = Iniciar um ensaio
rehearsal_leave = Sair do ensaio
limits_no_zone = O horário de envio precisa de um fuso horário, como Asia/Kolkata: sem ele não se sabe quando começa.
message_is_used = A campanha já tem destinatários, por isso a mensagem não muda. Para outra mensagem, crie outra campanha.
rehearse_title = Primeiro um ensaio
rehearse_text = Uma cópia desta campanha roda com um provedor simulado, com confirmações. Nada é enviado e a campanha não muda.
rehearse_faults = O que dá errado
rehearse_nothing = Nada
rehearse_some = Alguns erros e recusas, como na maioria dos dias
rehearse_low_balance = O saldo acaba na metade
rehearse_undelivered = Uma em cada cinco mensagens não é entregue
rehearse_doubts = Respostas do provedor se perdem
rehearse_do = Ensaiar uma cópia
open_banner = Quem usa esta máquina tem acesso total. Adicione um usuário para exigir login.
open_banner_link = Adicionar usuário
command_line = O mesmo em um terminal
languages_label = Idioma
connection_lost = A conexão caiu; os números não estão sendo atualizados. Reconectando…
no_news_since = Sem novidades desde { $time }; os números podem estar desatualizados. Reconectando…
notify_me = Avisar quando o envio parar
notify_on = Você será avisado quando o envio parar, mesmo com esta aba em segundo plano.

## Time and quantities

seconds = { $n } s
minutes = { $n } min
hours = { $n } h
days = { $n } d
per_second = { $rate } por segundo
rows = { $n ->
    [one] { $n } linha
   *[other] { $n } linhas
}
line = Linha
line_n = linha { $line }

## Failures

not_found = Não encontrado
not_found_text = Não há nada neste endereço. A página pode ter sido removida ou o endereço pode estar incompleto.
forbidden = Não permitido
forbidden_text = Seu perfil não permite isso. Um administrador pode mudá-lo.
wrong_host = Este console não tem usuários nem senha, por isso só responde em 127.0.0.1 ou localhost.
cross_site = A solicitação veio de outro site e foi recusada.
too_large = O arquivo é maior que o limite deste console ({ $size }).
not_understood = O servidor não conseguiu ler o que foi enviado. Volte, recarregue a página e tente de novo.
not_now = Isso não é possível agora
failed = Algo deu errado no servidor
failed_text = Nada se perdeu: cada passo é registrado antes de ser dado. Veja os detalhes no log do servidor.
back_to_campaigns = Voltar às campanhas

## Signing in

sign_in = Entrar
name = Nome
password = Senha
sign_in_wrong = Nome ou senha incorretos.
sign_in_busy = Há muitas pessoas entrando neste momento. Tente de novo em alguns segundos.
sign_in_often = Tentativas demais. Tente de novo em { $wait }.
sign_in_ended = Sua sessão terminou. Entre e repita o que fazia.
sign_in_ended_kept = Sua sessão terminou. Entre para continuar; o que você digitou foi mantido.
code_label = Código do seu aplicativo
code_hint = 6 dígitos ou um dos seus códigos de recuperação.
code_wrong = O código está errado ou já foi usado. Espere o próximo.
code_too_late = Demorou demais. Entre de novo.
go_on_title = Você entrou de novo
go_on_text = O que você digitou ainda não foi enviado.
go_on = Enviar agora
go_on_not = Não enviar
account = Minha conta

## Searching, and one person

search_title = Buscar
search_everything = Buscar em tudo
search_what = Campanha, número, tag ou nome
search_hint = Uma campanha; um número escrito de qualquer forma, ou seu começo; uma tag; um nome de uma das listas mais recentes.
search_nothing = Nada encontrado.
search_on = Buscar em todas as linhas de uma campanha
people = Pessoas
person = Pessoa
person_suppressed = Na lista de exclusão: nenhuma campanha escreve para esta pessoa.
person_reachable = Não está na lista de exclusão.
person_suppress = Colocar esta pessoa na lista de exclusão…
person_replied = Última resposta:
person_campaigns = Em campanhas
person_nowhere = Em nenhuma campanha.

## List of campaigns

home_needs = Precisa de você
home_running = Em andamento
home_recent = Últimos 30 dias
home_all = Todas as campanhas
home_open = { $n ->
    [one] { $n } pessoa talvez tenha pedido para parar: decidir
   *[other] { $n } pessoas talvez tenham pedido para parar: decidir
}
home_draft = não iniciada
home_doubts = { $n ->
    [one] { $n } em dúvida
   *[other] { $n } em dúvida
}
home_older = Todas as campanhas, também as antigas e arquivadas
archived = Arquivada
archive_go = Arquivar
unarchive_go = Tirar do arquivo
archive_text = Uma campanha arquivada não aparece na lista; é encontrada pelo nome e mantém linhas e números.
archive_not_now = Uma campanha em andamento não pode ser arquivada.
new_campaign = Nova campanha
older_campaigns = Campanhas anteriores
no_campaigns = Ainda não há campanhas. Para criar uma, você precisa de uma lista de destinatários e uma mensagem.
no_campaigns_steps = Envie um arquivo, confira as colunas, corrija as linhas rejeitadas, escreva a mensagem e mande um teste para você. Nada é enviado à lista antes do último botão.
no_campaigns_rehearse = Ensaie primeiro: um simulador substitui o provedor
campaign = Campanha
state = Estado
progress = Progresso
created = Criada
of_n = { $done } de { $total }

## States and statuses

state_draft = Rascunho
state_scheduled = Agendada
state_running = Enviando
state_paused = Pausada
state_finished = Concluída
state_cancelled = Cancelada
status_queued = aguardando
status_sending = sendo enviada
status_accepted = aceita
status_failed = falhou
status_in_doubt = em dúvida
status_rejected = rejeitada
status_duplicate = duplicada
status_suppressed = excluída
status_cancelled = cancelada
status_skipped = fora de alcance
delivery_sent = enviada
delivery_delivered = entregue
delivery_read = lida
delivery_undelivered = não entregue
no_receipt = sem confirmação
receipts_so_far = Pelas confirmações até agora
furthest = Até: { $delivery }
row_delivered = Entregue em
row_read = Lida em

## Watching

watch_draft = Não iniciada.
watch_scheduled = Agendada: o envio começa em { $time }.
watch_running = Enviando.
watch_interrupted = Interrompida: alguém parou o envio. Nada é enviado até continuar.
watch_continue = Continuar o envio
watch_done = { $done } de { $total } concluídas.
watch_canary = As primeiras mensagens foram enviadas. O resto espera as confirmações, no máximo até { $time }.
watch_waits = Aguardando.
watch_resuming = Retomando.
watch_shared = Outras campanhas também estão sendo enviadas; elas dividem o ritmo da conta.
watch_probing = Retomando: primeiro uma mensagem é enviada e, quando for aceita, o resto.
watch_held_hours = O resto espera o horário do seu lugar.
watch_held_cap = O resto já recebeu por ora tantas mensagens quanto o limite permite.
watch_people = O resto recebe a mensagem assim que escrever.
watch_waiting = O envio continua em { $time }, por causa do horário de envio ou da hora agendada.
watch_retrying = Os destinatários restantes esperam nova tentativa; a próxima é em { $time }.
watch_down = O provedor não responde; próxima tentativa em { $wait }. Última resposta: { $answer }
watch_slowed = O provedor pediu um ritmo mais lento. Resposta: { $answer }
watch_broken = O envio parou: { $reason }. Haverá nova tentativa automática.
watch_restored = Nada está sendo enviado: { $reason }. Quem recebeu mensagem depois desta cópia receberia de novo. Importe antes o relatório do provedor (abaixo): ele tira esses destinatários da fila.
restored_go = Enviar desta cópia…
restored_text = Quem recebeu mensagem depois desta cópia e não está em um relatório importado recebe pela segunda vez. Isso não pode ser desfeito.
restored_sure = Enviar desta cópia mesmo assim
watch_paused = Pausada.
watch_paused_at = Pausada na linha { $line }.
watch_air = { $n ->
    [one] { $n } solicitação ainda está a caminho; a resposta será registrada.
   *[other] { $n } solicitações ainda estão a caminho; as respostas serão registradas.
}
watch_finished = Concluída.
watch_accepted = { $n ->
    [one] O provedor aceitou { $n } mensagem.
   *[other] O provedor aceitou todas as { $n } mensagens.
}
watch_accepted_of = O provedor aceitou { $accepted } de { $total } mensagens.
watch_finished_not_all = Concluída, mas nem todos foram alcançados.
watch_cancelled = Cancelada. Nenhuma outra mensagem é enviada.
provider_said = Detalhes:
rate_now = Agora
rate_allowed = Permitido
rate_change = Mudar o ritmo
rate_do = Aplicar
rate_label = Mensagens por segundo
in_air = A caminho
done_at = Término previsto
finished_at = Terminou
elapsed = Começou
unknown_yet = ainda não se sabe
course_title = Mensagens por segundo
course_rate = enviadas
course_allowed = permitidas
course_text = Os últimos { $span }; a borda de cima é { $rate } por segundo.
course_now = agora
chart_title = Mensagens no tempo
chart_text = No máximo { $peak }
chart_not_accepted = não aceita
outcome = O que resultou
outcome_hint = Cada passo inclui quem foi mais longe; entregue e lida incluem quem respondeu. As porcentagens são das mensagens aceitas.
result = Resultado
result_no_receipt = sem confirmação
result_replied = responderam ou pediram
funnel_replied = responderam
funnel_ordered = pediram
funnel_undelivered = não entregue
funnel_open = ainda sem confirmação de entrega
figures = Todas as { $rows } linhas da lista
last_problems = Últimos problemas
pause = Pausar
resume = Retomar
resume_topped_up = O saldo foi recarregado: retomar
resume_text = { $n ->
    [one] { $n } destinatário aguarda. Primeiro uma mensagem é enviada.
   *[other] { $n } destinatários aguardam. Primeiro uma mensagem é enviada e, quando for aceita, o resto.
}
cancel = Cancelar a campanha…
cancel_text = Quem ainda aguarda nunca receberá a mensagem. Isso não pode ser desfeito.
cancel_sure = Cancelar para todos que aguardam
start_page = Ir para a página de início do envio

## Rows

rows_title = Linhas
rows_all = todas
rows_search = Nome, número, tag ou linha
rows_search_hint = Um nome ou outro valor da lista; um número escrito de qualquer forma, seu começo ou fim; o começo de uma tag; “line 214”.
rows_show = Buscar
rows_none = Nenhuma linha encontrada.
rows_none_yet = Ainda nenhuma linha encontrada; a busca continua.
rows_further = Continuar a busca
rows_more = Próximas linhas
rows_first = Voltar às primeiras linhas
rows_with_code = com o código { $code }
rows_limited = { $n ->
    [one] Só a primeira { $n } linha é mostrada.
   *[other] Só as primeiras { $n } linhas são mostradas.
}
recipient = Destinatário
status = Status
attempts = Tentativas
tags = Tags
what = O que houve
when = Quando
delivery = Entrega
row_message_id = ID da mensagem (message_id)
row_attempts = Solicitações que não foram aceitas de imediato
row_attempt = Tentativa
row_uncounted = não conta
row_unsent = Nenhuma mensagem é enviada para esta linha.
row_values = Valores no arquivo

## Afterwards

failures = Por que algumas não chegaram
failures_text = Mensagens recusadas e as que esgotaram as tentativas podem ser tentadas de novo: voltam para a fila.
failures_undelivered = Aceitas, mas não entregues.
failures_unsent = O provedor aceitou estas mensagens mas nunca as passou ao WhatsApp: ninguém as recebeu.
failures_without_reason = ainda não contadas por motivo
retry_all = Tentar de novo todas ({ $n })
reason = Motivo
code = Código
code_none = sem código
action = Ação
closed_doubts = Encerradas sem envio; estes destinatários podem ter recebido a mensagem.
closed_resend = Reenviar…
doubts_resend_go = Reenviar…
retry_n = Tentar { $n } de novo
doubts = Em dúvida
doubts_n = { $n ->
    [one] { $n } destinatário pode ter recebido a mensagem ou não: a solicitação foi enviada, mas não houve resposta.
   *[other] { $n } destinatários podem ter recebido a mensagem ou não: as solicitações foram enviadas, mas não houve resposta.
}
doubts_risk = Reenviar pode mandar duas vezes para alguém. Encerrar pode deixar alguém sem a mensagem. Uma confirmação que chegar depois resolve a dúvida.
doubts_resend = Reenviar para { $n }, com risco de duplicatas
doubts_keep = Encerrar { $n } sem enviar
doubt_keep = Encerrar
doubt_resend = Reenviar
doubt_none = { $number } não está mais em dúvida. Nada foi mudado.
download = Resultados
download_rows = Baixar estas linhas
download_to_mend = Baixar como CSV, corrigir e adicionar de novo
download_csv = CSV
download_xlsx = Excel
report = Relatório
totals = Totais
totals_zone = Fuso horário das horas
totals_zone_go = Aplicar
totals_zone_bad = “{ $zone }” não é um fuso horário como Asia/Kolkata.
further = Mais
reconcile = Importar o relatório do provedor…
reconcile_text = Se as confirmações não chegaram, você pode importá-las do relatório baixado do console do provedor. Isso também resolve dúvidas. As linhas são associadas pelo token ou message_id.
reconcile_file = O relatório (CSV)
reconcile_go = Importar o relatório
reconcile_look = Só mostrar o que mudaria
reconciled_would = { $n ->
    [one] { $n } destinatário mudaria.
   *[other] { $n } destinatários mudariam.
}
reconciled_figure = { $what }: { $change }
reconciled = O relatório tem { $rows } linhas; { $matched } dos registros são desta campanha.
reconciled_changed = { $n ->
    [one] { $n } destinatário mudou.
   *[other] { $n } destinatários mudaram.
}
reconciled_nobody = Ele não contém nem os tokens nem os message_ids desta campanha.
recount = Recontar as linhas…
recount_text = Conta todas as linhas de novo, compara com os números acima e verifica se as linhas são coerentes. Nada é mudado. Em um terminal: { $command }
recount_go = { $n ->
    [one] Recontar { $n } linha
   *[other] Recontar { $n } linhas
}
recount_fine = Os números estão corretos. Contado das linhas: { $figures }.
recount_wrong = Os números estão errados: { $figures }. Pare de enviar deste banco de dados, guarde uma cópia e relate o problema.
purge = Apagar os dados dos destinatários…
purge_text = Sobrescreve números, valores, tags e message_ids; os totais são mantidos. Downloads e backups anteriores ainda contêm os dados. Isso não pode ser desfeito.
purge_done = Os dados dos destinatários foram apagados. Os totais são mantidos.
purge_go = { $n ->
    [one] Apagar os dados de { $n } linha
   *[other] Apagar os dados de { $n } linhas
}

## Steps

step_upload = Enviar arquivo
step_columns = Colunas
step_check = Conferir
step_message = Mensagem
step_start = Início
step_add = Adicionar
steps = Passos
next = Continuar
discard = Descartar este rascunho…
discard_list = Descartar esta lista…
discard_text = Apaga o arquivo e todas as configurações deste rascunho. Isso não pode ser desfeito.
discard_go = Descartar
upload_title = Nova campanha
upload_name = Nome da campanha
upload_name_hint = Letras, números, pontos, hífens e sublinhados, por exemplo spring-26.
upload_file = Lista de destinatários
upload_hint = CSV, TSV, Excel ou OpenDocument, também compactado com gzip ou zip; no máximo { $size }. Você pode soltar o arquivo aqui.
upload_go = Enviar
upload_progress = { $done } de { $total } enviados
upload_reading = Enviado. Lendo…
upload_failed = O envio não terminou. Verifique a conexão e tente de novo.
upload_exists = Já existe uma campanha com este nome. Se você acabou de enviar este arquivo, ele chegou.
upload_open = Abrir e continuar
upload_empty = Este arquivo está vazio.
upload_another = Escolher outro arquivo
upload_no_file = Escolha um arquivo.
detected = Detectado em { $file }
change = Mudar
apply = Aplicar
automatic = detectar

## A further list

add_title = Adicionar uma lista
add_text = Adicione outro arquivo para a mesma mensagem, ou as linhas corrigidas do primeiro. Números que já estão na campanha não são adicionados de novo.
add_rejected = { $n ->
    [one] Baixar a linha rejeitada para corrigir
   *[other] Baixar as { $n } linhas rejeitadas para corrigir
}
add_rejected_hint = Cada linha diz o que está errado. Envie aqui o arquivo corrigido.
add_link = Adicionar uma lista…
add_hint = outro arquivo ou linhas corrigidas
add_open = { $file } foi enviado, mas ainda não adicionado.
add_busy = Outra lista foi enviada mas ainda não adicionada. Adicione-a ou descarte-a primeiro.
add_draft = A campanha não foi iniciada: os novos destinatários aguardam com os outros até lá.
add_scheduled = A campanha está agendada: os novos destinatários aguardam com os outros.
add_running = A campanha está sendo enviada: os novos destinatários vêm depois dos outros.
add_paused = A campanha está pausada: os novos destinatários aguardam com os outros até ela ser retomada.
add_finished = A campanha terminou: continua só com os novos destinatários.
add_n = { $n ->
    [one] Adicionar { $n } linha
   *[other] Adicionar { $n } linhas
}
add_another = Manter estas linhas e adicionar outra lista
add_another_hint = Nada é enviado ainda, mas a mensagem e as configurações não poderão mais mudar.
send_more = { $n ->
    [one] Enviar mais { $n } mensagem
   *[other] Enviar mais { $n } mensagens
}
start_sentence_more = { $n ->
    [one] Mais { $n } pessoa recebe esta mensagem
   *[other] Mais { $n } pessoas recebem esta mensagem
}
start_failed = A campanha não foi iniciada: { $reason }.
start_missed = o servidor não estava no ar na hora agendada
options_unreadable = Não é possível ler as opções salvas desta lista; talvez outra versão as tenha gravado. Descarte a lista na página de colunas e envie o arquivo de novo.
no_draft = Esta campanha não é mais um rascunho.
reading = { $done } de { $total } lidos
reading_title = Lendo a lista
message_first = Olá! Nosso novo catálogo está aqui: { $link } Responda STOP para sair da lista.
size = Tamanho
format = Formato
encoding = Codificação
delimiter = Separador
delimiter_tab = tabulação
header = Cabeçalho
header_line = linha { $line }
header_none = nenhum: a primeira linha é um destinatário
header_yes = a primeira linha é um cabeçalho
sheet = Planilha
member = Arquivo dentro do compactado
size_max = Tamanho máximo descompactado
region = País dos números sem código do país
region_hint = Duas letras, por exemplo IN, ou “international” se todo número tem o código do país.
numbers_several = Vários números em uma célula
numbers_first = usar o primeiro válido
numbers_all = usar todos
numbers_reject = rejeitar a linha
columns_who = Número e país
columns_choose_number = Escolha abaixo qual coluna contém o número.
columns_unused = { $n ->
    [one] Mais { $n } coluna, que a mensagem não usa
   *[other] Mais { $n } colunas, que a mensagem não usa
}
columns_title = O que cada coluna contém
columns_hint = Você pode usar qualquer outra coluna na mensagem. Se várias colunas têm números, vale o primeiro válido da linha, na ordem que você escolher.
missing_title = Valores de que a mensagem precisa
missing_hint = Este arquivo não tem coluna com esse nome. Escolha a coluna com o valor, ou volte à mensagem e dê um valor padrão.
missing_choose = Escolha uma coluna
answer_unknown = Este botão é de outra versão da página. Recarregue a página e repita a resposta.
columns_no_number = Nenhuma coluna contém o número. Escolha uma.
columns_twice = Duas colunas estão como “{ $meaning }”. Escolha só uma.
columns_remembered = As colunas estão como no último arquivo com o mesmo cabeçalho.
column = Coluna
samples = Primeiros valores
meaning = Significado
field_none = valor para a mensagem
field_to = número
field_to_next = número, opção { $choice }
field_variable = { $name } na mensagem
field_country = país do número
field_consent = consentimento (um não é omitido)
field_opt_out = descadastro (um sim é omitido)
field_wrote_at = quando escreveu pela última vez
field_time_zone = fuso horário da pessoa
field_ref = tag 1 (ref)
field_ref1 = tag 2 (ref1)
field_ref2 = tag 3 (ref2)
field_of = Significado de { $column }
notes = Observações
cannot_read = Este arquivo não pode ser usado como está:
asks_first = Responda primeiro a uma pergunta:
check_sum = { $n ->
    [one] { $n } linha
   *[other] { $n } linhas
}
check_will_be_sent = serão enviadas
check_ignored = { $n ->
    [one] { $n } linha vazia ou rodapé não é contada.
   *[other] { $n } linhas vazias, cabeçalhos repetidos e rodapés não são contados.
}
check_problems = Problemas nas linhas rejeitadas
check_none = Todas as linhas podem ser usadas.
check_rejects = Baixar as linhas rejeitadas
check_rejects_hint = Corrija-as em uma planilha. Depois que as linhas boas forem importadas, envie o arquivo corrigido com “Adicionar uma lista” na página da campanha.
check_known = { $n ->
    [one] { $n } das duplicadas já está na campanha.
   *[other] { $n } das duplicadas já estão na campanha.
}
check_continue = { $n ->
    [one] Continuar com { $n } linha boa
   *[other] Continuar com { $n } linhas boas
}
check_nobody = Ninguém receberia a mensagem. Corrija o arquivo ou mude como ele é lido.
check_duplicates = Mesmo número de uma linha anterior
check_duplicate = a linha { $line } tem o mesmo número da linha { $earlier }
check_change = Mudar como o arquivo é lido
message_text = Mensagem
message_chips = Valores da lista
message_chips_hint = {"{{"} name | default("friend") {"}}"} preenche um valor ausente; outros filtros: { $filters }.
message_preview_url = Pedir ao WhatsApp uma prévia do primeiro link
message_unknown = A lista não tem a coluna “{ $column }”.
message_assign = Qual coluna você quer dizer?
message_assign_none = escolha uma coluna
message_assign_go = { $n ->
    [one] Usar esta coluna
   *[other] Usar estas colunas
}
message_line = Linha
message_line_go = Ir
message_no_line = Nenhuma linha que possa ser enviada começa ali.
message_request = A solicitação exata
message_request_hint = O último número do token de uma linha é acrescentado na importação.
message_request_tags = As tags mudaram: salve a mensagem para ver a solicitação de novo.
message_tags = Tags para relatórios
message_tags_text = Cada mensagem pode levar três tags que voltam em confirmações e relatórios. Cada uma é um texto como a mensagem, por exemplo {"{{"} City {"}}"}.
message_saved = Salvo { $time }
message_unsaved = Não salvo: o servidor não responde. Seu texto fica aqui; será salvo quando o servidor responder.
message_signed_out = Não salvo: sua sessão terminou. Entre em outra aba; seu texto fica aqui.
message_stale = Esta não é a mensagem como digitada: não foi possível obter a prévia.
message_chips_find = Buscar
message_if_empty = Se vazio:
message_others = { $n ->
    [one] mais { $n } pessoa
   *[other] mais { $n } pessoas
}
message_tag_column = a coluna { $column }
message_show = Mostrar
message_next = Próxima linha
message_back = Linha anterior
message_longest = Mensagem mais longa
message_missing = Valor ausente
message_no_missing = Nenhuma linha tem valor ausente.
message_chars = { $chars } de { $most } caracteres
message_too_long = Longa demais: esta linha seria rejeitada.
message_hole = Falta um valor nesta linha; ela seria rejeitada.
message_save = Salvar e continuar
message_phone = Em um celular
message_catalogue = Adicionar o link do catálogo
message_catalogue_hint = { $link }, do número do remetente
lint_no_catalogue = A mensagem não tem link do catálogo (https://wa.me/c/ e o número do remetente).
lint_not_first = O WhatsApp só mostra a prévia do primeiro link, que é { $link }, não o catálogo.
lint_no_scheme = { $link } precisa de https:// na frente; senão o WhatsApp não mostra prévia.
lint_other_number = O link abre o catálogo de { $number }, que não é o número do remetente.
lint_preview_off = A prévia está desligada, por isso as fotos dos produtos não aparecem.
lint_unknown_word = A mensagem promete que { $word } para as mensagens, e essa palavra não para. Prometa uma que pare, como STOP, ou adicione-a a [opt_out] words no catalink.toml.
lint_no_way_out = A mensagem não diz como parar as mensagens, por exemplo: Responda STOP para sair da lista.
lint_cut = Um emoji, uma bandeira ou outro caractere está cortado e será mostrado errado.
lint_direction = Uma marca invisível de direção do texto é aberta e não fechada; ela inverte o resto do texto.
test_title = Enviar um teste para o meu celular
test_to = Meu número
test_send = Enviar 1 mensagem de teste
test_hint = Envia a mensagem da linha mostrada. É uma mensagem real e não conta na campanha.
test_hint_first = Envia a mensagem da primeira linha. É uma mensagem real e não conta na campanha.
test_number = “{ $text }” não é um número com + e código do país, como +919800000001.
test_not_a_number = “{ $text }”: { $reason }.
test_suppressed = { $number } está na lista de exclusão. Nada foi enviado. Se é seu próprio número, tire-o antes da lista.
test_hole = A mensagem desta linha está incompleta. Escolha outra linha.
test_accepted = O provedor aceitou a mensagem para { $number } ({ $id }). Confira o celular: aceita não quer dizer entregue.
test_refused = Não aceita: { $code }: { $reason }
test_unknown = Não se sabe se a mensagem foi enviada: { $code }: { $reason }
start_sentence = { $n ->
    [one] { $n } pessoa recebe esta mensagem
   *[other] { $n } pessoas recebem esta mensagem
}
start_from = de { $number }
start_rate = a até { $rate } por segundo
start_takes = em cerca de { $span }, terminando por volta de
start_takes_hours = em cerca de { $span } de envio, dentro do horário
start_begins = O envio começa em
start_left_out = { $n ->
    [one] { $n } linha fica de fora:
   *[other] { $n } linhas ficam de fora:
}
start_lately = { $n ->
    [one] { $n } delas recebeu mensagem nos últimos 7 dias.
   *[other] { $n } delas receberam mensagem nos últimos 7 dias.
}
start_again = { $n ->
    [one] { $n } delas recebeu a mesma mensagem nos últimos 30 dias.
   *[other] { $n } delas receberam a mesma mensagem nos últimos 30 dias.
}
start_again_sure = Enviar a elas a mesma mensagem de novo
start_no_account = Não é possível enviar mensagens: { $reason }.
start_nobody = Não há destinatários.
start_undo_hint = Você pode desfazer por alguns segundos.
start_changed = A lista mudou desde que você abriu esta página: { $now } em vez de { $seen }. Confira os números e aperte o botão de novo.
start_changed_reading = A leitura da lista mudou desde que você abriu esta página. Confira os números e aperte o botão de novo.
start_changed_message = A mensagem mudou desde que você abriu esta página. Leia e aperte o botão de novo.
start_changed_time = O início mudou: confira o que o botão diz e aperte-o de novo.
start_when = Quando
start_time = Começa em
start_now = Agora
start_later = Agendado
start_both = Você escolheu “Agora” e também uma hora. Escolha “Agendado” ou apague a hora.
start_no_time = Informe a hora em que começa.
start_unsent = A mensagem como você a digitou por último não pode ser enviada: { $reason }
start_to_message = Mudar a mensagem
start_expert = Ritmo, horário e mais
start_row = { $file }, linha { $line }:
schedule_n = { $n ->
    [one] Agendar { $n } mensagem para { $time }
   *[other] Agendar { $n } mensagens para { $time }
}
tested_at = Testado { $time } em …{ $end }.
tested_other = Testado { $time } em …{ $end }, mas a mensagem mudou desde então.
tested_not = Não testado.
scheduling_in = { $n ->
    [one] Agendada para { $time } em { $n } segundo.
   *[other] Agendada para { $time } em { $n } segundos.
}
reach_choose = O que acontece com quem está fora de alcance?
reach_any = Enviar a todos agora
reach_open = Enviar a quem está ao alcance e pular os outros
reach_wait = Enviar a todos assim que escreverem
reach_label = Para quem enviar
reach_options = Para quem e quando, por pessoa
reach_options_text = Horas e dias são do lugar da pessoa, deduzido do número.
local_from = Não antes de (onde a pessoa está)
local_to = Não depois de (onde a pessoa está)
local_days = Dias, como mon-sat
cap_label = Máximo de mensagens por pessoa, como 1/1d
not_after = Pular quem restar em (vazio: ninguém)
hold_out = Parte que fica de fora para comparação, como 5%
start_limits = Em que ritmo e quando
start_at = Começa em (vazio: agora)
start_at_past = Essa hora já passou. Deixe o campo vazio para começar agora.
start_hours_half = Informe o começo e o fim do horário de envio.
number_bad = “{ $text }” não é um número válido neste campo.
start_at_bad = “{ $text }” não é uma hora válida; use a forma 2026-11-23T09:00.
start_hours_from = Nenhuma mensagem antes de (hora)
start_hours_to = Nenhuma mensagem depois de (hora)
start_why = Ver por quê
start_canary = Primeiro são enviadas { $first } mensagens; o resto segue quando { $share } % delas forem entregues.
canary = Testar antes com algumas mensagens
canary_text = Envia primeiro esta quantidade. O resto segue quando confirmações suficientes chegarem; senão a campanha pausa e diz por quê.
canary_n = Número de primeiras mensagens
canary_none = nenhuma
canary_share = Porcentagem que deve ser entregue
canary_wait = Esperar no máximo
canary_deaf = Este servidor não tem endereço para confirmações (CATALINK_CALLBACK_TOKEN). Se nenhuma chegar de outro modo, a campanha pausa após { $span }.
canary_bad = “{ $text }” não é um número de mensagens.
duration_hint = Um número com unidade: 30s, 15m, 2h
more_options = Mais opções
option_sender = Número do remetente
option_sender_usual = das configurações
option_in_flight = Solicitações ao mesmo tempo
option_attempts = Tentativas por destinatário
option_retry_initial = Primeira espera antes de nova tentativa
option_retry_max = Espera máxima
option_unknown = Se uma resposta se perder
option_hold = deixar em dúvida e me perguntar
option_resend = reenviar, com risco de duplicatas
option_source = Origem nos relatórios do provedor
option_token = Token em uma tag livre
option_token_yes = sim: confirmações podem resolver dúvidas
option_token_no = não

## The settings and lists of a campaign

plan_title = Configurações da campanha
plan_link = Configurações
plan_edit = Mudar as configurações
plan_edit_text = A mensagem, o remetente e o que vai para quem podem mudar até a primeira mensagem ser enviada; o ritmo, sempre; horário e limites, enquanto não está enviando.
plan_in_steps = Uma lista está sendo preparada para esta campanha: mensagem e configurações estão nos passos.
plan_changed = Mudou: { $what }.
plan_unchanged = Nada foi mudado.
plan_schedule = Início agendado
plan_reschedule = Reagendar…
plan_move = Mover o início
plan_unschedule = Cancelar o início
plan_unschedule_text = A campanha volta a ser rascunho e começa quando alguém a iniciar.
plan_yes = sim
plan_reach_unsaid = perguntar se a maioria está fora de alcance
plan_finish_by = Terminar até (vazio: sem limite)
plan_rename = Renomear…
plan_new_name = Novo nome
plan_rename_go = Renomear
plan_copy = Copiar…
plan_copy_text = Outra campanha com a mesma mensagem e as mesmas configurações. Ninguém nela recebeu mensagem.
plan_copy_name = Nome da cópia
plan_copy_lists = { $n ->
    [one] copiar também sua { $n } linha
   *[other] copiar também suas { $n } linhas
}
plan_copy_go = Copiar
plan_delete = Excluir…
plan_delete_text = Só pode ser excluída uma campanha da qual ninguém recebeu mensagem. Isso não pode ser desfeito.
plan_delete_go = { $n ->
    [one] Excluir a campanha e sua { $n } linha
   *[other] Excluir a campanha e suas { $n } linhas
}
lists_title = Listas
lists_none = Nenhuma lista foi importada ainda.
lists_file = Arquivo
lists_imported = Importada
lists_mended = { $n ->
    [one] { $n } linha rejeitada veio corrigida em uma lista posterior
   *[other] { $n } linhas rejeitadas vieram corrigidas em uma lista posterior
}
lists_undo = Tirar a última lista…
lists_undo_text = Todas as linhas dela saem da campanha; as linhas rejeitadas que ela corrigiu voltam.
lists_undo_go = Tirar { $file } ({ $rows } linhas)
lists_kept = A última lista fica: alguém dela recebeu mensagem ou a campanha está sendo enviada.
lists_replace = Substituir todas as listas…
lists_replace_text = O arquivo é conferido primeiro. Ao adicioná-lo, todas as listas da campanha são tiradas.
list_search = Nome
list_state = Estado
list_any_state = qualquer
list_find = Buscar
list_nothing = Nenhuma campanha corresponde.
add_replaces = Antes, todas as listas da campanha são tiradas.
start_zone = Fuso horário
start_save = Salvar estas configurações
starting_in = { $n ->
    [one] Começa em { $n } segundo.
   *[other] Começa em { $n } segundos.
}
starting_kept = As linhas estão sendo importadas. Nada é enviado até você apertar Enviar.
starting_now = As linhas estão sendo importadas. O envio começa logo depois.
undo = Desfazer
undo_late = A campanha já começou e não pode mais ser desfeita. Pause ou cancele.
send_n = { $n ->
    [one] Enviar { $n } mensagem
   *[other] Enviar { $n } mensagens
}
