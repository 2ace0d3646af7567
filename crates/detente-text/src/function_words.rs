//! The words that a text of a language is never long without, and the letters that few languages have.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Languages in Latin or Cyrillic letters that are told apart by their words, with the commonest small words of each.
/// Words of up to eight bytes; a word may stand in several lists.
pub(super) const LISTS: [(&str, &str); 27] = [
    (
        "en",
        "a i the of and to in is for that with was by are has have had we our not this will from at its an it be as on \
         been their which they he his she her or but who would were all any must should can may us no more than when \
         what there these those into against between both also i you your do does did so if over after under upon \
         its out up about such only other than said says say calls them him being could shall let how why where some \
         very most every while before during within without through until toward towards amid new my me then now here \
         never nor neither too yet because since again still just cannot don't won't it's we're can't didn't each one \
         two three first many much few made make",
    ),
    (
        "fr",
        "le la les de des du et à a ni un une en est que qui dans pour par sur pas ne se au aux ce cette ces avec nous \
         vous il elle ils sont ont été plus son sa ses leur leurs notre nos mais ou où sans entre être avons avoir \
         fait comme tout tous même aussi toute afin contre après depuis lors l d n s qu c j je on y cet dont très \
         ainsi",
    ),
    (
        "es",
        "el la los las de del y a en un una que es por para con no se su sus al lo como más este esta estos estas ha \
         han son fue ser sobre entre pero también nos nuestro nuestra sin hasta desde o ni cuando todo todos toda \
         todas hacia contra muy ya hemos está están porque le les mi hay e tras según ante cada donde",
    ),
    (
        "pt",
        "o a os as de do da dos das e em no na nos nas um uma que é por para com não se seu sua seus suas ao aos à às \
         pelo pela mais como este esta foi são ser está entre mas também nosso nossa sem até desde ou nem quando \
         todos toda todas contra já muito temos há sobre isso essa esse pelos pelas num numa foram tem nós",
    ),
    (
        "it",
        "il lo la i gli le di del della dei delle degli dello e a in un una che è per con non si al alla alle ai \
         da dal dalla nel nella nei sul sulla come più questo questa questi sono ha hanno essere tra fra ma anche \
         nostro nostra senza fino o né quando tutti tutte contro già molto abbiamo su se ci dell all nell ed stato \
         stata suo sua loro ogni noi",
    ),
    (
        "de",
        "der die das den dem des und zu in ein eine einen einem einer ist nicht mit für auf von im an auch sich es \
         wir sie er wird werden sind hat haben war dass als aus bei nach zur zum über unsere unser durch um oder aber \
         wie noch nur vor kein keine zwischen gegen alle diese dieser dieses am bis ihr ihre wurde ich ohne unter \
         sowie muss müssen kann können",
    ),
    (
        "nl",
        "de het een en van in te dat die is voor met op niet zijn aan er om door ook wij we ze hij zij wordt worden \
         heeft hebben was als uit bij naar over onze ons maar of geen tussen tegen alle deze dit tot hun nog wel \
         werd dan zal moet kan na zich haar",
    ),
    (
        "pl",
        "i w z na do że się nie to jest są oraz o za od po przez dla jak ale ze we przy przed pod nad który która \
         które także już tylko nasz nasze nasza być był była było będzie został zostało czy lub co te tego tej ten \
         ta jego jej ich jako między wobec bez aby wszystkich może u",
    ),
    (
        "tr",
        "ve bir bu için ile de da ne olarak olan daha çok gibi kadar en her ya ki değil ama olduğu olduğunu sonra \
         tarafından karşı arasında biz bizim ancak var yok hem veya üzere göre ise o şu tüm etti oldu edildi dedi \
         önce bütün ilgili etmek eden büyük yeni iki",
    ),
    (
        "az",
        "və bir bu üçün ilə də da ki olan daha çox kimi qədər hər ya deyil amma sonra tərəfindən qarşı arasında biz \
         bizim ancaq var yox həm və ya üzrə görə isə o bütün etdi oldu edildi dedi əvvəl ən edir olub bildirib hesab",
    ),
    (
        "ro",
        "și de în a la cu pe că nu este sunt din un o pentru al ai ale să se prin sau mai care după dar fost între \
         către asupra această acest noastre noastră nostru ca am au are fără lui ei lor fi va vor pentru cel cea",
    ),
    (
        "cs",
        "a v na je se že z do s o i pro k ve za by ale jako jsou bylo byl byla při po od ze která který které také \
         mezi nebo aby už jen naše náš není podle před proti této tento toto svou své bude budou však",
    ),
    (
        "hu",
        "a az és hogy nem is egy van volt ez azt ezt meg de csak mint már vagy kell ki el fel minden még lesz között \
         szerint ellen miatt után alatt mi ezek akik amely ami után által valamint",
    ),
    (
        "sv",
        "och att det i en som på är av för med den till inte har de ett om vi var från vid men så kan nu sig efter \
         mot mellan ska skall blir alla våra vår denna detta eller också utan över under när",
    ),
    (
        "da",
        "og at det i en som på er af for med den til ikke har de et om vi var fra ved men så kan nu sig efter mod \
         mellem skal bliver alle vores denne dette eller også uden over under når blev",
    ),
    (
        "no",
        "og at det i en som på er av for med den til ikke har de et om vi var fra ved men så kan nå seg etter mot \
         mellom skal blir alle vår våre denne dette eller også uten over under når ble",
    ),
    (
        "fi",
        "ja on ei että se oli joka myös kuin mutta ovat hän tai sen jotka vain niin kun olla me ole mukaan välillä \
         vastaan kaikki tämä tämän sekä jos nyt ovat",
    ),
    (
        "id",
        "yang dan di dari untuk dengan pada ini itu tidak dalam akan oleh ke kami adalah telah juga sebagai kita para \
         atau antara bahwa dapat lebih harus terhadap karena serta tersebut semua",
    ),
    (
        "vi",
        "và của là các những trong cho với được có không một này để người đã từ tại về khi ở đến vào theo trên như \
         chúng tôi ta sẽ hai bên phải giữa cũng",
    ),
    (
        "sw",
        "na ya wa kwa ni za la katika cha vya kuwa hii huu hiyo hizo yetu wetu zetu kama pia lakini au sasa baada \
         kati dhidi bila watu nchi serikali",
    ),
    (
        "sq",
        "dhe të në e i për me që një nuk është janë nga si por ka kanë do se mes tonë ynë sipas pa kjo ky më ose",
    ),
    (
        "hr",
        "i u je na da se za od su s ne koji koja koje nije kao iz o bi biti će ali ili između protiv prema naše \
         naš sve samo bez nakon zbog ovo ova ovaj te što",
    ),
    (
        "ru",
        "и в не на что с по к из за от для о как это мы его но а до при так же все у ее их или быть был была были \
         если под без со во над между против также только уже нет наш наши наша который которые чтобы этого обе ко ни",
    ),
    (
        "uk",
        "і й та в у не на що з по до із за від для про як це ми його але а при так же все її їх або бути був була \
         були якщо під без зі над між проти також лише вже немає наш наші наша який які щоб цього обидві є буде будуть",
    ),
    (
        "bg",
        "и в не на че с по към от за като това ние но а до при така са е се да ще или има бъде беше също между \
         против без само който която които нашата ни си през след със във тези този",
    ),
    (
        "sr",
        "и у је на да се за од су с не који која које није као из о би бити ће али или између против према наше \
         наш све само без након због ово ова овај те што",
    ),
    (
        "be",
        "і ў у не на што з па да із за ад для пра як гэта мы яго але а пры так жа ўсе яе іх або быць быў была \
         былі пад без над між супраць таксама толькі ужо наш нашы які якія каб",
    ),
];

