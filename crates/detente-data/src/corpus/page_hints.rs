//! What the names that a page gives its parts say of them.

/// What a part of a page is beside the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// Who wrote it.
    Byline,
    /// What a picture shows, and whose it is.
    Caption,
    /// A notice about cookies and data.
    Consent,
    /// When it was written.
    Date,
    /// What a reader does not see.
    Hidden,
    /// Menus, lists of other stories, comments, boxes beside the story.
    Related,
    /// Requests to share, subscribe and pay.
    Share,
}

/// The words of classes and ids, in order, each with what it says.
const WORDS: [(&str, Hint); 97] = [
    ("addthis", Hint::Share),
    ("addtoany", Hint::Share),
    ("ads", Hint::Share),
    ("advert", Hint::Share),
    ("advertisement", Hint::Share),
    ("advertorial", Hint::Share),
    ("author", Hint::Byline),
    ("authors", Hint::Byline),
    ("breadcrumb", Hint::Related),
    ("breadcrumbs", Hint::Related),
    ("byline", Hint::Byline),
    ("caption", Hint::Caption),
    ("catlinks", Hint::Related),
    ("ccpa", Hint::Consent),
    ("comment", Hint::Related),
    ("comments", Hint::Related),
    ("consent", Hint::Consent),
    ("contents", Hint::Related),
    ("cookie", Hint::Consent),
    ("cookiebar", Hint::Consent),
    ("cookies", Hint::Consent),
    ("copyright", Hint::Share),
    ("credit", Hint::Caption),
    ("credits", Hint::Caption),
    ("date", Hint::Date),
    ("dateline", Hint::Date),
    ("datetime", Hint::Date),
    ("disclaimer", Hint::Share),
    ("disqus", Hint::Related),
    ("donate", Hint::Share),
    ("editsection", Hint::Related),
    ("eyebrow", Hint::Related),
    ("figcaption", Hint::Caption),
    ("follow", Hint::Share),
    ("footer", Hint::Related),
    ("gdpr", Hint::Consent),
    ("hatnote", Hint::Related),
    ("imagecaption", Hint::Caption),
    ("kicker", Hint::Related),
    ("latest", Hint::Related),
    ("masthead", Hint::Related),
    ("menu", Hint::Related),
    ("mostread", Hint::Related),
    ("navbar", Hint::Related),
    ("navbox", Hint::Related),
    ("navigation", Hint::Related),
    ("newsletter", Hint::Share),
    ("noprint", Hint::Related),
    ("onetrust", Hint::Consent),
    ("outbrain", Hint::Related),
    ("pager", Hint::Related),
    ("pagination", Hint::Related),
    ("paywall", Hint::Share),
    ("permalink", Hint::Share),
    ("photographer", Hint::Caption),
    ("popular", Hint::Related),
    ("popup", Hint::Share),
    ("postdate", Hint::Date),
    ("posted", Hint::Date),
    ("postedon", Hint::Date),
    ("print", Hint::Share),
    ("printfooter", Hint::Related),
    ("promo", Hint::Share),
    ("pubdate", Hint::Date),
    ("published", Hint::Date),
    ("readmore", Hint::Related),
    ("readnext", Hint::Related),
    ("recirc", Hint::Related),
    ("recommended", Hint::Related),
    ("reflist", Hint::Related),
    ("registration", Hint::Share),
    ("related", Hint::Related),
    ("seealso", Hint::Related),
    ("share", Hint::Share),
    ("sharedaddy", Hint::Share),
    ("sharing", Hint::Share),
    ("sidebar", Hint::Related),
    ("signup", Hint::Share),
    ("sitemap", Hint::Related),
    ("sitenav", Hint::Related),
    ("skip", Hint::Related),
    ("skiplink", Hint::Related),
    ("social", Hint::Share),
    ("sponsor", Hint::Share),
    ("sponsored", Hint::Share),
    ("submitted", Hint::Byline),
    ("subscribe", Hint::Share),
    ("subscription", Hint::Share),
    ("taboola", Hint::Related),
    ("tags", Hint::Related),
    ("timestamp", Hint::Date),
    ("toc", Hint::Related),
    ("toolbar", Hint::Share),
    ("topbar", Hint::Related),
    ("trending", Hint::Related),
    ("updated", Hint::Date),
    ("widget", Hint::Related),
];

