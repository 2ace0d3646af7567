//! What negates in Chinese, whose words are single characters here.

use super::role::Role;

/// Gives the role of a character.
pub(super) fn role(word: &str) -> Role {
    match word {
        "不" | "没" | "未" | "勿" => Role::Negator,
        "无" | "非" => Role::Near,
        "但" | "却" => Role::Contrast,
        _ => Role::Plain,
    }
}

/// Phrases with a role of their own; those without one hold a character that negates elsewhere.
#[rustfmt::skip]
pub(super) const PHRASES: &[(&str, Role)] = &[
    ("没有", Role::Negator), ("并非", Role::Negator), ("绝非", Role::Negator), ("决非", Role::Negator),
    ("毫无", Role::Negator), ("无法", Role::Negator), ("无意", Role::Negator), ("无权", Role::Negator),
    ("难以", Role::Negator), ("未必", Role::Negator), ("并无", Role::Negator), ("绝无", Role::Negator),
    ("不是", Role::Negator), ("拒不", Role::Refusal), ("拒绝", Role::Refusal), ("放弃", Role::Refusal),
    ("缺乏", Role::Refusal), ("反对", Role::Rejection), ("解除", Role::Rejection), ("取消", Role::Rejection),
    ("放宽", Role::Rejection), ("暂停", Role::Rejection), ("中止", Role::Rejection), ("终止", Role::Rejection),
    ("结束", Role::Rejection), ("废除", Role::Rejection), ("撤销", Role::Rejection), ("驳回", Role::Rejection),
    ("否决", Role::Rejection),
    ("但是", Role::Contrast), ("然而", Role::Contrast), ("而是", Role::Contrast), ("可是", Role::Contrast),
    ("反而", Role::Contrast), ("不过", Role::Contrast), ("尽管", Role::Contrast), ("相反", Role::Contrast),
    ("不断", Role::Plain), ("不仅", Role::Plain), ("不仅仅", Role::Plain), ("不但", Role::Plain), ("不只", Role::Plain),
    ("不光", Role::Plain), ("不少", Role::Plain), ("不久", Role::Plain), ("不同", Role::Plain),
    ("不同意", Role::Negator), ("不得不", Role::Plain), ("不能不", Role::Plain), ("不可不", Role::Plain),
    ("不会不", Role::Plain), ("不无", Role::Plain), ("无不", Role::Plain), ("莫不", Role::Plain), ("不管", Role::Plain),
    ("不论", Role::Plain), ("无论", Role::Plain), ("不料", Role::Plain), ("不丹", Role::Plain), ("不结盟", Role::Plain),
    ("不扩散", Role::Near), ("不禁", Role::Plain), ("不止", Role::Plain), ("不懈", Role::Plain), ("不愧", Role::Plain),
    ("不遗余力", Role::Plain), ("不可或缺", Role::Plain), ("不可分割", Role::Plain), ("不可逆转", Role::Plain),
    ("不言而喻", Role::Plain), ("不可避免", Role::Plain), ("不约而同", Role::Plain), ("不惜", Role::Plain),
    ("不时", Role::Plain), ("不日", Role::Plain), ("不幸", Role::Plain), ("不安", Role::Plain), ("不满", Role::Plain),
    ("不足", Role::Plain), ("不公", Role::Plain), ("不良", Role::Plain), ("不利", Role::Plain), ("不法", Role::Plain),
    ("不当", Role::Plain), ("不利于", Role::Negator), ("不正当", Role::Near), ("不怀疑", Role::Plain),
    ("毫无疑问", Role::Plain), ("毫不犹豫", Role::Plain), ("毫无保留", Role::Plain), ("毫无疑义", Role::Plain),
    ("无疑", Role::Plain), ("无条件", Role::Plain), ("无可争辩", Role::Plain), ("无可否认", Role::Plain),
    ("无人机", Role::Plain), ("无线", Role::Plain), ("无数", Role::Plain), ("无比", Role::Plain), ("无私", Role::Plain),
    ("无辜", Role::Plain), ("无偿", Role::Plain), ("无息", Role::Plain), ("史无前例", Role::Plain),
    ("前所未有", Role::Plain), ("非洲", Role::Plain), ("非常", Role::Plain), ("非但", Role::Plain), ("除非", Role::Plain),
    ("是非", Role::Plain), ("非盟", Role::Plain), ("非国大", Role::Plain), ("非政府", Role::Plain), ("非法", Role::Plain),
    ("南非", Role::Plain), ("中非", Role::Plain), ("西非", Role::Plain), ("东非", Role::Plain), ("北非", Role::Plain),
    ("亚非", Role::Plain), ("菲", Role::Plain), ("未来", Role::Plain), ("未尝不", Role::Plain), ("未免", Role::Plain),
    ("没收", Role::Plain), ("没落", Role::Plain), ("淹没", Role::Plain), ("沉没", Role::Plain), ("埋没", Role::Plain),
    ("但愿", Role::Plain), ("冷却", Role::Plain), ("忘却", Role::Plain), ("推却", Role::Plain),
    ("别无选择", Role::Negator), ("别无他", Role::Plain),
];
