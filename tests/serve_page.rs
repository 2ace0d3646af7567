//! The page of `detente serve` in a browser: paste, drop, look, download, by keyboard and on a phone.

use crate::browser::Browser;
use crate::run::{Run, Table};
use crate::serve::Server;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// A page that a test looks at.
struct Page {
    browser: Browser,
    server: Server,
}

impl Page {
    /// Opens the page; `None` where there is no browser.
    fn open(width: u32) -> Option<Self> {
        let browser = Browser::start()?;
        let server = Server::start(&[]);
        browser.set_width(width);
        let page = Self { browser, server };
        page.go("/");
        page.until(
            "the page is there",
            "return document.readyState === 'complete'",
        );
        Some(page)
    }

    fn go(&self, path: &str) {
        let url = format!("{}{path}", self.server.address);
        self.browser.devtools("Page.navigate", json!({"url": url}));
    }

    fn script(&self, script: &str) -> Value {
        self.browser.script(script)
    }

    fn text(&self, selector: &str) -> String {
        let script = format!("return document.querySelector({selector:?})?.textContent ?? ''");
        self.script(&script).as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn until(&self, what: &str, script: &str) {
        let started = Instant::now();
        while self.script(script) != json!(true) {
            assert!(started.elapsed() < Duration::from_secs(20), "never: {what}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    #[track_caller]
    fn until_shown(&self) {
        let script = "return !document.getElementById('results').hidden && \
                      document.querySelectorAll('#article .statement').length > 0";
        self.until("an article is shown", script);
    }

    /// Presses a key with its modifiers (2 is Ctrl).
    fn press(&self, key: &str, modifiers: u32) {
        let code = if key == "Enter" { 13 } else { 9 };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": modifiers,
                "text": if kind == "keyDown" { text } else { "" },
            });
            self.browser.devtools("Input.dispatchKeyEvent", event);
        }
    }

    fn is_wider_than_the_window(&self) -> bool {
        let script = "return document.documentElement.scrollWidth > innerWidth";
        self.script(script) == json!(true)
    }
}

#[test]
fn a_pasted_text_is_shown_by_keyboard_alone() {
    let Some(page) = Page::open(1280) else { return };
    page.until(
        "models are known",
        "return document.getElementById('model').options.length === 1",
    );
    for _ in 0..5 {
        if page.script("return document.activeElement.id") == json!("text") {
            break;
        }
        page.browser.press_tab();
    }
    assert_eq!(page.script("return document.activeElement.id"), "text");
    let text = "We welcome the ceasefire. They shelled <img src=x onerror=alert(1)> the town.";
    page.browser
        .devtools("Input.insertText", json!({"text": text}));
    page.press("Enter", 2);
    page.until_shown();
    assert_eq!(page.text("#counted"), "2 statements");
    assert!(
        page.text("#article .text")
            .contains("<img src=x onerror=alert(1)>")
    );
    assert_eq!(
        page.script("return document.querySelectorAll('#article img').length"),
        0
    );
    let tabs = "return document.querySelectorAll('#article [role=tab]').length";
    assert_eq!(page.script(tabs), 4);
    // Another target, then why.
    page.script("document.querySelectorAll('#article [role=tab]')[2].click()");
    let chosen = "#article [role=tab][aria-selected=true]";
    assert!(
        page.text(chosen).contains("conflict"),
        "{}",
        page.text(chosen)
    );
    page.script("document.querySelector('#article .statement').click()");
    let table =
        "return document.querySelectorAll('#article .contributions.words tbody tr').length > 2";
    page.until("the words that moved it", table);
    let server = page.server.address.clone();
    let elsewhere = page
        .browser
        .requests()
        .into_iter()
        // The browser's own start page asks for what it has at hand.
        .find(|url| url.starts_with("http") && !url.starts_with(&server));
    assert_eq!(elsewhere, None);
}

#[test]
fn dropped_files_become_a_table_and_downloads() {
    let Some(page) = Page::open(1280) else { return };
    let done = Run::new()
        .file(
            "talks.txt",
            " date 2025-05-18 Talks Resume\nWe welcome the ceasefire.\n",
        )
        .file(
            "rows.csv",
            "id,text\nx,They shelled the town.\ny,\"Trade, again, grows.\"\n",
        )
        .file("note.md", "# A note\n\nThe committee met.\n")
        .args([
            "score",
            "talks.txt",
            "rows.csv",
            "note.md",
            "--format",
            "csv",
        ])
        .success();
    let expected = Table::read(done.stdout.as_bytes());
    // A drop as a browser reports it; the files are made in the page.
    let files = ["talks.txt", "rows.csv", "note.md"].map(|name| {
        let text = String::from_utf8(done.read(name)).unwrap();
        format!("files.items.add(new File([{}], {name:?}));", json!(text))
    });
    let drop = format!(
        "const files = new DataTransfer(); {}
         files.items.add(new File(['x'], 'photo.png'));
         for (const type of ['dragover', 'drop'])
           document.body.dispatchEvent(new DragEvent(type, {{ bubbles: true, cancelable: true, \
            dataTransfer: files }}));",
        files.concat()
    );
    page.script(&drop);
    page.until_shown();
    assert_eq!(page.text("#counted"), "4 articles, 6 statements");
    assert_eq!(
        page.text("#failures"),
        "photo.png: only txt, md, html, csv and jsonl are read"
    );
    let rows = "return [...document.querySelectorAll('#listed tbody th')].map(cell => cell.textContent).join()";
    assert_eq!(page.script(rows), "Talks Resume,x,y,A note");
    page.script("document.querySelectorAll('#listed tbody button')[1].click()");
    page.until(
        "the row is shown with its reasons",
        "return document.querySelector('#article .text').textContent.includes('shelled') && \
         document.querySelector('#listed tbody tr:nth-child(2)').hasAttribute('aria-current')",
    );
    let folder = tempfile::tempdir().unwrap();
    let allow = json!({"behavior": "allow", "downloadPath": folder.path()});
    page.browser.devtools("Browser.setDownloadBehavior", allow);
    page.script("document.getElementById('csv').click()");
    let csv = Table::read(&downloaded(&folder.path().join("scores.csv")));
    assert_eq!((csv.header, csv.rows), (expected.header, expected.rows));
    page.script("document.getElementById('json').click()");
    let json: Value =
        serde_json::from_slice(&downloaded(&folder.path().join("scores.json"))).unwrap();
    let ids = json
        .as_array()
        .unwrap()
        .iter()
        .map(|article| article["id"].as_str().unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), ["talks.txt", "x", "y", "note.md"]);
}