/// Pairs of words that only say something together.
const PAIRS: [(&str, &str, Hint); 17] = [
    ("also", "read", Hint::Related),
    ("author", "bio", Hint::Byline),
    ("live", "nav", Hint::Related),
    ("main", "nav", Hint::Related),
    ("more", "stories", Hint::Related),
    ("most", "read", Hint::Related),
    ("nav", "bar", Hint::Related),
    ("posted", "on", Hint::Date),
    ("read", "more", Hint::Related),
    ("read", "next", Hint::Related),
    ("screen", "reader", Hint::Related),
    ("see", "also", Hint::Related),
    ("sign", "up", Hint::Share),
    ("site", "nav", Hint::Related),
    ("sr", "only", Hint::Related),
    ("top", "nav", Hint::Related),
    ("visually", "hidden", Hint::Related),
];

impl Hint {
    /// What a class or an id says: it is cut into words at signs and before capitals.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let mut found: Option<Self> = None;
        let mut before = String::new();
        let mut word = String::new();
        let mut was_lower = false;
        // `paywall-content` is what stands behind the wall.
        let (mut is_body, mut is_content) = (false, false);
        for c in name.chars().chain([' ']) {
            let is_word = c.is_ascii_alphanumeric();
            if (!is_word || (was_lower && c.is_ascii_uppercase())) && !word.is_empty() {
                let single = WORDS.binary_search_by(|(known, _)| known.cmp(&word.as_str()));
                let pair = PAIRS.iter().find(|(a, b, _)| *a == before && *b == word);
                found = found
                    .or(single.ok().map(|idx| WORDS[idx].1))
                    .or(pair.map(|(_, _, hint)| *hint));
                is_body |= word == "body";
                is_content |= word == "content";
                before = std::mem::take(&mut word);
            }
            was_lower = c.is_ascii_lowercase();
            if is_word {
                word.push(c.to_ascii_lowercase());
            }
        }
        found.filter(|hint| match hint {
            Self::Share => !is_body && !is_content,
            Self::Related | Self::Consent => !is_body,
            _ => true,
        })
    }

    /// What an ARIA role says.
    pub(super) fn of_role(role: &str) -> Option<Self> {
        match role {
            "alert" | "alertdialog" | "banner" | "complementary" | "contentinfo" | "dialog"
            | "menu" | "menubar" | "navigation" | "search" | "toolbar" => Some(Self::Related),
            _ => None,
        }
    }

    /// How much text, in bytes without blanks, a part of this kind may hold: one with more was named for
    /// something else, such as a wrapper of the whole story.
    pub(super) fn most_text(self) -> usize {
        match self {
            Self::Date => 100,
            Self::Byline => 250,
            Self::Caption => 500,
            Self::Share => 500,
            Self::Related => 1_500,
            Self::Consent => 3_000,
            Self::Hidden => usize::MAX,
        }
    }
}

/// Lines that ask for something or name what follows, in lower case; only whole lines are meant.
const LINES: [&str; 44] = [
    "(adsbygoogle = window.adsbygoogle || []).push({});",
    "accept all",
    "accept all cookies",
    "ad",
    "advertisement",
    "also read",
    "back to top",
    "click here to subscribe",
    "comments",
    "continue reading",
    "copy link",
    "download pdf",
    "email this",
    "facebook",
    "follow us",
    "log in",
    "more from this section",
    "more on this story",
    "more stories",
    "most read",
    "newsletter",
    "print",
    "print this page",
    "read also",
    "read more",
    "recommended",
    "related",
    "related articles",
    "related content",
    "related news",
    "related stories",
    "related topics",
    "save",
    "see also",
    "share",
    "share this",
    "share this article",
    "share this page",
    "sign in",
    "sign up",
    "skip to main content",
    "subscribe",
    "tags",
    "whatsapp",
];

