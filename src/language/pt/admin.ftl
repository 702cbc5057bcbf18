### The console: users, suppression list, activity, settings, health check, backup, retention.

## Users

user_add = Adicionar usuário
user_add_text = Você recebe um link para repassar, com o qual a pessoa define uma senha que ninguém mais conhece. Se o nome já existe, o usuário recebe o novo perfil, é desconectado e define outra senha.
user_invite = Criar um link de convite
user_invited = convidado
user_factor_on = ativado
invited = { $name } foi convidado.
invited_link = Link de convite
invited_once = O link é mostrado só desta vez. Vale uma vez, por 24 horas: repasse-o onde ninguém mais possa ler.
invitation = Convite
invitation_text = Defina uma senha para { $name }.
invitation_go = Definir a senha e entrar
invitation_gone = Este convite já foi usado ou expirou. Peça outro a um administrador.

## My account

account = Minha conta
account_wrong = A senha está errada.
password_change = Mudar minha senha
password_text = Suas outras sessões são encerradas.
password_old = Senha atual
password_new = Nova senha
password_again = A nova senha de novo
password_differs = As duas senhas não são iguais.
password_changed = Sua senha mudou. Suas outras sessões foram encerradas.
factor = Segundo fator
factor_text = Com um segundo fator ninguém entra só com sua senha: também é pedido um código de um aplicativo do seu celular.
factor_on = Ativar…
factor_on_go = Ativar o segundo fator
factor_on_text = O segundo fator está ativado: ao entrar, é pedido um código do seu aplicativo.
factor_off = Desativar…
factor_off_go = Desativar o segundo fator
factor_is_on = O segundo fator está ativado.
factor_is_off = O segundo fator está desativado.
factor_qr = QR code para o aplicativo
factor_scan = Leia o código com um aplicativo autenticador ou digite esta chave:
factor_code = Os 6 dígitos que o aplicativo mostra
recovery_codes = Códigos de recuperação
recovery_text = Cada um deixa você entrar uma vez se perder o celular. São mostrados só desta vez: imprima ou guarde em um gerenciador de senhas.
recovery_left = { $n ->
    [one] Resta { $n } código de recuperação.
   *[other] Restam { $n } códigos de recuperação.
}
user_remove = Remover
user_first = O primeiro usuário precisa ser administrador. A partir daí todos precisam entrar.
user_role = Perfil
user_since = Desde
user_password_short = Uma senha precisa ter pelo menos { $least } caracteres.
user_name_bad = Um nome precisa ter de 1 a 64 caracteres.
user_last_admin = Você não pode remover o último administrador: ninguém mais poderia adicionar usuários.
user_none = Ainda não há usuários.
role_viewer = observador: vê campanhas e totais; os números ficam ocultos
role_sender = remetente: também pode criar e enviar campanhas
role_admin = administrador: também gerencia usuários e configurações

## Suppression list

