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
        "photo.png: only txt, md, html, pdf, docx, odt, rtf, epub, csv, jsonl, xlsx and ods are read"
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

/// Drops files of these names and texts onto the page.
fn drop_files(page: &Page, files: &[(String, String)]) {
    let files: String = files
        .iter()
        .map(|(name, text)| format!("files.items.add(new File([{}], {name:?}));", json!(text)))
        .collect();
    page.script(&format!(
        "const files = new DataTransfer(); {files}
         document.body.dispatchEvent(new DragEvent('drop', {{ bubbles: true, cancelable: true, \
             dataTransfer: files }}));"
    ));
    page.until_shown();
}

/// Thirty articles with long titles; every third says nothing on any target, each tenth has a title without a blank.
fn thirty() -> Vec<(String, String)> {
    let article = |n: usize| {
        let title = match n % 10 {
            9 => format!("Communique{}", "onthereopeningofthecrossing".repeat(8)),
            _ => format!(
                "Notes of number {n} on the hall and on the colour of its door{}",
                ", and on the chairs".repeat(8)
            ),
        };
        let text = match n % 3 {
            0 => "The committee met in the hall. The weather was fine.",
            1 => "We welcome the ceasefire. We condemn the shelling. Trade resumes next month.",
            _ => "They shelled the town again. The attack was justified, and it will go on.",
        };
        (
            format!("{n:02}.txt"),
            format!(" date 2025-05-{:02} {title}\n{text}\n", n % 28 + 1),
        )
    };
    (0..30).map(article).collect()
}

/// The scores that are not wholly inside the window, from left to right.
const OUTSIDE: &str = "return [...document.querySelectorAll('.listing td.score')].filter(cell => { \
     const at = cell.getBoundingClientRect(); \
     return at.width === 0 || at.left < 0 || at.right > innerWidth || cell.scrollWidth > cell.clientWidth + 1; \
         }).length";

#[test]
fn thirty_articles_with_long_titles_show_their_scores() {
    let Some(page) = Page::open(1280) else { return };
    drop_files(&page, &thirty());
    assert_eq!(
        page.script("return document.querySelectorAll('.listing td.score').length"),
        120
    );
    for width in [1280, 1024, 768, 390, 320] {
        page.browser.set_width(width);
        std::thread::sleep(Duration::from_millis(200));
        assert!(!page.is_wider_than_the_window(), "{width}");
        assert_eq!(page.script(OUTSIDE), 0, "{width}");
        let titles = "return [...document.querySelectorAll('#listed tbody th')].every(title => \
             title.getBoundingClientRect().right <= innerWidth)";
        assert_eq!(page.script(titles), true, "{width}");
    }
    // Only heads have arrows.
    let arrows = |selector: &str| {
        page.script(&format!(
            "return [...document.querySelectorAll('{selector}')].filter(button => \
             !['none', 'normal'].includes(getComputedStyle(button, '::after').content)).length"
        ))
    };
    assert_eq!(arrows("#listed tbody button"), 0);
    assert_eq!(arrows("#listed thead button"), 7);
    // Scores have intervals and counts; where nothing speaks there is no score.
    let first = "return [...document.querySelectorAll('#listed tbody tr:first-child td.score')].slice(0, 3)\
         .map(cell => cell.querySelector('b').textContent + cell.querySelector('small').textContent)";
    let silent = "\u{2013}no statement speaks to this";
    assert_eq!(page.script(first), json!([silent, silent, silent]));
    let notes = "return [...document.querySelectorAll('#listed tbody tr:nth-child(2) td.score small')].\
        map(n => n.textContent)";
    let notes = page.script(notes);
    assert!(notes[0].as_str().unwrap().contains(" to "), "{notes}");
    assert!(
        notes[1].as_str().unwrap().contains(" favor \u{b7} "),
        "{notes}"
    );
    // Filtering by title, date, or name.
    let filter = |words: &str| {
        page.script(&format!(
            "const box = document.getElementById('filter'); box.value = {words:?}; box.\
                dispatchEvent(new Event('input'))"
        ));
        let shown = "return [...document.querySelectorAll('#listed tbody tr')].filter(row => \
            row.offsetHeight > 0).length";
        (
            page.script(shown).as_u64().unwrap(),
            page.text("#listing .find span"),
        )
    };
    assert_eq!(filter("NUMBER notes 7"), (6, "6 of 30 articles".into()));
    assert_eq!(filter("2025-05-02"), (2, "2 of 30 articles".into()));
    assert_eq!(filter("zzz"), (0, "0 of 30 articles".into()));
    assert_eq!(filter(""), (30, "30 articles".into()));
}

