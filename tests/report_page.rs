//! The HTML reports in a browser: nothing from elsewhere, readable at any width, in the dark, on paper,
//! by keyboard and by ear.

use crate::browser::Browser;
use crate::run::{Done, Run, root};
use crate::toy;
use serde_json::Value;

/// Widths of a phone and of a desktop.
const WIDTHS: [u32; 2] = [390, 1280];

/// Pages with every section: an evaluation of the embedded model, a cross-validation.
fn pages() -> Done {
    let data = root().join("datasets/diplomatic/statements.csv");
    Run::new()
        .args(["evaluate", data.to_str().unwrap(), "--where", "split=test"])
        .args(["--where", "region=europe", "--group", "document"])
        .args([
            "--by",
            "register,year",
            "--resamples",
            "60",
            "--report",
            "evaluation.html",
        ])
        .success()
        .then()
        .file("toy.csv", toy::wide())
        .args([
            "cross-validate",
            "toy.csv",
            "--targets",
            "peace,tone",
            "--group",
            "doc",
        ])
        .args([
            "--folds",
            "2",
            "--inner-folds",
            "2",
            "--l2",
            "0.1",
            "--resamples",
            "60",
        ])
        .args(["--learning-curve", "2", "--report", "cross-validation.html"])
        .success()
}

#[track_caller]
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    let items = value.as_array().unwrap().iter();
    items.map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn a_report_is_readable_everywhere() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let done = pages();
    for name in ["evaluation.html", "cross-validation.html"] {
        let path = done.path(name);
        browser.requests();
        browser.set_media("screen", "light");
        browser.open(&path);
        let address = format!("file://{}", path.display());
        assert_eq!(
            browser.requests(),
            [address],
            "{name} asks for nothing but itself"
        );
        it_fits(&browser, name);
        it_speaks(&browser, name);
        it_is_reached_by_keyboard(&browser, name);
        it_is_dark_at_night(&browser, name);
        it_prints(&browser, name);
    }
}

/// Nothing makes the page wider than the window; what is wide scrolls by itself.
fn it_fits(browser: &Browser, name: &str) {
    for width in WIDTHS {
        browser.set_width(width);
        let widest = browser.script("return document.documentElement.scrollWidth");
        assert_eq!(widest, width, "{name} at {width} px");
        // The words of a plot shrink with it.
        let smallest = browser.script(
            "return Math.min(...[...document.querySelectorAll('svg text')].map(
               t => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getBoundingClientRect().width
                 / t.ownerSVGElement.viewBox.baseVal.width))",
        );
        assert!(
            smallest.as_f64().unwrap() >= 11.0,
            "{name} at {width} px: words of {smallest} px"
        );
    }
}

/// Headings in order, sections and pictures with names, tables with captions and heads.
fn it_speaks(browser: &Browser, name: &str) {
    let levels = browser.script(
        "return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => h.tagName.slice(1))",
    );
    let levels: Vec<u32> = strings(&levels)
        .iter()
        .map(|l| l.parse().unwrap())
        .collect();
    assert_eq!(
        (levels[0], levels.iter().filter(|l| **l == 1).count()),
        (1, 1)
    );
    assert!(
        levels.windows(2).all(|pair| pair[1] <= pair[0] + 1),
        "{name}: {levels:?}"
    );
    let figures = browser.roles_and_names("svg");
    assert!(figures.len() > 3, "{name} has plots");
    for (role, label) in figures {
        assert!(
            ["img", "image", "graphics-document"].contains(&&*role),
            "{name}: {role}"
        );
        assert!(
            label.len() > 20 && label.contains(|c: char| c.is_ascii_digit()),
            "{label}"
        );
    }
    for (role, label) in browser.roles_and_names("section, .scroll") {
        assert_eq!((&*role, label.is_empty()), ("region", false), "{name}");
    }
    let silent = browser.script(
        "return [...document.querySelectorAll('table')].filter(t => !t.caption
           || !t.querySelector('th[scope]')
           || [...t.rows].some(r => !r.querySelector('th'))).map(t => t.outerHTML.slice(0, 90))",
    );
    assert_eq!(strings(&silent), [""; 0], "{name}");
}