suppress_title = Lista de exclusão
suppress_text = Números para os quais nenhuma campanha pode escrever. Um número adicionado sai na hora de todas as filas.
suppress_numbers = Números, um por linha
suppress_reason = Motivo
suppress_add = Adicionar à lista
suppress_by_hand = Adicionar números à mão
suppress_search = Número, últimos dígitos ou motivo
opt_outs = Possíveis descadastros
opt_outs_text = Estas pessoas escreveram algo que pode ser um pedido para parar. Não recebem mensagens até alguém decidir. O texto não é guardado; a palavra reconhecida, sim.
opt_outs_none = Não há ninguém a decidir.
opt_outs_word = Palavra
opt_outs_yes = Pediu para parar
opt_outs_no = Não pediu para parar
opt_outs_asked = Esta pessoa continua na lista de exclusão.
opt_outs_not_asked = Esta pessoa pode receber mensagens de novo e aguarda onde aguardava.
opt_outs_gone = Não é mais preciso decidir sobre esta pessoa.
opt_outs_no_answer = Nada foi decidido: a resposta não é sim nem não.
opt_outs_more = { $n ->
    [one] Mais { $n } pessoa segue quando estas forem decididas.
   *[other] Mais { $n } pessoas seguem quando estas forem decididas.
}
suppress_remove = Remover
suppress_removal = Tirar um número da lista de exclusão
suppress_removal_text = As campanhas podem voltar a escrever para esta pessoa. Os destinatários deixados de fora continuam de fora.
suppress_asked = Esta pessoa pediu isso, com uma palavra ou com um ajuste no WhatsApp.
suppress_admins = Só um administrador pode tirar o que as pessoas pediram.
suppress_why = Por quê? Fica anotado no registro de atividades
suppress_why_missing = Diga por quê: o registro de atividades guarda.
suppress_remove_go = Tirar da lista
suppress_leave = Deixar na lista
suppress_gone = Este número não está mais na lista.
suppress_undo = Desfazer
suppress_none = A lista está vazia.
suppress_added = { $n ->
    [one] { $n } número foi adicionado à lista.
   *[other] { $n } números foram adicionados à lista.
}
suppress_removed = { $n ->
    [one] { $n } número foi tirado da lista.
   *[other] { $n } números foram tirados da lista.
}
suppress_bad = Nada foi adicionado. Linha { $line }: { $reason }
suppress_unread = Nada foi adicionado: { $reason }.
suppress_read = Linhas com um número: { $rows }. Números: { $numbers }.
suppress_known = { $n ->
    [one] { $n } número já estava na lista.
   *[other] { $n } números já estavam na lista.
}
suppress_left = Destinatários que saíram da fila: { $rows } ({ $campaign }).
suppress_not_read = { $n ->
    [one] { $n } número não pôde ser lido, e o dono ainda pode receber mensagens. Corrija e adicione o arquivo de novo:
   *[other] { $n } números não puderam ser lidos, e os donos ainda podem receber mensagens. Corrija e adicione o arquivo de novo:
}
suppress_line = Linha { $line }: { $reason }
suppress_file = Adicionar os números de um arquivo
suppress_file_text = Qualquer arquivo que sirva como lista de destinatários. Todos os números dele são adicionados, de todas as colunas com números, com os motivos e datas do arquivo. As linhas ilegíveis são listadas.
suppress_file_label = O arquivo
suppress_file_go = Adicionar todos os números do arquivo
suppress_column = Só esta coluna
suppress_download = Baixar a lista (CSV)
suppress_since = Desde
suppress_default_reason = pediu para não receber mensagens
number = Número

## Audit trail

audit = Atividade
audit_title = Registro de atividades
audit_text = Tudo o que os usuários fizeram com campanhas, números e usuários, aqui ou em um terminal, do mais recente ao mais antigo. Os registros não podem ser mudados.
audit_all = Toda a atividade
audit_none = Ainda não há atividade.
audit_who = Usuário
audit_deed = Ação
audit_detail = Detalhes
audit_full = Só os últimos { $n } registros são mostrados; o terminal mostra todos.
audit_of = Registro de atividades
deed_create = criou
deed_start = iniciou
deed_schedule = agendou
deed_pause = pausou
deed_resume = retomou
deed_finish = concluiu
deed_reopen = reabriu
deed_cancel = cancelou
deed_import = importou uma lista
deed_mend = corrigiu linhas rejeitadas
deed_remove_list = tirou uma lista
deed_edit = mudou configurações
deed_rename = renomeou
deed_delete = excluiu uma campanha
deed_retry = tentou de novo
deed_resolve = resolveu dúvidas
deed_rate = mudou o ritmo
deed_suppress = excluiu da lista de envio
deed_unsuppress = tirou da lista de exclusão
deed_purge = apagou dados de destinatários
deed_test = enviou um teste
deed_undo = desfez o início
deed_discard = descartou um rascunho
deed_interrupt = interrompeu
deed_continue = continuou
deed_download = baixou
deed_reconcile = importou um relatório
deed_sign_in = login recusado
deed_signed_in = entrou
deed_invite = convidou um usuário
deed_password = mudou uma senha
deed_factor = mudou um segundo fator
deed_archive = arquivou
deed_unarchive = tirou do arquivo
deed_restored = permitiu enviar de uma cópia
deed_user_add = adicionou um usuário
deed_user_remove = removeu um usuário
deed_notify_test = testou um canal

