#!/usr/bin/env python3
"""Makes the documents of this folder anew, and `expected/NAME.txt`, the words of each in the order of reading.

Wants LibreOffice, Chromium and qpdf, all of Debian. The tests need none of them: they read the files as they are. The
texts are our own.
"""
import html
import pathlib
import struct
import subprocess
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ENGLISH = [
    "The Minister received the Ambassador of the Republic of Azania on Tuesday and welcomed the ceasefire that both "
    "sides signed in the spring. He said that the office in the capital would open again before the end of the year.",
    "The delegations discussed the first results of the joint commission, the exchange of prisoners, and the safe "
    "return of families to the villages on the river. They agreed that the observers should be given free access.",
    "We reject the claim that our forces crossed the line of contact. We call on the other side to fulfil the "
    "agreement of Geneva, to withdraw its artillery, and to refrain from threats that make every effort difficult.",
    "The Government will offer fifty million dollars for the rebuilding of schools and hospitals. It is ready to "
    "cooperate with all neighbours in trade, in energy, and in the protection of the sea.",
    "Asked about the sanctions, the spokesman answered that they were unjust and that they would be met with measures "
    "of the same kind. He did not say when the measures would begin.",
    "The parties will meet again in Nairobi in the first week of September. Until then the hotline between the two "
    "headquarters remains open day and night.",
]
MORE = [
    "The Council heard the report of its Special Envoy on the situation in the northern provinces. He described the "
    "efforts of the local elders, who had brought the quarrel over the wells to an end without a single shot.",
    "Several members regretted that humanitarian convoys were held at the border for three weeks. They asked the "
    "authorities to let them pass without delay and to guarantee the safety of the drivers.",
    "The President of the Council thanked the troop contributing countries. She recalled that the mandate of the "
    "mission ends in December and that a decision on its future has to be taken in good time.",
    "No agreement was reached on the text of a resolution. One delegation threatened to use its veto should the draft "
    "be put to a vote in its present form; others called this position regrettable.",
]
RUSSIAN = [
    "Министр иностранных дел принял посла Азании и приветствовал перемирие, подписанное сторонами весной. Он заявил, "
    "что посольство вновь откроется до конца года.",
    "Стороны обсудили обмен пленными и безопасное возвращение семей в деревни на берегу реки. Было решено, что "
    "наблюдатели получат свободный доступ.",
    "Мы отвергаем утверждения о том, что наши силы пересекли линию соприкосновения. Мы призываем другую сторону "
    "выполнить соглашение и отказаться от угроз.",
    "Правительство готово сотрудничать со всеми соседями в торговле, энергетике и охране моря.",
]
FRENCH = [
    "Le ministre a reçu mardi l’ambassadeur d’Azanie et s’est félicité du cessez-le-feu que les deux parties ont signé "
    "au printemps. « C’est un premier pas », a-t-il déclaré à l’issue de l’entretien.",
    "Les délégations ont évoqué l’échange de prisonniers, l’accès des observateurs et le retour des familles dans "
    "leurs villages. Elles ont réaffirmé leur volonté de coopérer.",
    "La France rejette ces accusations, qu’elle juge sans fondement, et appelle l’autre partie à respecter ses "
    "engagements.",
]
SPANISH = [
    "El ministro recibió el martes al embajador de Azania y celebró el alto el fuego que ambas partes firmaron en la "
    "primavera. ¿Quién podría dudar de que es un primer paso?",
    "Las delegaciones hablaron del canje de prisioneros y del regreso de las familias a sus aldeas. Acordaron que los "
    "observadores tendrán libre acceso.",
    "Rechazamos esas acusaciones y exigimos que la otra parte cumpla el acuerdo y renuncie a las amenazas.",
]
ARABIC = [
    "استقبل وزير الخارجية السفير يوم الثلاثاء ورحب بوقف إطلاق النار الذي وقعه الطرفان في الربيع.",
    "بحث الوفدان تبادل الأسرى وعودة العائلات إلى القرى، واتفقا على منح المراقبين حرية الوصول.",
    "نرفض هذه الاتهامات وندعو الطرف الآخر إلى احترام الاتفاق والامتناع عن التهديد.",
]
TITLE = "Foreign Minister Receives Ambassador"
DATE = "18 May 2025"
TABLE = [["State", "Pledge", "Position"], ["Azania", "50 million", "We support the truce."],
         ["Borduria", "12 million", "We reject the draft."], ["Caledon", "none", "We will abstain from the vote."]]
