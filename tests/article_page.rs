//! Pages of articles in a browser: what a reader sees, asks and gets, by mouse and by keyboard.

use crate::browser::{Browser, DOWN, ENTER, ESCAPE, RIGHT};
use crate::cli_page::data;
use crate::report_page::{CONTRAST, strings};
use crate::run::{Done, Run, root};
use serde_json::{Value, json};

/// Widths of a phone, a tablet and a desktop.
const WIDTHS: [u32; 3] = [360, 800, 1280];

fn pages() -> Done {
    let articles = root().join("datasets/articles");
    Run::new()
        // One without a date, which is an article only if it is named.
        .args(["score", articles.join("README.md").to_str().unwrap()])
        .args([articles.to_str().unwrap(), "--format", "html"])
        .args(["--max-risk", "0.1", "-o", "pages"])
        .success()
}

const RIVER: &str = "pages/0005-river-ceasefire-2023-09-02.html";

/// What is focused, as a selector would have it.
#[track_caller]
fn focused(browser: &Browser) -> String {
    let focused = browser.script(
        "const at = document.activeElement; return at.className.split(' ')[0] || at.tagName",
    );
    focused.as_str().unwrap().to_owned()
}

#[test]
fn a_page_shows_what_was_said_and_why() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let done = pages();
    let path = done.path(RIVER);
    browser.requests();
    browser.set_media("screen", "light");
    browser.set_width(1280);
    browser.open(&path);
    let address = format!("file://{}", path.display());
    assert_eq!(
        browser.requests(),
        [address],
        "the page asks for nothing but itself"
    );
    let article = data(&String::from_utf8(done.read(RIVER)).unwrap());
    the_text_is_whole(&browser, &article);
    statements_are_marked(&browser, &article);
    targets_are_switched(&browser, &article);
    reasons_are_opened_by_keyboard(&browser, &article);
    reasons_are_opened_by_mouse(&browser);
    it_fits_and_can_be_read(&browser);
}

fn the_text_is_whole(browser: &Browser, article: &Value) {
    let text = browser.script("return document.querySelector('.text').textContent");
    assert_eq!(text, article["full_text"]);
    let levels = browser.script("return [...document.querySelectorAll('h1')].length");
    assert_eq!(levels, 1);
}

/// The marks of all statements on the target shown: label and side.
fn marks(browser: &Browser) -> Value {
    browser.script(
        "return [...document.querySelectorAll('.statement')].map(s => [s.dataset.tag || '', s.className])",
    )
}

fn statements_are_marked(browser: &Browser, article: &Value) {
    let marks = marks(browser);
    let statements = article["statements"].as_array().unwrap();
    assert_eq!(marks.as_array().unwrap().len(), statements.len());
    for (mark, statement) in marks.as_array().unwrap().iter().zip(statements) {
        let peace = &statement["targets"]["peace"];
        let (tag, class) = (mark[0].as_str().unwrap(), mark[1].as_str().unwrap());
        let label = peace["label"].as_str().unwrap();
        if peace["deferred"] == true {
            assert!(
                tag.starts_with("deferred") && class.contains("deferred"),
                "{mark}"
            );
        } else if label == "none" {
            assert_eq!((tag, class.contains("plain")), ("", true));
        } else {
            let side = if label == "favor" {
                " for "
            } else {
                " against "
            };
            assert!(tag.starts_with(label) && class.contains(side), "{mark}");
        }
    }
    // Not by color alone: the sides are underlined in different ways.
    let lines = browser.script(
        "return ['for', 'against'].map(side => getComputedStyle(
           document.querySelector('.statement.' + side)).textDecorationStyle)",
    );
    assert_ne!(lines[0], lines[1]);
}

fn targets_are_switched(browser: &Browser, article: &Value) {
    let names: Vec<&String> = article["article"].as_object().unwrap().keys().collect();
    let shown = browser.script(
        "return [...document.querySelectorAll('[role=tab] .name')].map(t => t.textContent)",
    );
    assert_eq!(shown, json!(names));
    let before = marks(browser);
    browser.script("document.querySelector('[role=tab]').focus()");
    browser.press(RIGHT);
    browser.press(RIGHT);
    let chosen = browser.script(
        "return [...document.querySelectorAll('[aria-selected=true] .name')].map(t => t.textContent)",
    );
    assert_eq!(chosen, json!(["conflict"]));
    assert_ne!(marks(browser), before);
    let first = browser.script("return document.querySelectorAll('.flow .bar').length");
    assert_eq!(first, article["statements"].as_array().unwrap().len());
    browser.script("document.querySelector('[role=tab]').click()");
    assert_eq!(marks(browser), before);
}

