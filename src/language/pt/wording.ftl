### Facts that every face tells: pauses, questions about a list, who can be reached, the cost.

## Names

quoted = “{ $name }”

## Why a campaign is paused

pause_operator = Um usuário a pausou aqui ou em um terminal.
pause_low_balance = O saldo da conta acabou (E110). A lista de destinatários está certa e nenhuma tentativa foi gasta.
pause_credentials = O provedor não aceita o SID ou a chave de API da conta (RBC001). A lista de destinatários está certa.
pause_sender = O número do remetente não pode ser usado com esta conta. A lista de destinatários está certa.
pause_account = A conta não pode enviar, ou algo entre este servidor e o provedor bloqueia as solicitações. A lista de destinatários está certa.
pause_daily_limit = A conta atingiu o limite de hoje (WAV2101). A lista de destinatários está certa.
pause_refusals = O provedor está recusando uma mensagem após a outra. A causa provável é a mensagem, não os destinatários.
pause_outage = O provedor está fora do ar há muito tempo. A lista de destinatários está certa.
pause_canary = Poucas das primeiras mensagens foram entregues.
pause_opt_outs = Muitas das pessoas que receberam a mensagem pediram para parar.
pause_storage = Não é possível gravar no banco de dados: o disco está cheio ou com falha.

## What to do about a pause

remedy_operator = Retome quando quiser.
remedy_low_balance = Recarregue a conta ou aumente o limite de crédito no provedor e retome.
remedy_credentials = Peça a um administrador para definir KALEYRA_SID e KALEYRA_API_KEY válidos e reiniciar o console; depois retome. Uma chave acaba quando é desligada ou quando seu criador sai da equipe.
remedy_sender = Confira o número do remetente no console do provedor: ele precisa ser desta conta e estar pronto para a WhatsApp API V2. Depois retome.
remedy_account = Confira o tipo de conta, os endereços de onde a chave pode ser usada, o pod e qualquer proxy; o suporte do provedor ativa a WhatsApp API V2. Depois retome.
remedy_daily_limit = Espere até amanhã ou peça ao provedor um limite maior; depois retome.
remedy_refusals = Confira a mensagem e envie um teste para o seu celular. Você pode tentar de novo as linhas que falharam.
remedy_outage = Espere o provedor voltar a responder e retome: primeiro uma mensagem é enviada.
remedy_canary = Veja os motivos abaixo antes de enviar o resto.
remedy_opt_outs = Confira de quem é a lista e o que a mensagem diz antes de enviar o resto: reclamações baixam a qualidade do número.
remedy_storage = Libere espaço no disco e retome.

## Who can be reached, and the cost

reach_now = { $n ->
    [one] De { $n } pessoa, { $open } está ao alcance agora
   *[other] De { $n } pessoas, { $open } estão ao alcance agora
}
reach_late = para { $late } delas seria tarde a { $mps } por segundo
reach_closed = { $n ->
    [one] { $n } não escreveu nas últimas 24 horas: a mensagem seria aceita e não chegaria
   *[other] { $n } não escreveram nas últimas 24 horas: as mensagens seriam aceitas e não chegariam
}
cost_sum = { $n ->
    [one] { $amount } por { $n } mensagem
   *[other] { $amount } por { $n } mensagens
}
cost_no_rate = { $n ->
    [one] sem tarifa para { $n }
   *[other] sem tarifa para { $n }
}
cost_expected = Pelas suas tarifas custa { $sums }, se todas forem entregues.
and = { $first } e { $second }

## Questions about a list

