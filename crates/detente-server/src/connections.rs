//! Connections: who may come in, how long one may be silent, and how the server ends.

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
const HEAD_BYTES: usize = 1 << 15;
/// Connections that the system keeps until they are let in.
const BACKLOG: u32 = 4096;
/// Connections that are open at the same time at the most.
const N_GUESTS: usize = 20_000;
/// Files that are left for everything else.
const N_FILES_LEFT: u64 = 128;
/// Pause after the system refused a connection, most likely for want of files.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until it is told to stop.
pub(super) async fn run(
    registry: ModelRegistry,
    params: &ServeParams,
    address: SocketAddr,
    speak: EventHandler,
) -> io::Result<()> {
    let mut signals = Signals::listen()?;
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let app = Arc::new(App::new(
        registry,
        params,
        ConnectionLimiter::new(n_guests()),
    ));
    let router = router(&app);
    let connections = GracefulShutdown::new();
    speak(Event::Listening(listener.local_addr()?));
    loop {
        tokio::select! {
            signal = signals.next() => match signal {
                Signal::Stop => break,
                Signal::Reload => {
                    let (app, speak) = (Arc::clone(&app), Arc::clone(&speak));
                    tokio::task::spawn_blocking(move || reload(&app, &speak));
                }
            },
            stream = accept(&listener) => {
                admit(&app, &router, stream, &connections);
            }
        }
    }
    drop(listener);
    let n_connections = app.guests.n_open();
    speak(Event::Stopping { n_connections });
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

fn admit(app: &Arc<App>, router: &Router, stream: TcpStream, connections: &GracefulShutdown) {
    let guest = app.guests.enter();
    // Answers are written whole; waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(app.params.patience()));
    let router = router.clone();
    let at_work = Arc::clone(&guest);
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
            () = guest.asked_to_leave() => {}
        }
        app.measures.connections.dec();
    });
}

fn reload(app: &App, speak: &EventHandler) {
    let done = app.registry.reload();
    let is_whole = done.iter().all(Result::is_ok);
    for read in done {
        app.measures.reloaded(read.is_ok());
        if let Err(error) = read {
            speak(Event::NotReloaded(error));
        }
    }
    if is_whole {
        speak(Event::Reloaded {
            n_models: app.registry.len(),
        });
    }
}

/// Connections that may be open: each is a file of the process.
fn n_guests() -> usize {
    let n_files = rlimit::increase_nofile_limit(N_GUESTS as u64 + N_FILES_LEFT);
    match n_files {
        Ok(n) => (n.saturating_sub(N_FILES_LEFT) as usize).clamp(1, N_GUESTS),
        Err(_) => N_GUESTS,
    }
}

/// The connections that are open. When there is no room for another, the one that came first of those
/// that ask for nothing has to leave, so that silent connections keep nobody out.
pub(super) struct ConnectionLimiter {
    n_most: usize,
    open: Mutex<VecDeque<Weak<Guest>>>,
}

/// One connection.
struct Guest {
    n_requests: AtomicUsize,
    leave: Notify,
}

impl ConnectionLimiter {
    fn new(n_most: usize) -> Self {
        Self {
            n_most,
            open: Mutex::default(),
        }
    }

    fn enter(&self) -> Arc<Guest> {
        let guest = Arc::new(Guest {
            n_requests: AtomicUsize::new(0),
            leave: Notify::new(),
        });
        let mut open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        // The list also holds connections that have ended, until it is full of them.
        if open.len() >= self.n_most {
            open.retain(|guest| guest.strong_count() > 0);
        }
        if open.len() >= self.n_most {
            let silent = open.iter().position(|guest| {
                let guest = guest.upgrade();
                guest.is_none_or(|guest| guest.n_requests.load(Ordering::Relaxed) == 0)
            });
            let leaves = silent.and_then(|at| open.remove(at)?.upgrade());
            if let Some(guest) = leaves {
                guest.leave.notify_one();
            }
        }
        open.push_back(Arc::downgrade(&guest));
        guest
    }

    fn n_open(&self) -> usize {
        let open = self.open.lock().unwrap_or_else(|e| e.into_inner());
        open.iter().filter(|guest| guest.strong_count() > 0).count()
    }
}

impl Guest {
    async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }
}

/// Says that a connection asks for something, as long as it lives.
struct Busy(Arc<Guest>);

impl Busy {
    fn new(guest: &Arc<Guest>) -> Self {
        guest.n_requests.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(guest))
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
        let guests = ConnectionLimiter::new(2);
        let first = guests.enter();
        let second = guests.enter();
        let busy = Busy::new(&first);
        let third = guests.enter();
        second.asked_to_leave().await;
        drop(busy);
        let _fourth = guests.enter();
        first.asked_to_leave().await;
        drop((first, second, third));
        assert_eq!(guests.n_open(), 1);
    }
}
