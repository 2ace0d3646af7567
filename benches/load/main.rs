//! `detente serve` under load, and under attack, over loopback.
//!
//! ```text
//! cargo bench --bench load                        64 connections, 20 seconds, then the attacks
//! cargo bench --bench load -- --seconds 600       as long as it takes to see whether memory grows
//! cargo bench --bench load -- --no-attacks
//! ```
//!
//! The server is the built program, the articles are made of the statements of `datasets/diplomatic`, each
//! about 2 kB, no two in a row alike. Client and server share the processors; the server's own processor
//! time is told too, since on a busy machine it is what can be compared. Every loop ends by a clock.

mod attacks;
mod client;

use client::{Connection, Server};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of an article.
const N_BYTES: usize = 2_000;
/// Seconds that the load lasts at the most.
const MOST_SECONDS: u64 = 1_200;

struct Settings {
    n_connections: usize,
    seconds: u64,
    attacks: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --benches` only wants to know that it builds.
        return;
    }
    let number = |name: &str, default: u64| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok())
            .unwrap_or(default)
    };
    let settings = Settings {
        n_connections: number("--connections", 64) as usize,
        seconds: number("--seconds", 20).min(MOST_SECONDS),
        attacks: !arguments.iter().any(|argument| argument == "--no-attacks"),
    };
    say(&load(&settings));
    if settings.attacks {
        for line in attacks::all() {
            say(&line);
        }
    }
}

fn say(line: &str) {
    use std::io::Write;
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Articles of the size, made of real statements in turn.
fn articles() -> Vec<String> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/datasets/diplomatic/statements.csv"
    );
    let mut reader = csv::Reader::from_path(path).expect("the dataset");
    let headers = reader.headers().expect("a header").clone();
    let text = headers.iter().position(|name| name == "text");
    let text = text.expect("a column `text`");
    let mut articles = vec![String::new()];
    for row in reader.records() {
        let row = row.expect("a row");
        let last = articles.last_mut().expect("one at least");
        if last.len() + row[text].len() > N_BYTES && !last.is_empty() {
            articles.push(String::new());
        }
        let last = articles.last_mut().expect("one at least");
        last.push_str(&row[text]);
        last.push(' ');
    }
    articles.pop();
    articles
}

/// What a connection saw.
#[derive(Default)]
struct TrainingFingerprints {
    seconds: Vec<f32>,
    n_refused: usize,
}

fn load(settings: &Settings) -> String {
    let server = Server::start(&[]);
    let articles = articles();
    let mean = articles.iter().map(String::len).sum::<usize>() / articles.len();
    let is_over = AtomicBool::new(false);
    // The first second fills caches.
    let warm = Duration::from_secs(1);
    let started = Instant::now();
    let (seen, memory, cpu) = thread::scope(|scope| {
        let clients: Vec<_> = (0..settings.n_connections)
            .map(|at| {
                let (server, articles, is_over) = (&server, &articles, &is_over);
                scope.spawn(move || {
                    let mut connection = Connection::open(server.port);
                    let mut seen = TrainingFingerprints::default();
                    for article in articles.iter().cycle().skip(at * 7) {
                        if is_over.load(Ordering::Relaxed) {
                            break;
                        }
                        let asked = Instant::now();
                        let status = connection.post("/v1/score", "text/plain", article.as_bytes());
                        match status {
                            200 if started.elapsed() > warm => {
                                seen.seconds.push(asked.elapsed().as_secs_f32());
                            }
                            200 => {}
                            _ => seen.n_refused += 1,
                        }
                    }
                    seen
                })
            })
            .collect();
        thread::sleep(warm);
        let cpu = server.cpu_seconds();
        let mut memory = vec![server.memory()];
        for _ in 0..settings.seconds {
            thread::sleep(Duration::from_secs(1));
            memory.push(server.memory());
        }
        let cpu = server.cpu_seconds() - cpu;
        is_over.store(true, Ordering::Relaxed);
        let seen: Vec<TrainingFingerprints> = clients
            .into_iter()
            .map(|client| client.join().expect("a client"))
            .collect();
        (seen, memory, cpu)
    });
    let mut seconds: Vec<f32> = seen.iter().flat_map(|seen| seen.seconds.clone()).collect();
    seconds.sort_by(f32::total_cmp);
    let n_refused: usize = seen.iter().map(|seen| seen.n_refused).sum();
    let n = seconds.len();
    let quantile = |share: f64| 1e3 * seconds[((n - 1) as f64 * share) as usize];
    let quarter = memory.len().div_ceil(4);
    let mean_memory = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    format!(
        "load: {n} articles of {mean} bytes on {} connections in {} s: {:.0} a second\n\
         load: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms, {n_refused} refused\n\
         load: the server took {cpu:.1} s of processor time: {:.0} articles a processor second\n\
         load: memory {:.0} MB in the first quarter, {:.0} MB in the last",
        settings.n_connections,
        settings.seconds,
        n as f64 / settings.seconds as f64,
        quantile(0.5),
        quantile(0.99),
        quantile(1.0),
        n as f64 / cpu,
        mean_memory(&memory[..quarter]),
        mean_memory(&memory[memory.len() - quarter..]),
    )
}
