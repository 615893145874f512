"""French."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

FRENCH = Language(
    titles=words(
        "m mm mr mme mmes mlle mlles dr drs pr me mgr st ste gén lt sgt p.ex ex c.-à-d càd cf env vs dép",
        "av bd boul r.v éd resp adm apr",
    ),
    numbered=words(
        "max min n no nº n° p pp pg chap art vol t fig tél réf al min sec h km kg cm mm janv févr avr juill sept",
        "oct nov déc",
    ),
    ambiguous=words("s.a s.a.r.l cie inc ltd co jr hab"),
    closing=words("etc j.-c j.-C r.s.v.p"),
    starters=capitalized(
        "le la les l un une des ce cet cette ces c ça cela il elle on nous vous ils elles je j tu mon ma mes ton",
        "ta tes son sa ses notre nos votre vos leur leurs qui que quoi quand où comment pourquoi quel quelle quels",
        "quelles et mais ou donc or ni car si comme lorsque puisque parce bien alors ainsi aussi puis ensuite",
        "enfin cependant toutefois pourtant après avant pendant depuis dans en sur sous avec sans pour par de d du",
        "au aux à chez entre oui non peut est sont était a ont tout tous toute toutes chaque plusieurs certains",
        "aucun aucune personne rien ici là aujourd hier demain maintenant jamais toujours voici voilà merci",
        "bonjour",
    ),
    elides=True,
    conjunctions=words("et mais ou donc car ni que qui dont où si comme lorsque puisque quand parce afin pendant"),
    prepositions=words(
        "après avant avec chez contre dans depuis derrière devant en entre jusque par parmi pour sans sous sur vers"
    ),
)