/// The bars that are drawn for a statement add up to its margin, in numbers and on the screen, by word and
/// by feature.
fn bars_add_up(browser: &Browser, statement: &Value) {
    let explanation = &statement["targets"]["peace"]["explanation"];
    for kind in ["words", "features"] {
        let rows = browser.script(&format!(
            "document.querySelector('.why details').open = '{kind}' === 'features';
             return [...document.querySelectorAll('.contributions.{kind} tr')].map(r => {{
               const box = r.querySelector('rect.part').getBoundingClientRect();
               return [r.dataset.part, +r.dataset.value, box.left, box.right] }})",
        ));
        let rows = rows.as_array().unwrap();
        let value = |row: &Value| row[1].as_f64().unwrap();
        let (margin, parts) = rows.split_last().unwrap();
        assert_eq!(margin[0], "margin");
        assert_eq!(parts[0][0], "intercept");
        assert_eq!(margin[1], explanation["margin"]);
        let sum: f64 = parts.iter().map(value).sum();
        assert!((sum - value(margin)).abs() < 1e-9, "{kind} {sum} {margin}");
        // The last part ends where the margin does.
        let end = |row: &Value| row[if value(row) < 0.0 { 2 } else { 3 }].as_f64().unwrap();
        let (last, whole) = (end(parts.last().unwrap()), end(margin));
        assert!((last - whole).abs() < 1.5, "{kind} {last} {whole}");
    }
    let shown = browser.script("return document.querySelector('.traced').textContent");
    assert_eq!(shown, statement["text"], "no letter is lost by tinting");
}

fn reasons_are_opened_by_keyboard(browser: &Browser, article: &Value) {
    browser.script("document.querySelector('[role=tab]').focus()");
    browser.press_tab();
    // The parties stand between the targets and the text.
    while focused(browser) == "party" {
        browser.press_tab();
    }
    assert_eq!(focused(browser), "statement");
    bars_add_up(browser, &article["statements"][0]);
    browser.press(DOWN);
    bars_add_up(browser, &article["statements"][1]);
    let shown = browser.script("return document.querySelector('.why h2').textContent");
    assert!(
        shown.as_str().unwrap().starts_with("peace favor +"),
        "{shown}"
    );
    let open = browser.script("return document.querySelectorAll('[aria-expanded=true]').length");
    assert_eq!(open, 1);
    browser.press(ENTER);
    assert_eq!(focused(browser), "why");
    browser.press(ESCAPE);
    assert_eq!(focused(browser), "statement");
    assert_eq!(
        browser.script("return document.querySelectorAll('.contributions.words').length"),
        0
    );
    assert_eq!(
        browser.script("return document.activeElement.dataset.index"),
        "1",
        "back to the statement"
    );
    let (role, _) = browser.roles_and_names(".statement").remove(0);
    assert_eq!(role, "button");
    for (role, name) in browser.roles_and_names("[role=tab], .flow svg, .why") {
        assert!(!role.is_empty() && !name.is_empty(), "{role} {name}");
    }
}

fn reasons_are_opened_by_mouse(browser: &Browser) {
    let n_shown =
        || browser.script("return document.querySelectorAll('.contributions.words').length");
    let place = browser.script(
        "const first = document.querySelectorAll('.statement')[2];
         first.scrollIntoView({ block: 'center' });
         const box = first.getClientRects()[0];
         return [box.left + box.width / 2, box.top + box.height / 2]",
    );
    let at = json!({"type": "mouseMoved", "x": place[0], "y": place[1]});
    browser.devtools("Input.dispatchMouseEvent", at);
    assert_eq!(n_shown(), 1, "pointing is enough");
    browser.script("document.querySelector('.shut').click()");
    assert_eq!(n_shown(), 0);
    browser.script("document.querySelectorAll('.statement')[2].click()");
    assert_eq!(n_shown(), 1);
    browser.script("document.querySelector('.shut').click()");
    assert_eq!(n_shown(), 0);
}