/// Every table that may scroll gets the focus, and shows it.
fn it_is_reached_by_keyboard(browser: &Browser, name: &str) {
    browser.set_width(390);
    let stops = browser.script("return document.querySelectorAll('a, .scroll, summary').length");
    browser.script("document.body.focus(); window.seen = new Set(); window.dull = [];");
    for _ in 0..stops.as_u64().unwrap() {
        browser.press_tab();
        browser.script(
            "const at = document.activeElement; seen.add(at);
             if (at.matches('.scroll') && getComputedStyle(at).outlineStyle == 'none')
               dull.push(at.ariaLabel)",
        );
    }
    let missed = browser.script(
        "return [...document.querySelectorAll('a, .scroll, summary')].filter(e => !seen.has(e))
           .map(e => e.outerHTML.slice(0, 90))",
    );
    assert_eq!(strings(&missed), [""; 0], "{name}");
    assert_eq!(strings(&browser.script("return dull")), [""; 0], "{name}");
}

/// The contrast of every text with what lies behind it, as WCAG 2.1 has it (1.4.3), at least 4.5.
pub(crate) const CONTRAST: &str = "
  const parse = color => color.startsWith('color(srgb')
    ? color.match(/[\\d.]+/g).slice(0, 4).map((x, i) => i < 3 ? 255 * x : +x)
    : color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => { const f = x => (x /= 255) <= .04045 ? x / 12.92
    : ((x + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b) };
  const behind = element => {
    if (!element) return [255, 255, 255];
    const c = parse(getComputedStyle(element).backgroundColor), a = c.length > 3 ? c[3] : 1;
    if (a == 0) return behind(element.parentElement);
    const under = a < 1 ? behind(element.parentElement) : c;
    return [0, 1, 2].map(i => a * c[i] + (1 - a) * under[i]) };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)];
    return (Math.max(x, y) + .05) / (Math.min(x, y) + .05) };
  const faint = [];
  for (const e of document.querySelectorAll('body *, svg text')) {
    const own = [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim());
    if (!own || e.closest('.sr')) continue;
    const style = getComputedStyle(e), svg = e.closest('svg');
    const ink = parse(svg ? style.fill : style.color);
    const found = ratio(ink, behind(svg || e));
    if (found < 4.5) faint.push(e.tagName + ' ' + found.toFixed(2) + ' ' + e.textContent.slice(0, 40));
  }
  return faint;";

fn it_is_dark_at_night(browser: &Browser, name: &str) {
    let mut papers = Vec::new();
    for scheme in ["light", "dark"] {
        browser.set_media("screen", scheme);
        let faint = browser.script(CONTRAST);
        assert_eq!(strings(&faint), [""; 0], "{name}, {scheme}");
        papers.push(browser.script("return getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(papers[0], papers[1], "{name}");
}

/// On paper there is nothing to click, nothing is cut off, and what stands in boxes is open.
fn it_prints(browser: &Browser, name: &str) {
    // The width of A4 between margins of 1 cm at 96 dots an inch.
    browser.set_width(718);
    browser.set_media("print", "dark");
    let nav = browser.script("return getComputedStyle(document.querySelector('nav')).display");
    assert_eq!(nav, "none", "{name}");
    let paper = browser.script("return getComputedStyle(document.body).backgroundColor");
    assert_eq!(paper, "rgb(255, 255, 255)", "{name} is printed on white");
    let cut = browser.script(
        "return [...document.querySelectorAll('.scroll')].filter(
           e => e.getBoundingClientRect().left + e.scrollWidth > 719).map(e => e.ariaLabel + ' ' + e.scrollWidth)",
    );
    assert_eq!(strings(&cut), [""; 0], "{name}");
    assert_eq!(
        strings(&browser.script(CONTRAST)),
        [""; 0],
        "{name} on paper"
    );
    browser.set_media("screen", "light");
}