#[test]
fn favoring_conflict_is_no_good_news() {
    let Some(page) = Page::open(1280) else { return };
    drop_files(&page, &thirty());
    for scheme in ["light", "dark"] {
        page.browser.set_media("screen", scheme);
        let color = |selector: &str| {
            let script = format!(
                "return getComputedStyle(document.\
                    querySelector('#listed {selector} b')).color.match(/[0-9.]+/g).map(Number)"
            );
            let color = page.script(&script);
            let of = |at: usize| color[at].as_f64().unwrap() / 255.0;
            [of(0), of(1), of(2)]
        };
        let for_conflict = color("td.for[data-target=conflict]");
        let [red, green, blue] = for_conflict;
        assert!(
            red > green && red > blue,
            "{scheme}: {for_conflict:?} is not red"
        );
        assert!(for_conflict != color("td.for[data-target=peace]"));
        let paper = page.script(
            "return getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)",
        );
        let paper = [0_usize, 1, 2].map(|at| paper[at].as_f64().unwrap() / 255.0);
        for selector in [
            "td.for[data-target=conflict]",
            "td.for[data-target=peace]",
            "td.score:not(.for):not(.against)",
        ] {
            let ratio = contrast(color(selector), paper);
            assert!(ratio >= 4.5, "{scheme} {selector}: {ratio}");
        }
    }
}

/// The contrast of two colors (WCAG 2.2, relative luminance).
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |color: [f64; 3]| {
        let linear = color.map(|part| match part <= 0.04045 {
            true => part / 12.92,
            false => ((part + 0.055) / 1.055).powf(2.4),
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (light, dark) = (
        luminance(a).max(luminance(b)),
        luminance(a).min(luminance(b)),
    );
    (light + 0.05) / (dark + 0.05)
}

#[test]
fn articles_are_downloaded_with_a_row_each() {
    let Some(page) = Page::open(1280) else { return };
    let mut files = thirty()[..3].to_vec();
    files.push((
        "=cmd.txt".into(),
        "\u{201c}We met,\u{201d} they said.".into(),
    ));
    drop_files(&page, &files);
    let folder = tempfile::tempdir().unwrap();
    let allow = json!({"behavior": "allow", "downloadPath": folder.path()});
    page.browser.devtools("Browser.setDownloadBehavior", allow);
    page.script("document.getElementById('articles').click()");
    let bytes = downloaded(&folder.path().join("articles.csv"));
    let csv = Table::read(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap());
    assert_eq!(csv.rows.len(), 4);
    let cell = |row: usize, column: &str| {
        let at = csv.header.iter().position(|name| name == column);
        csv.rows[row][at.unwrap_or_else(|| panic!("no {column}"))].clone()
    };
    assert!(cell(1, "title").starts_with("Notes of number 1 on"));
    assert_eq!(
        (cell(1, "date"), cell(1, "statements")),
        ("2025-05-02".into(), "4".into())
    );
    let score: f64 = cell(1, "peace_score").parse().unwrap();
    let low: f64 = cell(1, "peace_score_low").parse().unwrap();
    let high: f64 = cell(1, "peace_score_high").parse().unwrap();
    assert!(low <= score && score <= high);
    assert_ne!(cell(1, "peace_favor"), "0");
    assert_eq!(cell(0, "peace_score"), "", "nothing speaks to it");
    assert_eq!(cell(0, "peace_favor"), "0");
    assert_eq!(cell(3, "id"), "'=cmd.txt", "a spreadsheet would compute it");
    assert!(cell(2, "sentiment_p_negative").parse::<f64>().is_ok());
}

#[test]
fn an_article_of_another_language_is_told_to_the_page_and_markup_of_markdown_too() {
    let Some(page) = Page::open(1280) else { return };
    let german =
        "Wir begr\u{fc}\u{df}en den Waffenstillstand zwischen beiden Seiten am Donnerstag.";
    drop_files(&page, &[("de.txt".into(), german.into())]);
    let foreign = "return document.querySelector('#article .banner')?.textContent ?? ''";
    let told = page.script(foreign);
    assert_eq!(
        told,
        "This article is in German; the models know English, French, Spanish, Russian, Arabic and Chinese: its \
         statements are not scored."
    );
    let markdown =
        "# T\u{e4}lks\n\nWe **welcome** the [ceasefire](http://a.example/b) of 2 * 3 `days`.\n";
    drop_files(&page, &[("a.md".into(), markdown.into())]);
    page.until(
        "the markup is known",
        "return (document.getElementById('article').dataset.markup ?? '') !== ''",
    );
    assert_eq!(page.script(foreign), "");
    let stretches = page.script("return document.getElementById('article').dataset.markup");
    let mut read = markdown.as_bytes().to_vec();
    for stretch in stretches.as_str().unwrap().split(' ').rev() {
        let (from, to) = stretch.split_once('-').unwrap();
        read.drain(from.parse::<usize>().unwrap()..to.parse::<usize>().unwrap());
    }
    let read = String::from_utf8(read).unwrap();
    assert_eq!(
        read,
        "T\u{e4}lks\n\nWe welcome the ceasefire of 2 * 3 days.\n"
    );
}
