//! What `detente serve` does to whom it does not serve: pages of other sites get nothing, requests that would cost too
//! much get a sentence before they do, and nobody works for a client who has left.

use crate::run::Run;
use crate::serve::{Server, raw};
use std::time::{Duration, Instant};

const TEXT: &str = "text/plain";
const LINES: &str = "application/x-ndjson";
const TOO_MUCH: &str = "the scores of this request take too much memory; expected at most 128000000 bytes, \
                        as with less \
                        text at once or a smaller `top`";

/// Sends a head, with `We met.` behind it where it posts, and gives the status and the answer.
fn sent(server: &Server, first_line: &str, headers: &[&str]) -> (u16, String) {
    let body = if first_line.starts_with("POST") {
        "We met."
    } else {
        ""
    };
    let mut request = format!("{first_line}\r\nContent-Type: text/plain\r\nConnection: close\r\n");
    request += &format!("Content-Length: {}\r\n", body.len());
    headers
        .iter()
        .for_each(|header| request += &format!("{header}\r\n"));
    let answer = raw(server, format!("{request}\r\n{body}").as_bytes());
    let status = answer.get(9..12).and_then(|status| status.parse().ok());
    (
        status.unwrap_or_else(|| panic!("no status: {answer}")),
        answer,
    )
}

const POST: &str = "POST /v1/score HTTP/1.1";

#[test]
fn a_name_pointed_at_this_machine_gets_nothing() {
    let server = Server::start(&[]);
    let port = server.address.rsplit(':').next().unwrap();
    for host in [
        "localhost",
        "LocalHost:1",
        "127.0.0.1",
        "127.0.0.1:8080",
        "[::1]",
        "[::1]:9",
        &format!("127.0.0.1:{port}"),
    ] {
        let (status, answer) = sent(&server, POST, &[&format!("Host: {host}")]);
        assert_eq!(status, 200, "{host}: {answer}");
    }
    let foreign = [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "0.0.0.0",
        "192.168.1.2",
        "localhost@evil.example",
        "evil.example:80@localhost",
        "",
    ];
    for host in foreign {
        for line in [
            POST,
            "GET / HTTP/1.1",
            "GET /v1/models HTTP/1.1",
            "GET /metrics HTTP/1.1",
            "GET /x HTTP/1.1",
        ] {
            let (status, answer) = sent(&server, line, &[&format!("Host: {host}")]);
            assert_eq!(status, 403, "{line} {host}: {answer}");
            let sentence = format!(
                "{{\"error\":\"the `Host` of the request is `{host}`; expected `localhost`, `127.0.0.1`, `[::1]`, or a \
                 name that this server is told to answer to\"}}"
            );
            assert!(answer.contains(&sentence), "{answer}");
        }
    }
    // The address may name a host too.
    let line = "POST http://evil.example/v1/score HTTP/1.1";
    assert_eq!(sent(&server, line, &["Host: localhost"]).0, 403);
}

#[test]
fn two_hosts_or_none_are_no_request() {
    let token = Run::new()
        .file("token", "0123456789abcdef\n")
        .args(["--version"])
        .success();
    let folder = token.path("token");
    for arguments in [&[][..], &["--token-file", "token"]] {
        let server = Server::start_in(folder.parent().unwrap(), arguments);
        let authorization = "Authorization: Bearer 0123456789abcdef";
        for (hosts, n) in [
            (
                &["Host: localhost", "Host: localhost"][..],
                "2 `Host` headers",
            ),
            (
                &["Host: localhost", "Host: evil.example", "host: a"][..],
                "3 `Host` headers",
            ),
            (&[][..], "no `Host` header"),
        ] {
            let headers = [hosts, &[authorization]].concat();
            let (status, answer) = sent(&server, POST, &headers);
            assert_eq!(status, 400, "{answer}");
            let sentence =
                format!("{{\"error\":\"the request has {n}; expected one `Host` header\"}}");
            assert!(answer.contains(&sentence), "{answer}");
        }
        assert_eq!(
            sent(&server, "POST /v1/score HTTP/1.0", &[authorization]).0,
            200
        );
    }
    // Who knows the token may call the server what he likes.
    let server = Server::start_in(folder.parent().unwrap(), &["--token-file", "token"]);
    let headers = [
        "Host: evil.example",
        "Origin: https://evil.example",
        "Authorization: Bearer 0123456789abcdef",
    ];
    assert_eq!(sent(&server, POST, &headers).0, 200);
    assert_eq!(sent(&server, POST, &headers[..2]).0, 401);
}