NOTES = ["See the report of the Secretary-General of 3 March 2025, paragraph 12.",
         "The figures were given by the Ministry of Finance."]


def esc(text):
    return html.escape(text, quote=False).replace("\u00ad", "&#173;")


def fodt(body, columns=1, header="", footer="", font="Liberation Serif", rtl=False, size=11, meta=True):
    gap = f'<style:columns fo:column-count="{columns}" fo:column-gap="0.8cm"/>' if columns > 1 else ""
    direction = 'style:writing-mode="rl-tb"' if rtl else ""
    align = 'fo:text-align="end"' if rtl else 'fo:text-align="start"'
    head = f"<style:header><text:p>{header}</text:p></style:header>" if header else ""
    foot = f"<style:footer><text:p>{footer}</text:p></style:footer>" if footer else ""
    hs = "<style:header-style><style:header-footer-properties fo:min-height='0.6cm' fo:margin-bottom='0.4cm'/></style:header-style>" if header else ""
    fs = "<style:footer-style><style:header-footer-properties fo:min-height='0.6cm' fo:margin-top='0.4cm'/></style:footer-style>" if footer else ""
    about = (f"<office:meta><dc:title>{TITLE}</dc:title><meta:initial-creator>Press Office</meta:initial-creator>"
             "<dc:creator>Press Office</dc:creator><meta:creation-date>2025-05-18T09:30:00</meta:creation-date>"
             "</office:meta>") if meta else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
{about}
<office:font-face-decls><style:font-face style:name="F" svg:font-family="'{font}'"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties {direction}/><style:text-properties style:font-name="F" style:font-name-complex="F" fo:font-size="{size}pt" style:font-size-complex="{size}pt" fo:language="en" fo:country="GB"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.3cm" {align}/></style:style>
<style:style style:name="Heading" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.4cm"/><style:text-properties fo:font-size="16pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Footnote" style:family="paragraph" style:class="extra"><style:text-properties fo:font-size="9pt"/></style:style>
<text:notes-configuration text:note-class="footnote" style:num-format="1" text:footnotes-position="page"/>
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="pm"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2.5cm" fo:margin-right="2.5cm" {direction}>{gap}<style:footnote-sep style:width="0.018cm" style:distance-before-sep="0.1cm" style:distance-after-sep="0.1cm" style:adjustment="left" style:rel-width="25%" style:color="#000000"/></style:page-layout-properties>{hs}{fs}</style:page-layout>
<style:style style:name="Two" style:family="section"><style:section-properties><style:columns fo:column-count="2" fo:column-gap="0.8cm"/></style:section-properties></style:style>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm">{head}{foot}</style:master-page></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""


def paragraphs(texts):
    return "".join(f'<text:p text:style-name="Standard">{esc(t)}</text:p>' for t in texts)


def heading(text):
    return f'<text:h text:style-name="Heading" text:outline-level="1">{esc(text)}</text:h>'


def noted(text, notes, at=0):
    """A paragraph with a footnote behind its first sentence."""
    first, rest = text.split(". ", 1) if ". " in text else (text.rstrip("."), "")
    note = (f'<text:note text:id="n{at}" text:note-class="footnote"><text:note-citation>{at + 1}</text:note-citation>'
            f'<text:note-body><text:p text:style-name="Footnote">{esc(notes)}</text:p></text:note-body></text:note>')
    return f'<text:p text:style-name="Standard">{esc(first)}.{note} {esc(rest)}</text:p>'


def table(rows):
    out = '<table:table table:name="T"><table:table-column table:number-columns-repeated="3"/>'
    for row in rows:
        out += "<table:table-row>" + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{esc(c)}</text:p></table:table-cell>' for c in row
        ) + "</table:table-row>"
    return out + "</table:table>"


def page(body, style="", lang="en", title=TITLE):
    return (f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title><style>'
            f"@page{{size:A4;margin:2cm}} body{{font:11pt/1.35 'Liberation Serif'}} {style}</style></head><body>"
            f"{body}</body></html>")


