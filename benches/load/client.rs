//! A server that is started, and the plainest client: it costs little beside what it measures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Ticks of the clock in which the system counts processor time; 100 on every Linux.
const TICKS: f64 = 100.0;

/// The built program, serving on a free port; it ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_detente"))
            .args(["serve", "--port", "0"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let mut line = String::new();
        let stderr = child.stderr.take().expect("a pipe");
        BufReader::new(stderr).read_line(&mut line).expect("a line");
        let port = line.trim().rsplit(':').next().and_then(|p| p.parse().ok());
        let port = port.unwrap_or_else(|| panic!("no port in {line}"));
        Self { child, port }
    }

    fn about(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.child.id());
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// Resident memory in MB; 0 where the system does not tell.
    pub(crate) fn memory(&self) -> f64 {
        let status = self.about("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kilobytes.unwrap_or(0.0) / 1e3
    }

    /// Processor time so far, in seconds; 0 where the system does not tell.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let stat = self.about("stat");
        let fields = stat.rsplit(')').next().unwrap_or_default();
        let ticks = fields.split_whitespace().skip(11).take(2);
        ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / TICKS
    }

    /// Whether it runs and answers soon.
    pub(crate) fn answers(&self) -> bool {
        let mut connection = Connection::open(self.port);
        connection.post("/v1/score", "text/plain", b"We welcome the ceasefire.") == 200
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        let patience = Some(Duration::from_secs(60));
        stream.set_read_timeout(patience).expect("a socket");
        Self {
            stream,
            buffer: Vec::with_capacity(1 << 16),
        }
    }

    /// Sends a body and reads the answer to its end; gives the status, 0 if there was none.
    pub(crate) fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> u16 {
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body);
        match self.stream.write_all(&request) {
            Ok(()) => self.answer(),
            Err(_) => 0,
        }
    }

    /// Reads an answer that tells its length.
    pub(crate) fn answer(&mut self) -> u16 {
        self.buffer.clear();
        let mut piece = [0; 1 << 14];
        loop {
            match self.stream.read(&mut piece) {
                Ok(n @ 1..) => self.buffer.extend_from_slice(&piece[..n]),
                _ => return 0,
            }
            let end = self.buffer.windows(4).position(|w| w == b"\r\n\r\n");
            let Some(end) = end else { continue };
            let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if self.buffer.len() >= end + 4 + length.unwrap_or(0) {
                return head.get(9..12).and_then(|s| s.parse().ok()).unwrap_or(0);
            }
        }
    }
}
