"""Portuguese."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

PORTUGUESE = Language(
    titles=words(
        "sr sra srs sras srta dr dra drs dras prof profa eng arq exmo exma ilmo v.ex.ª d gen cel cap ten sgt maj",
        "pe fr p.ex ex cf vs aprox av pç r trav apto depto",
    ),
    numbered=words(
        "máx mín n nº n° núm pág págs p pp art arts vol cap fig tel ed sec min km kg cm mm jan fev mar abr mai jun",
        "jul ago set out nov dez",
    ),
    ambiguous=words("s.a ltda cia inc ltd co jr e.u.a st"),
    closing=words("a.c d.c etc"),
    starters=capitalized(
        "o a os as um uma uns umas este esta estes estas esse essa esses essas isso isto aquele aquela eu tu ele",
        "ela nós eles elas você vocês meu minha seu sua nosso nossa que quem quando onde como qual quanto por para",
        "e mas ou porém se porque embora enquanto também depois antes então agora hoje amanhã ontem aqui ali lá",
        "assim sim não nunca sempre já mais em no na nos nas com de do da dos das desde até sobre entre após ao à",
        "é são era foi há tem pode todo todos toda todas alguns muitos outro outra outros cada nenhum nada ninguém",
        "além",
    ),
    conjunctions=words("e ou mas porém porque embora quando enquanto onde que se pois como quem cujo cuja"),
    prepositions=words(
        "a ao à até após com contra desde durante em entre na nas no nos para por pela pelo sem sob sobre"
    ),
)
