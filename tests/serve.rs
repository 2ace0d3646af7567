//! `detente serve` as programs meet it: the same bytes as `detente score`, one sentence for each mistake,
//! limits that hold, models that change while it runs.

use crate::mention;
use crate::run::{DETENTE, Run, command};
use crate::toy;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";
const TEXT: &str =
    " date 2025-05-18 Talks Resume\nWe welcome the ceasefire. They shelled the town again.\n";

/// A running server; it ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub(crate) address: String,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Server {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::start_in(Path::new("."), args)
    }

    #[track_caller]
    pub(crate) fn start_in(folder: &Path, args: &[&str]) -> Self {
        let mut child = command(&["serve", "--port", "0"])
            .args(args)
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = Self {
            stderr: BufReader::new(child.stderr.take().unwrap()),
            child,
            address: String::new(),
        };
        let line = server.line();
        let address = line.strip_prefix("listening on ");
        server.address = address.unwrap_or_else(|| panic!("{line}")).to_owned();
        server
    }

    /// What the system tells of the process.
    #[cfg(target_os = "linux")]
    pub(crate) fn about(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap()
    }

    /// The next line on standard error.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    #[cfg(unix)]
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let done = Command::new("kill").args(["-s", name, &id]).status();
        assert!(done.unwrap().success());
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        answer(agent().get(format!("{}{path}", self.address)).call())
    }

    pub(crate) fn post(&self, path: &str, kind: &str, body: impl AsRef<[u8]>) -> Answer {
        self.post_for(path, kind, "*/*", body)
    }

    fn post_for(&self, path: &str, kind: &str, accept: &str, body: impl AsRef<[u8]>) -> Answer {
        let request = agent().post(format!("{}{path}", self.address));
        let request = request
            .header("content-type", kind)
            .header("accept", accept);
        answer(request.send(body.as_ref()))
    }

    /// A connection without a client between.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address.trim_start_matches("http://")).unwrap();
        let patience = Some(Duration::from_secs(30));
        stream.set_read_timeout(patience).unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .build();
    ureq::Agent::new_with_config(config)
}

#[track_caller]
fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = response.unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response
            .body_mut()
            .with_config()
            .limit(1 << 28)
            .read_to_string()
            .unwrap(),
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }

    /// Expects this status and exactly this sentence.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, sentence: &str) {
        assert_eq!(
            (self.status, self.json()["error"].as_str()),
            (status, Some(sentence))
        );
        assert_eq!(self.header("content-type"), JSON);
    }
}

/// What the command line prints for an input.
fn printed(stdin: &str, args: &[&str]) -> String {
    let run = Run::new()
        .stdin(stdin)
        .args(["score", "-"])
        .args(args.iter().copied());
    run.success().stdout
}

#[test]
fn an_answer_has_the_bytes_that_score_prints() {
    let server = Server::start(&[]);
    let one = printed(TEXT, &["--format", "jsonl"]);
    assert_eq!(server.post("/v1/score?id=-", "text/plain", TEXT).body, one);
    let request = serde_json::json!({"text": TEXT, "id": "-"}).to_string();
    assert_eq!(server.post("/v1/score", JSON, &request).body, one);
    let explained = printed(
        TEXT,
        &["--format", "jsonl", "--explain", "--top", "3", "--full"],
    );
    let path = "/v1/explain?id=-&top=3&full=true";
    assert_eq!(
        server.post(path, "text/plain; charset=utf-8", TEXT).body,
        explained
    );
    let request =
        serde_json::json!({"text": TEXT, "id": "-", "explain": true, "top": 3, "full": true});
    assert_eq!(
        server.post("/v1/score", JSON, request.to_string()).body,
        explained
    );
    let markdown = "# Talks\n\nWe **welcome** the ceasefire.\n";
    assert_eq!(
        server
            .post("/v1/score?id=-", "text/markdown", markdown)
            .body,
        printed(markdown, &["--format", "jsonl", "--input", "markdown"])
    );
    let deferred = [
        "--format",
        "csv",
        "--max-risk",
        "0.1",
        "--mention",
        "ceasefire",
    ];
    assert_eq!(
        server
            .post_for(
                "/v1/score?id=-&max_risk=0.1&mention=ceasefire",
                "text/plain",
                "text/csv",
                TEXT
            )
            .body,
        printed(TEXT, &deferred)
    );
}

