/// What a line is that belongs to the form of a speech or a letter and takes no side.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum FrontMatter {
    /// Who publishes, under which number, and how to reach them: `MINISTRY OF FOREIGN AFFAIRS`, `FOR IMMEDIATE
    /// RELEASE`, `Press Release No. 12/2023`, `Tel.: +41 22 917 12 34`.
    Letterhead,
    /// Whom the words are for: `Mr. President,`, `Excellencies,`, `Ladies and gentlemen,`.
    Salutation,
}

impl FrontMatter {
    /// All members, in the order of their names.
    pub const ALL: [Self; 2] = [Self::Letterhead, Self::Salutation];

    /// Gives the name used in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Letterhead => "letterhead",
            Self::Salutation => "salutation",
        }
    }

    /// Tells what a whole line or statement is; `None` for one that says something.
    ///
    /// # Example
    /// ```
    /// use detente_text::FrontMatter;
    /// assert_eq!(FrontMatter::of("Mr. President,"), Some(FrontMatter::Salutation));
    /// assert_eq!(FrontMatter::of("FOR IMMEDIATE RELEASE"), Some(FrontMatter::Letterhead));
    /// assert_eq!(FrontMatter::of("Mr. President, we welcome the accord."), None);
    /// ```
    pub fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        // Nearly every statement is told from them by this.
        if line.len() > MOST_BYTES || (line.len() > MOST_BYTES_OF_SENTENCE && line.ends_with('.')) {
            return None;
        }
        if !line.contains(char::is_alphabetic) {
            return None;
        }
        if is_salutation(line) {
            Some(Self::Salutation)
        } else if is_symbol(line) || is_letterhead(line) {
            Some(Self::Letterhead)
        } else {
            None
        }
    }
}

/// Longer lines, in bytes, say more than a name.
const MOST_BYTES: usize = 160;
/// Longer lines that end in a period are sentences.
const MOST_BYTES_OF_SENTENCE: usize = 60;

/// Words that address somebody by themselves.
const ADDRESSES: [&str; 24] = [
    "ambassadors",
    "brothers",
    "chair",
    "chairman",
    "chairperson",
    "colleagues",
    "comrades",
    "dear",
    "delegates",
    "distinguished",
    "excellencies",
    "excellency",
    "friends",
    "gentlemen",
    "guests",
    "ladies",
    "madam",
    "madame",
    "messrs",
    "mr",
    "mrs",
    "ms",
    "sir",
    "sirs",
];

/// Words that may stand beside them.
const TITLES: [&str; 52] = [
    "all",
    "ambassador",
    "and",
    "assembly",
    "chairs",
    "citizens",
    "co-chair",
    "co-chairs",
    "colleague",
    "commission",
    "commissioner",
    "committee",
    "compatriots",
    "conference",
    "council",
    "delegations",
    "deputy",
    "dr",
    "esteemed",
    "fellow",
    "foreign",
    "general",
    "government",
    "heads",
    "her",
    "high",
    "highness",
    "highnesses",
    "his",
    "honorable",
    "honourable",
    "majesties",
    "majesty",
    "members",
    "minister",
    "ministers",
    "moderator",
    "of",
    "participants",
    "president",
    "prime",
    "professor",
    "representatives",
    "royal",
    "secretary",
    "secretary-general",
    "sisters",
    "speaker",
    "state",
    "the",
    "vice-president",
    "your",
];

/// Tells whether a line only addresses those who listen: it ends in a comma, a colon or a mark, and each word is
/// one of address or title, or a name behind one.
fn is_salutation(line: &str) -> bool {
    let Some(body) = line.strip_suffix([',', ':', '!', '.', '،']) else {
        return false;
    };
    let mut is_address = false;
    let mut n_names = 0;
    // A name stands behind a form of address: `Dear Mr. Lind`.
    let mut may_be_name = false;
    for word in body.split(|c: char| c.is_whitespace() || ",;&/".contains(c)) {
        let word = word.trim_matches(['.', '(', ')', '’', '\'']);
        if word.is_empty() {
            continue;
        }
        let lower = word.to_lowercase();
        if ADDRESSES.contains(&lower.as_str()) {
            is_address = true;
            may_be_name = !matches!(
                lower.as_str(),
                "ladies" | "gentlemen" | "excellencies" | "colleagues"
            );
        } else if !TITLES.contains(&lower.as_str()) {
            n_names += 1;
            let is_name = may_be_name && word.starts_with(char::is_uppercase) && n_names <= 3;
            // A sentence may begin so too: `Mr. Lind.` ends one.
            if !is_name || line.ends_with('.') {
                return false;
            }
        }
    }
    is_address
}