def html_paragraphs(texts):
    return "".join(f"<p>{esc(t)}</p>" for t in texts)


PAGE = '<text:page-number text:select-page="current">1</text:page-number>'
soft = lambda t: t.replace("ceasefire", "cease\u00adfire").replace("Ambassador", "Ambas\u00adsador") \
    .replace("delegations", "dele\u00adgations").replace("commission", "com\u00admission") \
    .replace("prisoners", "pris\u00adoners").replace("observers", "ob\u00adserv\u00aders") \
    .replace("agreement", "agree\u00adment").replace("artillery", "ar\u00adtil\u00adlery") \
    .replace("difficult", "dif\u00adfi\u00adcult").replace("Government", "Gov\u00adern\u00adment") \
    .replace("rebuilding", "re\u00adbuild\u00ading").replace("protection", "pro\u00adtec\u00adtion")

LONG = ENGLISH + MORE + ENGLISH[::-1] + MORE[::-1]
WRITER = {  # name: (flat document, expected paragraphs)
    "plain": (fodt(heading(TITLE) + paragraphs([DATE] + ENGLISH)), [TITLE, DATE] + ENGLISH),
    "two-columns": (fodt(paragraphs(LONG * 2), columns=2), LONG * 2),
    "title-over-columns": (fodt(heading(TITLE) + f'<text:section text:style-name="Two" text:name="S">{paragraphs(LONG)}'
                                "</text:section>"), [TITLE] + LONG),
    "table": (fodt(heading(TITLE) + paragraphs(ENGLISH[:2]) + table(TABLE) + paragraphs(ENGLISH[2:4])),
              [TITLE] + ENGLISH[:2] + [" ".join(r) for r in TABLE] + ENGLISH[2:4]),
    "footnotes": (fodt(heading(TITLE) + noted(ENGLISH[0], NOTES[0], 0) + noted(ENGLISH[1], NOTES[1], 1)
                       + paragraphs(ENGLISH[2:])), [TITLE] + ENGLISH),
    "headers": (fodt(heading(TITLE) + paragraphs(LONG * 3), header="Ministry of Foreign Affairs · Press Release No. 41",
                     footer=f"Page {PAGE} – mfa.example"), [TITLE] + LONG * 3),
    "communique": (fodt(noted(MORE[0], NOTES[0], 0) + paragraphs(LONG) + noted(MORE[1], NOTES[1], 1)
                        + paragraphs(LONG * 2), columns=2, header="Security Council – Provisional",
                        footer=f"{PAGE}"), [MORE[0]] + LONG + [MORE[1]] + LONG * 2),
    "cyrillic": (fodt(paragraphs(RUSSIAN)), RUSSIAN),
    "french": (fodt(heading("Entretien du ministre") + paragraphs(FRENCH)), ["Entretien du ministre"] + FRENCH),
    "arabic": (fodt(paragraphs(ARABIC), rtl=True, font="DejaVu Sans"), ARABIC),
    "ligatures": (fodt(paragraphs([ENGLISH[2], ENGLISH[1], "Official offers flowed from the affluent staff."]),
                       font="DejaVu Serif"), [ENGLISH[2], ENGLISH[1], "Official offers flowed from the affluent staff."]),
}
CHROMIUM = {
    "web-plain": (page(f"<h1>{TITLE}</h1><p>{DATE}</p>" + html_paragraphs(ENGLISH)), [TITLE, DATE] + ENGLISH, False),
    "web-columns": (page(f"<h1>{TITLE}</h1><div class=c>" + html_paragraphs(LONG) + "</div>", ".c{columns:2;column-gap:8mm}"),
                    [TITLE] + LONG, False),
    "web-table": (page(f"<h1>{TITLE}</h1>" + html_paragraphs(ENGLISH[:2]) + "<table>" + "".join(
        "<tr>" + "".join(f"<td>{esc(c)}</td>" for c in r) + "</tr>" for r in TABLE) + "</table>"
        + html_paragraphs(ENGLISH[2:4]), "td{border:1px solid;padding:2mm}"),
        [TITLE] + ENGLISH[:2] + [" ".join(r) for r in TABLE] + ENGLISH[2:4], False),
    "web-headers": (page(f"<h1>{TITLE}</h1>" + html_paragraphs(LONG * 2)), [TITLE] + LONG * 2, True),
    "soft-hyphens": (page("<div class=c>" + html_paragraphs([soft(t) for t in ENGLISH]) + "</div>",
                          ".c{width:6cm;hyphens:manual;text-align:justify}"), ENGLISH, False),
    "web-cyrillic": (page("<div class=c>" + html_paragraphs(RUSSIAN * 4) + "</div>", ".c{columns:2}", "ru"), RUSSIAN * 4, False),
    "web-arabic": (page("<div dir=rtl>" + html_paragraphs(ARABIC) + "</div>", "body{font-family:'DejaVu Sans'}", "ar"), ARABIC, False),
    "web-ligatures": (page(html_paragraphs([ENGLISH[2], ENGLISH[1]]), "body{font-family:'DejaVu Serif';font-variant-ligatures:common-ligatures}"),
                      [ENGLISH[2], ENGLISH[1]], False),
    "spanish": (page("<h1>Comunicado</h1><ol>" + "".join(f"<li>{esc(t)}</li>" for t in SPANISH) + "</ol>", lang="es"),
                ["Comunicado"] + [f"{i}. {t}" for i, t in enumerate(SPANISH, 1)], False),
}