#[test]
fn a_page_of_another_site_gets_nothing() {
    let server = Server::start(&[]);
    for origin in [
        "https://evil.example",
        "http://evil.example:8080",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1:8080",
        "http://localhost.evil.example:8080",
        "file://",
        "chrome-extension://abc",
    ] {
        let origin_header = format!("Origin: {origin}");
        let (status, answer) = sent(&server, POST, &["Host: localhost:8080", &origin_header]);
        assert_eq!(status, 403, "{answer}");
        let sentence = format!(
            "{{\"error\":\"the request comes from a page of `{origin}`; expected one of a page of this server, or of a \
             program\"}}"
        );
        assert!(answer.contains(&sentence), "{answer}");
    }
    let here = [
        "Host: localhost:8080",
        "Origin: http://localhost:8080",
        "Sec-Fetch-Site: same-origin",
    ];
    assert_eq!(sent(&server, POST, &here).0, 200);
    assert_eq!(
        sent(
            &server,
            "GET / HTTP/1.1",
            &["Host: 127.0.0.1:1", "Sec-Fetch-Site: none"]
        )
        .0,
        200
    );
    for line in [POST, "GET / HTTP/1.1", "GET /v1/models HTTP/1.1"] {
        let (status, answer) = sent(
            &server,
            line,
            &["Host: localhost", "Sec-Fetch-Site: cross-site"],
        );
        assert_eq!(status, 403, "{answer}");
        assert!(
            answer.contains("the request comes from a page of another site; expected"),
            "{answer}"
        );
    }
    // A link is followed: the page that it stands on does not see where it leads.
    let link = [
        "Host: localhost",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
    ];
    assert_eq!(sent(&server, "GET / HTTP/1.1", &link).0, 200);
    assert_eq!(sent(&server, POST, &link).0, 403);
}

#[test]
fn a_name_may_be_allowed() {
    let server = Server::start(&[
        "--allow-host",
        "detente.example.org",
        "--allow-host",
        "Other.example",
    ]);
    for host in [
        "detente.example.org",
        "DETENTE.example.org:8443",
        "other.example",
        "localhost",
    ] {
        let origin = format!("Origin: https://{host}");
        assert_eq!(
            sent(&server, POST, &[&format!("Host: {host}"), &origin]).0,
            200,
            "{host}"
        );
    }
    assert_eq!(sent(&server, POST, &["Host: example.org"]).0, 403);
    assert_eq!(sent(&server, POST, &["Host: x.detente.example.org"]).0, 403);
    Run::new()
        .args(["serve", "--allow-host", "http://a.example"])
        .stderr(
            "error: allow-host is `http://a.example`; expected a name without a port, as in `detente.example.org`\n",
        )
        .failure(2);
}

/// The most memory that the server had so far, in MB.
#[cfg(target_os = "linux")]
fn most_memory(server: &Server) -> usize {
    let status = server.about("status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: usize = line
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    kilobytes / 1000
}

/// Seconds of processor time so far; the system counts in hundredths.
#[cfg(target_os = "linux")]
fn processor_seconds(server: &Server) -> f64 {
    let stat = server.about("stat");
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<f64>().unwrap())
        .sum::<f64>()
        / 100.0
}

/// Waits until the server has done nothing for half a second.
#[cfg(target_os = "linux")]
#[track_caller]
fn until_idle(server: &Server, patience: Duration) {
    let started = Instant::now();
    let mut before = processor_seconds(server);
    loop {
        std::thread::sleep(Duration::from_millis(500));
        let now = processor_seconds(server);
        if now - before < 0.05 {
            return;
        }
        before = now;
        assert!(started.elapsed() < patience, "the server works on");
    }
}

/// A text of so many bytes whose words are all told apart.
fn text(n_bytes: usize) -> String {
    let mut text = String::new();
    for n in 0.. {
        if text.len() >= n_bytes {
            break;
        }
        text += &format!(
            "The minister welcomed accord {n} on water and trade, and deplored the shelling of towns. "
        );
    }
    text
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_would_be_huge_is_refused_before_it_is() {
    let server = Server::start(&[]);
    let text = text(1_900_000);
    let article =
        serde_json::json!({"text": text, "explain": true, "top": 0, "full": true}).to_string();
    let list =
        serde_json::json!({"articles": [{"text": text}], "explain": true, "top": 0}).to_string();
    for (path, kind, body) in [
        (
            "/v1/score?explain=true&top=0&full=true",
            TEXT,
            text.as_str(),
        ),
        ("/v1/score", "application/json", &article),
        ("/v1/score", "application/json", &list),
        ("/v1/explain?top=0", "text/markdown", &text),
        // Short statements: the bytes about them are a hundred times theirs.
        ("/v1/score?full=true", TEXT, &"We met. ".repeat(230_000)),
    ] {
        let started = Instant::now();
        server.post(path, kind, body).refuses(413, TOO_MUCH);
        assert!(started.elapsed() < Duration::from_secs(20));
    }
    // An id stands in each row of a CSV.
    let rows = serde_json::json!({"text": "We met. ".repeat(20_000), "id": "x".repeat(500_000)})
        .to_string();
    let head = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n",
        rows.len()
    );
    assert!(raw(&server, (head + &rows).as_bytes()).starts_with("HTTP/1.1 413 "));
    let memory = most_memory(&server);
    assert!(memory < 350, "{memory} MB");
    assert_eq!(server.post("/v1/score", TEXT, "We met.").status, 200);
}