title_sheet = Qual planilha contém a lista?
title_member = Qual arquivo do compactado contém a lista?
title_number = Qual coluna contém o número de telefone?
title_variable = A qual das colunas com o mesmo nome a mensagem se refere?
title_leavers = Estas pessoas saíram. Devem ficar fora de todas as listas?
title_tags = Isto é um marcador de outro programa?
title_consent = Quem não pode receber mensagem?
title_blanks = Estes textos são valores?
title_dates = O dia ou o mês vem primeiro?
title_encoding = Quais letras estão certas?
title_hidden = As linhas ocultas fazem parte da lista?
heading_region = De que país são os números sem +?
heading_consent = Algumas pessoas não querem mensagens
heading_numbers = Onde mais os números podem estar?
heading_part = Que parte do arquivo contém a lista?
heading_entities = As entidades HTML representam caracteres?
ask_sheet = várias planilhas contêm números de telefone ({ $sheets }); escolha uma
ask_member = { $n ->
    [one] este compactado contém { $n } arquivo; escolha qual é
   *[other] este compactado contém { $n } arquivos; escolha qual é
}
ask_member_harmful = { $n ->
    [one] este compactado contém { $n } arquivo; NÃO escolha { $names }: estas pessoas saíram ou não podem ser alcançadas; escolha qual é
   *[other] este compactado contém { $n } arquivos; NÃO escolha { $names }: estas pessoas saíram ou não podem ser alcançadas; escolha qual é
}
ask_number = várias colunas podem ser o número de telefone; escolha uma
ask_variable = várias colunas se chamam { $name }, com valores diferentes; escolha a qual a mensagem se refere
ask_leavers_name = pelo nome ({ $name }), este é um arquivo de pessoas que saíram ou não podem ser alcançadas: ninguém nele deve receber mensagem
ask_leavers_columns = pelas colunas, este é um arquivo de pessoas que saíram ou não podem ser alcançadas: ninguém nele deve receber mensagem
ask_tags = a mensagem tem { $names }, que seria enviado como está; um marcador se escreve { $placeholder }
ask_consent = { $n ->
    [one] { $names } diz sim e não, e talvez diga quem não pode receber mensagem entre { $n } linha; diga o que significa
   *[other] { $names } diz sim e não, e talvez diga quem não pode receber mensagem entre { $n } linhas; diga o que significa
}
ask_consents = { $n ->
    [one] { $names } dizem sim e não, e talvez digam quem não pode receber mensagem entre { $n } linha; diga o que significa
   *[other] { $names } dizem sim e não, e talvez digam quem não pode receber mensagem entre { $n } linhas; diga o que significa
}
ask_blank = { $texts } em { $columns } provavelmente significa que não há valor; diga se pode ser enviado como texto
ask_blanks = { $texts } em { $columns } provavelmente significam que não há valor; diga se podem ser enviados como texto
ask_dates = na coluna { $column }, que diz quando as pessoas escreveram, não dá para distinguir dia e mês; diga qual vem primeiro
ask_encoding = as letras deste texto podem ser lidas de várias formas; escolha a certa
ask_hidden = { $n ->
    [one] { $n } de { $rows } linhas está oculta na planilha{ $by }; diga se fica de fora
   *[other] { $n } de { $rows } linhas estão ocultas na planilha{ $by }; diga se ficam de fora
}
hidden_by =  (um filtro em { $columns })

## What speaks for an answer

grounds_all = envia para { $rows }, também para quem talvez tenha saído
grounds_left_out = envia para { $rows }, deixa { $left_out } de fora
such_as = { $what }, como { $samples }
rows = { $n ->
    [one] { $n } linha
   *[other] { $n } linhas
}
cells = { $n ->
    [one] { $n } célula
   *[other] { $n } células
}
cells_of = { $cells } de { $column }, como { $example } → { $decoded }
gain_offer = corrige { $valid } de { $refused } linhas rejeitadas
gain_offer_at_least = corrige pelo menos { $valid } de { $refused } linhas rejeitadas
gain_numbers = { $n ->
    [one] até mais { $n } destinatário
   *[other] até mais { $n } destinatários
}
gain_left_out = deixa { $left_out } de { $rows } linhas de fora

## Answers as buttons

say_with_code = Incluem o código do país
say_country = São números de { $country }
no_country = nenhum país
leave_no = Deixar de fora quem diz não em { $columns }
leave_yes = Deixar de fora quem diz sim em { $columns }
leave_any_no = Deixar de fora quem diz não em alguma de { $columns }
leave_any_yes = Deixar de fora quem diz sim em alguma de { $columns }
leave_both = Deixar de fora quem diz não em { $no } ou sim em { $yes }
message_all = Enviar a todos
take_number = Usar o número de { $first } ou, se não houver, de { $others }
fill_in = Pôr o valor da coluna: { $tags }
keep_tags = Enviar como está
suppress_all = Colocar todos na lista de exclusão
message_leavers = Enviar mesmo assim
numbers_first = Usar o primeiro número da célula
numbers_all = Usar todos os números da célula
numbers_reject = Rejeitar linhas com vários números
hidden_out = Deixar as linhas ocultas de fora
hidden_in = Incluir as linhas ocultas
read_as = Ler como { $encoding }
decode = Decodificar as entidades HTML
day_first = O dia vem primeiro
month_first = O mês vem primeiro
texts_blank = Significam que não há valor
text_kept = Enviar { $text } como está
texts_kept = Enviar como estão

## What fixes rejected rows

fix_missing = acrescente os números ou deixe as linhas de fora
fix_scientific = dígitos se perderam e não podem ser recuperados: exporte de novo com a coluna como texto ou importe a planilha original
fix_ambiguous = confira os dígitos e escreva com + os números de outros países; ou diga de que país são os números sem +
fix_placeholder = troque números inventados por reais
fix_digits = confira os dígitos e o país
fix_letters = escreva os números só com dígitos
fix_not_a_number = estas células não são números de telefone; é a coluna certa?
fix_extension = informe números sem ramal
fix_control = digite estes números de novo; contêm caracteres invisíveis
fix_multiple = deixe um número por célula, ou use o primeiro ou todos
fix_type = informe um número de celular
fix_country = corrija o código do país ou a coluna do país
fix_consent = nada: estas pessoas não aceitaram receber mensagens
fix_blank_columns = preencha as células vazias da coluna { $columns } ou dê um valor padrão à variável na mensagem
fix_blank = preencha estas células ou dê um valor padrão à variável na mensagem
fix_body = encurte a mensagem ou seus valores
fix_ref = encurte as tags; o provedor as cortaria
fix_fields = ponha entre aspas as células que contêm o separador
fix_quote = tire a aspa solta ou feche-a