fn it_fits_and_can_be_read(browser: &Browser) {
    browser.script("document.querySelectorAll('.statement')[2].click()");
    for scheme in ["light", "dark"] {
        browser.set_media("screen", scheme);
        for target in 0..4 {
            browser.script(&format!(
                "document.querySelectorAll('[role=tab]')[{target}].click()"
            ));
            for width in WIDTHS {
                browser.set_width(width);
                let widest = browser.script("return document.documentElement.scrollWidth");
                assert_eq!(widest, width, "{scheme}, target {target}");
            }
            assert_eq!(
                strings(&browser.script(CONTRAST)),
                [""; 0],
                "{scheme}, target {target}"
            );
        }
    }
    browser.set_media("print", "dark");
    browser.set_width(718);
    let seen = browser.script(
        "return ['.why', '.targets', '.text', '.statement'].map(s => getComputedStyle(
           document.querySelector(s)).display == 'none')",
    );
    assert_eq!(seen, json!([true, false, false, false]));
    let paper = browser.script(
        "return getComputedStyle(document.body).colorScheme && \
        getComputedStyle(document.body).backgroundColor",
    );
    assert_eq!(paper, "rgb(253, 252, 249)");
    browser.set_media("screen", "light");
}

#[test]
fn untrusted_text_is_text() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let nasty = "</script><script>window.hit = 1</script><img src=x onerror=\"window.hit = 1\">";
    let line = json!({
        "id": format!("id {nasty}"), "date": nasty, "title": format!("Title {nasty}"),
        "text": format!("We welcome the {nasty} ceasefire.\u{2028}They shelled {nasty} the \
            town.\r\n\r\nNaïve 😀 end."),
    });
    let done = Run::new()
        .file("a.jsonl", format!("{line}\n"))
        .args(["score", "a.jsonl", "--format", "html", "-o", "page.html"])
        .success();
    browser.requests();
    browser.open(&done.path("page.html"));
    assert_eq!(browser.requests().len(), 1);
    let found = browser.script(
        "return [window.hit || 0, document.images.length, document.scripts.length,
           document.querySelector('.text').textContent, document.title]",
    );
    assert_eq!(found[0], 0);
    assert_eq!(found[1], 0);
    assert_eq!(found[2], 3);
    assert_eq!(found[3], line["text"]);
    assert_eq!(found[4], line["title"]);
    let statements = browser.script(
        "return [...document.querySelectorAll('.text .statement')].map(s => s.textContent)",
    );
    let article = data(&String::from_utf8(done.read("page.html")).unwrap());
    let meant: Vec<&Value> = article["statements"].as_array().unwrap()[1..]
        .iter()
        .map(|statement| &statement["text"])
        .collect();
    assert_eq!(statements, json!(meant));
}

#[test]
fn the_index_is_sorted_by_its_heads() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let done = pages();
    browser.open(&done.path("pages/index.html"));
    let column = |at: u32| {
        let script = format!(
            "return [...document.querySelectorAll('tbody tr')].map(r => \
             (r.cells[{at}].querySelector('b') ?? r.cells[{at}]).textContent)"
        );
        browser.script(&script)
    };
    let sort = |at: u32| {
        browser.script(&format!(
            "document.querySelectorAll('thead button')[{at}].click()"
        ));
    };
    sort(0);
    let dates = column(0);
    let dates = strings(&dates);
    assert_eq!(dates.last(), Some(&""), "what has no date stands last");
    assert!(
        dates[..dates.len() - 1].is_sorted() && dates.len() == 6,
        "{dates:?}"
    );
    sort(2);
    sort(2);
    let scores = column(2);
    let numbers: Vec<f64> = strings(&scores)
        .iter()
        // Where no statement speaks to the target, there is no score.
        .filter(|score| **score != "\u{2013}")
        .map(|score| score.replace('\u{2212}', "-").parse().unwrap())
        .collect();
    assert!(numbers.is_sorted_by(|a, b| a >= b), "{numbers:?}");
    let sorted = browser.script("return document.querySelectorAll('thead th')[2].ariaSort");
    assert_eq!(sorted, "descending");
    assert_eq!(browser.roles_and_names("svg").len(), 4);
    for scheme in ["light", "dark"] {
        browser.set_media("screen", scheme);
        assert_eq!(strings(&browser.script(CONTRAST)), [""; 0], "{scheme}");
        for width in WIDTHS {
            browser.set_width(width);
            assert_eq!(
                browser.script("return document.documentElement.scrollWidth"),
                width
            );
        }
    }
}

