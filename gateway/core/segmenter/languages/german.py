"""German: every noun has a capital, so that only a closed word shows the start of a sentence."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

GERMAN = Language(
    titles=words(
        "med v n dr prof hr fr frl hrn dipl ing phil jur rer nat habil st",
        "z.b d.h u.a s.o s.u i.d.r i.a v.a o.ä u.ä m.e z.t z.zt sog bzw ca vgl evtl ggf inkl exkl zzgl abzgl",
        "geb gest verh ehem gegr allg bes insb einschl lat engl franz griech ital span türk österr röm hl kath ev",
        "hrsg übers entspr gem lt u",
    ),
    numbered=words(
        "max nr nrn abs art kap bd abb tab ziff s f ff jh jhd tel min std sek jan feb apr aug sep sept okt nov dez",
        "platz seite kapitel nummer zimmer raum gleis linie halle punkt schritt teil version zeile aufgabe frage",
        "stufe",
    ),
    numbered_endings=("str", "Str"),
    ambiguous=words("usw etc mio mrd tsd str co inc u.s.w u.v.m uvm bspw mind gez abk anm bsp jan feb"),
    closing=words("chr v.chr n.chr"),
    starters=capitalized(
        "der die das dieser diese dieses ein eine es er sie wir ihr ich du man was wann wo wer wie warum wieso",
        "welche mein dein sein unser kein keine alle viele einige manche jeder jede jedes beide und aber oder denn",
        "doch wenn weil obwohl während nachdem bevor seit sobald dass ob als da dann danach deshalb daher trotzdem",
        "außerdem jedoch allerdings hier dort heute morgen gestern jetzt nun bitte ja nein vielleicht natürlich",
        "auch noch ist sind war waren hat haben kann können soll sollte möchten wollen bis nach vor mit ohne im in",
        "am an auf bei für zu zum zur von vom unter über zwischen gegen so sonst leider zuerst zunächst",
        "schließlich",
    ),
    conjunctions=words(
        "und aber oder denn sondern weil dass obwohl während wenn als nachdem bevor damit sodass falls sobald ob",
    ),
    prepositions=words(
        "am an ans auf aus bei beim bis durch für gegen hinter im in ins mit nach neben ohne seit statt trotz über um",
        "unter vom vor während wegen zu zum zur zwischen",
    ),
    ordinal_dot=True,
    capital_nouns=True,
    ordinal_openers=words(
        "am im vom zum zur beim ab bis seit der die das den dem des ein eine einen einem einer eines und oder ihr",
        "sein ihren seinen jeder jede jeden unser mein ihre seine dieser diese dieses",
    ),
)
