"""Spanish."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

SPANISH = Language(
    titles=words(
        "sr sra srta sres sras dr dra dres lic ing prof profa arq d dña mons pbro fr gral cnel cap tte sgto pdte",
        "ud uds vd vds p.ej ej p.e v.gr aprox ca EE cf vs avda av pza pl dpto admón ntra",
    ),
    numbered=words(
        "máx mín max núm nº n.º n° párr párrf pág págs p pp art arts cap vol fig tel tlf ext no cra lun mar ene",
        "feb abr jun jul ago sept oct nov dic ed apdo km kg cm mm min seg",
    ),
    ambiguous=words("ee.uu UU ss.mm s.a s.l s.a.de.c.v cía hnos inc ltd co jr c.p st mt"),
    closing=words("a.c d.c etc"),
    times=words("a.m p.m"),
    time_openers=words("a desde hasta el los sobre hacia"),
    starters=capitalized(
        "el la al del los las un una unos unas este esta estos estas ese esa esos esas eso esto aquel aquella lo",
        "yo tú él ella nosotros ellos ellas usted ustedes mi tu su sus nuestro nuestra qué quién cuándo dónde cómo",
        "cuál cuánto por para y e o pero sin sino porque aunque cuando si como mientras donde además también",
        "tampoco después antes luego entonces ahora hoy mañana ayer aquí allí así sí no nunca siempre ya más en",
        "con de desde hasta sobre entre tras es son era fue hay tiene puede todo todos toda todas algunos muchos",
        "otro otra otros cada ninguno nada nadie",
    ),
    conjunctions=words("y e o u pero sino porque aunque cuando mientras donde que si pues como quien cuyo cuya"),
    prepositions=words("a ante bajo con contra desde durante en entre hacia hasta para por según sin sobre tras"),
)