/// The bytes of a file that a browser saves.
#[track_caller]
fn downloaded(path: &Path) -> Vec<u8> {
    let started = Instant::now();
    loop {
        match std::fs::read(path) {
            Ok(bytes) if !bytes.is_empty() => return bytes,
            _ => assert!(started.elapsed() < Duration::from_secs(20), "no download"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_pages_fit_a_phone_and_tell_mistakes() {
    let Some(page) = Page::open(360) else { return };
    assert!(!page.is_wider_than_the_window());
    page.script("document.getElementById('example').click()");
    page.until_shown();
    assert!(!page.is_wider_than_the_window());
    page.script(
        "const files = new DataTransfer(); files.items.add(new File(['<p>'], 'empty.html'));
         document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, \
            dataTransfer: files }));",
    );
    page.until(
        "a mistake is told",
        "return !document.getElementById('failures').hidden",
    );
    assert_eq!(
        page.text("#failures"),
        "empty.html: this web page has no text of an article; expected a page with a story to read"
    );
    page.go("/docs");
    page.until(
        "the document is shown",
        "return document.querySelectorAll('#schemas section').length > 8",
    );
    assert!(!page.is_wider_than_the_window());
    assert!(page.text("#paths").contains("/v1/score"));
    let links = "return [...document.querySelectorAll('a[href^=\"#\"]')].every(a => \
        document.querySelector(a.hash))";
    assert_eq!(page.script(links), true);
}