/// A page of a text, opened; `name` tells how it is read.
fn opened(browser: &Browser, name: &str, text: &str) -> Done {
    let done = Run::new()
        .file(name, text)
        .args(["score", name, "--format", "html", "-o", "page.html"])
        .success();
    browser.set_media("screen", "light");
    browser.set_width(1280);
    browser.open(&done.path("page.html"));
    done
}

#[test]
fn a_page_opens_where_most_is_marked_and_draws_no_score_where_nothing_speaks() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let text = "We condemn the attack on the town. They bombed the harbour and shelled the border posts. The army \
                threatens to invade the valley with tanks.";
    let done = opened(&browser, "a.txt", text);
    let article = data(&String::from_utf8(done.read("page.html")).unwrap());
    let n_marked = |target: &str| {
        let statements = article["statements"].as_array().unwrap().iter();
        let labels = statements.map(|one| one["targets"][target]["label"].as_str().unwrap());
        labels
            .filter(|label| !matches!(*label, "none" | "neutral"))
            .count()
    };
    let targets: Vec<&str> = article["article"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let most = targets.iter().map(|target| n_marked(target)).max().unwrap();
    let first = targets
        .iter()
        .find(|target| n_marked(target) == most)
        .unwrap();
    let shown = browser.script("return document.querySelector('.detente').dataset.target");
    assert_eq!(shown, **first);
    for target in targets {
        let found = &article["article"][target];
        let Some(favor) = found.get("favor") else {
            continue;
        };
        let is_silent = favor == 0 && found["against"] == 0;
        let drawn = browser.script(&format!(
            "const tab = document.querySelector('[data-target={target}][role=tab]');
             return [tab.textContent.includes('no statement speaks to this'),
               tab.querySelectorAll('.score, svg').length]"
        ));
        assert_eq!(
            drawn,
            json!([is_silent, if is_silent { 0 } else { 2 }]),
            "{target}"
        );
    }
}

#[test]
fn for_a_conflict_is_drawn_in_hues_of_its_own_that_can_be_read() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let text = "We welcome the ceasefire. We will attack the town and bomb the harbour. We condemn the attack.";
    opened(&browser, "a.txt", text);
    for scheme in ["light", "dark"] {
        browser.set_media("screen", scheme);
        // The hues themselves, and the text beside a mark on the darkest tint of it.
        let found = browser.script(
            "const light = ([r, g, b]) => { const f = x => (x /= 255) <= .04045 ? x / 12.92
               : ((x + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b) };
             const paper = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
             const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
               return (x + .05) / (y + .05) };
             const of = target => ['--for', '--against'].map(name => {
               document.querySelector('[role=tab][data-target=' + target + ']').click();
               const hue = getComputedStyle(document.querySelector('.text')).getPropertyValue(name).trim();
               const rgb = [1, 3, 5].map(at => parseInt(hue.slice(at, at + 2), 16));
               const tint = rgb.map((c, i) => .23 * c + .77 * paper[i]);
               return [hue, ratio(rgb, paper), ratio(rgb, tint)] });
             return [of('peace'), of('conflict')]",
        );
        let hue = |target: usize, side: usize| found[target][side][0].as_str().unwrap();
        let hues = [hue(0, 0), hue(0, 1), hue(1, 0), hue(1, 1)];
        let distinct: std::collections::BTreeSet<&str> = hues.into_iter().collect();
        assert_eq!(distinct.len(), 4, "{hues:?}");
        for side in found
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|target| target.as_array().unwrap())
        {
            let ratios = [1, 2].map(|at| side[at].as_f64().unwrap());
            assert!(ratios.iter().all(|ratio| *ratio >= 4.5), "{scheme} {side}");
        }
    }
    // What is written +.00 is on neither side.
    let zero = browser.script(
        "return [...document.querySelectorAll('.target')].filter(tab => tab.querySelector('.score')
           && tab.querySelector('.score').textContent === '+.00' && tab.querySelector('.point:not(.plain)')).length",
    );
    assert_eq!(zero, 0);
}

