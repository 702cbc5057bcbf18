//! `receive`: takes the provider's callbacks in, without the console.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use clap::Args;
use tokio::{net::TcpListener, time::MissedTickBehavior};

use crate::{
    cli::{Context, Exit, Failure, services::notify, terminal::signals::Signals},
    config::{CallbackSettings, Settings},
    queue::Queue,
    random,
    receiver::{self, Gate},
    server::{Limits, Network, NetworkError},
};

#[derive(Debug, Args)]
pub(crate) struct ReceiveArgs {
    /// Where to listen; the provider has to reach it, as a rule through a proxy that speaks https
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// A proxy in front of it, or the network of several: its X-Forwarded-For tells who asks; can be repeated
    #[arg(long, value_name = "CIDR")]
    trusted_proxy: Vec<Network>,
}

pub(crate) async fn receive(args: &ReceiveArgs, context: &Context) -> Result<Exit, Failure> {
    let gate = gate(&context.settings)?;
    let mut signals = Signals::listen()?;
    let queue = context.queue_or_create().await?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Failure::from(error)
            .while_doing(format!("cannot listen on {}", args.listen))
            .hint("catalink receive --listen 127.0.0.1:0 takes any free port")
    })?;
    let address = listener.local_addr()?;
    context.ui.line(format!("receiving callbacks at http://{address}/callbacks/TOKEN"));
    context.ui.note(
        "TOKEN is CATALINK_CALLBACK_TOKEN; register the public address of it with the provider for the sender's \
         number\nCtrl-C ends it",
    );
    let routes = receiver::routes(queue.clone(), gate, context.clock);
    let limits = Limits::default().trusting(args.trusted_proxy.clone());
    let served = receiver::serve(listener, routes, limits, async move {
        signals.next().await;
    });
    let notifying = notify::notifier(&queue, context).await?;
    let notifying = notifying.map(|notifier| notify::start(notifier, &queue, None, context));
    tokio::select! {
        served = served => served?,
        never = forget_texts(&queue, context) => match never {},
    }
    if let Some(notifying) = notifying {
        notifying.end(&queue, context).await;
    }
    queue.close().await;
    Ok(Exit::Done)
}

/// Deletes what people wrote and is not to be kept any longer, now and every hour, also where nobody writes any more.
pub(crate) async fn forget_texts(queue: &Queue, context: &Context) -> Infallible {
    let mut hours = tokio::time::interval(Duration::from_hours(1));
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        if let Err(error) = queue.forget_texts(context.clock.now()).await {
            tracing::error!(%error, "texts that are not to be kept any longer cannot be deleted");
        }
    }
}

/// What callbacks have to show, by the settings.
pub(crate) fn gate(settings: &Settings) -> Result<Gate, Failure> {
    let CallbackSettings { token, header, networks } = settings.callbacks.clone();
    let token = token.ok_or_else(|| {
        Failure::new("the secret of the callbacks' address (CATALINK_CALLBACK_TOKEN) is not set")
            .hint(format!("export CATALINK_CALLBACK_TOKEN={}, or any other random text", random_token()))
    })?;
    let gate = Gate::new(token).map_err(|error| {
        Failure::of(&error).hint(format!("export CATALINK_CALLBACK_TOKEN={}", random_token()))
    })?;
    let networks: Result<Vec<Network>, NetworkError> = networks.iter().map(|text| text.parse()).collect();
    let networks = networks.map_err(|error| {
        Failure::of(&error).while_doing("cannot use `allow` of the settings for callbacks")
    })?;
    Ok(gate.requiring(header).allowing(networks).with_intake(settings.intake()))
}

/// A token that nobody guesses, for a hint that can be pasted.
pub(crate) fn random_token() -> String {
    random::text(random::HEX, 32).unwrap_or_else(|_| "$(openssl rand -hex 16)".to_owned())
}
