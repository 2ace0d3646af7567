//! What hostile or broken clients do. After each the server has to answer as before.

use crate::client::{Connection, Server};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// Connections that say nothing.
const N_IDLE: usize = 10_000;
/// Connections that send a letter now and then.
const N_SLOW: usize = 500;
/// Seconds that they do it.
const SLOW_SECONDS: u64 = 20;
/// Bytes of a body that is far too large.
const N_HUGE: usize = 100_000_000;

/// A name, what is done, and what came of it.
type Attack = (&'static str, fn(&Server) -> String);

/// One line for each attack.
pub(crate) fn all() -> Vec<String> {
    let attacks: [Attack; 9] = [
        ("idle connections", idle),
        ("slow heads and bodies", slow),
        ("a body of 100 MB", huge),
        ("broken requests", broken),
        ("answers that nobody reads", unread),
        ("more than can be done", flood),
        ("answers of gigabytes", explained),
        ("titles without a text", titles),
        ("clients that leave", left),
    ];
    let run = |(name, attack): Attack| {
        let arguments: &[&str] = match name {
            "more than can be done" => &["--max-concurrent", "4", "--threads", "1"],
            "slow heads and bodies" => &["--timeout", "5"],
            _ => &[],
        };
        let server = Server::start(arguments);
        let before = server.memory();
        let seen = attack(&server);
        let asked = Instant::now();
        let verdict = if server.answers() { "answers" } else { "FAILS" };
        format!(
            "{name}: {seen}; then the server {verdict} within {:.0} ms, memory {before:.0} to {:.0} MB",
            1e3 * asked.elapsed().as_secs_f64(),
            server.memory(),
        )
    };
    attacks.into_iter().map(run).collect()
}

fn connect(server: &Server) -> Option<TcpStream> {
    TcpStream::connect(("127.0.0.1", server.port)).ok()
}

fn idle(server: &Server) -> String {
    let idle: Vec<TcpStream> = (0..N_IDLE).map_while(|_| connect(server)).collect();
    let asked = Instant::now();
    let answers = if server.answers() { "answers" } else { "FAILS" };
    format!(
        "with {} open it {answers} within {:.0} ms, {:.0} MB",
        idle.len(),
        1e3 * asked.elapsed().as_secs_f64(),
        server.memory(),
    )
}

fn slow(server: &Server) -> String {
    let mut slow: Vec<TcpStream> = (0..N_SLOW).map_while(|_| connect(server)).collect();
    for (at, stream) in slow.iter_mut().enumerate() {
        let head: &[u8] = match at % 2 {
            0 => b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nX-",
            _ => {
                b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: \
                    text/plain\r\nContent-Length: 9999\r\n\r\n"
            }
        };
        let _ = stream.write_all(head);
    }
    let started = Instant::now();
    let mut longest = Duration::ZERO;
    while started.elapsed().as_secs() < SLOW_SECONDS {
        slow.retain_mut(|stream| {
            let mut told = [0; 1024];
            let _ = stream.set_nonblocking(true);
            // Who was answered, or shut out, is done.
            let is_open = matches!(stream.read(&mut told), Err(e) if e.kind() == std::io::ErrorKind::WouldBlock);
            is_open && stream.write_all(b"a").is_ok()
        });
        let asked = Instant::now();
        if !server.answers() {
            return "FAILS while they last".into();
        }
        longest = longest.max(asked.elapsed());
        thread::sleep(Duration::from_millis(500));
    }
    format!(
        "{} of {N_SLOW} left after {SLOW_SECONDS} s, others answered within {:.0} ms meanwhile",
        slow.len(),
        1e3 * longest.as_secs_f64()
    )
}

fn huge(server: &Server) -> String {
    let mut told = Connection::open(server.port);
    let head = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: \
            {N_HUGE}\r\n\r\n"
    );
    let _ = told.stream.write_all(head.as_bytes());
    let told = told.answer();
    let mut chunked = Connection::open(server.port);
    let head = "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: \
        text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
    let _ = chunked.stream.write_all(head.as_bytes());
    let piece = [b"10000\r\n".as_slice(), &[b'a'; 1 << 16], b"\r\n"].concat();
    let mut n_sent = 0;
    while n_sent < N_HUGE && chunked.stream.write_all(&piece).is_ok() {
        n_sent += 1 << 16;
    }
    format!("{told} where the length is told; in chunks {n_sent} bytes were taken before the end")
}