#[test]
fn a_long_text_is_a_small_page_that_shows_the_same() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let part = "We welcome the naïve ceasefire 😀 that both sides signed in Genève, and we call on the council to \
                support trade and water talks. They shelled the harbour of the town again on Monday. The session \
                opened at noon.\n\n";
    let text = format!("# A *long* title\n\n{}", part.repeat(117_000 / part.len()));
    let done = opened(&browser, "a.md", &text);
    let page = done.read("page.html");
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    let json = done
        .then()
        .args(["score", "a.md", "--format", "json", "--explain", "--full"])
        .success()
        .json();
    let article = &json[0];
    assert_eq!(
        browser.script("return document.querySelector('.text').textContent"),
        article["full_text"]
    );
    let statements = article["statements"].as_array().unwrap();
    let texts = browser
        .script("return [...document.querySelectorAll('.statement')].map(s => s.textContent)");
    let meant: Vec<&Value> = statements
        .iter()
        .map(|statement| &statement["text"])
        .collect();
    assert_eq!(texts, json!(meant));
    for (at, target) in [
        (1, "peace"),
        (2, "conflict"),
        (statements.len() - 1, "sentiment"),
    ] {
        browser.script(&format!(
            "document.querySelector('[role=tab][data-target={target}]').click();
             document.querySelectorAll('.statement')[{at}].click()"
        ));
        let answer = &statements[at]["targets"][target];
        let shown = browser.script(
            "return [document.querySelector('.why h2').textContent, document.querySelector('.traced').textContent,
               [...document.querySelectorAll('.contributions.words tbody tr')].map(r => +r.dataset.value),
               [...document.querySelectorAll('.contributions.features tbody tr')].map(r => +r.dataset.value),
               +document.querySelector('.contributions tfoot tr').dataset.value,
               [...document.querySelectorAll('.contributions.features code')].map(c => c.textContent)]",
        );
        let head = format!("{target} {}", answer["label"].as_str().unwrap());
        assert!(shown[0].as_str().unwrap().starts_with(&head), "{shown}");
        assert_eq!(shown[1], statements[at]["text"]);
        let margin = shown[4].as_f64().unwrap();
        assert!((margin - answer["explanation"]["margin"].as_f64().unwrap()).abs() <= 0.005);
        for parts in [2, 3] {
            let sum: f64 = shown[parts]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part.as_f64().unwrap())
                .sum();
            assert!((sum - margin).abs() < 1e-9, "{sum} {margin}");
        }
        let features = answer["explanation"]["features"].as_array().unwrap().iter();
        let features =
            features.map(|one| one["feature"].as_str().unwrap().split_once(':').unwrap().1);
        assert_eq!(shown[5], json!(features.collect::<Vec<_>>()));
        browser.script("document.querySelector('.shut').click()");
    }
}

#[test]
fn markdown_is_drawn_without_its_markup() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let text = "# The *accord*\n\nWe **welcome** the [talks](https://example.org/a \"b c\") on `trade`.\n\n\
                - They shelled the _town_.\n\n> A quote.\n\n```\nlet code = 1;\n```\n";
    opened(&browser, "a.md", text);
    // What is there, and what is seen.
    assert_eq!(
        browser.script("return document.querySelector('.text').textContent"),
        text
    );
    let seen = browser.script("return document.querySelector('.text').innerText");
    let seen = seen.as_str().unwrap();
    for words in [
        "The accord",
        "We welcome the talks on trade.",
        "They shelled the town.",
        "A quote.",
        "let code = 1;",
    ] {
        assert!(seen.contains(words), "{words} in {seen}");
    }
    for sign in ["#", "**", "](", "example.org", "b c", "`", "_", "> "] {
        assert!(!seen.contains(sign), "{sign} in {seen}");
    }
}

#[test]
fn an_unknown_language_has_a_banner() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let banner = |text: &str| {
        opened(&browser, "a.txt", text);
        let banner = browser.script(
            "return [...document.querySelectorAll('.banner')].filter(b => b.checkVisibility()).map(b => b.textContent)",
        );
        strings(&banner)
            .iter()
            .map(|&text| text.to_owned())
            .collect::<Vec<String>>()
    };
    for text in [
        "Wir begrüßen den Waffenstillstand. Beide Seiten unterzeichneten den Vertrag über das Wasser.",
        "Ми вітаємо припинення вогню. Міністр засудив напад.",
    ] {
        let shown = banner(text);
        assert!(
            shown.len() == 1 && shown[0].starts_with("This article is in "),
            "{shown:?}"
        );
    }
    assert_eq!(banner("We welcome the ceasefire at the border."), [""; 0]);
}
