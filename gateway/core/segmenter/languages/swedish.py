"""Swedish."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

SWEDISH = Language(
    titles=words(
        "hr fr frk dr prof doc ing civ.ing jur tekn s.k sk ev bl.a t.ex tex d.v.s dvs fr.o.m t.o.m f.d",
        "m.fl mfl p.g.a pga i.e ang avs bl forts följ inkl exkl jfr jmf kap resp t.v t.h u.a ung vs övers red n.b",
        "obs mr mrs ms st s:t s:ta ca c:a",
    ),
    numbered=words(
        "max tel nr n:o s sid sidd fig tab bil art par § kl vol bd del st jan feb febr mar mars apr jun jul aug",
        "sep sept okt nov dec min sek tim km kg cm mm m kr",
    ),
    ambiguous=words("inc ltd co jr sr mag fil.mag fil.dr fil.kand lic a.s ab milj mdr mkr"),
    closing=words("m.m mm osv o.s.v etc o.d o.dyl e.d e.dyl f.kr e.kr f.v.t e.v.t"),
    starters=capitalized(
        "den det de en ett detta denna dessa jag du han hon vi ni man min din sin vår er deras vad vem var när",
        "varför hur vilken vilket vilka och men eller för så att om eftersom medan när innan efter sedan också",
        "även ändå dock därför där här nu då kanske ja nej inte ingen inget inga alla många några varje är var har",
        "hade kan kunde ska skulle måste vill får gör i på av med till från under över vid mellan mot utan hos",
        "bland genom idag igår imorgon tack",
    ),
    conjunctions=words("och men eller för så att om eftersom medan när innan sedan som där vilket vilken då"),
)