/// How lines of a letterhead begin, in lower case.
const HEADS: [&str; 37] = [
    "address:",
    "check against delivery",
    "contact:",
    "e-mail:",
    "email:",
    "embargoed until",
    "fax",
    "for immediate release",
    "for more information",
    "for further information",
    "for use of the media",
    "media advisory",
    "media contact",
    "media note",
    "media release",
    "news release",
    "office of the spokesperson",
    "official communiqué no",
    "official use only",
    "p.o. box",
    "phone",
    "postal address:",
    "press briefing no",
    "press contact",
    "press office",
    "press release",
    "press service",
    "press statement no",
    "ref.",
    "ref:",
    "reference:",
    "statement no",
    "tel",
    "telephone",
    "translated from",
    "unofficial translation",
    "website:",
];

/// How the names of those begin who publish.
const BODIES: [&str; 26] = [
    "consulate",
    "council",
    "delegation",
    "department",
    "directorate",
    "embassy",
    "federal",
    "government",
    "high",
    "islamic",
    "kingdom",
    "league",
    "ministry",
    "mission",
    "office",
    "organization",
    "people's",
    "permanent",
    "presidency",
    "press",
    "republic",
    "royal",
    "secretariat",
    "state",
    "the",
    "united",
];

/// What such names are made of beside the names of lands and of what the body sees to.
const HOUSES: [&str; 20] = [
    "consulate",
    "council",
    "delegation",
    "department",
    "directorate",
    "embassy",
    "government",
    "kingdom",
    "ministry",
    "mission",
    "nations",
    "office",
    "organization",
    "presidency",
    "republic",
    "secretariat",
    "service",
    "state",
    "states",
    "union",
];

/// Verbs of headlines: a line with one says what a body does.
const VERBS: [&str; 101] = [
    "accepts",
    "accuses",
    "agrees",
    "announces",
    "approves",
    "asks",
    "backs",
    "bans",
    "blames",
    "calls",
    "condemns",
    "confirms",
    "criticises",
    "criticizes",
    "demands",
    "denies",
    "denounces",
    "deplores",
    "expels",
    "expresses",
    "extends",
    "halts",
    "has",
    "hails",
    "holds",
    "imposes",
    "invites",
    "is",
    "issues",
    "joins",
    "launches",
    "lifts",
    "meets",
    "offers",
    "opens",
    "opposes",
    "pledges",
    "praises",
    "protests",
    "recalls",
    "receives",
    "regrets",
    "rejects",
    "renews",
    "repeats",
    "requests",
    "responds",
    "says",
    "seeks",
    "sends",
    "signs",
    "slams",
    "stresses",
    "summons",
    "supports",
    "suspends",
    "threatens",
    "to",
    "urges",
    "vows",
    "wants",
    "warns",
    "welcomes",
    "will",
    "adds",
    "adopts",
    "agree",
    "appoints",
    "call",
    "clash",
    "condemn",
    "cuts",
    "delivers",
    "discusses",
    "elects",
    "faces",
    "fails",
    "gives",
    "hosts",
    "loses",
    "makes",
    "marks",
    "meet",
    "names",
    "orders",
    "plans",
    "raises",
    "reaffirms",
    "reiterates",
    "reports",
    "resume",
    "reviews",
    "sets",
    "sign",
    "takes",
    "urge",
    "visits",
    "voices",
    "votes",
    "welcome",
    "wins",
];

/// Tells whether a line is nothing but the symbol of a document: `SC/15810`, `A/RES/73/195`.
fn is_symbol(line: &str) -> bool {
    let is_sign =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"/.-".contains(&byte);
    line.len() <= 24
        && line.contains('/')
        && line.bytes().all(is_sign)
        && line.starts_with(|c: char| c.is_ascii_uppercase())
        && line.ends_with(|c: char| c.is_ascii_digit())
}