#[test]
fn several_articles_keep_their_order_and_their_bytes() {
    let server = Server::start(&["--threads", "2"]);
    // More than is scored in one piece, so that the answer comes in several.
    let long = "We welcome the ceasefire at the border. ".repeat(200);
    let articles: Vec<Value> = (0..40)
        .map(|n| serde_json::json!({"id": format!("a{n}"), "text": format!("{n}. {long}")}))
        .collect();
    let lines: String = articles.iter().map(|a| format!("{a}\n")).collect();
    let kinds = ["--input", "jsonl", "--format"];
    let answer = server.post("/v1/score", LINES, &lines);
    assert_eq!(answer.header("content-type"), LINES);
    assert_eq!(
        answer.body,
        printed(&lines, &[kinds[0], kinds[1], kinds[2], "jsonl"])
    );
    let batch = serde_json::json!({"articles": articles}).to_string();
    let array = printed(&lines, &[kinds[0], kinds[1], kinds[2], "json"]);
    assert_eq!(server.post("/v1/score", JSON, &batch).body, array);
    assert_eq!(
        server.post_for("/v1/score", LINES, JSON, &lines).body,
        array
    );
    let csv = printed(&lines, &[kinds[0], kinds[1], kinds[2], "csv"]);
    let answer = server.post_for("/v1/score", JSON, "text/csv", &batch);
    assert_eq!((answer.body, answer.status), (csv, 200));
    let rows = "id,text\nx,We met.\ny,War.\n";
    assert_eq!(
        server.post("/v1/score", "text/csv", rows).body,
        printed(rows, &["--input", "csv", "--format", "json"])
    );
    let none = server.post("/v1/score", JSON, r#"{"articles": []}"#);
    assert_eq!((none.status, none.body.as_str()), (200, "[]\n"));
}

#[test]
fn a_web_page_is_reduced_to_its_article() {
    let story = "<p>The delegations met on Monday and agreed on a ceasefire, which both sides welcomed as a \
                 first step toward a settlement of the dispute.</p>"
        .repeat(6);
    let page = format!(
        "<html><head><title>Talks resume</title></head><body><nav>Home</nav><article>{story}</article></body></html>"
    );
    let server = Server::start(&[]);
    let answer = server.post("/v1/score?id=-", "text/html", &page);
    assert_eq!(
        answer.body,
        printed(&page, &["--input", "html", "--format", "jsonl"])
    );
    assert_eq!(answer.json()["title"], "Talks resume");
    assert_eq!(answer.json()["statements"].as_array().unwrap().len(), 7);
    server
        .post("/v1/score?id=a.html", "text/html", "<p>")
        .refuses(
            400,
            "a.html: this web page has no text of an article; expected a page with a story to read",
        );
}

#[test]
fn a_wrong_request_gets_one_sentence() {
    let server = Server::start(&["--max-body", "10kB"]);
    let expected = "expected a JSON object with a string `text` or a list `articles`";
    server.post("/v1/score", JSON, "{\"text\": ").refuses(
        400,
        &format!(
            "the body cannot be read (EOF while parsing a value at line 1 column 9); {expected}"
        ),
    );
    server
        .post("/v1/score", JSON, b"{\"text\": \"\xff\"}")
        .refuses(
            400,
            "the byte at offset 10 is not UTF-8; expected UTF-8 text",
        );
    server
        .post("/v1/score", "text/plain", b"We met\xff.")
        .refuses(
            400,
            "body:1: the byte at offset 6 is not UTF-8; expected UTF-8 text",
        );
    server
        .post("/v1/score", "text/csv", "id,text\na\n")
        .refuses(
            400,
            "body:2: this row has 1 field; expected 2 as in the header",
        );
    server
        .post("/v1/score", LINES, "{\"text\": \"a\"}\n[1]\n")
        .refuses(
            400,
            "body:2: this line is JSON but not an object; expected one JSON object with a string field `text` on \
             each line",
        );
    server
        .post("/v1/score", "text/plain", "")
        .refuses(400, "the body is empty; expected a text");
    server.post("/v1/score", "image/png", "a").refuses(
        415,
        "the `Content-Type` is `image/png`; expected `application/json`, `application/x-ndjson`, `text/plain`, \
         `text/markdown`, `text/html`, `text/csv`, `application/pdf`, `application/epub+zip`, `application/msword`, \
         `application/rtf`, `text/rtf`, `application/vnd.oasis.opendocument.text`, \
         `application/vnd.oasis.opendocument.spreadsheet`, \
         `application/vnd.openxmlformats-officedocument.wordprocessingml.document`, or \
         `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`",
    );
    server
        .post("/v1/score?model=b", "text/plain", "a")
        .refuses(404, "the model is `b`; expected `default`");
    server
        .post("/v1/score?max_risk=2", "text/plain", "a")
        .refuses(400, "the risk is 2; expected a number between 0 and 1");
    let wrong = server.post("/v1/score?modell=b", "text/plain", "a");
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.body.contains("unknown field `modell`"),
        "{}",
        wrong.body
    );
    server.get("/v1/score").refuses(
        405,
        "this address does not take `GET`; `/openapi.json` says what it takes",
    );
    server
        .post("/v1/score", "text/plain", "a ".repeat(6_000))
        .refuses(413, "the body is too large; expected at most 10000 bytes");
    assert_eq!(
        server.post("/v1/score", "text/plain", "We met.").status,
        200
    );
}