/// Letters that no other language of [`LISTS`] has, or few, with the languages that have them.
const LETTERS: [(&str, &[&str]); 25] = [
    ("é", &["fr", "es", "pt", "hu", "cs", "vi", "it"]),
    ("áíú", &["es", "pt", "hu", "cs", "vi"]),
    ("ó", &["es", "pt", "hu", "cs", "vi", "pl"]),
    ("ñ", &["es"]),
    ("ãõ", &["pt", "vi"]),
    ("ê", &["fr", "pt", "vi"]),
    ("ç", &["fr", "pt", "tr", "az", "sq"]),
    ("èù", &["fr", "it", "vi"]),
    ("ì", &["it", "vi"]),
    ("îû", &["fr", "ro", "tr"]),
    ("ß", &["de"]),
    ("ö", &["de", "tr", "az", "hu", "sv", "fi"]),
    ("ü", &["de", "tr", "az", "hu"]),
    ("ä", &["de", "sv", "fi"]),
    ("łąęśźżńć", &["pl"]),
    ("ğış", &["tr", "az"]),
    ("ə", &["az"]),
    ("ășțţ", &["ro", "vi"]),
    ("řěů", &["cs"]),
    ("őű", &["hu"]),
    ("å", &["sv", "da", "no"]),
    ("øæ", &["da", "no"]),
    ("đơưạảấầậắặẹếềểệịọốồổộớờợụủứừựỳ", &["vi"]),
    ("ë", &["sq", "nl", "fr"]),
    ("čšž", &["cs", "hr"]),
];

