//! A headless Chromium, driven through ChromeDriver.
//!
//! WebDriver is JSON over HTTP, and the tests want six of its commands. The WebDriver crates bring an
//! asynchronous runtime and a TLS stack for the same; a small HTTP client is enough.
//!
//! Reference: W3C, WebDriver, level 2; the commands `goog/cdp/execute` and `se/log` are ChromeDriver's.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Keys by the values that WebDriver gives them (section 17.4.2).
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const ESCAPE: &str = "\u{e00c}";
pub(crate) const RIGHT: &str = "\u{e014}";
pub(crate) const DOWN: &str = "\u{e015}";

/// One window; it closes when it is dropped.
pub(crate) struct Browser {
    driver: Child,
    agent: ureq::Agent,
    session: String,
    _profile: TempDir,
}

/// The first of these programs that is in the path.
fn program(names: &[&str]) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&paths).collect();
    let candidates = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|path| path.is_file())
}

impl Browser {
    /// Starts a browser; `None`, with a word on standard error, where there is none.
    pub(crate) fn start() -> Option<Self> {
        let chromium = program(&["chromium", "chromium-browser", "google-chrome"]);
        let (Some(chromium), Some(driver)) = (chromium, program(&["chromedriver"])) else {
            let note =
                b"passed over: there is no chromium with chromedriver (Debian: apt-get install \
                         chromium chromium-driver)\n";
            std::io::stderr().write_all(note).unwrap();
            return None;
        };
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let server = format!(
            "http://127.0.0.1:{}",
            port.expect("the driver names its port")
        );
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .build();
        let agent = ureq::Agent::new_with_config(config);
        let profile = tempfile::tempdir().unwrap();
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {
                "binary": chromium,
                "args": [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-dev-shm-usage", "--hide-scrollbars",
                    format!("--user-data-dir={}", profile.path().display()),
                ],
            },
            "goog:loggingPrefs": {"performance": "ALL"},
        }}});
        let mut browser = Self {
            driver,
            agent,
            session: format!("{server}/session"),
            _profile: profile,
        };
        let session = browser.post("", &capabilities);
        let id = session["sessionId"].as_str().expect("a session");
        browser.session = format!("{server}/session/{id}");
        // The page that it starts with asks for things of its own.
        browser.post("/url", &json!({"url": "about:blank"}));
        Some(browser)
    }

    #[track_caller]
    fn value(&self, response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Value {
        let mut response = response.unwrap();
        let status = response.status();
        let body: Value = response.body_mut().read_json().unwrap();
        assert!(status.is_success(), "{body:#}");
        body["value"].clone()
    }

    #[track_caller]
    fn post(&self, command: &str, body: &Value) -> Value {
        let address = format!("{}{command}", self.session);
        self.value(self.agent.post(address).send_json(body))
    }

    #[track_caller]
    fn get(&self, command: &str) -> Value {
        let address = format!("{}{command}", self.session);
        self.value(self.agent.get(address).call())
    }

    /// A command of the DevTools protocol.
    #[track_caller]
    pub(crate) fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({"cmd": command, "params": params});
        self.post("/goog/cdp/execute", &body)
    }

    /// Opens a file.
    #[track_caller]
    pub(crate) fn open(&self, path: &Path) {
        self.post(
            "/url",
            &json!({"url": format!("file://{}", path.display())}),
        );
    }

    /// Makes the window so wide, and waits until the page is: on a busy machine it is drawn anew a moment later.
    #[track_caller]
    pub(crate) fn set_width(&self, width: u32) {
        let size = json!({
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size);
        let is_done = || self.script("return document.documentElement.scrollWidth") == width;
        for _ in 0..40 {
            if is_done() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Shows the page as on this medium (`screen`, `print`) to someone who prefers this color scheme.
    #[track_caller]
    pub(crate) fn set_media(&self, medium: &str, scheme: &str) {
        let scheme = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        let media = json!({"media": medium, "features": scheme});
        self.devtools("Emulation.setEmulatedMedia", media);
    }

    /// What a script that ends with `return` gives.
    #[track_caller]
    pub(crate) fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Presses the tabulator key.
    #[track_caller]
    pub(crate) fn press_tab(&self) {
        self.press(TAB);
    }

    /// Presses a key: a letter, or one of the names below.
    #[track_caller]
    pub(crate) fn press(&self, key: &str) {
        let key = |kind: &str| json!({"type": kind, "value": key});
        let actions = json!({"actions": [{
            "type": "key", "id": "keys", "actions": [key("keyDown"), key("keyUp")],
        }]});
        self.post("/actions", &actions);
    }

    /// For every element that matches: the role and the name that assistive technology gets.
    #[track_caller]
    pub(crate) fn roles_and_names(&self, selector: &str) -> Vec<(String, String)> {
        let found = self.post(
            "/elements",
            &json!({"using": "css selector", "value": selector}),
        );
        let ids = found.as_array().unwrap().iter().map(|element| {
            // An element is an object whose single value is its id.
            element
                .as_object()
                .unwrap()
                .values()
                .next()
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        });
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        ids.map(|id| {
            let role = self.get(&format!("/element/{id}/computedrole"));
            let name = self.get(&format!("/element/{id}/computedlabel"));
            (text(role), text(name))
        })
        .collect()
    }

    /// The addresses that were asked for since the last call.
    #[track_caller]
    pub(crate) fn requests(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({"type": "performance"}));
        let messages = log.as_array().unwrap().iter().map(|entry| {
            serde_json::from_str::<Value>(entry["message"].as_str().unwrap()).unwrap()["message"].clone()
        });
        messages
            .filter(|message| message["method"] == "Network.requestWillBeSent")
            .map(|message| {
                message["params"]["request"]["url"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The test is over whether or not the browser goes quietly.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