/// Sends bytes as they are, and reads until the server closes.
pub(crate) fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = server.connect();
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    // A server that closes while something is still being sent resets the connection.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
#[cfg(feature = "documents")]
fn documents_are_scored_by_their_media_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let server = Server::start(&[]);
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for (name, kind) in [
        ("plain.pdf", "application/pdf"),
        ("plain.docx", word),
        ("plain.rtf", "application/rtf"),
    ] {
        let answer = server.post("/v1/score", kind, read(name));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let article: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            article["title"], "Foreign Minister Receives Ambassador",
            "{name}"
        );
    }
    let sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let rows: Value =
        serde_json::from_str(&server.post("/v1/score", sheet, read("rows.xlsx")).body).unwrap();
    assert_eq!(rows[0]["id"], "7");
    server.post("/v1/score", "application/pdf", read("scan.pdf")).refuses(
        400,
        "body: this PDF file has no text, as a scan has none; expected one with text, which a program for the \
         recognition of letters (OCR) adds",
    );
    server
        .post("/v1/score", "application/pdf", "We met.")
        .refuses(
            400,
            "body: this is no document; expected .docx, .odt, .rtf, .epub, .pdf, .xlsx or .ods",
        );
}

#[test]
fn tricks_with_paths_and_bytes_lead_nowhere() {
    let server = Server::start(&[]);
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/etc/passwd",
        "//page.css",
        "/page.css/..",
        "/v1/score/",
    ] {
        let answer = raw(
            &server,
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(answer.contains("there is nothing at `"), "{answer}");
    }
    let garbage = raw(&server, b"\x16\x03\x01\x00\xff\r\n\r\n");
    assert!(
        garbage.is_empty() || garbage.starts_with("HTTP/1.1 400 "),
        "{garbage}"
    );
    let both =
        b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nabc";
    assert!(!raw(&server, both).starts_with("HTTP/1.1 200 "));
    assert_eq!(server.get("/healthz").body, "ok\n");
}