/// The longest word of the lists, in bytes.
pub(super) const LONGEST: usize = 8;

/// A word of at most [`LONGEST`] bytes in one number.
pub(super) fn packed(word: &[u8]) -> u64 {
    word.iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The words with the languages of each, a bit each, in the order of [`LISTS`]. A map of the standard library would
/// take several times as long to make, and it is made whenever a program starts.
pub(super) struct SmallWords(Vec<(u64, u32)>);

impl SmallWords {
    /// More than twice as many as there are words.
    const N_PLACES: usize = 1 << 12;

    fn new() -> Self {
        let mut words = Self(vec![(0, 0); Self::N_PLACES]);
        for (at, (_, list)) in LISTS.iter().enumerate() {
            for word in list.as_bytes().split(|byte| *byte == b' ') {
                if !word.is_empty() && word.len() <= LONGEST {
                    let word = packed(word);
                    let place = words.place(word);
                    words.0[place] = (word, words.0[place].1 | 1 << at);
                }
            }
        }
        words
    }

    /// Where a word stands, or would.
    fn place(&self, word: u64) -> usize {
        let hash = word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
        let mut place = hash as usize % Self::N_PLACES;
        while self.0[place].0 != word && self.0[place].0 != 0 {
            place = (place + 1) % Self::N_PLACES;
        }
        place
    }

    /// The languages of a word; 0 for one that stands in no list.
    pub(super) fn languages(&self, word: u64) -> u32 {
        self.0[self.place(word)].1
    }
}

/// The words of [`LISTS`].
pub(super) static WORDS: LazyLock<SmallWords> = LazyLock::new(SmallWords::new);

/// The place of the first language in [`LISTS`] that is written in Cyrillic; those behind it are too.
pub(super) const FIRST_CYRILLIC: usize = 22;

/// The languages of each letter of [`LETTERS`].
static BY_LETTER: LazyLock<FxHashMap<char, u32>> = LazyLock::new(|| {
    let of_letters = LETTERS.iter().flat_map(|(letters, codes)| {
        let places = codes
            .iter()
            .filter_map(|code| LISTS.iter().position(|(known, _)| known == code));
        let languages = places.fold(0, |bits, at| bits | 1 << at);
        letters.chars().map(move |letter| (letter, languages))
    });
    of_letters.collect()
});

/// The languages that have a letter outside of ASCII, a bit each; all where that says nothing.
pub(super) fn languages_of(letter: char) -> u32 {
    BY_LETTER.get(&letter).copied().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_of_a_known_language() {
        for (letters, codes) in LETTERS {
            for letter in letters.chars() {
                assert_eq!(
                    languages_of(letter).count_ones() as usize,
                    codes.len(),
                    "{letter}"
                );
            }
        }
        assert!(LISTS.len() <= 32, "a bit each");
        let cyrillic: Vec<&str> = LISTS[FIRST_CYRILLIC..]
            .iter()
            .map(|(code, _)| *code)
            .collect();
        assert_eq!(cyrillic, ["ru", "uk", "bg", "sr", "be"]);
        assert_eq!((LISTS[0].0, LISTS[FIRST_CYRILLIC - 1].0), ("en", "hr"));
    }

    #[test]
    fn words_are_found_in_their_lists() {
        for (at, (code, list)) in LISTS.iter().enumerate() {
            for word in list.split_whitespace().filter(|word| word.len() <= LONGEST) {
                let languages = WORDS.languages(packed(word.as_bytes()));
                assert!(languages & 1 << at != 0, "{word} of {code}");
            }
        }
        assert_eq!(WORDS.languages(packed(b"ceasefir")), 0);
        assert!(WORDS.0.iter().filter(|(word, _)| *word != 0).count() * 2 < WORDS.0.len());
    }
}