fn is_letterhead(line: &str) -> bool {
    // Most lines begin with another word, which is seen before anything is copied.
    let first = line
        .split(|c: char| c.is_whitespace() || ".:,".contains(c))
        .next();
    let first = first.unwrap_or("");
    let begins = |head: &str| {
        let start = head.get(..first.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(first))
    };
    if !HEADS.iter().chain(&BODIES).any(|head| begins(head)) {
        return false;
    }
    let start: String = line.chars().take(32).collect::<String>().to_lowercase();
    let is_head = HEADS.iter().any(|head| {
        // `Tel` and `fax` begin other words too.
        let rest = start.strip_prefix(head);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    let words: Vec<String> = line
        .split(|c: char| c.is_whitespace() || ",()".contains(c))
        .map(|word| word.trim_matches(['.', ':', '\'', '"']).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect();
    let says = words.iter().any(|word| VERBS.contains(&word.as_str()));
    if words.is_empty() {
        return false;
    }
    if is_head {
        return !says && words.len() <= 14;
    }
    // The name of a body alone: `MINISTRY OF FOREIGN AFFAIRS`, `Permanent Mission of Norway to the United Nations`.
    let is_named = |word: &str| {
        let small = ["of", "the", "for", "and", "to", "in", "at", "de", "la", "&"];
        small.contains(&word) || !word.starts_with(char::is_lowercase)
    };
    let is_to_do = words
        .windows(2)
        .any(|pair| pair[0] == "to" && pair[1] != "the");
    let says = is_to_do
        || words
            .iter()
            .any(|word| word != "to" && VERBS.contains(&word.as_str()));
    // Lands are united too.
    let is_land = words[0] == "united" && words.get(1).is_none_or(|word| word != "nations");
    let is_sentence =
        line.ends_with(['.', '?', '!', ';']) || line.contains(['"', '“', '”', '?', '!']);
    (2..=14).contains(&words.len())
        && !is_sentence
        && !says
        && !is_land
        && BODIES.contains(&words[0].as_str())
        && words.iter().any(|word| HOUSES.contains(&word.as_str()))
        && line
            .split_whitespace()
            .all(|word| is_named(word.trim_matches(['(', ')', ','])))
        && !line.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salutations_are_known_and_sentences_are_not() {
        for line in [
            "Mr. President,",
            "Madam Chair,",
            "Excellencies,",
            "Dear colleagues,",
            "Ladies and gentlemen,",
            "Ladies and Gentlemen:",
            "Mr. Secretary-General, Excellencies, distinguished delegates,",
            "Your Excellency Madam Minister,",
            "Dear Mr. Guterres,",
            "Distinguished members of the Council,",
            "Dear friends!",
        ] {
            assert_eq!(
                FrontMatter::of(line),
                Some(FrontMatter::Salutation),
                "{line}"
            );
        }
        for line in [
            "Mr. President, we welcome the accord.",
            "Ladies and gentlemen, the time has come:",
            "He thanked Mr. Lind.",
            "Mr. Lind.",
            "Distinguished scholars of the school disagree,",
            "The President of the Council,",
            "Dear",
            "",
        ] {
            assert_ne!(
                FrontMatter::of(line),
                Some(FrontMatter::Salutation),
                "{line}"
            );
        }
    }

    #[test]
    fn letterheads_are_known_and_headlines_are_not() {
        for line in [
            "MINISTRY OF FOREIGN AFFAIRS",
            "Ministry of Foreign Affairs of the Republic of Azerbaijan",
            "PERMANENT MISSION OF NORWAY TO THE UNITED NATIONS",
            "Department of State",
            "United Nations",
            "FOR IMMEDIATE RELEASE",
            "For immediate release: 18 October 2023",
            "Press Release No. 12/2023",
            "PRESS RELEASE",
            "Tel.: +41 22 917 12 34",
            "Tel: 555 0100, Fax: 555 0101",
            "E-mail: press@mfa.example",
            "Check against delivery",
            "Embassy of Japan in Norway",
            "SC/15810",
            "A/RES/73/195",
        ] {
            assert_eq!(
                FrontMatter::of(line),
                Some(FrontMatter::Letterhead),
                "{line}"
            );
        }
        for line in [
            "Ministry of Foreign Affairs Condemns Attack",
            "UNITED NATIONS WELCOMES THE ACCORD",
            "Department of State to Review Aid",
            "State Department: no talks",
            "Telling the truth about the border",
            "Faxed letters reached the embassy",
            "The Council met on Monday.",
            "United States and China agree on tariffs",
            "UNITED KINGDOM AND NORWAY SIGN TREATY",
            "Press freedom is under attack",
            "We met.",
        ] {
            assert_eq!(FrontMatter::of(line), None, "{line}");
        }
    }

    #[test]
    fn tables_are_in_order() {
        for table in [&ADDRESSES[..], &TITLES, &BODIES, &HOUSES] {
            assert!(table.is_sorted(), "{table:?}");
        }
        let names = FrontMatter::ALL.map(FrontMatter::name);
        assert_eq!(names, ["letterhead", "salutation"]);
    }
}