/// How lines begin that ask for something; they may be at most so many bytes long.
const STARTS: [(&str, usize); 44] = [
    ("already a subscriber", 200),
    ("advertisement ", 60),
    ("by clicking ", 250),
    ("click here to ", 120),
    ("click to share", 120),
    ("copyright ", 200),
    ("follow us on ", 160),
    ("for more news", 160),
    ("get our ", 160),
    ("image caption", 400),
    ("image credit", 200),
    ("image source", 200),
    ("image:", 200),
    ("join our ", 160),
    ("last modified", 100),
    ("last updated", 100),
    ("listen to this article", 120),
    ("photo by ", 200),
    ("photo credit", 200),
    ("photo:", 300),
    ("photograph:", 200),
    ("picture:", 200),
    ("read also:", 250),
    ("read more about ", 200),
    ("read more:", 250),
    ("read next:", 250),
    ("related:", 250),
    ("see also:", 250),
    ("share on ", 120),
    ("share this ", 120),
    ("share via ", 120),
    ("sign in to ", 160),
    ("sign up ", 250),
    ("skip to ", 60),
    ("subscribe now", 160),
    ("subscribe to ", 250),
    ("this article is for subscribers", 200),
    ("this site uses cookies", 400),
    ("this website uses cookies", 400),
    ("to continue reading", 250),
    ("we use cookies", 500),
    ("you can unsubscribe", 250),
    ("©", 250),
    ("(c) 20", 200),
];

/// Headings under which the sources of a story stand, in lower case.
const SOURCES: [&str; 9] = [
    "bibliography",
    "external links",
    "footnotes",
    "further reading",
    "notes",
    "references",
    "related links",
    "see also",
    "sources",
];

/// Tells whether a line is a heading under which only sources and links stand.
pub(super) fn is_sources(line: &str) -> bool {
    let line = line.trim().trim_end_matches(':');
    line.len() <= 20 && SOURCES.contains(&line.to_lowercase().as_str())
}

/// Tells whether a line of the story's text is none of the story.
pub(super) fn is_beside_story(line: &str) -> bool {
    let line = line.trim().trim_end_matches([':', '»', '›', '→', '…', '.']);
    let start: String = line.chars().take(50).collect::<String>().to_lowercase();
    let is_whole = line.len() <= 50 && LINES.contains(&start.trim_end());
    is_whole
        || STARTS
            .iter()
            .any(|(known, most)| line.len() <= *most && start.starts_with(known))
        || (line.len() <= 200 && start.contains("all rights reserved"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order_and_stand_once() {
        assert!(WORDS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn names_are_read_word_by_word() {
        for (name, hint) in [
            ("article__byline", Some(Hint::Byline)),
            ("entry-meta relatedPosts", Some(Hint::Related)),
            ("wp-caption-text", Some(Hint::Caption)),
            ("CookieBanner", Some(Hint::Consent)),
            ("c-sign-up", Some(Hint::Share)),
            ("sharedMemory update commentary", None),
            ("story-body", None),
            ("story-body paywall-content", None),
            ("related-content", Some(Hint::Related)),
            ("has-Sidebar", Some(Hint::Related)),
            ("", None),
        ] {
            assert_eq!(Hint::of_name(name), hint, "{name}");
        }
    }

    #[test]
    fn lines_beside_the_story_are_known() {
        for line in [
            "Share",
            "Read more:",
            "Sign up for our weekly newsletter",
            "Subscribe to The Gazette for full access",
            "© 2023 The Gazette. All rights reserved.",
            "Photo: A. Ivanova/Agency",
        ] {
            assert!(is_beside_story(line), "{line}");
        }
        for line in [
            "Share of trade with the union grew to a third.",
            "Related sanctions were lifted on Monday.",
            "Both sides signed up to the treaty, and we welcome it.",
            "Print media welcomed the accord.",
        ] {
            assert!(!is_beside_story(line), "{line}");
        }
    }
}