#[test]
fn every_answer_tells_browsers_to_be_strict() {
    let server = Server::start(&[]);
    for path in [
        "/",
        "/docs",
        "/page.js",
        "/app.css",
        "/healthz",
        "/nothing",
        "/openapi.json",
    ] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    }
    for path in ["/", "/docs"] {
        let page = server.get(path).body;
        assert!(
            !page.contains("<script>") && !page.contains("style=") && !page.contains("http"),
            "{path}"
        );
    }
    let scored = server.post("/v1/score", "text/plain", "We met.");
    assert_eq!(scored.header("cache-control"), "no-store");
}

#[test]
fn what_others_can_reach_needs_a_token() {
    Run::new()
        .args(["serve", "--host", "0.0.0.0", "--port", "0"])
        .stderr(
            "error: the address `0.0.0.0` can be reached from other machines; expected a token with it\n\
             hint: for example `head -c 32 /dev/urandom | base64 > token`, then `--token-file token`\n",
        )
        .failure(2);
    let done = Run::new()
        .file("token", "0123456789abcdef\n")
        .file("short", "0123\n")
        .args(["serve", "--token-file", "short", "--port", "0"])
        .stderr("error: short: the token has 4 characters; expected 16 or more, without spaces, on one line\n")
        .failure(1);
    let folder = done.path("token");
    let server = Server::start_in(folder.parent().unwrap(), &["--token-file", "token"]);
    for (path, status) in [
        ("/", 200),
        ("/healthz", 200),
        ("/openapi.json", 200),
        ("/metrics", 401),
        ("/v1/models", 401),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    let refused = server.post("/v1/score", "text/plain", "We met.");
    refused.refuses(
        401,
        "the request lacks the token of this server; expected `Authorization: Bearer TOKEN`",
    );
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let with = |token: &str| {
        let request = agent().get(format!("{}/v1/models", server.address));
        answer(
            request
                .header("authorization", format!("Bearer {token}"))
                .call(),
        )
        .status
    };
    assert_eq!(
        (with("0123456789abcdef"), with("0123456789abcdee")),
        (200, 401)
    );
}

#[test]
fn mistakes_at_the_start_are_told_at_once() {
    let fails = |args: &[&str], code: i32, stderr: &str| {
        Run::new()
            .file("toy.detente", toy::model_bytes())
            .file("broken.detente", "detente?")
            .args(["serve", "--port", "0"])
            .args(args.iter().copied())
            .stderr(stderr)
            .failure(code);
    };
    fails(
        &["--model", "toy.detente", "--model", "toy=broken.detente"],
        2,
        "error: two models are named `toy`; expected a name for each, as in `b=path`\n",
    );
    fails(
        &["--model", "broken.detente"],
        1,
        "error: broken.detente: this is not a detente model\n\
         hint: `--model` takes a file that `detente train -o FILE` wrote\n",
    );
    fails(
        &["--max-body", "2 apples"],
        2,
        "error: max-body is `2 apples`; expected a size from 1kB to 1GB, as in `2MB`\n",
    );
    fails(
        &["--host", "here"],
        2,
        "error: host is `here`; expected an address such as `127.0.0.1`, `0.0.0.0`, or `::1`\n",
    );
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let done = Run::new().args(["serve", "--port", &port]).failure(1);
    assert!(
        done.stderr.starts_with("error: cannot listen there: "),
        "{}",
        done.stderr
    );
}

#[cfg(unix)]
#[test]
fn models_are_read_again_without_a_request_lost() {
    let done = Run::new()
        .file("toy.detente", toy::model_bytes())
        .file("b.detente", toy::model_bytes())
        .args(["score", "-", "--model", "toy.detente", "--format", "jsonl"])
        .stdin("We met.")
        .success();
    let path = done.path("b.detente");
    let mut server = Server::start_in(
        path.parent().unwrap(),
        &["--model", "toy.detente", "--model", "second=b.detente"],
    );
    let names = |server: &Server| {
        let models = server.get("/v1/models").json();
        let models = models.as_array().unwrap().clone();
        models
            .iter()
            .map(|m| (m["name"].clone(), m["wants_mention"].clone()))
            .collect::<Vec<_>>()
    };
    let before = [
        ("toy".into(), false.into()),
        ("second".into(), false.into()),
    ];
    assert_eq!(names(&server), before);
    assert_eq!(
        server.post("/v1/score?id=-", "text/plain", "We met.").body,
        done.stdout
    );
    std::fs::write(&path, "detente?").unwrap();
    server.signal("HUP");
    assert_eq!(
        server.line(),
        "warning: a model is kept as it was: b.detente: this is not a detente model"
    );
    assert_eq!(
        server
            .post("/v1/score?id=-&model=second", "text/plain", "We met.")
            .body,
        done.stdout
    );
    std::fs::write(&path, mention::model_bytes()).unwrap();
    // Asks all the while: a request gets one model or the other, whole.
    let address = server.address.clone();
    let asking = std::thread::spawn(move || {
        let asked = (0..200).map(|_| {
            let request = agent().post(format!("{address}/v1/score?model=second"));
            answer(request.header("content-type", "text/plain").send("We met.")).status
        });
        asked.collect::<Vec<u16>>()
    });
    server.signal("HUP");
    assert_eq!(server.line(), "2 models read again");
    assert_eq!(names(&server)[1], ("second".into(), true.into()));
    assert_eq!(asking.join().unwrap(), [200; 200]);
}

#[cfg(unix)]
#[test]
fn what_was_begun_is_ended_before_the_server_stops() {
    let mut server = Server::start(&[]);
    let mut idle = server.connect();
    let mut stream = server.connect();
    let head = "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nWe ";
    stream.write_all(head.as_bytes()).unwrap();
    // The head has to be there before the signal.
    std::thread::sleep(Duration::from_millis(300));
    server.signal("TERM");
    assert_eq!(server.line(), "stopping with 2 connections open");
    stream.write_all(b"met.").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("}\n"), "{answer}");
    let mut nothing = String::new();
    idle.read_to_string(&mut nothing).unwrap();
    assert_eq!(nothing, "");
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

#[test]
fn more_than_can_be_done_is_told_to_come_again() {
    let server = Server::start(&["--max-concurrent", "1", "--threads", "1"]);
    // An answer that is not read keeps its place, and no thread.
    let line = format!(
        "{{\"text\": \"{}\"}}\n",
        "We welcome the ceasefire. ".repeat(70)
    );
    let body = line.repeat(800);
    let head = format!(
        "POST /v1/explain HTTP/1.1\r\nHost: localhost\r\nContent-Type: {LINES}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut unread = server.connect();
    unread.write_all(head.as_bytes()).unwrap();
    unread.write_all(body.as_bytes()).unwrap();
    let mut first = [0; 15];
    unread.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    let refused = server.post("/v1/score", "text/plain", "We met.");
    refused.refuses(
        503,
        "the server has as much to do as it may; expected another try in a second",
    );
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(server.get("/healthz").status, 200);
    drop(unread);
    let again = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        server.post("/v1/score", "text/plain", "We met.").status == 200
    });
    assert!(again, "the place is not given back");
}

