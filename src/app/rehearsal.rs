//! A provider on this machine and a receiver for its receipts: what a rehearsal and the demo send to.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::Instant};

use crate::{
    clock::Clock,
    domain::Phone,
    provider::{Account, BaseUrl},
    queue::Queue,
    random,
    receiver::{self, Gate, TokenError},
    server::Limits,
    simulator::{Callbacks, Faults, SENDER, Simulator, SimulatorError},
};

/// How long to wait for the next of the last receipts.
const RECEIPTS_WITHIN: Duration = Duration::from_secs(30);

/// Why there can be no rehearsal.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// The simulator does not start.
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    /// The receiver of the receipts does not start.
    #[error("cannot receive the simulator's receipts")]
    Receiver(#[from] std::io::Error),
    /// The receiver's secret is not usable.
    #[error("cannot receive the simulator's receipts")]
    Gate(#[from] TokenError),
    /// The system has no random numbers.
    #[error("the system gives no random numbers to make a secret of")]
    NoRandomness,
    /// What people write is not taken in.
    #[error("what the simulated people write is not taken in")]
    NotTaken,
    /// The last receipts did not come.
    #[error("the simulator's receipts should have come by now, and did not")]
    NoReceipts,
}

/// A simulator whose receipts go into a queue.
#[derive(Debug)]
pub struct Rehearsal {
    simulator: Simulator,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Rehearsal {
    /// Starts a provider with these faults. Its receipts go into the queue; what goes wrong with them is that of
    /// `receipts`, whose address is replaced.
    pub async fn start(
        queue: Queue,
        faults: Faults,
        receipts: Callbacks,
        clock: Clock,
    ) -> Result<Self, RehearsalError> {
        let token = random::text(random::HEX, 32).map_err(|_| RehearsalError::NoRandomness)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/callbacks/{token}", listener.local_addr()?);
        let gate = Gate::new(SecretString::from(token))?;
        let routes = receiver::routes(queue, gate, clock);
        let faults = Faults { callbacks: Some(Callbacks { url, ..receipts }), ..faults };
        let simulator = Simulator::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), faults).await?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(receiver::serve(listener, routes, Limits::default(), async {
            // A stop whose sender is gone is a stop too.
            drop(stopped.await);
        }));
        Ok(Self { simulator, stop, server })
    }

    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    pub fn base(&self) -> BaseUrl {
        BaseUrl::parse(&format!("http://{}", self.simulator.address()))
            .expect("plain http may go to a loopback address")
    }

    /// An account with the simulator, for that sender.
    pub fn account(&self, sender: Option<Phone>) -> Account {
        let anybody = Phone::from_digits(SENDER).expect("twelve digits are a number");
        Account {
            sid: "SIMULATED".to_owned(),
            api_key: SecretString::from("simulated"),
            sender: sender.unwrap_or(anybody),
            base: self.base(),
        }
    }

    /// These people write, spread evenly over that time. What they write is in the queue when this returns.
    pub async fn people_write(&self, people: &[Phone], over: Duration) -> Result<(), RehearsalError> {
        const AT_ONCE: usize = 32;
        let n_people = u32::try_from(people.len()).unwrap_or(u32::MAX).max(1);
        let started = Instant::now();
        let writes = (0_u32..).zip(people).map(|(nth, person)| async move {
            tokio::time::sleep_until(started + over * nth / n_people).await;
            if self.simulator.write(*person, "Hello").await? { Ok(()) } else { Err(RehearsalError::NotTaken) }
        });
        stream::iter(writes).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(())
    }

    /// Waits until the provider has sent every callback that it sends.
    pub async fn receive_receipts(&self) -> Result<(), RehearsalError> {
        let mut n_due = self.simulator.ledger().receipts_due;
        let mut moved_at = Instant::now();
        while n_due > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let n_left = self.simulator.ledger().receipts_due;
            if n_left < n_due {
                moved_at = Instant::now();
            } else if RECEIPTS_WITHIN < moved_at.elapsed() {
                return Err(RehearsalError::NoReceipts);
            }
            n_due = n_left;
        }
        Ok(())
    }

    /// Ends both.
    pub async fn stop(self) -> Result<(), RehearsalError> {
        self.simulator.stop().await;
        // A server that has ended by itself needs no signal.
        let _stopped = self.stop.send(());
        self.server.await.map_err(std::io::Error::other)??;
        Ok(())
    }
}