#[cfg(target_os = "linux")]
#[test]
fn many_small_articles_are_counted_and_those_allowed_are_streamed() {
    let server = Server::start(&[]);
    let too_many = "the body has too many articles; expected at most 50000 in one request";
    let article = |n: usize| format!("{{\"title\":\"{}\",\"text\":\"\"}}", n % 10);
    let list = |n: usize| {
        let articles: Vec<String> = (0..n).map(article).collect();
        format!("{{\"articles\":[{}]}}", articles.join(","))
    };
    server
        .post("/v1/score", "application/json", list(70_000))
        .refuses(413, too_many);
    let lines: String = (0..70_000).map(|n| article(n) + "\n").collect();
    server
        .post("/v1/score", LINES, lines)
        .refuses(413, too_many);
    let rows = format!("title,text\n{}", "a,\n".repeat(500_000));
    server
        .post("/v1/score", "text/csv", rows)
        .refuses(413, too_many);
    let refused = most_memory(&server);
    assert!(refused < 150, "{refused} MB");
    let answer = server.post("/v1/score?full=true", "application/json", list(50_000));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.lines().count(), 50_002);
    let memory = most_memory(&server);
    assert!(
        memory < 150,
        "{memory} MB for an answer of {} MB",
        answer.body.len() / 1_000_000
    );
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_works_for_a_client_who_has_left() {
    use std::io::Write;
    let server = Server::start(&["--threads", "2"]);
    let lines = format!("{}\n", serde_json::json!({"text": text(100_000)})).repeat(18);
    let whole = text(1_900_000);
    for (path, kind, body) in [
        ("/v1/score?full=true", TEXT, &whole),
        ("/v1/explain?top=0", TEXT, &whole),
        ("/v1/explain?top=0&full=true", LINES, &lines),
    ] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let asking: Vec<_> = (0..4)
            .map(|_| {
                let mut stream = server.connect();
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body.as_bytes()).unwrap();
                stream
            })
            .collect();
        std::thread::sleep(Duration::from_millis(200));
        drop(asking);
        std::thread::sleep(Duration::from_millis(700));
        let before = processor_seconds(&server);
        std::thread::sleep(Duration::from_millis(1500));
        let worked = processor_seconds(&server) - before;
        assert!(worked < 0.1, "{path}: {worked} s of work for nobody");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn work_ends_with_the_time_that_it_may_take() {
    let server = Server::start(&["--timeout", "1", "--threads", "1"]);
    // Intervals of a hundred thousand numbers, 1,000 times.
    let started = Instant::now();
    let answer = server.post("/v1/score?full=true", TEXT, "We met. ".repeat(45_000));
    if answer.status != 200 {
        answer.refuses(
            503,
            "the request took longer than 1 second to score; expected less text at once",
        );
    }
    assert!(started.elapsed() < Duration::from_secs(8));
    until_idle(&server, Duration::from_secs(5));
    assert_eq!(server.post("/v1/score", TEXT, "We met.").status, 200);
}

#[cfg(target_os = "linux")]
#[test]
fn answers_that_nobody_reads_take_no_more_than_all_may_and_keep_nobody_out() {
    use std::io::Write;
    let server = Server::start(&["--timeout", "3"]);
    let body = text(1_900_000);
    let head = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let unread: Vec<_> = (0..40)
        .map(|_| {
            let mut stream = server.connect();
            // Who is told to come again may be so before all was sent.
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body.as_bytes());
            stream
        })
        .collect();
    let (mut n_answered, started) = (0, Instant::now());
    while started.elapsed() < Duration::from_secs(6) {
        n_answered += usize::from(server.post("/v1/score", TEXT, "We met.").status == 200);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(n_answered > 3, "{n_answered}");
    let memory = most_memory(&server);
    assert!(memory < 1_200, "{memory} MB");
    drop(unread);
}

#[test]
fn what_is_looked_at_whole_is_short() {
    let server = Server::start(&[]);
    let title = serde_json::json!({"text": "We met.", "title": "a".repeat(1_900_000)}).to_string();
    server
        .post("/v1/explain?top=0", "application/json", title)
        .refuses(
            400,
            "a title has 1900000 characters; expected at most 10000, and the rest as text",
        );
    let mention =
        serde_json::json!({"text": "We met. ".repeat(90_000), "mention": "ab".repeat(500_000)})
            .to_string();
    server
        .post("/v1/score", "application/json", mention)
        .refuses(
            400,
            "a mention has 1000000 characters; expected a name of at most 1000",
        );
}

#[test]
fn an_answer_says_how_many_words_are_known() {
    let server = Server::start(&[]);
    let known = |text: &str| {
        let answer = server.post("/v1/score?any_language=true", TEXT, text);
        let told = answer.header("detente-known-words").to_owned();
        let (known, words) = told.split_once('/').unwrap();
        (
            known.parse::<usize>().unwrap(),
            words.parse::<usize>().unwrap(),
        )
    };
    assert_eq!(known("We welcome the ceasefire."), (4, 4));
    let (n_known, n_words) = known("Wir begrüßen den Waffenstillstand zwischen beiden Seiten.");
    assert!(n_words == 7 && n_known < 4, "{n_known} of {n_words}");
    let several = server.post("/v1/score", LINES, "{\"text\": \"We met.\"}\n");
    assert_eq!(several.header("detente-known-words"), "");
}