#[test]
fn a_slow_body_is_not_waited_for() {
    let server = Server::start(&["--timeout", "1"]);
    let head = "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\nWe";
    let mut stream = server.connect();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(
        answer.contains("the body of the request took longer than 1 second"),
        "{answer}"
    );
}

#[test]
fn a_body_without_a_length_stops_at_the_limit() {
    let server = Server::start(&["--max-body", "10kB"]);
    let piece = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
    let request = format!(
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n\
         Transfer-Encoding: chunked\r\n\r\n{}",
        piece.repeat(3)
    );
    let answer = raw(&server, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[test]
fn nothing_of_a_text_is_told_elsewhere() {
    let mut server = Server::start(&[]);
    let secret = "Zanzibarian";
    server.post(
        "/v1/score?id=Zanzibarian",
        "text/plain",
        format!("The {secret} envoy left."),
    );
    server.post("/v1/score", JSON, format!("{{\"text\": {secret}}}"));
    server.get("/Zanzibarian");
    let metrics = server.get("/metrics").body;
    assert!(metrics.contains("detente_articles_total 1\n"), "{metrics}");
    assert!(
        metrics.contains("{route=\"/v1/score\",status=\"400\"} 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("{route=\"none\",status=\"404\"} 1"),
        "{metrics}"
    );
    assert!(!metrics.contains(secret));
    server.child.kill().unwrap();
    let mut said = String::new();
    server.stderr.read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
}

/// Checks a value against a schema of the document, both ways: what is there is described, and what has
/// to be there is.
#[track_caller]
fn matches(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return matches(document, document.pointer(pointer).unwrap(), value, place);
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_u64() && types.contains(&"integer".into()) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(
        types.contains(&kind.into()),
        "{place} is {kind}; the document says {types:?}"
    );
    if let Value::Array(items) = value {
        let schema = &schema["items"];
        items
            .iter()
            .for_each(|item| matches(document, schema, item, &format!("{place}[]")));
    }
    let Value::Object(object) = value else { return };
    for (name, value) in object {
        let described = match &schema["properties"] {
            Value::Object(properties) => properties.get(name),
            _ => schema.get("additionalProperties"),
        };
        let described = described.unwrap_or_else(|| panic!("{place}.{name} is not described"));
        matches(document, described, value, &format!("{place}.{name}"));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(
            object.contains_key(name.as_str().unwrap()),
            "{place} has no {name}"
        );
    }
}

#[test]
fn answers_look_as_the_document_says() {
    let server = Server::start(&[]);
    let document = server.get("/openapi.json").json();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let path = "/v1/explain?full=true&max_risk=0.1&mention=ceasefire";
    for answer in [
        server.post(path, "text/plain", TEXT),
        server.post("/v1/score", "text/plain", TEXT),
        server.post("/v1/score", "text/plain", "Xyzzy."),
        server.post(
            "/v1/score",
            JSON,
            r#"{"text": "", "title": "War", "full": true}"#,
        ),
    ] {
        matches(&document, &schema("Article"), &answer.json(), "article");
    }
    let models = server.get("/v1/models").json();
    matches(&document, &schema("Model"), &models[0], "model");
    matches(
        &document,
        &schema("Error"),
        &server.get("/x").json(),
        "error",
    );
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/healthz",
            "/metrics",
            "/v1/explain",
            "/v1/models",
            "/v1/score"
        ]
    );
}

#[test]
fn silent_connections_keep_nobody_out() {
    let server = Server::start(&[]);
    let silent: Vec<TcpStream> = (0..400).map(|_| server.connect()).collect();
    assert_eq!(
        server.post("/v1/score", "text/plain", "We met.").status,
        200
    );
    assert_eq!(silent.len(), 400);
}

#[cfg(target_os = "linux")]
#[test]
fn few_files_make_silent_connections_leave() {
    // With 200 files there is room for some 70 connections.
    let script = format!("ulimit -n 200; exec {DETENTE} serve --port 0");
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Server {
        stderr: BufReader::new(child.stderr.take().unwrap()),
        child,
        address: String::new(),
    };
    server.address = server.line().trim_start_matches("listening on ").to_owned();
    let mut silent: Vec<TcpStream> = (0..300).map(|_| server.connect()).collect();
    for stream in &mut silent {
        // Half of a head, so that they are not only silent.
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap_or_default();
    }
    assert_eq!(
        server.post("/v1/score", "text/plain", "We met.").status,
        200
    );
}
