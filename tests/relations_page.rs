//! The page of relations in a browser: pick two parties, choose a point, read its statements.

use crate::browser::Browser;
use crate::run::{Done, Run};
use serde_json::json;

fn page() -> Done {
    let mut csv = "id,date,title,text\n".to_owned();
    for year in 2001..=2012 {
        if year == 2005 {
            continue;
        }
        for n in 0..3 {
            let sentence = match year < 2007 {
                true => "Kenya thanked Uganda for its help. Uganda praised Kenya",
                false => {
                    "Kenya condemned Uganda for the attack. Uganda accused Kenya of shelling <b>the post</b>"
                }
            };
            csv += &format!(
                "{year}-{n},{year}-0{}-01,\"<i>Talks</i> {year} {n}\",{sentence} at post {year}{n}. Chad met Kenya.\n",
                n + 1
            );
        }
    }
    Run::new()
        .file("news.csv", csv)
        .args([
            "relations",
            "news.csv",
            "--format",
            "html",
            "-o",
            "page.html",
            "--quiet",
        ])
        .success()
}

#[test]
fn a_pair_is_picked_and_a_point_shows_its_statements() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let done = page();
    for width in [1280, 390] {
        browser.set_width(width);
        browser.requests();
        browser.open(&done.path("page.html"));
        let address = format!("file://{}", done.path("page.html").display());
        assert_eq!(
            browser.requests(),
            [address],
            "the page asks for nothing but itself"
        );
        let wide = browser.script("return document.documentElement.scrollWidth > innerWidth");
        assert_eq!(wide, json!(false), "{width} px hold the page");
        let pick = "const holder = document.getElementById('holder'); holder.value = 'UGA'; \
                    holder.dispatchEvent(new Event('change')); return document.getElementById('counterpart').value";
        assert_eq!(browser.script(pick), json!("KEN"));
        assert_eq!(
            browser.script("return document.querySelectorAll('figure').length"),
            json!(5)
        );
        // Eleven years with articles, in each plot that has points.
        let dots =
            "return [...document.querySelectorAll('figure')].at(3).querySelectorAll('.dot').length";
        assert_eq!(browser.script(dots), json!(11));
        let turns = "return [...document.querySelectorAll('figure')].at(3).querySelectorAll('.turn').length";
        assert_eq!(browser.script(turns), json!(1));
        let choose = "[...document.querySelectorAll('figure')].at(3).querySelectorAll('.dot')[0]\
                      .dispatchEvent(new MouseEvent('click', { bubbles: true })); \
                      return document.querySelector('section h2').textContent";
        assert_eq!(
            browser.script(choose),
            json!("The strongest statements of 2001")
        );
        let texts = browser.script(
            "return [...document.querySelectorAll('.statements li')].map(one => one.textContent)",
        );
        let texts = texts.as_array().unwrap();
        assert_eq!(texts.len(), 3);
        assert!(
            texts
                .iter()
                .all(|text| text.as_str().unwrap().contains("Uganda praised Kenya")),
            "{texts:?}"
        );
        let markup =
            "return document.querySelectorAll('.statements b, .statements i, .meta i').length";
        assert_eq!(browser.script(markup), json!(0), "words of others are text");
        let heat = "return document.querySelectorAll('.heat td.cell').length";
        assert!(browser.script(heat).as_u64().unwrap() >= 3);
        let other = "document.querySelector('.pick button').click(); return document.getElementById('holder').value";
        assert_eq!(browser.script(other), json!("KEN"));
    }
}