# A workbook whose first sheet is empty, and whose second begins in the third row: a date shown as 18.05.2025, a formula.
ROWS = '''<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles><number:date-style style:name="N1"><number:day number:style="long"/><number:text>.</number:text><number:month number:style="long"/><number:text>.</number:text><number:year number:style="long"/></number:date-style><style:style style:name="d" style:family="table-cell" style:data-style-name="N1"/></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="Leer"/><table:table table:name="Daten">
<table:table-row table:number-rows-repeated="2"/>
<table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>date</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>text</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>sum</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="7"/><table:table-cell table:style-name="d" office:value-type="date" office:date-value="2025-05-18"/><table:table-cell office:value-type="string"><text:p>We welcome the ceasefire.</text:p><text:p>And the truce.</text:p></table:table-cell><table:table-cell table:formula="of:=[.A4]*0.1+0.2" office:value-type="float" office:value="0.9"/></table:table-row>
<table:table-row table:number-rows-repeated="1048570"/>
</table:table></office:spreadsheet></office:body></office:document>
'''


def png(path, width=200, height=280):
    rows = b"".join(b"\0" + bytes([255 if (x // 9 + y // 13) % 2 else 40 for x in range(width)]) for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180)


def chromium(source, target, has_headers):
    extra = [] if has_headers else ["--no-pdf-header-footer"]
    run("chromium", "--headless", "--no-sandbox", "--disable-gpu", *extra, f"--print-to-pdf={target}", source.as_uri())


def main():
    expected = HERE / "expected"
    expected.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for name, (text, words) in WRITER.items():
            (work / f"{name}.fodt").write_text(text)
            (expected / f"{name}.txt").write_text("\n\n".join(words) + "\n")
        flat = [str(work / f"{name}.fodt") for name in WRITER]
        run("soffice", "--headless", "--convert-to", "pdf", "--outdir", str(HERE), *flat)
        for kind in ["docx", "odt", "rtf", "epub"]:
            sources = [str(work / f"{name}.fodt") for name in ["plain", "table", "footnotes", "cyrillic", "arabic"]]
            run("soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE), *sources)
        (work / "rows.fods").write_text(ROWS)
        for kind in ["xlsx", "ods"]:
            run("soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE), str(work / "rows.fods"))
        for name, (text, words, has_headers) in CHROMIUM.items():
            (work / f"{name}.html").write_text(text)
            (expected / f"{name}.txt").write_text("\n\n".join(words) + "\n")
            chromium(work / f"{name}.html", HERE / f"{name}.pdf", has_headers)
        png(work / "scan.png")
        (work / "scan.html").write_text(page("<img src=scan.png>"))
        chromium(work / "scan.html", HERE / "scan.pdf", False)
        run("qpdf", "--encrypt", "open", "sesame", "256", "--", str(HERE / "plain.pdf"), str(HERE / "encrypted.pdf"))
        run("qpdf", "--encrypt", "", "sesame", "256", "--", str(HERE / "plain.pdf"), str(HERE / "no-printing.pdf"))


main()