fn broken(server: &Server) -> String {
    let requests: [(&str, &[u8]); 6] = [
        ("application/json", b"{\"text\": "),
        ("application/json", b"{\"text\": \"\xff\"}"),
        ("text/plain", b"We met\xff."),
        ("text/csv", b"id,text\na\n"),
        ("text/html", b"<p>"),
        ("image/png", b"\x89PNG"),
    ];
    let mut statuses = Vec::new();
    for (kind, body) in requests {
        statuses.push(Connection::open(server.port).post("/v1/score", kind, body));
    }
    let deep = "[".repeat(1_000_000);
    let deep = format!("{{\"text\": {deep}");
    let nested = "<div>".repeat(300_000);
    for (kind, body) in [("application/json", &deep), ("text/html", &nested)] {
        statuses.push(Connection::open(server.port).post("/v1/score", kind, body.as_bytes()));
    }
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/page.css/../x",
    ] {
        statuses.push(Connection::open(server.port).post(path, "text/plain", b"a"));
    }
    let mut garbage = Connection::open(server.port);
    let _ = garbage
        .stream
        .write_all(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n");
    statuses.push(garbage.answer());
    format!("statuses {statuses:?}")
}

fn unread(server: &Server) -> String {
    let line = format!(
        "{{\"text\": \"{}\"}}\n",
        "We welcome the ceasefire. ".repeat(70)
    );
    let body = line.repeat(1_000);
    let head = format!(
        "POST /v1/explain HTTP/1.1\r\nHost: localhost\r\nContent-Type: \
            application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut waiting = Vec::new();
    for _ in 0..20 {
        let Some(mut stream) = connect(server) else {
            break;
        };
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(body.as_bytes());
        waiting.push(stream);
    }
    thread::sleep(Duration::from_secs(3));
    let asked = Instant::now();
    let answers = if server.answers() { "answers" } else { "FAILS" };
    format!(
        "with {} of 1.8 MB open it {answers} within {:.0} ms, {:.0} MB",
        waiting.len(),
        1e3 * asked.elapsed().as_secs_f64(),
        server.memory(),
    )
}

fn flood(server: &Server) -> String {
    let body = "We welcome the ceasefire. ".repeat(4_000);
    let port = server.port;
    let clients: Vec<_> = (0..64)
        .map(|_| {
            let body = body.clone();
            thread::spawn(move || {
                let mut connection = Connection::open(port);
                let statuses =
                    (0..5).map(|_| connection.post("/v1/score", "text/plain", body.as_bytes()));
                statuses.collect::<Vec<u16>>()
            })
        })
        .collect();
    let statuses: Vec<u16> = clients
        .into_iter()
        .flat_map(|client| client.join().unwrap_or_default())
        .collect();
    let n = |status: u16| statuses.iter().filter(|s| **s == status).count();
    let n_other = statuses.len() - n(200) - n(503);
    format!(
        "of {} requests of 100 kB, {} were answered, {} were told to come again, {n_other} failed",
        statuses.len(),
        n(200),
        n(503)
    )
}

/// A text of 1.9 MB whose features are asked for all.
fn explained(server: &Server) -> String {
    let body = "The minister welcomed the accord and deplored the shelling. ".repeat(32_000);
    let started = Instant::now();
    let (mut statuses, mut most) = (Vec::new(), 0.0_f64);
    let port = server.port;
    for _ in 0..4 {
        let body = body.clone();
        let asking = thread::spawn(move || {
            let path = "/v1/explain?top=0&full=true";
            Connection::open(port).post(path, "text/plain", body.as_bytes())
        });
        while !asking.is_finished() {
            most = most.max(server.memory());
            thread::sleep(Duration::from_millis(20));
        }
        statuses.push(asking.join().unwrap_or(0));
    }
    format!(
        "statuses {statuses:?} within {:.1} s, {most:.0} MB",
        started.elapsed().as_secs_f64()
    )
}

/// Far more articles than a request may have.
fn titles(server: &Server) -> String {
    let body = "{\"title\":\"a\",\"text\":\"\"}\n".repeat(70_000);
    let kind = "application/x-ndjson";
    let status = Connection::open(server.port).post("/v1/score", kind, body.as_bytes());
    format!("status {status}, {:.0} MB", server.memory())
}

/// Twenty clients ask for much and are gone at once.
fn left(server: &Server) -> String {
    let body = "We welcome the ceasefire. ".repeat(70_000);
    let head = format!(
        "POST /v1/score?full=true HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    for _ in 0..20 {
        if let Some(mut stream) = connect(server) {
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body.as_bytes());
        }
    }
    thread::sleep(Duration::from_secs(1));
    let before = server.cpu_seconds();
    thread::sleep(Duration::from_secs(2));
    format!(
        "a second later it works {:.2} s in 2 s",
        server.cpu_seconds() - before
    )
}
