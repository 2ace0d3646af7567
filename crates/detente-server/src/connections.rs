//! Connections: how many may be open, how long one may be silent, and how the server ends.

use super::routes::{App, router};
use super::{Event, EventHandler, ModelRegistry, ServeParams};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio_io_timeout::TimeoutStream;
use tower_service::Service;

/// How long a connection may be silent, or take to send the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of the head of a request at the most.
const HEAD_BYTES: usize = 1 << 14;
/// Connections that the system keeps until they are accepted.
const BACKLOG: u32 = 4096;
/// Connections that are open at the same time at the most.
const N_CONNECTIONS: usize = 4_096;
/// Bytes that the system keeps for a connection in each direction; it doubles them.
const SOCKET_BYTES: u32 = 1 << 16;
/// Files that are left for everything else.
const N_FILES_LEFT: u64 = 128;
/// Pause after the system refused a connection, most likely for want of files.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until it is told to stop.
pub(super) async fn run(
    registry: ModelRegistry,
    params: &ServeParams,
    address: SocketAddr,
    on_event: EventHandler,
) -> io::Result<()> {
    let mut signals = Signals::listen()?;
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    // What a connection has, it has from the socket that listens.
    socket.set_send_buffer_size(SOCKET_BYTES)?;
    socket.set_recv_buffer_size(SOCKET_BYTES)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let app = Arc::new(App::new(
        registry,
        params,
        ConnectionLimiter::new(n_most_connections()),
    ));
    let router = router(&app);
    let connections = GracefulShutdown::new();
    on_event(Event::Listening(listener.local_addr()?));
    loop {
        tokio::select! {
            signal = signals.next() => match signal {
                Signal::Stop => break,
                Signal::Reload => {
                    let (app, on_event) = (Arc::clone(&app), Arc::clone(&on_event));
                    tokio::task::spawn_blocking(move || reload(&app, &on_event));
                }
            },
            stream = accept(&listener) => {
                serve_connection(&app, &router, stream, &connections);
            }
        }
    }
    drop(listener);
    let n_connections = app.connections.n_open();
    on_event(Event::Stopping { n_connections });
    // Who is not done by then is left.
    let _ = tokio::time::timeout(params.patience(), connections.shutdown()).await;
    Ok(())
}

/// The next connection. An error is of one connection or passes: there is nobody to tell.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

fn serve_connection(
    app: &Arc<App>,
    router: &Router,
    stream: TcpStream,
    connections: &GracefulShutdown,
) {
    let opened = app.connections.open();
    // Answers are written whole; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(app.params.patience()));
    let router = router.clone();
    let at_work = Arc::clone(&opened);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let busy = Busy::new(&at_work);
        let mut router = router.clone();
        async move {
            let request: Request = request.map(Body::new);
            let response = router.call(request).await?;
            // Busy until the last byte of the answer was handed over.
            Ok::<_, Infallible>(response.map(|body| {
                body.map_frame(move |frame| {
                    let _ = &busy;
                    frame
                })
            }))
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let connection = connections.watch(connection);
    let app = Arc::clone(app);
    app.measures.connections.inc();
    tokio::spawn(async move {
        tokio::select! {
            // What goes wrong on a connection concerns who is at its other end.
            _ = connection => {}
            () = opened.told_to_close() => {}
        }
        app.measures.connections.dec();
    });
}

fn reload(app: &App, on_event: &EventHandler) {
    let done = app.registry.reload();
    let is_whole = done.iter().all(Result::is_ok);
    for read in done {
        app.measures.reloaded(read.is_ok());
        if let Err(error) = read {
            on_event(Event::NotReloaded(error));
        }
    }
    if is_whole {
        on_event(Event::Reloaded {
            n_models: app.registry.len(),
        });
    }
}

/// Connections that may be open: each is a file of the process.
fn n_most_connections() -> usize {
    let n_files = rlimit::increase_nofile_limit(N_CONNECTIONS as u64 + N_FILES_LEFT);
    match n_files {
        Ok(n) => (n.saturating_sub(N_FILES_LEFT) as usize).clamp(1, N_CONNECTIONS),
        Err(_) => N_CONNECTIONS,
    }
}

/// The connections that are open. When there is no room for another, the one that came first of those
/// that ask for nothing is closed, so that silent connections keep nobody out.
pub(super) struct ConnectionLimiter {
    n_most: usize,
    open: Mutex<VecDeque<Weak<OpenConnection>>>,
}

/// One connection.
struct OpenConnection {
    n_requests: AtomicUsize,
    close: Notify,
}

impl ConnectionLimiter {
    fn new(n_most: usize) -> Self {
        Self {
            n_most,
            open: Mutex::default(),
        }
    }

    fn open(&self) -> Arc<OpenConnection> {
        let connection = Arc::new(OpenConnection {
            n_requests: AtomicUsize::new(0),
            close: Notify::new(),
        });
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        // The list also holds connections that have ended, until it is full of them.
        if open.len() >= self.n_most {
            open.retain(|connection| connection.strong_count() > 0);
        }
        if open.len() >= self.n_most {
            let silent = open.iter().position(|connection| {
                let connection = connection.upgrade();
                connection
                    .is_none_or(|connection| connection.n_requests.load(Ordering::Relaxed) == 0)
            });
            let closes = silent.and_then(|at| open.remove(at)?.upgrade());
            if let Some(connection) = closes {
                connection.close.notify_one();
            }
        }
        open.push_back(Arc::downgrade(&connection));
        connection
    }

    fn n_open(&self) -> usize {
        let open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        open.iter()
            .filter(|connection| connection.strong_count() > 0)
            .count()
    }
}

impl OpenConnection {
    async fn told_to_close(&self) {
        self.close.notified().await;
    }
}

/// Says that a connection asks for something, as long as it lives.
struct Busy(Arc<OpenConnection>);

impl Busy {
    fn new(connection: &Arc<OpenConnection>) -> Self {
        connection.n_requests.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(connection))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.n_requests.fetch_sub(1, Ordering::Relaxed);
    }
}

enum Signal {
    Reload,
    Stop,
}

#[cfg(unix)]
struct Signals {
    hang_up: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.hang_up.recv() => Signal::Reload,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.terminate.recv() => Signal::Stop,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        let _ = tokio::signal::ctrl_c().await;
        Signal::Stop
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_silent_connection_makes_room() {
        let limiter = ConnectionLimiter::new(2);
        let first = limiter.open();
        let second = limiter.open();
        let busy = Busy::new(&first);
        let third = limiter.open();
        second.told_to_close().await;
        drop(busy);
        let _fourth = limiter.open();
        first.told_to_close().await;
        drop((first, second, third));
        assert_eq!(limiter.n_open(), 1);
    }
}
