//! `simulate`: the provider's endpoint on loopback, for rehearsals.

use std::{net::SocketAddr, time::Duration};

use clap::Args;

use crate::{
    cli::{
        Context, Exit, Failure,
        terminal::{signals::Signals, values, words},
    },
    clock::Clock,
    domain::{Phone, time::parse_duration},
    simulator::{Callbacks, Faults, People, Simulator, SimulatorError},
};

#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Where to listen; on this machine only
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9090")]
    listen: SocketAddr,
    /// The only business number of the account [default: any]
    #[arg(long, value_name = "+NUMBER", value_parser = values::phone)]
    sender: Option<Phone>,
    /// Send delivery receipts to this address on this machine
    #[arg(long, value_name = "URL")]
    callbacks: Option<String>,
    #[command(flatten)]
    faults: FaultArgs,
    #[command(flatten)]
    receipts: ReceiptArgs,
}

/// What goes wrong. Rates are shares of the requests, from 0 to 1.
#[derive(Debug, Args)]
pub(crate) struct FaultArgs {
    /// Share answered WA500, to be tried again
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    wa500: f64,
    /// Share answered WA400, refused for good
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    wa400: f64,
    /// Share answered 401 RBC001, as if the key had been revoked
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    unauthorized: f64,
    /// Share answered 429, too fast
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    throttle: f64,
    /// Share answered 503 with Retry-After
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    overload: f64,
    /// Share answered 502 by a proxy, every second one accepted
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    gateway: f64,
    /// Share accepted, and the connection cut before the answer
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    lost_answer: f64,
    /// Share accepted, and the connection cut in the middle of the answer
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    broken_answer: f64,
    /// Share accepted and never answered
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    timeout: f64,
    /// The balance in messages; after it, E110 until it is topped up
    #[arg(long, value_name = "N", value_parser = values::large_count)]
    balance: Option<u64>,
    /// How long an answer takes
    #[arg(long, value_name = "DUR", default_value = "40ms", value_parser = parse_duration)]
    latency: Duration,
    /// How much longer it may take
    #[arg(long, value_name = "DUR", default_value = "20ms", value_parser = parse_duration)]
    jitter: Duration,
    /// Where chance starts; the same seed gives the same faults
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = values::large_count)]
    seed: u64,
}

/// What goes wrong with delivery receipts, and what people do. Rates are shares of the receipts or of the messages, from 0 to 1.
#[derive(Debug, Args)]
pub(crate) struct ReceiptArgs {
    /// Share of receipts that get lost
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    lost_callbacks: f64,
    /// Share of receipts that are sent twice
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    repeated_callbacks: f64,
    /// Share of receipts that are sent out of order
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    reordered_callbacks: f64,
    /// Share of messages that are not delivered
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    undelivered: f64,
    /// Share of messages that the provider does not hand to Meta, as over the account's limit for the day
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    not_sent: f64,
    /// The time from an acceptance to the first receipt, and from one receipt to the next
    #[arg(long, value_name = "DUR", default_value = "200ms", value_parser = parse_duration)]
    callback_delay: Duration,
    /// Keep WhatsApp's windows: a message to someone who has not written within 24 hours is accepted and fails (131047)
    #[arg(long)]
    windows: bool,
    /// Share of delivered messages that are answered with a question
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    replies: f64,
    /// Share of delivered messages that are answered with an order
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    orders: f64,
    /// Share of delivered messages that somebody reacts to with an emoji
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    reactions: f64,
    /// Share of delivered messages that are answered with STOP
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = values::share)]
    stops: f64,
}

impl ReceiptArgs {
    /// Receipts that go to that address.
    pub(crate) fn to(&self, url: impl Into<String>) -> Callbacks {
        Callbacks {
            lost_rate: self.lost_callbacks,
            repeated_rate: self.repeated_callbacks,
            reordered_rate: self.reordered_callbacks,
            undelivered_rate: self.undelivered,
            not_sent_rate: self.not_sent,
            delay: self.callback_delay,
            people: self.people(),
            ..Callbacks::to(url, || Clock.now())
        }
    }

    fn people(&self) -> People {
        People {
            has_windows: self.windows,
            reply_rate: self.replies,
            order_rate: self.orders,
            reaction_rate: self.reactions,
            stop_rate: self.stops,
        }
    }

    /// Whether anything is to go wrong, or anybody to do something.
    fn are_asked_for(&self) -> bool {
        let rates = [
            self.lost_callbacks,
            self.repeated_callbacks,
            self.reordered_callbacks,
            self.undelivered,
            self.not_sent,
            self.replies,
            self.orders,
            self.reactions,
            self.stops,
        ];
        self.windows || rates.iter().any(|rate| *rate != 0.0)
    }
}

impl FaultArgs {
    /// The faults of the provider, without receipts.
    pub(crate) fn faults(&self) -> Faults {
        Faults {
            wa500_rate: self.wa500,
            wa400_rate: self.wa400,
            unauthorized_rate: self.unauthorized,
            throttle_rate: self.throttle,
            overload_rate: self.overload,
            gateway_rate: self.gateway,
            lost_answer_rate: self.lost_answer,
            broken_answer_rate: self.broken_answer,
            timeout_rate: self.timeout,
            e110_after: self.balance,
            latency: self.latency,
            jitter: self.jitter,
            seed: self.seed,
            key: None,
            sender: None,
            callbacks: None,
        }
    }
}

impl SimulateArgs {
    fn faults(&self) -> Result<Faults, Failure> {
        if self.callbacks.is_none() && self.receipts.are_asked_for() {
            return Err(Failure::new("receipts and what people write need an address to go to")
                .hint(
                    "add --callbacks URL, the address where catalink serve or catalink receive takes them in",
                )
                .exit(Exit::Usage));
        }
        Ok(Faults {
            sender: self.sender,
            callbacks: self.callbacks.as_ref().map(|url| self.receipts.to(url)),
            ..self.faults.faults()
        })
    }
}

pub(crate) async fn simulate(args: SimulateArgs, context: &Context) -> Result<Exit, Failure> {
    let mut signals = Signals::listen()?;
    let simulator = Simulator::start(args.listen, args.faults()?).await.map_err(|error| {
        let failure = Failure::from(error);
        failure.hint("catalink simulate --listen 127.0.0.1:0 takes any free port")
    })?;
    let address = simulator.address();
    let ui = context.ui;
    ui.line(format!("simulating the provider at http://{address}; nothing reaches a person"));
    ui.note(format!(
        "in another terminal:\n  export KALEYRA_BASE_URL=http://{address} KALEYRA_SID=SIMULATED \
         KALEYRA_API_KEY=any KALEYRA_SENDER=+911161197855\n  catalink run NAME\n\
         top up:  curl -X POST -d '{{\"messages\": 1000}}' http://{address}/simulator/top-up\n\
         ledger:  curl http://{address}/simulator/ledger\n\
         somebody writes (with --callbacks):  curl -X POST -d '{{\"from\": \"+919800000001\"}}' http://{address}/simulator/write\n\
         report:  curl -o report.csv http://{address}/simulator/report (for catalink reconcile)\n\
         Ctrl-C ends it"
    ));
    signals.next().await;
    let ledger = simulator.ledger();
    simulator.stop().await;
    ui.line(format!(
        "{} received, {} accepted",
        words::counted(ledger.received, "request", "requests"),
        words::number(ledger.accepted)
    ));
    Ok(Exit::Done)
}

impl From<SimulatorError> for Failure {
    fn from(error: SimulatorError) -> Self {
        Self::of(&error)
    }
}
