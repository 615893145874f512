"""Catalan."""

from gateway.core.segmenter.languages.language import Language, capitalized, words

CATALAN = Language(
    titles=words(
        "sr sra srs sres srta dr dra drs dres prof profa mn il·lm il·lma excm excma st sta ing arq lic gral mons",
        "av avda c ctra pl pg pça ptge rbla trav urb p.ex p.e ex aprox cf vs v ca vegeu dept ed mossèn adm",
        "mr mrs ms",
    ),
    numbered=words(
        "màx mín núm n n.º nº n° pàg pàgs p pp art arts cap vol fig tel ext gen febr abr maig jul ag set oct nov des",
        "km kg cm mm min seg h",
    ),
    ambiguous=words("s.a s.l s.c.p inc ltd co cia jr ee.uu uu"),
    closing=words("etc a.c d.c"),
    starters=capitalized(
        "el la els les l un una uns unes aquest aquesta aquests aquestes això allò aquell aquella jo tu ell ella",
        "vostè nosaltres vosaltres ells elles vostès meu seva el com què qui quan on quin quina per i o però sinó",
        "si perquè encara quan mentre també després abans llavors ara avui demà ahir aquí allà així sí no mai",
        "sempre ja més en amb de des fins sobre entre al a és són era va van hi ha té pot tot tots tota totes",
        "alguns molts altres cada cap ningú res em et es ho li",
    ),
    elides=True,
    conjunctions=words("i o però sinó perquè encara quan mentre on que si com qui doncs"),
)
