//! What negates in Russian.

use super::role::Role;
use crate::beginnings::starts_any;

/// Gives the role of a folded word.
pub(super) fn role(word: &str) -> Role {
    match word {
        "не"
        | "ни"
        | "нет"
        | "никогда"
        | "нельзя"
        | "никто"
        | "никого"
        | "никому"
        | "никем"
        | "ничто"
        | "ничего"
        | "ничему"
        | "ничем"
        | "никакой"
        | "никакого"
        | "никакому"
        | "никаким"
        | "никаком"
        | "никакая"
        | "никакую"
        | "никакие"
        | "никаких"
        | "никакими"
        | "никакое"
        | "невозможно"
        | "нигде"
        | "никуда"
        | "отнюдь"
        | "ничуть"
        | "нету" => Role::Negator,
        "без" => Role::Refusal,
        "но" | "однако" | "а" | "зато" | "хотя" | "напротив" | "наоборот" | "несмотря"
        | "вместо" => Role::Contrast,
        "только" | "просто" | "лишь" | "исключительно" | "столько" => {
            Role::Only
        }
        "сомнений" | "сомнения" => Role::Doubt,
        "снять" | "снял" | "сняла" | "сняли" | "сняло" | "снимет" | "снимут" | "отвел"
        | "отвела" => Role::Rejection,
        _ if starts_any(word, &["отказ", "отсутстви", "нежелани", "неспособн"]) => {
            Role::Refusal
        }
        _ if starts_any(
            word,
            &[
                "отверг",
                "отклон",
                "отмен",
                "снят",
                "снима",
                "приостан",
                "прекра",
                "смягч",
                "разморо",
            ],
        ) =>
        {
            Role::Rejection
        }
        _ => Role::Plain,
    }
}

/// Phrases with a role of their own, of folded words.
#[rustfmt::skip]
pub(super) const PHRASES: &[(&str, Role)] = &[
    ("не может не", Role::Plain), ("не могут не", Role::Plain), ("не мог не", Role::Plain),
    ("не могла не", Role::Plain), ("не могли не", Role::Plain), ("не можем не", Role::Plain),
    ("не могу не", Role::Plain), ("не могло не", Role::Plain), ("нельзя не", Role::Plain),
    ("не исключено", Role::Plain), ("не исключает", Role::Plain), ("не исключают", Role::Plain),
    ("не исключил", Role::Plain), ("не исключила", Role::Plain), ("не исключили", Role::Plain),
    ("не раз", Role::Plain), ("не менее", Role::Plain), ("не меньше", Role::Plain), ("не более", Role::Plain),
    ("не случайно", Role::Plain), ("не секрет", Role::Plain), ("не без", Role::Plain), ("если не", Role::Plain),
    ("пока не", Role::Plain), ("чуть не", Role::Plain), ("едва не", Role::Plain), ("не покладая рук", Role::Plain),
    ("не сомневается", Role::Plain), ("не сомневаемся", Role::Plain), ("не сомневаюсь", Role::Plain),
    ("не сомневаются", Role::Plain), ("не вызывает сомнений", Role::Plain), ("не подлежит сомнению", Role::Plain),
    ("нет сомнений", Role::Plain), ("нет сомнения", Role::Plain), ("нет никаких сомнений", Role::Plain),
    ("без сомнения", Role::Plain), ("без исключения", Role::Plain), ("без промедления", Role::Plain),
    ("без предварительных условий", Role::Plain), ("без каких-либо условий", Role::Plain),
    ("во что бы то ни стало", Role::Plain), ("как бы то ни было", Role::Plain), ("кто бы ни", Role::Plain),
    ("что бы ни", Role::Plain), ("где бы ни", Role::Plain), ("нет альтернативы", Role::Plain),
    ("не имеет альтернативы", Role::Plain), ("альтернативы нет", Role::Plain), ("не кто иной как", Role::Plain),
    ("не что иное как", Role::Plain), ("не иначе как", Role::Plain), ("не перестает", Role::Plain),
    ("не перестают", Role::Plain), ("не прекращает", Role::Plain), ("не прекращают", Role::Plain),
    ("не устает", Role::Plain), ("не устают", Role::Plain), ("тем не менее", Role::Contrast),
    ("тогда как", Role::Contrast), ("в то время как", Role::Contrast),
    ("ни в коем случае", Role::Negator), ("ни при каких", Role::Negator), ("далеко не", Role::Negator),
    ("вряд ли", Role::Negator), ("едва ли", Role::Negator),
    ("положить конец", Role::Rejection), ("положил конец", Role::Rejection), ("положила конец", Role::Rejection),
    ("положили конец", Role::Rejection), ("положит конец", Role::Rejection), ("кладет конец", Role::Rejection),
    ("ничего не остается кроме", Role::Plain),
    ("речи быть не может", Role::Negator),
    ("небезосновательно", Role::Plain),
];
