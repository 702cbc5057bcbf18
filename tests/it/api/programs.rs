//! Programs as README shows them: curl, and the client in Python.

use std::process::{Command, Stdio};

use crate::support::{Ended, Provider, Scenario, live::Live, scenario::repository};

/// A folder with the samples, a server, and what a program has to know of it.
struct Place {
    scenario: Scenario,
    address: String,
    token: String,
    serve: Live,
}

impl Place {
    fn new(provider: &Provider) -> Self {
        let scenario = Scenario::new().provider(provider);
        std::os::unix::fs::symlink(repository().join("samples"), scenario.path("samples")).unwrap();
        let token = scenario.run(&["token", "add", "crm"]).exits(0).stdout.trim().to_owned();
        let command = scenario.command(&["serve", "--listen", "127.0.0.1:0"]);
        let mut serve = Live::start(command, &scenario.path("serve.log"));
        let address = serve.address().unwrap();
        Self { scenario, address, token, serve }
    }

    fn run(&self, program: &str, args: &[&str]) -> Ended {
        let output = Command::new(program)
            .args(args)
            .current_dir(self.scenario.path("."))
            .env("CATALINK_TOKEN", &self.token)
            .env("CATALINK_URL", format!("http://{}", self.address))
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("this test needs {program}: {error}"));
        Ended::new(args, output)
    }
}

#[test]
fn the_requests_that_readme_shows_take_a_campaign_to_its_results() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let block = readme.split("```sh curl\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(block.lines().count() >= 10, "{block}");
    let provider = Provider::accepting();
    let mut place = Place::new(&provider);
    // Each line has to succeed; the results are fetched once the six messages are out.
    let script = block.replace("127.0.0.1:8080", &place.address);
    let (sending, results) = script.split_at(script.rfind("curl").unwrap());
    let sent = place.run("bash", &["-euc", sending]).exits(0);
    assert!(sent.stdout.contains("Hello Asha Rao, our catalogue"), "{}", sent.stdout);
    provider.wait_for(6);
    let head: Vec<&str> = sending.lines().take(2).collect();
    place.run("bash", &["-euc", &format!("{}\n{results}", head.join("\n"))]).exits(0);
    assert_eq!(place.scenario.read("results.csv").lines().count(), 7);
    place.serve.kill();
}

#[test]
fn the_client_in_python_sends_a_list_and_waits_for_its_end() {
    let provider = Provider::accepting();
    let mut place = Place::new(&provider);
    let ended = place.run("python3", &["samples/client.py", "frühling", "samples/recipients.csv"]).exits(0);
    assert_eq!(ended.stdout, "6 of 6 rows can be sent to\nfinished: 6 accepted, 0 in doubt\n");
    assert_eq!(provider.n_requests(), 6);
    let again = place.run("python3", &["samples/client.py", "frühling", "samples/recipients.csv"]).exits(1);
    assert!(again.stderr.contains("CAMPAIGN_EXISTS"), "{}", again.stderr);
    let list = "name,Customer Mobile,Dealer Mobile\nAsha,+919800000001,+919800000101\n\
                Ravi,+919800000002,+919800000102\nLeela,+919800000003,+919800000103\n";
    place.scenario.write("two.csv", list);
    let asked = place.run("python3", &["samples/client.py", "summer", "two.csv"]).exits(1);
    assert!(asked.stderr.contains("NEEDS_CHOICE") && asked.stderr.contains("--column"), "{}", asked.stderr);
    place.serve.kill();
}