## Settings

settings_text = As configurações vêm do ambiente e do arquivo de configurações do servidor. Reinicie o servidor para mudá-las.
settings_pod = Pod
settings_base = Endereço do provedor
settings_sid = Conta (SID)
settings_sender = Número do remetente
settings_key = Chave de API
settings_db = Banco de dados
settings_version = Versão
settings_present = presente; nunca é mostrada
settings_missing = não definida
settings_file = Arquivo de configurações
settings_listen = Escuta em

## Whether everything is there

check = Verificação
check_text = Verifica as configurações, o banco de dados e o relógio, e pergunta ao provedor pela conta e pelo número do remetente. Nenhuma mensagem é enviada. Em um terminal: { $command }
check_go = Verificar
check_fine = Está tudo em ordem.
check_wrong = { $n ->
    [one] { $n } item falta ou está errado.
   *[other] { $n } itens faltam ou estão errados.
}
check_is_fine = OK
check_is_wrong = problema
check_clock = Relógio
check_account = Conta
check_reached = Resposta do provedor
check_no_file = nenhum: todas as configurações vêm do ambiente e da linha de comando
check_campaigns = { $n ->
    [one] { $n } campanha
   *[other] { $n } campanhas
}
check_no_database = ainda não existe
check_clock_wrong = { $time }: o relógio do servidor está errado
check_account_found = SID { $sid }, remetente { $number } e uma chave
check_known = O provedor aceita o SID, a chave e o número do remetente.
check_unclear = O provedor responde, mas não confirma a conta: { $reason }.

## Notices

notices = Avisos
notices_text = Avisam de pausas, términos e problemas sem ninguém olhar. Em um terminal: { $command }
notices_none = Não há canais. Escreva um no arquivo de configurações: [notices.NAME]
notices_go = Enviar um aviso de teste
notices_sent = Todos os canais aceitaram o teste.
notices_failed = { $n ->
    [one] { $n } canal não aceitou o teste.
   *[other] { $n } canais não aceitaram o teste.
}

## A copy of the database

backup = Backup do banco de dados
backup_text = Você pode baixar um backup a qualquer momento, também enquanto uma campanha é enviada. Ele contém todos os números: guarde bem. Um backup restaurado não envia nada até alguém confirmar. Em um terminal: { $command }
backup_go = Baixar um backup
backup_busy = Outro backup está sendo feito. Tente de novo quando terminar.
backup_failed = O backup falhou: { $reason }.

## What has grown old

old = Dados vencidos
old_text = Apaga os dados dos destinatários de cada campanha que terminou há pelo menos tantos dias: números, valores, tags e message_ids, e listas que nunca foram adicionadas. Os totais são mantidos. Em um terminal: { $command }
old_days = Dias desde o fim da campanha
old_days_bad = “{ $text }” não é um número de dias de 1 a 36500.
old_look = Mostrar os dados vencidos
old_none = { $n ->
    [one] Nenhum dado tem mais de { $n } dia.
   *[other] Nenhum dado tem mais de { $n } dias.
}
old_found = { $n ->
    [one] Terminaram há pelo menos { $n } dia:
   *[other] Terminaram há pelo menos { $n } dias:
}
old_receipts = { $n ->
    [one] { $n } confirmação sem destinatário
   *[other] { $n } confirmações sem destinatário
}
old_warning = Downloads e backups anteriores ainda contêm os dados. Isso não pode ser desfeito.
old_go = { $n ->
    [one] Apagar os dados de { $n } linha
   *[other] Apagar os dados de { $n } linhas
}
old_go_receipts = { $n ->
    [one] Apagar { $n } confirmação
   *[other] Apagar { $n } confirmações
}
old_changed = Os dados mudaram desde que você abriu esta página. Nada foi apagado; confira e tente de novo.
old_wiped = Apagado: { $what }. Os totais são mantidos.
old_wiped_one = { $campaign } ({ $rows })
